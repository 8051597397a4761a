"""datasketch's storage on a real Redis server: what an index puts there, datasketch finds, and the index comes back."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import socket
import subprocess
import time
from typing import TYPE_CHECKING, Final

import pytest
from command import dedup, plant, tree

import dedup as library
from dedup.pipeline import redis as door
from dedup.settings import MatchSettings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TEXTS: Final = {
    "a": "Eleven ships left the harbour at dawn and only nine of them came back before the storm broke over the bay",
    "b": "Nobody had counted how many lamps were burning on the pier when the keeper climbed down for the last time",
    "ü c": "The council wants to rebuild the bridge by the end of next year, if the money for it can be found in time",
    "empty": "...",
}
LINES: Final = b"".join(json.dumps({"id": name, "text": text}).encode() + b"\n" for name, text in TEXTS.items())


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a server of its own, which ends with the tests."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("no redis-server; install Debian's redis-server")
    pytest.importorskip("redis")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("redis")
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as running:
        for _ in range(100):
            with socket.socket() as asked:
                if asked.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"redis://127.0.0.1:{port}/0"
        running.terminate()


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty folder that no configuration file is above."""
    monkeypatch.chdir(tmp_path)
    plant(tmp_path, {"a.jsonl": LINES})


def test_there_and_back(tmp_path: Path, server: str) -> None:
    """What is exported, datasketch finds by the signatures of texts; imported, it is the index that was exported."""
    dedup("index", "build", "a.jsonl", "-o", "ix")
    ran = dedup("index", "export", "ix", "--redis", server, "--basename", "there")
    assert ran.out.startswith(f"Documents put into {server}: 3; bands ")
    lsh = door.storage(server, "there", MatchSettings())
    for name, text in list(TEXTS.items())[:3]:
        assert lsh.query(library.minhash(text + " now")) == [name]
    assert lsh.query(library.minhash("Something else altogether that no document says anything about")) == []
    again = dedup("index", "export", "ix", "--redis", server, "--basename", "there")
    assert (again.code, "choose another --basename" in again.err) == (2, True)
    assert {name for name, _ in door.stored(lsh)} == {"a", "b", "ü c"}
    assert dedup("index", "import", "a.jsonl", "-o", "back", "--redis", server, "--basename", "there").code == 0
    assert {name: data for name, data in tree(tmp_path / "back").items() if name.endswith(".arrow")} == {
        name: data for name, data in tree(tmp_path / "ix").items() if name.endswith(".arrow")
    }


@pytest.mark.parametrize(
    ("lines", "options", "told"),
    [
        (LINES.replace(b"Eleven", b"Twelve"), (), "'a' has another signature in the storage"),
        (LINES.replace(b'"a"', b'"z"'), (), "'z' is not in the storage"),
        (LINES.split(b"\n", 1)[1], (), "the storage has 1 more documents, such as 'a'"),
        (LINES, ("--config", "seed.toml"), "has another signature in the storage; use its shingles"),
    ],
)
def test_other_texts(tmp_path: Path, server: str, lines: bytes, options: tuple[str, ...], told: str) -> None:
    """Files that do not hold the texts of the storage, or settings that are not its own, make no index."""
    dedup("index", "build", "a.jsonl", "-o", "ix")
    dedup("index", "export", "ix", "--redis", server, "--basename", tmp_path.name)
    plant(tmp_path, {"a.jsonl": lines, "seed.toml": b"[tool.dedup]\nseed = 2"})
    ran = dedup("index", "import", "a.jsonl", "-o", "back", "--redis", server, "--basename", tmp_path.name, *options)
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert told in ran.err
    assert not (tmp_path / "back").exists()


def test_pickles_that_act(tmp_path: Path, server: str) -> None:
    """A key of the storage that would run something when it is unpickled is a name like any other."""

    class Acts:
        def __reduce__(self) -> tuple[object, ...]:
            return (os.mkdir, (str(tmp_path / "ran"),))

    lsh = door.storage(server, "acts", MatchSettings())
    lsh.keys.insert(pickle.dumps(Acts()), b"\0\0\0\1" * lsh.r)
    [(name, values)] = door.stored(lsh)
    assert "mkdir" in name
    assert not (tmp_path / "ran").exists()
    assert values.tolist() == [1] * lsh.r


def test_no_server() -> None:
    """Where no server answers, or the address is none, one line says so."""
    pytest.importorskip("redis")
    dedup("index", "build", "a.jsonl", "-o", "ix")
    for address, told in (("redis://127.0.0.1:1", "start the server"), ("localhost:6379", "such as redis://")):
        ran = dedup("index", "export", "ix", "--redis", address)
        assert (ran.code, ran.err.count("\n"), told in ran.err) == (2, 1, True), ran.err
