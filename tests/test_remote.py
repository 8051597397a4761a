"""Corpora on other machines: cleaned as if they stood here, on a server of this machine's own that speaks S3."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from command import SEEDS, dedup, plant, tree

from dedup.cli import remote

if TYPE_CHECKING:
    from collections.abc import Iterator

s3fs = pytest.importorskip("s3fs", reason="the group ecosystem is not installed")
moto = pytest.importorskip("moto.server", reason="the group ecosystem is not installed")
MADE: Final = {"ledger.jsonl", "report.json", "report.html"}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Run a server."""
    running = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture
def bucket(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ANN401 - s3fs's
    """Give a file system with the bucket `corpora`, in which the seeds are, and which the program finds too."""
    known = {"AWS_ENDPOINT_URL": server, "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
    for name, value in {**known, "AWS_DEFAULT_REGION": "us-east-1", "XDG_CACHE_HOME": str(tmp_path / "cache")}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    s3fs.S3FileSystem.clear_instance_cache()
    system = s3fs.S3FileSystem()
    if system.exists("corpora"):
        system.rm("corpora", recursive=True)
    system.mkdir("corpora")
    for path in SEEDS.iterdir():
        system.put_file(str(path), f"corpora/news/{path.name}")
    system.pipe_file("corpora/news/notes.md", b"Not a text.")
    return system


def there(system: Any, folder: str) -> dict[str, bytes]:  # noqa: ANN401 - s3fs's
    """Give the files below a folder of the bucket."""
    system.invalidate_cache()
    return {name.removeprefix(f"{folder}/"): system.cat_file(name) for name in system.find(folder)}


def test_clean(bucket: Any, tmp_path: Path) -> None:  # noqa: ANN401 - s3fs's
    """From there to there, what comes out is what comes out here, byte for byte, and nothing is left here."""
    assert dedup("clean", SEEDS, "-o", "here").code == 0
    ran = dedup("clean", "s3://corpora/news", "-o", "s3://corpora/clean")
    assert (ran.code, ran.err) == (0, "")
    assert "are in s3://corpora/clean" in ran.out
    made, wanted = there(bucket, "corpora/clean"), tree(tmp_path / "here")
    assert {name: data for name, data in made.items() if name not in MADE} == {
        name: data for name, data in wanted.items() if name not in MADE
    }
    rows = [
        [json.loads(line) for line in (data or b"").splitlines()]
        for data in (made["ledger.jsonl"], wanted["ledger.jsonl"])
    ]
    assert rows[0][1:] == rows[1][1:]
    assert set(made) == set(wanted)
    assert not any(path.is_file() for path in (tmp_path / "cache").rglob("*"))


def test_one_file_to_here_and_back(bucket: Any, tmp_path: Path) -> None:  # noqa: ANN401 - s3fs's
    """A single file will do, and either side may be here; an earlier cleaning there is replaced."""
    bucket.pipe_file("corpora/one.jsonl", b'{"text": "A text.", "n": 1}\n{"text": "A text!", "n": 2}\n')
    assert dedup("clean", "s3://corpora/one.jsonl", "-o", "here").code == 0
    assert (tmp_path / "here" / "one.jsonl").read_bytes() == b'{"text": "A text.", "n": 1}\n'
    plant(tmp_path, {"in/b.txt": b"Another text."})
    for source, names in (("s3://corpora/one.jsonl", {"one.jsonl"}), ("in", {"b.txt"})):
        assert dedup("clean", source, "-o", "s3://corpora/out/", "--no-report").code == 0
        assert set(there(bucket, "corpora/out")) == names | MADE - {"report.html"}
    assert json.loads(dedup("stats", "s3://corpora/news", "--json").out)["documents"] == 5


def test_cut_short(bucket: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN401 - s3fs's
    """What has been fetched is not fetched again, unless it has changed there; no half-written output looks whole."""
    fetched: list[str] = []
    fetch, put = remote.Store.fetch, remote.Store.put

    def failing(store: remote.Store, name: str, target: Path) -> None:
        if len(fetched) == 3:
            raise KeyboardInterrupt
        fetched.append(name)
        fetch(store, name, target)

    def watched(store: remote.Store, name: str, target: Path) -> None:
        fetched.append(name)
        fetch(store, name, target)

    def lost(store: remote.Store, source: Path, name: str) -> None:
        if name == "ledger.jsonl":
            raise KeyboardInterrupt
        put(store, source, name)

    clean = ("clean", "s3://corpora/news", "-o", "s3://corpora/clean")
    monkeypatch.setattr(remote.Store, "fetch", failing)
    assert dedup(*clean).code == 130
    monkeypatch.setattr(remote.Store, "fetch", watched)
    monkeypatch.setattr(remote.Store, "put", lost)
    before = list(fetched)
    assert dedup(*clean).code == 130
    assert sorted(fetched) == sorted(path.name for path in SEEDS.iterdir())
    assert "ledger.jsonl" not in there(bucket, "corpora/clean")
    monkeypatch.setattr(remote.Store, "put", put)
    bucket.pipe_file(f"corpora/news/{before[0]}", b"Another text.")
    fetched.clear()
    bucket.rm("corpora/clean", recursive=True)
    assert dedup(*clean).code == 0
    assert fetched == before[:1]
    assert there(bucket, "corpora/clean")[before[0]] == b"Another text."


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("s3://nowhere/news", "-o", "out"), ("s3://nowhere/news", "check the address")),
        (("s3://corpora/nothing", "-o", "out"), ("s3://corpora/nothing", "no readable file")),
        (("s3://corpora/news", "in", "-o", "out"), ("s3://corpora/news", "clean them apart")),
        (("s3://corpora/news", "-o", "s3://corpora/news/clean"), ("lie inside one another", "-o")),
        (("in", "-o", "s3://corpora/news"), ("s3://corpora/news", "not from an earlier cleaning")),
        (("in", "-o", "s3://nowhere/out"), ("s3://nowhere/out", "check")),
    ],
)
def test_refused(bucket: Any, tmp_path: Path, arguments: tuple[str, ...], told: tuple[str, ...]) -> None:  # noqa: ANN401
    """What cannot be done is one line that says what to do, and changes nothing there or here."""
    plant(tmp_path, {"in/a.txt": b"A text."})
    before = there(bucket, "corpora")
    ran = dedup("clean", *arguments)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert all(part in ran.err for part in told), ran.err
    assert there(bucket, "corpora") == before
    assert not (tmp_path / "out").exists()


def test_denied_and_missing(bucket: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN401 - s3fs's
    """Closed doors and programs that are not installed are told as such, and so is what `check` cannot do."""
    with monkeypatch.context() as closed:
        closed.setattr(s3fs.S3FileSystem, "find", lambda *_, **__: (_ for _ in ()).throw(PermissionError("Forbidden")))
        ran = dedup("clean", "s3://corpora/news", "-o", "out")
        assert (ran.code, ran.err.count("\n"), "access denied; check credentials" in ran.err) == (2, 1, True)
    with monkeypatch.context() as bare:
        bare.setitem(__import__("sys").modules, "gcsfs", None)
        ran = dedup("clean", "gs://corpora/news", "-o", "out")
        assert (ran.code, ran.err.count("\n"), "pip install 'corpus-dedup[remote]'" in ran.err) == (2, 1, True)
    ran = dedup("check", "s3://corpora/news")
    assert (ran.code, "`dedup clean`" in ran.err) == (2, True)
    assert there(bucket, "corpora/news")
    shutil.rmtree("out", ignore_errors=True)


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("s3://bucket/a/b.txt", "s3://bucket/a/b.txt"),
        ("gs://bucket/", "gs://bucket"),
        ("hf://datasets/a/b", "hf://datasets/a/b"),
        ("s3/a", None),
        ("s3:", None),
        ("corpus", None),
        ("/s3:/a", None),
        ("C:/corpus", None),
    ],
)
def test_address(path: str, wanted: str | None) -> None:
    """Only the three kinds of addresses are addresses."""
    assert remote.address(Path(path)) == wanted
