"""Words, characters and learned weights in the form of the kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from dedup.boilerplate.model.lexicon import WORDS
from dedup.kernel.line_measures import (
    AT,
    BAR,
    BRACKET,
    COLON,
    COMMA,
    DASH,
    DIGIT,
    LETTER,
    LEXICON,
    LOWER,
    OTHER,
    QUOTE,
    SIGN,
    SOLO,
    SPACE,
    STOP,
    UPPER,
    Wordings,
    pair,
)  # fmt: skip
from dedup.kernel.lines import blanks
from dedup.kernel.words import words
from dedup.normal import CLASS_SHIFT, folding
from dedup.normal import SOLO as WORD_OF_ITS_OWN

if TYPE_CHECKING:
    from dedup.kernel.arrays import U8, U32, U64

SLOTS: Final = 1 << 14
"""Of the table of words; about a third are taken."""
_CHARACTERS: Final = {
    STOP: ".!?…。！？．‼⁇؟।",
    COMMA: ",;、，；،·؛",
    COLON: ":：",
    QUOTE: "\"'“”„‟‘’‚«»‹›「」『』",
    DASH: "-‐‑‒–—―−－",
    BAR: "|/\\•·●▪◦→›>»←<¦｜／‣∙▸►◄▶",
    BRACKET: "()[]{}（）【】〈〉《》〔〕",
    AT: "@#＠＃",
}
_FRENCH: Final = "»›«‹"


def kinds() -> U8:
    """Tell the kind of every character of the first plane."""
    table = np.full(1 << 16, OTHER, np.uint8)
    table[np.flatnonzero(blanks())] = SPACE
    classes = folding().table[: 1 << 16] >> CLASS_SHIFT
    table[classes == 1] = LETTER
    table[classes == WORD_OF_ITS_OWN] = SOLO
    for code in (*range(0x590), *range(0x1E00, 0x2000)):  # where letters have cases, but for rare scripts
        if chr(code).isupper():
            table[code] = UPPER
        elif chr(code).islower():
            table[code] = LOWER
    table[[*range(0x30, 0x3A), *range(0xFF10, 0xFF1A), *range(0x660, 0x66A)]] = DIGIT
    table[0x2190:0x2C00] = SIGN
    table[0xE000:0xF900] = SIGN
    table[list(map(ord, "©®™°★☆✓✔♥$€£¥%&*+=~^_`"))] = SIGN
    for kind, characters in _CHARACTERS.items():
        table[list(map(ord, characters))] = kind
    table[list(map(ord, _FRENCH))] = QUOTE
    return table


def _hashes(text: str) -> U64:
    known = folding()
    return words(np.frombuffer(text.encode(), np.uint8), known.table, known.parts).hashes


def _key(entry: str) -> np.uint64 | None:
    """Give the hash that an entry is looked up by."""
    found = _hashes(entry.replace("_", " ").replace("'", ""))
    if len(found) == 1:
        return np.uint64(found[0])
    return np.uint64(pair(found[0], found[1])) if len(found) else None


def table() -> tuple[U64, U32]:
    """Put the lexicon into an open table."""
    bits: dict[int, int] = {}
    for bit, kind in enumerate(LEXICON):
        for entry in WORDS[kind].split():
            key = _key(entry)
            if key is not None:
                bits[int(key)] = bits.get(int(key), 0) | 1 << bit
    keys = np.zeros(SLOTS, np.uint64)
    values = np.zeros(SLOTS, np.uint32)
    for hashed, value in bits.items():
        slot = hashed & (SLOTS - 1)
        while keys[slot]:
            slot = (slot + 1) & (SLOTS - 1)
        keys[slot] = hashed
        values[slot] = value
    return keys, values


def wordings(weights: U32) -> Wordings:
    """Put together what is known of words."""
    known = folding()
    return Wordings(kinds(), blanks(), known.table, known.parts, *table(), weights)
