"""
The comparison form: which characters make words, and what each is folded to.

Two texts are compared as sequences of folded words, never as characters:

- compatibility forms become what they stand for (full-width letters, ligatures, superscript digits), precomposed
  letters their parts, so that NFC, NFD, NFKC and NFKD spellings of a text agree;
- case is folded character by character (Unicode simple case folding), and dotless i becomes i, so that Turkish
  text survives a change of case made by a program that knows no Turkish;
- combining marks of Latin, Greek, Cyrillic, Arabic and Hebrew are dropped; vowel signs of Indic scripts stay;
- format characters (zero-width joiners and spaces, soft hyphens, bidirectional controls, byte order marks), fillers,
  variation selectors and all else that Unicode lets programs ignore are invisible, and so is the Arabic tatweel;
- every run of letters, marks and numbers is a word; each character of a script written without spaces is a word
  of its own, with the marks that follow it; everything else separates words.

The form is a table over all code points, computed here from the standard Unicode data and shipped with the package
(`make folding` writes it anew), so that every machine and Python version compares alike.
"""

from __future__ import annotations

import sys
import unicodedata
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import regex

if TYPE_CHECKING:
    from numpy.typing import NDArray

SEPARATOR, LETTER, SOLO, MARK, HIDDEN, SEVERAL = range(6)
"""
What a code point does: separate words; be part of a word; be a word of its own; belong to the word before it;
nothing; stand for several other code points.
"""

UNICODE: Final = "14.0.0"
"""The version of the Unicode data that the shipped table was computed from."""

CLASS_SHIFT: Final = 24
"""A table entry is `class << 24 | value`."""

SHIPPED: Final = Path(__file__).with_name("folding.bin")

_WITHOUT_SPACES: Final = regex.compile(
    r"[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]"
)
_IDEOGRAPHS_TO_COME: Final = range(0x20000, 0x3FFFE)
"""Planes set aside for Han; characters of later Unicode versions are foreseen here."""
_MARKS: Final = regex.compile(
    r"[\u0300-\u036F\u0483-\u0489\u0591-\u05C7\u0610-\u061A\u064B-\u065F\u0670\u06D6-\u06ED\u0897-\u089F\u08CA-\u08FF"
    r"\u180B-\u180F\u1AB0-\u1AFF\u1DC0-\u1DFF\u20D0-\u20FF\u2DE0-\u2DFF\uA66F-\uA67D\uA69E-\uA69F\uFB1E\uFE00-\uFE0F"
    r"\uFE20-\uFE2F\U0001D242-\U0001D244\U000E0100-\U000E01EF]"
)
"""Where the marks that are dropped stand: those of the five scripts, those of any script, variation selectors."""
_IGNORABLE: Final = regex.compile(
    r"[\u034F\u115F\u1160\u17B4\u17B5\u180B-\u180F\u2065\u3164\uFFA0\uFFF0-\uFFF8\U000E0000-\U000E0FFF]"
)
"""Code points with the property Default_Ignorable_Code_Point, assigned or not, besides format characters."""
_TATWEEL: Final = "\u0640"


@dataclass(frozen=True, slots=True, eq=False)
class Folding:
    """
    The comparison form as arrays for the kernel.

    `table` (1114112,) uint32: per code point `class << 24 | value`. The value is the folded code point for LETTER,
    SOLO and MARK; for SEVERAL it is `start << 5 | count`, a slice of `parts` that holds folded code points, none of
    them SEVERAL; 0 otherwise.
    `parts` (k,) uint32.
    """

    table: NDArray[np.uint32]
    parts: NDArray[np.uint32]


def _is_word(character: str) -> bool:
    return unicodedata.category(character)[0] in "LMN"


def _folded(character: str) -> str:
    """Fold the case of one fully decomposed character; the result is one character."""
    if character == "ı":
        return "i"
    full = character.casefold()
    if len(full) == 1:
        return full
    lower = character.lower()
    return lower if len(lower) == 1 else character


def _class(character: str) -> int:
    category = unicodedata.category(character)
    if category[0] == "M":
        return MARK
    if category[0] == "L" or category == "Nl":
        return SOLO if _WITHOUT_SPACES.match(character) else LETTER
    return LETTER if category[0] == "N" else SEPARATOR


def _is_dropped(character: str) -> bool:
    category = unicodedata.category(character)
    if category == "Cf" or character == _TATWEEL or _IGNORABLE.match(character):
        return True
    return category[0] == "M" and _MARKS.match(character) is not None


def fold(character: str) -> str:
    """
    Give the folded characters one character stands for; empty for what separates and for what is invisible.

    Separators inside a compatibility form stay, as in a fraction or a number with its full stop.
    """
    if _is_dropped(character) or not _is_word(character):
        return ""
    parts = unicodedata.normalize("NFKD", character)
    return "".join(_folded(part) for part in parts if not _is_dropped(part))


def compute() -> Folding:
    """Compute the comparison form from this Python's Unicode data (about two seconds)."""
    table = np.zeros(sys.maxunicode + 1, np.uint32)
    parts: list[int] = []
    for point in range(sys.maxunicode + 1):
        character = chr(point)
        if _is_dropped(character):
            table[point] = HIDDEN << CLASS_SHIFT
        elif point in _IDEOGRAPHS_TO_COME and unicodedata.category(character) == "Cn":
            table[point] = SOLO << CLASS_SHIFT | point
        elif folded := fold(character):
            if len(folded) == 1:
                kind = _class(folded)
                table[point] = kind << CLASS_SHIFT | ord(folded) if kind else 0
            else:
                table[point] = SEVERAL << CLASS_SHIFT | len(parts) << 5 | len(folded)
                parts += map(ord, folded)
    return Folding(table, np.array(parts, np.uint32))


def write(path: Path = SHIPPED) -> None:
    """Write the shipped table: deflated differences between neighbouring entries, the parts behind them."""
    folding = compute()
    steps = np.diff(folding.table, prepend=np.uint32(0))
    path.write_bytes(zlib.compress(steps.tobytes() + folding.parts.tobytes(), 9))


@cache
def folding() -> Folding:
    """Load the shipped comparison form (10 ms, once a process)."""
    raw = np.frombuffer(zlib.decompress(SHIPPED.read_bytes()), np.uint32)
    points = sys.maxunicode + 1
    return Folding(np.cumsum(raw[:points], dtype=np.uint32), raw[points:])


if __name__ == "__main__":
    write()
