"""Compressed files: what is in them is cleaned as if it were not, and the cleaned files are compressed as they are."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pytest
from command import dedup, plant, tree
from hypothesis import given
from hypothesis import strategies as st

from dedup import ReadError, formats
from dedup.engines.local import Engine
from dedup.formats.files import opened, unpack
from dedup.formats.packing import PACKINGS
from dedup.pipeline import files, reading
from dedup.pipeline.files import gathered
from dedup.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from dedup.formats.packing import Packing

NAMES: Final = [packing.name for packing in PACKINGS]
STORY: Final = "The old harbour bridge will be closed to all traffic for a month while engineers replace its cables."


def packed(data: bytes, kind: str) -> bytes:
    """Compress with another program than the one under test, where there is one."""
    if kind == "gzip":
        return gzip.compress(data)
    return bytes(pa.Codec(kind).compress(data, asbytes=True))


def unpacked(path: Path) -> bytes:
    """Read what a compressed file holds."""
    if path.suffix == ".gz":
        return gzip.decompress(path.read_bytes())
    with pa.input_stream(str(path), compression="zstd") as stream:
        return bytes(stream.read())


def lines(count: int) -> bytes:
    """Make JSON Lines of different texts, each twentieth a copy of another."""
    rows = [{"id": f"d{number}", "text": " ".join(f"w{number}x{n}" for n in range(20))} for number in range(count)]
    rows += [{"id": f"e{number}", "text": rows[number]["text"]} for number in range(0, count, 20)]
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


@pytest.mark.parametrize("kind", NAMES)
def test_compressed_as_plain(tmp_path: Path, kind: str) -> None:
    """Compressed text and JSON Lines give what the plain ones give, under names that say how they are compressed."""
    suffix = next(packing.suffix for packing in PACKINGS if packing.name == kind)
    data = {"a.txt": f"{STORY}\n\nSubscribe to our newsletter\n".encode(), "b/c.jsonl": lines(40)}
    plant(tmp_path / "plain", data)
    plant(tmp_path / "in", {name + suffix: packed(held, kind) for name, held in data.items()})
    for name in ("plain", "in"):
        assert dedup("clean", tmp_path / name, "-o", tmp_path / f"{name}-out").code == 0
        assert dedup("restore", tmp_path / f"{name}-out", "-o", tmp_path / f"{name}-back").code == 0
    for name, held in data.items():
        assert unpacked(tmp_path / "in-out" / (name + suffix)) == (tmp_path / "plain-out" / name).read_bytes() != held
        assert unpacked(tmp_path / "in-back" / (name + suffix)) == held


@pytest.mark.parametrize("kind", NAMES)
def test_read_in_pieces(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A compressed file read in many pieces gives the same documents, and is unpacked once."""
    suffix = next(packing.suffix for packing in PACKINGS if packing.name == kind)
    plant(tmp_path, {f"a.jsonl{suffix}": packed(lines(300), kind), "a.jsonl": lines(300)})
    copies: list[Path] = []

    def noted(path: Path, copy: Path) -> None:
        copies.append(copy)
        unpack(path, copy)

    monkeypatch.setattr(reading, "unpack", noted)
    monkeypatch.setattr(files, "readings", lambda *given, **more: reading.readings(*given, **more, size=2000))
    read = {}
    for name in ("a.jsonl", f"a.jsonl{suffix}"):
        with gathered(formats.find([tmp_path / name]), Settings(steps=("repeats",))) as corpus:  # type: ignore[arg-type]
            read[name] = [(found.incoming.entry.id, found.incoming.entry.text) for found in corpus.outcomes()]
    assert len(read["a.jsonl"]) == 315
    assert read["a.jsonl"] == read[f"a.jsonl{suffix}"]
    assert len(copies) == 1


def test_copies_are_used_again(tmp_path: Path) -> None:
    """A run that goes on from another does not unpack again, and the copy goes with the work."""
    plant(tmp_path, {"a.jsonl.gz": packed(lines(300), "gzip")})
    tasks = reading.readings(formats.find([tmp_path / "a.jsonl.gz"]).sources, Settings(), writes=True, size=2000)
    with Engine() as engine:
        first = reading.unpacked(tasks, engine)
        copy = first[0].pieces[0].source.unpacked
        assert copy is not None
        before = copy.stat().st_mtime_ns
        assert reading.unpacked(tasks, engine) == first
        assert copy.stat().st_mtime_ns == before
    assert not copy.exists()


@given(st.binary(max_size=300), st.binary(max_size=300), st.sampled_from(PACKINGS))
def test_streams_one_behind_the_other(
    tmp_path_factory: pytest.TempPathFactory, a: bytes, b: bytes, kind: Packing
) -> None:
    """Several compressed streams in one file are read as one."""
    path = tmp_path_factory.mktemp("packed") / f"a{kind.suffix}"
    path.write_bytes(packed(a, kind.name) + packed(b, kind.name))
    with opened(path) as file:
        assert file.read() == a + b


@given(st.lists(st.binary(max_size=300)), st.sampled_from(PACKINGS))
def test_written_and_read(tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes], kind: Packing) -> None:
    """What is written compressed is read the same, and the same data give the same bytes."""
    path = tmp_path_factory.mktemp("packed") / f"a{kind.suffix}"
    written = []
    for _ in range(2):
        with path.open("wb") as file, kind.writer(file) as out:
            for piece in pieces:
                out.write(piece)
        written.append(path.read_bytes())
    assert written[0] == written[1]
    with opened(path) as stream:
        assert stream.read() == b"".join(pieces)


@pytest.mark.parametrize("kind", NAMES)
def test_damaged(tmp_path: Path, kind: str) -> None:
    """A file that is cut short, or no such file at all, is named with what is wrong."""
    suffix = next(packing.suffix for packing in PACKINGS if packing.name == kind)
    whole = packed(lines(100), kind)
    for number, data in enumerate((whole[:-9], whole[: len(whole) // 2], b"no such file" * 9)):
        path = tmp_path / f"{number}.jsonl{suffix}"
        path.write_bytes(data)
        with pytest.raises(ReadError, match=r"not to be unpacked.*; fetch it again or leave it out"):
            reading.readings(formats.find([path]).sources, Settings(), writes=False)
        ran = dedup("clean", path, "-o", tmp_path / "out")
        assert (ran.code, ran.err.count("\n")) == (2, 1)
        assert str(path) in ran.err
    assert set(tree(tmp_path)) == {f"{number}.jsonl{suffix}" for number in range(3)}


@pytest.mark.parametrize(
    ("name", "output", "story"),
    [
        ("a.txt", "a.txt", "a.2.txt"),
        ("b/a.b.txt", "b/a.b.txt", "b/a.b.2.txt"),
        ("A.TXT.GZ", "A.TXT.GZ", "A.2.TXT.GZ"),
        ("a.b.jsonl.zst", "a.b.jsonl.zst", "a.b.2.jsonl.zst"),
        ("a.html", "a.txt", "a.2.txt"),
        ("a.b.html.gz", "a.b.txt.gz", "a.b.2.txt.gz"),
    ],
)
def test_names(tmp_path: Path, name: str, output: str, story: str) -> None:
    """Cleaned files keep the name and the compression; a second story's file stands beside the first one's."""
    plant(tmp_path, {name: b""})
    [source] = formats.find([tmp_path]).sources
    assert (source.name, source.output, source.story(2)) == (name, output, story)


@pytest.mark.parametrize("name", ["a.gz", "a.zst", "gz", "a.txt.bz2", "a.parquet.gz", "txt.gz"])
def test_other_files(tmp_path: Path, name: str) -> None:
    """Compressed files of other kinds are left alone."""
    plant(tmp_path, {name: b"", "b.txt": b""})
    found = formats.find([tmp_path])
    assert ([source.name for source in found.sources], found.others) == (["b.txt"], 1)
