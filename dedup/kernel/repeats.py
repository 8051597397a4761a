"""
Stretches of words that say again, in the same order, what stood earlier in the same document.

Seed and extend: the first place of every shingle of `SHINGLE` words is kept in an open-addressing table; a later
shingle that is already there is a seed, which grows both ways over equal words and small edits into a chain of blocks
of equal words. Shingles inside a chain are not entered, so that all copies are linked to the first. Every
word is walked a bounded number of times: time and memory are linear in the words, whatever the text repeats.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dedup.kernel.growth import grown_rows
from dedup.kernel.jit import compiled
from dedup.kernel.shingles import room
from dedup.kernel.words import mix, scan

if TYPE_CHECKING:
    from dedup.kernel.arrays import I32, I64, U8, U32, U64, Bools, Texts

SHINGLE: Final = 5  # with one word in ten edited .59 of all shingles are untouched, so any 20 words hold a seed
CHAIN: Final = 16  # equal words a chain must have: four fifths of the shortest paragraph that may go
REACH: Final = 8  # words that may be skipped on either side at one edit
AGAIN: Final = 2  # equal words that end an edit
DROP: Final = 12  # how far a chain's score may fall below its best before it ends
LONG: Final = 60  # words of a chain that is likely to go, and so can be no first copy
AHEAD: Final = 64  # shorter chains that are walked through, so that the search for a long one is bounded
BACK: Final = 64  # words that a chain may grow backward from its seed
_BASE: Final = np.uint64(0x9E3779B97F4A7C15)
_LEAD: Final = np.uint64(pow(0x9E3779B97F4A7C15, SHINGLE - 1, 1 << 64))
_1: Final = np.uint64(1)
_PLACE: Final = np.uint64(0xFFFFFFFF)
_64: Final = np.uint64(64)
_MIX: Final = np.uint64(0xFF51AFD7ED558CCD)


class Chains(NamedTuple):
    """
    The chains of a batch of `n` documents, in order of their second place; second places never overlap.

    blocks     (b, 3)  int32  first place, second place, length: so many equal words in a row. Places count the
                              document's own words from 0. Inside a chain both places rise, and its first places all
                              lie before its second places and in no long chain's second places.
    chains     (c + 1,)  int64  where each chain's blocks begin
    documents  (n + 1,)  int64  where each document's chains begin
    """

    blocks: I32
    chains: I64
    documents: I64


@compiled
def _resume(words: U64, i: int, j: int, i_end: int, j_end: int, step: int) -> tuple[int, int]:
    """
    Find the smallest skips (a, b) after which `AGAIN` words agree from i + a * step and j + b * step on.

    Of equal sums a + b the more even wins. `i_end` and `j_end` are the first places not to be read; (-1, -1): none.
    """
    i_room = min(REACH, (i_end - i) * step - AGAIN)
    j_room = min(REACH, (j_end - j) * step - AGAIN)
    for total in range(1, 2 * REACH + 1):
        for turn in range(total + 1):
            away = (turn + 1) // 2
            a = total // 2 + away if turn % 2 else total // 2 - away
            b = total - a
            if a < 0 or b < 0 or a > i_room or b > j_room:
                continue
            agree = True
            for ahead in range(AGAIN):
                if words[i + (a + ahead) * step] != words[j + (b + ahead) * step]:
                    agree = False
                    break
            if agree:
                return a, b
    return -1, -1


@compiled
def _extend(words: U64, i: int, j: int, i_end: int, j_end: int, step: int, rows: I32, count: int) -> tuple[I32, int]:
    """
    Walk from (i, j) by `step`, 1 or -1, and append blocks of equal words, in the order they are met.

    The score is the equal words less the skipped ones. The walk ends where nothing agrees any more or where the
    score falls `DROP` below its best; the blocks up to the best score count. Returns the rows and their new number.
    """
    score = 0
    best = 0
    kept = count
    while True:
        length = 0
        while (i_end - i) * step > 0 and (j_end - j) * step > 0 and words[i] == words[j]:
            i += step
            j += step
            length += 1
        if length > 0:
            back = length if step > 0 else -1
            if count == len(rows):
                rows = grown_rows(rows, count, 2 * count)
            rows[count, 0] = i - back
            rows[count, 1] = j - back
            rows[count, 2] = length
            count += 1
            score += length
            if score > best:
                best = score
                kept = count
        a, b = _resume(words, i, j, i_end, j_end, step)
        if a < 0:
            break
        score -= max(a, b)
        if score < best - DROP:
            break
        i += a * step
        j += b * step
    return rows, kept


@compiled
def _reach(rows: I32, starts: I64, chain: int) -> int:
    """Count the words from a chain's first second place to behind its last."""
    end = starts[chain + 1] - 1
    return int(rows[end, 1] + rows[end, 2] - rows[starts[chain], 1])


@compiled
def _open(rows: I32, starts: I64, floor: int, chains: int, place: int, size: int) -> tuple[int, int]:
    """
    Find the places (low, high) around `place` that no long chain says a second time: low <= place < high.

    Short chains are walked through, or a body with a small repeat of its own would be linked in fragments.
    """
    left = floor
    right = chains
    while left < right:
        middle = (left + right) // 2
        if rows[starts[middle], 1] <= place:
            left = middle + 1
        else:
            right = middle
    low = 0
    if left > floor and _reach(rows, starts, left - 1) >= LONG:
        low = rows[starts[left] - 1, 1] + rows[starts[left] - 1, 2]
    for chain in range(left, min(chains, left + AHEAD)):
        if _reach(rows, starts, chain) >= LONG:
            return low, rows[starts[chain], 1]
    return low, rows[starts[left + AHEAD], 1] if left + AHEAD < chains else size


@compiled
def _chain(words: U64, i: int, j: int, low: int, high: int, rows: I32, count: int) -> tuple[I32, int]:
    """Append the blocks of the chain that grows from the seed (i, j), in text order; low <= first places < high."""
    rows, end = _extend(words, i - 1, j - 1, low - 1, max(i + SHINGLE - 1, j - 1 - BACK), -1, rows, count)
    for row in range((end - count) // 2):
        for column in range(3):
            kept = rows[count + row, column]
            rows[count + row, column] = rows[end - 1 - row, column]
            rows[end - 1 - row, column] = kept
    start = rows[count, 1] if end > count else j
    joins = end > count and rows[end - 1, 1] + rows[end - 1, 2] == j and rows[end - 1, 0] + rows[end - 1, 2] == i
    rows, last = _extend(words, i, j, min(start, high), len(words), 1, rows, end)
    if joins:
        rows[end - 1, 2] += rows[end, 2]
        for row in range(end, last - 1):
            for column in range(3):
                rows[row, column] = rows[row + 1, column]
        last -= 1
    return rows, last


@compiled
def _settle(rows: I32, starts: I64, floor: int, chains: int, count: int) -> tuple[int, int, bool]:
    """
    Make the newest chain, `rows[starts[chains]:count]`, and those from `floor` on disjoint in their second places.

    Chains that it covers are dropped, and what it shares with one that begins before it is cut off. Without `CHAIN`
    equal words left it is dropped itself and the others stay. Returns the number of chains, of rows, and its fate.
    """
    first = starts[chains]
    before = chains
    while before > floor and rows[starts[before - 1], 1] >= rows[first, 1]:
        before -= 1
    end = rows[starts[before] - 1, 1] + rows[starts[before] - 1, 2] if before > floor else 0
    equal = 0
    for row in range(first, count):
        equal += max(0, min(rows[row, 2], rows[row, 1] + rows[row, 2] - end))
    if equal < CHAIN:
        return chains, first, False
    to = starts[before]
    for row in range(first, count):
        cut = max(0, end - rows[row, 1])
        if cut < rows[row, 2]:
            rows[to, 0] = rows[row, 0] + cut
            rows[to, 1] = rows[row, 1] + cut
            rows[to, 2] = rows[row, 2] - cut
            to += 1
    return before + 1, to, True


@compiled
def _find(words: U64, at: int, table: I32, mask: int) -> int:
    """Find the slot of the shingle at `at`: the one that holds it already, or a free one."""
    state = np.uint64(0)
    for ahead in range(SHINGLE):
        state = state * _BASE + words[at + ahead]
    slot = int(np.int64(mix(state) & np.uint64(mask)))
    while table[slot] >= 0:
        same = True
        for ahead in range(SHINGLE):
            if words[table[slot] + ahead] != words[at + ahead]:
                same = False
                break
        if same:
            break
        slot = (slot + 1) & mask
    return slot


@compiled
def _document(
    words: U64, table: I32, mask: int, rows: I32, count: int, starts: I64, chains: int
) -> tuple[I32, int, I64, int]:
    """Append one document's chains. `table[: mask + 1]` is free (-1) and has at least twice as many slots as words."""
    floor = chains
    at = 0
    while at + SHINGLE <= len(words):
        slot = _find(words, at, table, mask)
        place = int(table[slot])
        if place < 0:
            table[slot] = at
        if place < 0 or place + SHINGLE > at:
            at += 1
            continue
        if chains + 1 == len(starts):
            starts = np.concatenate((starts, np.empty_like(starts)))
        starts[chains] = count
        low, high = _open(rows, starts, floor, chains, place, len(words))
        if place < low or place + SHINGLE > high:  # entered before a chain grew over it
            table[slot] = at
            at += 1
            continue
        rows, last = _chain(words, place, at, low, high, rows, count)
        chains, count, stays = _settle(rows, starts, floor, chains, last)
        starts[chains] = count
        if stays:
            at = int(rows[count - 1, 1] + rows[count - 1, 2])
            continue
        # the other seeds of the same equal words would grow into the same chain
        ahead = SHINGLE
        while at + ahead < len(words) and words[place + ahead] == words[at + ahead]:
            ahead += 1
        at += ahead - SHINGLE + 1
    return rows, count, starts, chains


@compiled
def _chains(words: U64, bounds: I64) -> tuple[I32, I64, I64]:
    longest = 0
    for number in range(len(bounds) - 1):
        longest = max(longest, bounds[number + 1] - bounds[number])
    size = 64
    while size < 2 * longest:
        size *= 2
    table = np.empty(size, np.int32)
    rows = np.empty((64, 3), np.int32)
    starts = np.zeros(64, np.int64)
    documents = np.zeros(len(bounds), np.int64)
    count = 0
    chains = 0
    for number in range(len(bounds) - 1):
        part = words[bounds[number] : bounds[number + 1]]
        if len(part) >= 2 * CHAIN:
            size = 64
            while size < 2 * len(part):
                size *= 2
            table[:size] = -1
            rows, count, starts, chains = _document(part, table, size - 1, rows, count, starts, chains)
        documents[number + 1] = chains
    return rows[:count].copy(), starts[: chains + 1].copy(), documents


def chains(words: U64, bounds: I64) -> Chains:
    """
    Find the chains of a batch of documents.

    words   (m,)     uint64  one hash a word, all documents end to end; a document has fewer than 2**31 words
    bounds  (n + 1,) int64   where each document's words begin, rising from 0 to m

    Equal words have equal hashes; different words are taken to have different ones (64 bits: a wrong link needs five
    collisions in a row). Sums of hashes wrap modulo 2**64. Memory beside the result: 16 to 32 bytes for each word of
    the longest document.
    """
    return Chains(*_chains(words, bounds))


@compiled
def _seeded(words: U64, count: int, table: U64, bits: int, base: int) -> bool:
    """
    Tell whether a shingle of `words[:count]` comes back; now and then of shingles that do not.

    A slot of `table[: 1 << bits]` holds 32 bits of a hash and a place plus `base`; those below `base` are free.
    """
    shift = _64 - np.uint64(bits)
    mask = (_1 << np.uint64(bits)) - _1
    state = np.uint64(0)
    for at in range(SHINGLE - 1):
        state = state * _BASE + words[np.uint64(at)]
    free = np.uint64(base)
    for at in range(count - SHINGLE + 1):
        place = np.uint64(at)
        state = state * _BASE + words[place + np.uint64(SHINGLE - 1)]
        hashed = state * _MIX
        state -= words[place] * _LEAD
        tag = hashed & ~_PLACE
        slot = (hashed ^ hashed >> np.uint64(29)) * _BASE >> shift
        while True:
            entry = table[slot]
            if entry & _PLACE < free:
                table[slot] = tag | (place + free)
                break
            if entry & ~_PLACE == tag:
                if place + free >= (entry & _PLACE) + np.uint64(SHINGLE):
                    return True
                break
            slot = (slot + _1) & mask
    return False


@compiled
def _repeating(data: U8, lows: I64, highs: I64, folding: U32, parts: U32) -> Bools:
    most = room(lows, highs)
    words = np.empty(most, np.uint64)
    nowhere = np.empty(0, np.int32)
    size = 64
    while size < 2 * most:
        size *= 2
    seen = np.zeros(size, np.uint64)
    table = np.empty(size, np.int32)
    rows = np.empty((64, 3), np.int32)
    starts = np.zeros(64, np.int64)
    found = np.zeros(len(lows), np.bool_)
    base = 1
    for text in range(len(lows)):
        count = scan(data, lows[text], highs[text], folding, parts, words, nowhere, nowhere)
        if count < 2 * CHAIN:
            continue
        bits = 6
        while 1 << bits < 2 * count:
            bits += 1
        if base + count > 0xFFFFFFFF:
            seen[:] = np.uint64(0)
            base = 1
        seeded = _seeded(words, count, seen, bits, base)
        base += count
        if seeded:
            table[: 1 << bits] = -1
            rows, _, starts, chains = _document(words[:count], table, (1 << bits) - 1, rows, 0, starts, 0)
            found[text] = chains > 0
    return found


def repeating(texts: Texts, folding: U32, parts: U32) -> Bools:
    """
    Tell which texts have a chain: (t,) bool.

    texts           a text has fewer than 2**31 words
    folding, parts  see `normal.Folding`
    """
    return _repeating(*texts, folding, parts)
