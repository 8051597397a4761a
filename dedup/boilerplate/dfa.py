"""
Deterministic automata: for many patterns at once, one look into a table for each byte.

The whole table of hundreds of patterns would be too large. States are worked out in the order in which text is likely
to reach them, and only so many; past them, any line is let through to the patterns that are still possible.
"""

from __future__ import annotations

import math
from collections import defaultdict
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

import numpy as np

from dedup.boilerplate.nfa import EVERY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dedup.boilerplate.nfa import Nfa
    from dedup.kernel.arrays import F64, U8
    from dedup.kernel.lines import U16

    Places: TypeAlias = frozenset[int]
    Rows: TypeAlias = dict[Places, list[tuple[list[int], Places]]]

_SHARES: Final = dict(
    zip(
        " etaoinsrhldcumfpgwybvkjxqz",
        (18, 10, 8, 7, 6, 6, 6, 5, 5, 5, 3, 3, 2, 2, 2, 2, 2, 2, 2, 1, 1, 0.8, 0.6, 0.1, 0.1, 0.1, 0.1),
        strict=True,
    )
)
"""How often characters occur, in per cent of English text; a rough guide, on which nothing but speed depends."""
_OTHER_ASCII: Final = 0.8
_BEYOND: Final = 0.1
_DIGITS: Final = b"0123456789"
_AFTER_DIGIT: Final = {**dict.fromkeys(_DIGITS, 0.05), ord(" "): 0.15, ord(","): 0.1, ord("."): 0.1}
"""The same behind a digit: as often as not, there comes another."""
_REST: Final = 0.15
"""Of what comes behind a digit, the share of all other characters."""


class Dfa(NamedTuple):
    """
    A deterministic automaton.

    classes  (256,)   uint8   bytes of one class lead to the same states
    table    (s, k)   uint16  the next state; state 0 takes nothing any more, the text begins in state 1
    finals   (s + f,) uint16  which set of patterns takes a line that ends in a state; the states from s on, the sinks,
                              are never left
    sets              the sets of patterns; the first is empty
    """

    classes: U8
    table: U16
    finals: U16
    sets: tuple[tuple[int, ...], ...]


def _shares() -> F64:
    """Give the share (2, 256) that each byte has of text, behind a digit in the second row."""
    bytes_ = (chr(byte).lower() for byte in range(256))
    usual = [_SHARES.get(byte, _OTHER_ASCII if byte.isascii() else _BEYOND) / 100 for byte in bytes_]
    return np.array([usual, [_AFTER_DIGIT.get(byte, _REST * share) for byte, share in enumerate(usual)]])


class _Subsets:
    """The states of a deterministic automaton as sets of those of a nondeterministic one."""

    def __init__(self, nfa: Nfa) -> None:
        self._nfa = nfa
        self._closures: dict[int, Places] = {}
        self._endless = {
            state
            for state, moves in enumerate(nfa.moves)
            if any(choice & EVERY == EVERY and state in self._closure(to) for choice, to in moves)
            and any(end in nfa.finals for end in self._closure(state))
        }
        choices = sorted({choice for moves in nfa.moves for choice, _ in moves})
        signatures = [tuple(choice >> byte & 1 for choice in choices) for byte in range(256)]
        numbers = {signature: number for number, signature in enumerate(dict.fromkeys(signatures))}
        self.classes = [numbers[signature] for signature in signatures]
        self._steps = {
            choice: sorted({self.classes[byte] for byte in range(256) if choice >> byte & 1}) for choice in choices
        }
        self.first = self._pruned({place for start in nfa.starts for place in self._closure(start)})

    def _closure(self, state: int) -> Places:
        """Give the states that a state leads to without a byte, if they lead on or are final."""
        if state not in self._closures:
            seen = {state}
            todo = [state]
            while todo:
                new = set(self._nfa.free[todo.pop()]) - seen
                seen |= new
                todo += new
            self._closures[state] = frozenset(at for at in seen if self._nfa.moves[at] or at in self._nfa.finals)
        return self._closures[state]

    def _pruned(self, places: set[int]) -> Places:
        """Of a pattern that takes whatever follows, forget all other ways to go on."""
        endless = {self._nfa.owners[place]: place for place in sorted(places & self._endless, reverse=True)}
        return frozenset(
            place
            for place in places
            if (owner := self._nfa.owners[place]) not in endless or place in self._nfa.finals or place == endless[owner]
        )

    def next(self, places: Places) -> Iterator[tuple[list[int], Places]]:
        """Give the states that bytes lead to, and the classes of bytes that lead there; no class leads to two."""
        targets: dict[int, set[int]] = defaultdict(set)
        for place in places:
            for choice, to in self._nfa.moves[place]:
                targets[choice] |= self._closure(to)
        choices: dict[int, list[int]] = defaultdict(list)
        for choice in sorted(targets):
            for step in self._steps[choice]:
                choices[step].append(choice)
        steps: dict[tuple[int, ...], list[int]] = defaultdict(list)
        for step, chosen in sorted(choices.items()):
            steps[tuple(chosen)].append(step)
        for chosen_here, same in steps.items():
            yield same, self._pruned(set().union(*(targets[choice] for choice in chosen_here)))

    def owners(self, places: Iterable[int]) -> tuple[int, ...]:
        """Give the patterns of some states."""
        return tuple(sorted({self._nfa.owners[place] for place in places}))

    def taken(self, places: Places) -> tuple[int, ...]:
        """Give the patterns that take a line which ends here."""
        return self.owners(self._nfa.finals.keys() & places)

    def settled(self, places: Places) -> bool:
        """Tell whether what follows makes no difference."""
        return self.owners(places) == self.owners(places & self._endless)


def determinize(nfa: Nfa, most: int) -> Dfa:
    """Make a deterministic automaton of at most `most` states, but for sinks."""
    subsets = _Subsets(nfa)
    shares = np.zeros((2, max(subsets.classes) + 1))
    for byte, share in enumerate(_shares().T):
        shares[:, subsets.classes[byte]] += share
    digits = {subsets.classes[digit] for digit in _DIGITS}
    rows: Rows = {}
    reach: list[tuple[float, int, Places, bool]] = [(0.0, 0, subsets.first, False)]
    queued = 0
    best = {subsets.first: 0.0}
    while reach and len(rows) < most:
        cost, _, places, number = heappop(reach)
        if places in rows:
            continue
        rows[places] = list(subsets.next(places))
        for steps, to in rows[places]:
            ahead = cost - math.log2(shares[int(number), steps].sum())
            if ahead < best.get(to, math.inf) and not subsets.settled(to):
                best[to] = ahead
                queued += 1
                heappush(reach, (ahead, queued, to, digits.issuperset(steps)))
    return _tables(subsets, rows)


def _tables(subsets: _Subsets, rows: Rows) -> Dfa:
    """Number the states and the sets of patterns."""
    numbers = {places: number for number, places in enumerate(rows, start=1)}
    sets: dict[tuple[int, ...], int] = {(): 0}
    finals = [0, *(sets.setdefault(subsets.taken(places), len(sets)) for places in rows)]
    sinks: dict[tuple[int, ...], int] = {}
    table = np.zeros((len(rows) + 1, max(subsets.classes) + 1), np.uint16)
    for places, row in rows.items():
        for steps, to in row:
            if to in numbers:
                table[numbers[places], steps] = numbers[to]
            else:
                owners = subsets.owners(to)
                table[numbers[places], steps] = len(table) + sinks.setdefault(owners, len(sinks))
    finals += [sets.setdefault(owners, len(sets)) for owners in sinks]
    return Dfa(np.array(subsets.classes, np.uint8), table, np.array(finals, np.uint16), tuple(sets))
