"""
Patterns as nondeterministic automata over UTF-8 bytes: at least as generous as the pattern, and far simpler.

What takes many characters takes every character beyond ASCII, repetitions past four are without end, and what looks
around is not looked for. Case is ignored as `re` ignores it. So every line that a pattern takes is taken here.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Nodes: TypeAlias = Sequence[tuple[Any, Any]]

# The tree of a pattern is not public in `re`; if its shape changes, the tests of the rules' examples fail.
_PARSER: Final = import_module("re._parser")

COPIES: Final = 4
"""Repetitions that are counted."""
FEW: Final = 64
"""Characters of a class that are told apart; a larger one takes all beyond ASCII."""


def _bytes(members: Iterable[int]) -> int:
    """Give a set of bytes as bits."""
    return sum(1 << byte for byte in set(members))


EVERY: Final = _bytes(range(256)) ^ 1 << ord("\n")
ASCII: Final = EVERY & _bytes(range(0x80))
BEYOND: Final = _bytes(range(0x80, 0x100))
_LEADS: Final = _bytes(range(0xC2, 0xF5))
_FOLLOWING: Final = _bytes(range(0x80, 0xC0))
_WORD: Final = BEYOND | _bytes(byte for byte in range(0x80) if chr(byte).isalnum() or chr(byte) == "_")
_DIGITS: Final = _bytes(range(ord("0"), ord("9") + 1))
_DIGITS_BEYOND: Final = (0xF0, _bytes(range(0x90, 0xA0)))
"""How the characters of plane 1 begin, where new digits are encoded: all of them are taken for digits."""


@cache
def _cased() -> str:
    """Give all characters with case; the planes from 2 on have none."""
    points = map(chr, (*range(0xD800), *range(0xE000, 0x20000)))  # but for surrogates
    return "".join(letter for letter in points if not letter == letter.lower() == letter.upper() == letter.casefold())


@cache
def variants(point: int) -> frozenset[int]:
    """Give the code points that `re` takes for a character where case is ignored."""
    letter = chr(point)
    if letter.isascii() and not letter.isalpha():
        return frozenset({point})
    return frozenset({point, *map(ord, re.findall(re.escape(letter), _cased(), re.IGNORECASE))})


@cache
def _digits() -> tuple[tuple[int, int], ...]:
    """Give the decimal digits beyond ASCII, in plane 0, by their first byte and the set of their second ones."""
    found: dict[int, int] = {}
    for point in range(0x80, 0x10000):
        if chr(point).isdecimal():
            lead, second = chr(point).encode()[:2]
            found[lead] = found.get(lead, 0) | 1 << second
    return tuple(found.items())


class Letters(NamedTuple):
    """A class of characters."""

    points: frozenset[int] = frozenset()
    digits: bool = False
    wide: int = 0
    """If any, the bytes it is made of; nothing else counts then."""


def _letters(members: Nodes) -> Letters:
    """Read a class of a pattern."""
    points: set[int] = set()
    digits = negated = False
    wide = 0
    for kind, content in members:
        match str(kind):
            case "NEGATE":
                negated = True
            case "LITERAL":
                points |= variants(content)
            case "RANGE" if content[1] - content[0] < 2 * FEW:
                points.update(*map(variants, range(content[0], content[1] + 1)))
            case "CATEGORY" if str(content) == "CATEGORY_DIGIT":
                digits = True
            case "CATEGORY" if str(content) == "CATEGORY_WORD":
                wide |= _WORD
            case _:
                wide = EVERY
    ascii_points = _bytes(point for point in points if point < ord("A"))
    if negated:
        return Letters(wide=EVERY if wide else EVERY & ~ascii_points & ~(_DIGITS if digits else 0))
    if wide or len(points) > FEW:
        wide |= _bytes(point for point in points if point < ord("\x80")) | BEYOND | (_DIGITS if digits else 0)
        return Letters(wide=wide)
    return Letters(frozenset(points), digits)


def _other_than(point: int) -> Letters:
    """Give the class of all characters but one."""
    return _letters([("NEGATE", None), ("LITERAL", point)])


def _repeated(nodes: Nodes) -> int:
    """Give the bytes of a node that is one wide class of characters; nothing for any other."""
    if len(nodes) != 1:
        return 0
    kind, content = nodes[0]
    match str(kind):
        case "ANY":
            return EVERY
        case "IN":
            return _letters(content).wide
        case "NOT_LITERAL":
            return _other_than(content).wide
        case "SUBPATTERN":
            return _repeated(content[-1])
        case _:
            return 0


class Nfa:
    """
    One automaton of several patterns.

    State s leads to the state t with each byte of the set b for (b, t) in `moves[s]`, and without any to those in
    `free[s]`. A line is taken by pattern `finals[s]` if its last byte leads there. `owners[s]` is the pattern of s.
    """

    def __init__(self, sources: Sequence[str]) -> None:
        self.moves: list[list[tuple[int, int]]] = []
        self.free: list[list[int]] = []
        self.owners: list[int] = []
        self.starts: list[int] = []
        self.finals: dict[int, int] = {}
        for self._owner, source in enumerate(sources):
            start = self._state()
            self.starts.append(start)
            self.finals[self._sequence(_PARSER.parse(source), start)] = self._owner

    def _state(self) -> int:
        self.moves.append([])
        self.free.append([])
        self.owners.append(self._owner)
        return len(self.moves) - 1

    def _sequence(self, nodes: Nodes, start: int) -> int:
        """Append what a sequence of nodes takes; give the state behind it."""
        for kind, content in nodes:
            start = self._node(str(kind), content, start)
        return start

    def _node(self, kind: str, content: Any, start: int) -> int:  # noqa: ANN401 - a node of the parse tree
        """Append what a node takes; give the state behind it."""
        match kind:
            case "LITERAL":
                start = self._characters(Letters(variants(content)), start)
            case "IN":
                start = self._characters(_letters(content), start)
            case "NOT_LITERAL":
                start = self._characters(_other_than(content), start)
            case "ANY":
                start = self._characters(Letters(wide=EVERY), start)
            case "SUBPATTERN":
                start = self._sequence(content[-1], start)
            case "BRANCH":
                end = self._state()
                for branch in content[1]:
                    begin = self._state()
                    self.free[start].append(begin)
                    self.free[self._sequence(branch, begin)].append(end)
                start = end
            case "MAX_REPEAT" | "MIN_REPEAT":
                least, most, inner = content
                start = self._repeat(least, most, inner, start)
            case "AT" | "ASSERT" | "ASSERT_NOT":
                pass
            case _:
                raise ValueError(f"a pattern has a {kind}, of which nothing is known here")
        return start

    def _repeat(self, least: int, most: int, inner: Nodes, start: int) -> int:
        wide = _repeated(inner)
        if wide and most > COPIES:
            end = self._state()
            if not least:
                self.free[start].append(end)
            self.moves[start].append((wide, end))
            self.moves[end].append((wide, end))
            return end
        for _ in range(min(least, COPIES)):
            start = self._sequence(inner, start)
        end = self._state()
        self.free[start].append(end)
        if most > COPIES:
            self.free[self._sequence(inner, end)].append(end)
            return end
        for _ in range(most - least):
            start = self._sequence(inner, start)
            self.free[start].append(end)
        return end

    def _characters(self, letters: Letters, start: int) -> int:
        """Append one character of a class."""
        end = self._state()
        if letters.wide:
            self.moves[start].append((letters.wide & ASCII, end))
            if letters.wide & BEYOND:
                self._spell(start, [_LEADS], end)
                self.moves[end].append((_FOLLOWING, end))  # in well-formed UTF-8, nowhere else
            return end
        paths: dict[bytes, int] = {}
        for point in letters.points:
            *leads, last = chr(point).encode()
            paths[bytes(leads)] = paths.get(bytes(leads), 0) | 1 << last
        for lead, lasts in paths.items():
            self._spell(start, [*(1 << byte for byte in lead), lasts], end)
        if letters.digits:
            self._spell(start, [_DIGITS], end)
            for first, second in _digits():
                self._spell(start, [1 << first, second, *[_FOLLOWING] * (first >= 0xE0)], end)  # noqa: PLR2004 - UTF-8
            self._spell(start, [1 << _DIGITS_BEYOND[0], _DIGITS_BEYOND[1], _FOLLOWING, _FOLLOWING], end)
        return end

    def _spell(self, start: int, path: Sequence[int], end: int) -> None:
        """Lead from one state to another with a byte of each set in turn."""
        for choice in path[:-1]:
            between = self._state()
            self.moves[start].append((choice, between))
            start = between
        self.moves[start].append((path[-1], end))
