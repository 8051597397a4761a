"""Many hashes at once: which of them may occur again, and in what order they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from dedup.kernel.jit import compiled

if TYPE_CHECKING:
    from dedup.kernel.arrays import I32, I64, U64, Bools

_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)
_1: Final = np.uint64(1)
_5: Final = np.uint64(5)
_6: Final = np.uint64(6)
_31: Final = np.uint64(31)
_63: Final = np.uint64(63)
_SLOTS: Final = 8  # a key: an eighth of the keys that are alone then share a slot
_STREAMS: Final = 11  # bits of the first digit: more places written to in turn than this and the cache forgets them
_PART: Final = 1 << 17  # keys in a part, about: their table takes a quarter of a megabyte
_PATIENCE: Final = 16  # steps a key by which keys may move before they are taken not to be hashes


@compiled
def repeated(keys: U64, chosen: Bools, bits: int) -> I64:
    """
    Find the chosen keys that may occur more than once among these.

    keys, chosen  (n,)  uint64, bool  any
    bits                int           5 to 60: a part of the keys has a table of at most 2**bits slots of two bits

    Returns (m,) int64: the places of every key that occurs more than once, in the order in which they come if they are
    equal, and of those that share a slot with another: one in eight of random keys, more where 2**bits is below eight
    times the keys of a part. Memory beside that: 16 bytes a chosen key.

    Keys are parted by their top bits so that the table of a part stays in the cache.
    """
    parts = 0
    while len(keys) >> parts > _PART:
        parts += 1
    held, places, bounds = _parted(keys, chosen, parts)
    longest = 0
    for part in range(1 << parts):
        longest = max(longest, bounds[part + 1] - bounds[part])
    wanted = 5
    while wanted < bits and 1 << wanted < _SLOTS * longest:
        wanted += 1
    down = np.uint64(64 - wanted)
    table = np.empty(1 << (wanted - 5), np.uint64)  # two bits a slot: hit, hit again
    count = 0
    for part in range(1 << parts):
        table[:] = 0
        for at in range(bounds[part], bounds[part + 1]):
            slot = held[at] * _SPREAD >> down
            hit = (slot & _31) << _1
            word = table[slot >> _5]
            table[slot >> _5] = word | _1 << hit | (word >> hit & _1) << (hit + _1)
        for at in range(bounds[part], bounds[part + 1]):
            slot = held[at] * _SPREAD >> down
            places[np.uint64(count)] = places[at]
            count += int(np.int64(table[slot >> _5] >> ((slot & _31) << _1 | _1) & _1))
    return places[:count].copy()


@compiled
def _parted(keys: U64, chosen: Bools, bits: int) -> tuple[U64, I64, I64]:
    """
    Part the chosen keys by their top bits, 0 to 63.

    Returns the keys, (m,) uint64, part behind part, each in the order in which they came; their places, (m,) int64; and
    where the parts begin and end, (2**bits + 1,) int64.
    """
    down = np.uint64(63 - bits)  # and one more: a shift by 64 is none
    bounds = np.zeros((1 << bits) + 1, np.int64)
    for at in range(len(keys)):
        bounds[(keys[at] >> down >> _1) + _1] += np.int64(chosen[at])
    for part in range(1 << bits):
        bounds[part + 1] += bounds[part]
    held = np.empty(bounds[-1], np.uint64)
    places = np.empty(bounds[-1], np.int64)
    following = bounds.copy()
    for at in range(len(keys)):
        if chosen[at]:
            part_of = keys[at] >> down >> _1
            to = np.uint64(following[part_of])
            held[to] = keys[at]
            places[to] = at
            following[part_of] += 1
    return held, places, bounds


@compiled
def among(keys: U64, chosen: Bools, wanted: U64) -> I64:
    """
    Find the chosen keys that may be among the wanted ones.

    keys, chosen  (n,)  uint64, bool
    wanted        (k,)  uint64, far fewer

    Returns (m,) int64, ascending: the places of all that are, and of at most one in sixteen of random others.
    """
    bits = 6
    while 1 << bits < 16 * len(wanted):
        bits += 1
    down = np.uint64(64 - bits)
    table = np.zeros(1 << (bits - 6), np.uint64)
    for key in wanted:
        slot = key * _SPREAD >> down
        table[slot >> _6] |= _1 << (slot & _63)
    found = np.empty(len(keys), np.int64)  # pages that are never written take no memory
    count = 0
    for at in range(len(keys)):
        slot = keys[at] * _SPREAD >> down
        found[np.uint64(count)] = at
        count += int(np.int64(table[slot >> _6] >> (slot & _63) & _1)) & chosen[at]
    return found[:count].copy()


@compiled
def take_between(
    keys: U64, owners: I32, numbers: I32, low: np.uint64, high: np.uint64, taken: U64, holders: I32, count: int
) -> int:
    """
    Take the keys of a range, and the texts that have them, behind those that were taken before.

    keys, owners    (n,)  uint64, int32  keys, and who has each
    numbers         (o,)  int32          the text that an owner is, -1 for none
    low, high             uint64         the least key that is taken and the greatest
    taken, holders  (m,)  uint64, int32  written from `count` on

    Returns how many there are then.
    """
    for at in range(len(keys)):
        text = numbers[owners[at]]
        if low <= keys[at] <= high and text >= 0:
            taken[count] = keys[at]
            holders[count] = text
            count += 1
    return count


@compiled
def tally(texts: I32, counts: I32) -> None:
    """
    Count how often texts occur, beside what was counted before.

    texts   (k,)  int32
    counts  (n,)  int32  added to
    """
    for text in texts:
        counts[text] += 1


@compiled
def _arrange(keys: U64, places: I64, down: int, bits: int, keys_too: U64, places_too: I64, slots: I64) -> bool:
    """
    Order keys that agree above bit `down + bits`, and their places with them; tell whether that was soon done.

    keys, places          (n,)  in and out, uint64 and int64
    keys_too, places_too  overwritten, at least as long
    slots                 overwritten, at least 2**bits
    """
    shift = np.uint64(down)
    mask = np.uint64((1 << bits) - 1)
    slots[: 1 << bits] = 0
    for at in range(len(keys)):
        slots[keys[at] >> shift & mask] += 1
    begin = 0
    for slot in range(1 << bits):
        size = slots[slot]
        slots[slot] = begin
        begin += size
    for at in range(len(keys)):
        slot_of = keys[at] >> shift & mask
        to = np.uint64(slots[slot_of])
        keys_too[to] = keys[at]
        places_too[to] = places[at]
        slots[slot_of] += 1
    steps = 0
    for at in range(len(keys)):
        key = keys_too[at]
        back = at
        while back > 0 and keys[np.uint64(back - 1)] > key:
            keys[np.uint64(back)] = keys[np.uint64(back - 1)]
            places[np.uint64(back)] = places[np.uint64(back - 1)]
            back -= 1
        keys[np.uint64(back)] = key
        places[np.uint64(back)] = places_too[at]
        steps += at - back
        if steps > _PATIENCE * len(keys):
            return False
    return True


@compiled
def _order(keys: U64) -> tuple[I64, bool]:
    count = len(keys)
    union = np.uint64(0)
    for at in range(count):
        union |= keys[at]
    top = 64
    while top > 32 and union >> np.uint64(top - 1) == 0:
        top -= 1
    bits = 1
    while bits < 32 and 1 << bits < count:
        bits += 1
    bits = max(0, min(_STREAMS, bits - _STREAMS))
    bounds = np.zeros((1 << bits) + 1, np.int64)
    down = np.uint64(top - bits)
    mask = np.uint64((1 << bits) - 1)
    for at in range(count):
        bounds[(keys[at] >> (down - _1) >> _1 & mask) + _1] += 1
    longest = 0
    for stream in range(1 << bits):
        longest = max(longest, bounds[stream + 1])
        bounds[stream + 1] += bounds[stream]
    following = bounds.copy()
    ordered = np.empty(count, np.uint64)
    places = np.empty(count, np.int64)
    for at in range(count):
        stream_of = keys[at] >> (down - _1) >> _1 & mask
        to = np.uint64(following[stream_of])
        ordered[to] = keys[at]
        places[to] = at
        following[stream_of] += 1
    fine = 0
    while fine < top - bits and 1 << fine < longest:
        fine += 1
    keys_too = np.empty(longest, np.uint64)
    places_too = np.empty(longest, np.int64)
    slots = np.empty(1 << fine, np.int64)
    done = True
    for stream in range(1 << bits):
        low = bounds[stream]
        high = bounds[stream + 1]
        done = _arrange(ordered[low:high], places[low:high], top - bits - fine, fine, keys_too, places_too, slots)
        if not done:
            break
    return places, done


def radix_order(keys: U64) -> I64:
    """
    Give the places (n,) int64 of keys in ascending order, equal keys in the order they come: a stable argsort.

    keys  (n,)  uint64, hashes: evenly spread over 0 to about the greatest of them

    By its top bits a key goes to one of a few thousand streams, in a stream to one of as many slots as there are keys,
    and there it is a step or two from its place. Keys that turn out to be no hashes are left to NumPy.
    """
    places, done = _order(keys)
    return places if done else np.argsort(keys, kind="stable")
