"""Files of lines, in pieces that can be read by themselves and in blocks that can be held in memory."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dedup.formats.batch import BLOCK, STEP
from dedup.formats.entry import Part
from dedup.formats.files import opened
from dedup.kernel.grammar import PADDING
from dedup.kernel.jsonlines import count

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedReader
    from pathlib import Path

    from dedup.kernel.arrays import U8
    from dedup.settings import ReadSettings


def parts(path: Path, settings: ReadSettings, most: int) -> list[Part]:  # noqa: ARG001 - lines end alike in all files
    """Cut a file at line ends, each time at the first one that makes a piece `most` bytes long or longer."""
    found = []
    begin = (0, 0, 0)  # where the next piece begins, and what stands before it
    at = lines = records = state = 0
    buffer = bytearray(STEP)
    data = np.frombuffer(buffer, np.uint8)
    with opened(path) as file:
        while size := file.readinto(buffer):
            low = 0
            while low < size:
                cut = buffer.find(b"\n", max(low, begin[0] + most - 1 - at), size) + 1
                high = cut or size
                more_lines, more_records, state = count(data[low:high], state)
                lines += more_lines
                records += more_records
                low = high
                if cut:
                    found.append(_part(*begin, at + cut))
                    begin = (at + cut, lines, records)
            at += size
    if at > begin[0] or not found:
        found.append(_part(*begin, at))
    return found


def _part(start: int, lines: int, records: int, end: int) -> Part:
    return Part(start, end, lines, records, end - start)


class Block(NamedTuple):
    """Some lines of a file."""

    data: U8
    """Their bytes and `PADDING` more, zeros behind the file's last line."""
    part: Part
    """Where they stand."""
    records: int
    """How many of them are not blank."""

    def lines(self) -> Iterator[bytes]:
        """Give line after line."""
        return iter(io.BytesIO(self.data[: self.part.size].tobytes()))


def blocks(file: BufferedReader, part: Part) -> Iterator[Block]:
    """Read a piece of a file; a block is good until the next one is asked for, which is read into the same memory."""
    try:
        buffer = _FREE.pop()
    except IndexError:
        buffer = bytearray(BLOCK + BLOCK // 2 + PADDING)
    try:
        yield from _blocks(file, part, buffer)
    finally:
        _FREE.append(buffer)


_FREE: Final[list[bytearray]] = []
"""
Memory that pieces have been read into, each a block and the rest of its last line. As many as are read at once are
kept: memory that is new each time costs as much as reading into it.
"""


def _blocks(file: BufferedReader, part: Part, buffer: bytearray) -> Iterator[Block]:
    at, lines, records = part.start, part.lines, part.records
    held = 0
    is_last = False
    if at:  # what is unpacked on the way cannot seek, and is read in one piece
        file.seek(at)
    while not is_last:
        room = min(len(buffer) - PADDING, part.end - at)
        read = file.readinto(memoryview(buffer)[held:room])
        held += read
        is_last = not read or at + held == part.end
        size = held if is_last else buffer.rfind(b"\n", 0, held) + 1
        if not size:  # one line, and longer than that
            buffer = buffer + bytes(len(buffer))
            continue
        buffer[held : held + PADDING] = bytes(PADDING)
        data = np.frombuffer(buffer, np.uint8)
        more_lines, more_records, _ = count(data[:size])
        yield Block(data, _part(at, lines, records, at + size), more_records)
        at, lines, records = at + size, lines + more_lines, records + more_records
        held -= size
        data[:held] = data[size : size + held].copy()
