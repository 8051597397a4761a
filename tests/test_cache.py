"""What a check remembers of files changes nothing of what the next one finds."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import orjson
import pytest
from command import dedup, plant
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup import formats
from dedup.formats import files as packed
from dedup.pipeline import cache as caching
from dedup.pipeline import files
from dedup.pipeline.cache import Cache
from dedup.pipeline.corpus import Corpus
from dedup.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

STORY: Final = (
    "Eleven ships left the harbour at dawn and only nine of them came back before the storm broke over the bay.\n\n"
    "Nobody had seen the pilot since, although his boat lay where it always did, with both of its oars in it.\n"
)
OTHER: Final = (
    "The miller sold his land to the railway for a price that nobody in the village would have thought of asking.\n\n"
    "Subscribe to our newsletter\n\n"
    "He bought a house in town, and was never again seen near the brook on which his wheel had turned for years.\n"
)
TEXTS: Final = (
    STORY,
    STORY.replace("Eleven", "Twelve"),
    OTHER,
    OTHER + STORY,
    STORY.partition("\n\n")[0] + "\n\n" + OTHER,
    "A text of its own.\n",
    "# dedup: keep\n" + STORY,
    "",
)
NAMES: Final = ("a.txt", "b.txt", "sub/c.txt", "d.jsonl", "e.txt", "f.csv")


def content(name: str, chosen: int) -> bytes:
    """Give the file of this name with one of the texts; files of many have two."""
    some = (TEXTS[chosen], TEXTS[(chosen * 3 + 1) % len(TEXTS)])
    if name.endswith(".jsonl"):
        return b"".join(orjson.dumps({"text": each}) + b"\n" for each in some)
    if name.endswith(".csv"):
        return "".join(['"n","text"\n', *(f'"{n}","{each}"\n' for n, each in enumerate(some))]).encode()
    return some[0].encode()


def corpus(folder: Path) -> Path:
    return plant(folder, {f"in/{name}": content(name, number) for number, name in enumerate(NAMES)})


def found(folder: Path, *more: str | Path) -> str:
    """Give all that a check tells; it must have run."""
    ran = dedup("check", folder / "in", "--suspicions", "--format", "json", *more)
    assert ran.err == ""
    assert ran.code in {0, 1}
    return ran.out


def is_remembered(folder: Path) -> None:
    """A check that may remember tells what one that may not tells."""
    assert found(folder, "--cache", folder / "kept") == found(folder, "--no-cache")


@settings(max_examples=6)
@given(st.lists(st.tuples(st.sampled_from(NAMES), st.none() | st.integers(0, len(TEXTS) - 1)), min_size=1, max_size=4))
def test_edits(edits: list[tuple[str, int | None]]) -> None:
    """Whatever is written, removed and written again, findings are those of a check that knows nothing."""
    with tempfile.TemporaryDirectory() as name:
        folder = corpus(Path(name))
        plant(folder, {"in/z.txt": OTHER.encode()})
        is_remembered(folder)
        for file, chosen in edits:
            path = folder / "in" / file
            if chosen is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(content(file, chosen))
            is_remembered(folder)


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """Check a corpus of files that have been there for long, and give its folder."""
    corpus(tmp_path)
    for path in (tmp_path / "in").rglob("*"):
        os.utime(path, (1e9, 1e9))
    is_remembered(tmp_path)
    return tmp_path


def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """List the text files that are read from now on."""
    names: list[str] = []
    read = packed.contents

    def watched(path: Path) -> bytes:
        names.append(path.name)
        return read(path)

    monkeypatch.setattr("dedup.formats.text.contents", watched)
    return names


def test_only_what_changed_is_read(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of files that are the same nothing is read, stripped or sketched; where all are nothing is compared."""
    names = opened(monkeypatch)
    plant(kept, {"in/b.txt": b"Something else."})
    again = found(kept, "--cache", kept / "kept")
    assert names == ["b.txt"]
    names.clear()
    monkeypatch.setattr(Corpus, "match", lambda _: pytest.fail("compared"))
    assert found(kept, "--cache", kept / "kept") == again
    assert names == []


def test_same_bytes_are_the_same_file(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file written again as it was, as in a new checkout, is not read into the corpus again."""
    for path in (kept / "in").rglob("*.*"):
        shutil.copyfile(path, path.with_suffix(".new"))
        path.with_suffix(".new").replace(path)
    names = opened(monkeypatch)
    is_remembered(kept)
    assert names.count("a.txt") == 1  # by the check without a cache


def test_times_do_not_deceive(kept: Path) -> None:
    """Other bytes are noticed although size and time of change are what they were."""
    path = kept / "in" / "e.txt"
    before = path.stat()
    path.write_bytes(path.read_bytes().replace(b"Eleven", b"ELEVEN").replace(b"newsletter", b"news-paper"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    is_remembered(kept)


def damage(path: Path) -> None:
    data = bytearray(path.read_bytes())
    for at in range(0, len(data), max(1, len(data) // 7)):
        data[at] ^= 0x55
    path.write_bytes(data)


@pytest.mark.parametrize(
    "harm",
    [damage, lambda path: path.write_bytes(path.read_bytes()[:-9]), lambda path: path.write_bytes(b""), Path.unlink],
    ids=["other bytes", "cut short", "empty", "gone"],
)
def test_damage(kept: Path, harm: Callable[[Path], object]) -> None:
    """Whatever happens to any of its files, it is made anew in silence."""
    inside = [path for path in (kept / "kept").rglob("*") if path.is_file()]
    assert {path.suffix for path in inside} == {".json", ".jsonl", ".arrow"}
    shutil.copytree(kept / "kept", kept / "sound")
    for path in inside:
        shutil.rmtree(kept / "kept")
        shutil.copytree(kept / "sound", kept / "kept")
        harm(path)
        if path.suffix == ".arrow":
            plant(kept, {"in/b.txt": path.name.encode()})
        is_remembered(kept)


def test_no_place_to_write(tmp_path: Path) -> None:
    """Where nothing can be kept, a check runs as ever."""
    corpus(tmp_path)
    plant(tmp_path, {"kept": b"in the way"})
    is_remembered(tmp_path)
    assert (tmp_path / "kept").read_bytes() == b"in the way"


def test_other_circumstances(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other settings, files that nothing may go from, and another folder to name paths from are not mixed up."""
    for more in (("--threshold", "0.9"), ("--reference", "b.txt"), ("--keep", "last"), ()):
        assert found(kept, "--cache", kept / "kept", *more) == found(kept, "--no-cache", *more)
    monkeypatch.chdir(kept / "in" / "sub")
    is_remembered(kept)
    assert '"path":"../b.txt"' in found(kept, "--cache", kept / "kept")
    plant(kept, {"in/z.html": b"<html><body><p>A page of its own.</body></html>"})
    is_remembered(kept)
    is_remembered(kept)


def test_code_changed(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What other code has made is not used."""
    monkeypatch.setattr(caching, "stamp", lambda: "another")
    names = opened(monkeypatch)
    found(kept, "--cache", kept / "kept")
    assert set(names) == {"a.txt", "b.txt", "c.txt", "e.txt"}


def test_fragments_are_joined(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many edits there were, few shards are kept."""
    monkeypatch.setattr(caching, "FRAGMENTS", 3)
    monkeypatch.setattr(caching, "BUSY", -1)
    for number in range(8):
        plant(kept, {"in/b.txt": f"Text {number}.\n\n{STORY}".encode()})
        is_remembered(kept)
        [folder] = (kept / "kept").iterdir()
        assert sum(path.is_dir() for path in folder.iterdir()) <= 4


def test_two_at_once(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What one process removes, another that has begun goes on with."""
    monkeypatch.setattr(caching, "BUSY", -1)
    plant(kept, {"in/b.txt": b"Something else."})
    inputs = formats.find([kept / "in"])
    cache = Cache(kept / "kept", inputs, Settings())
    assert [inputs.sources[number].name for number in cache.fresh] == ["b.txt"]
    is_remembered(kept)
    [folder] = (kept / "kept").iterdir()
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
    with files.gathered(inputs, Settings(), cache=cache) as corpus, files.gathered(inputs, Settings()) as cold:
        for each in (corpus, cold):
            each.match()
        told, wanted = (
            [(one.text, one.removals, one.suspicions) for one in each.outcomes()] for each in (corpus, cold)
        )
        assert told == wanted
        list(cache.keeping((), bytes))
    plant(kept, {"in/b.txt": b"Something else again."})
    is_remembered(kept)


def test_what_is_not_used_goes(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Corpora that nobody has checked for a month are forgotten."""
    [old] = (kept / "kept").iterdir()
    past = time.time() - caching.UNUSED - 10
    os.utime(old / caching.STATE, (past, past))
    plant(kept, {"other/in/a.txt": STORY.encode()})
    assert found(kept / "other", "--cache", kept / "kept") == found(kept / "other", "--no-cache")
    assert old not in (kept / "kept").iterdir()
    monkeypatch.setattr(caching, "LARGEST", 10)
    before = list((kept / "kept").iterdir())
    is_remembered(kept)
    assert list((kept / "kept").iterdir()) == before
