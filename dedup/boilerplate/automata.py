"""
The automata of all rules' phrases: which lines are worth matching with which of them.

Working them out takes some seconds, so they are shipped, together with a digest of the outlines that they were made
of (`python -m dedup.boilerplate.automata` writes them anew). Where a rule has changed since, coarser ones are made at
once; they find the same, more slowly.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from dedup.boilerplate.dfa import Dfa, determinize
from dedup.boilerplate.nfa import Nfa
from dedup.boilerplate.phrase import LONG
from dedup.boilerplate.rules import RULES
from dedup.boilerplate.view import ENDS, MARKS
from dedup.kernel.lines import ANCHORED, ANYWHERE, BRIEF, END, MARK, ROOT, Automata, blanks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedup.boilerplate.phrase import Phrase
    from dedup.kernel.arrays import U8, U64

SHIPPED: Final = Path(__file__).with_name("automata.bin")

STATES: Final = (16000, 1000, 2000)
"""Of each shipped automaton; more let fewer lines through, and are slower to load and to look up."""
COARSE: Final = (300, 300, 100)
"""The same of automata that are made at once."""


def phrases() -> tuple[Phrase, ...]:
    """List every phrase that a rule asks for."""
    asked = ((*chain.from_iterable(trace.phrases for trace in rule.find.traces), *rule.find.asides) for rule in RULES)
    return tuple(dict.fromkeys(chain.from_iterable(asked)))


def _automaton(phrase: Phrase) -> int:
    """Tell which automaton looks for the phrase."""
    if phrase.words:
        return ANYWHERE
    return ANCHORED if phrase.outline == phrase.source else BRIEF


def outlines() -> tuple[tuple[str, ...], ...]:
    """Give the patterns that each automaton is made of."""
    chosen: tuple[dict[str, None], ...] = ({}, {}, {})
    for phrase in phrases():
        chosen[_automaton(phrase)][phrase.outline] = None
    return tuple(map(tuple, chosen))


def compute(states: Sequence[int]) -> list[Dfa]:
    """Make the automata of so many states each."""
    return [determinize(Nfa(sources), most) for sources, most in zip(outlines(), states, strict=True)]


def _digest() -> bytes:
    """Tell outlines apart."""
    return hashlib.sha256(json.dumps([outlines(), STATES]).encode()).digest()


def write(path: Path = SHIPPED) -> None:
    """Write the shipped automata: the digest, then deflated lines and arrays."""
    packed = bytearray()
    for dfa in compute(STATES):
        head = {"shape": dfa.table.shape, "finals": len(dfa.finals), "sets": dfa.sets}
        packed += json.dumps(head).encode() + b"\n"
        packed += dfa.classes.tobytes() + dfa.table.T.astype("<u2").tobytes() + dfa.finals.astype("<u2").tobytes()
    path.write_bytes(_digest() + zlib.compress(packed, 9))


def shipped() -> list[Dfa] | None:
    """Read the shipped automata, if they are those of the present rules."""
    raw = SHIPPED.read_bytes() if SHIPPED.exists() else b""
    if raw[:32] != _digest():
        return None
    packed = zlib.decompress(raw[32:])
    at = 0
    found = []
    for _ in STATES:
        head = json.loads(packed[at : (at := packed.index(b"\n", at) + 1)])
        rows, columns = head["shape"]
        classes = np.frombuffer(packed, np.uint8, 256, at)
        table = np.frombuffer(packed, "<u2", rows * columns, at + 256).reshape(columns, rows).T
        finals = np.frombuffer(packed, "<u2", head["finals"], at + 256 + 2 * rows * columns)
        at += 256 + 2 * (rows * columns + head["finals"])
        found.append(Dfa(classes, table, finals, tuple(map(tuple, head["sets"]))))
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Sieve:
    """What lets lines through, and to which phrases."""

    automata: Automata
    sets: tuple[tuple[Phrase, ...], ...]
    """By the numbers that the automata give."""


@cache
def sieve() -> Sieve:
    """Load the automata (once a process)."""
    return joined(shipped() or compute(COARSE))


def joined(dfas: Sequence[Dfa]) -> Sieve:
    """Put the three automata into the form of the kernel."""
    classes = np.stack([dfa.classes.astype(np.uint16) + np.uint16(1) for dfa in dfas])
    widths = [dfa.table.shape[1] + 1 for dfa in dfas]
    bases = np.cumsum([0, *(len(dfa.table) * width for dfa, width in zip(dfas, widths, strict=True))])
    sinks = int(bases[-1])
    sets: list[tuple[Phrase, ...]] = [()]
    known = _by_outline()
    table = np.zeros(sinks + sum(len(dfa.finals) - len(dfa.table) for dfa in dfas), np.uint32)
    behind = sinks
    for dfa, width, base, sources in zip(dfas, widths, bases[:-1].tolist(), outlines(), strict=True):
        numbers = np.array([0, *range(len(sets), len(sets) + len(dfa.sets) - 1)], np.uint32)
        sets += [tuple(chain.from_iterable(known[sources[pattern]] for pattern in taken)) for taken in dfa.sets[1:]]
        states = np.concatenate(
            (
                np.arange(len(dfa.table), dtype=np.uint32) * np.uint32(width) + np.uint32(base),
                np.arange(len(dfa.finals) - len(dfa.table), dtype=np.uint32) + np.uint32(behind),
            )
        )
        states[0] = 0
        finals = numbers[dfa.finals]
        rows = table[base : base + len(dfa.table) * width].reshape(-1, width)
        rows[:, 0] = finals[: len(dfa.table)]
        rows[:, 1:] = states[dfa.table]
        others = finals[len(dfa.table) :]
        table[behind : behind + len(others)] = others
        behind += len(others)
    brief = max(phrase.limit for phrase in phrases() if _automaton(phrase) == BRIEF)
    starts = np.array([base + width for base, width in zip(bases[:-1].tolist(), widths, strict=True)], np.uint32)
    letters = _letters()
    marks, roots = _marks(letters)
    return Sieve(Automata(_kinds(), letters, marks, roots, classes, table, starts, sinks, LONG, brief), tuple(sets))


def _by_outline() -> dict[str, list[Phrase]]:
    """Give the phrases that have one outline."""
    found: defaultdict[str, list[Phrase]] = defaultdict(list)
    for phrase in phrases():
        found[phrase.outline].append(phrase)
    return found


def _kinds() -> U8:
    """Tell what is stripped from lines."""
    kinds = blanks().copy()
    for kind, characters in ((MARK, MARKS), (END, ENDS)):
        kinds[list(map(ord, characters))] |= kind
    return kinds


def _letters() -> U8:
    """Write bytes as five bits: of ASCII the lowest, so that letters have no case; others in five kinds."""
    byte = np.arange(256)
    return np.where(byte < ord("\x80"), byte & 31, 27 + byte % 5).astype(np.uint8)


_RARE: Final = "qzxjkvbywgpfmucdlhrsnioate "
_COMMON: Final = "all and ate con ent ers est ing int ion lli mag ons res tio ver"
"""Letters from the rarest on, and threes that are commoner than their letters; only speed depends on them."""


def _marks(letters: U8) -> tuple[U8, U64]:
    """
    Choose three bytes in a row of every word, the rarest, and mark them; of a shorter word all threes that begin so.

    With each mark goes its root: as many of the word's bytes around it as a line that holds the word must have. A
    Kelvin sign is k in lower case, so there can be none among them.
    """
    marks = np.zeros(1 << 15, np.uint8)
    roots = [(0, 0, 0, 0)]

    def mark(three: int, root: Sequence[int], before: int) -> None:
        code = sum(five << 5 * place for place, five in enumerate(root))
        roots.append((code, len(root), before, int(marks[three])))
        marks[three] = len(roots) - 1

    for word in dict.fromkeys(word for phrase in phrases() for word in phrase.words):
        encoded = word.encode()
        fives = letters[list(encoded)].tolist()
        if len(encoded) == 2:  # noqa: PLR2004 - the only shorter kind
            for third in range(32):
                mark(fives[0] | fives[1] << 5 | third << 10, fives, 0)
            continue
        threes = [at for at in range(len(encoded) - 2) if b"k" not in encoded[at : at + 3]]
        at = min(threes, key=lambda at: _commonness(encoded[at : at + 3]))
        low = max(encoded.rfind(b"k", 0, at) + 1, at + 3 - ROOT)
        high = min(len(encoded), low + ROOT, *(place for place in [encoded.find(b"k", at)] if place >= 0))
        mark(fives[at] | fives[at + 1] << 5 | fives[at + 2] << 10, fives[low:high], at - low)
    return marks, np.array(roots, np.uint64)


def _commonness(three: bytes) -> int:
    """Rank three bytes by how common they are."""
    if three.decode(errors="replace") in _COMMON.split():
        return 3 * len(_RARE)
    return sum(_RARE.find(chr(byte)) if byte < ord("\x80") else 0 for byte in three)


if __name__ == "__main__":
    write()
