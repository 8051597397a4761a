"""Spark: the same findings as on one machine, row for row, on one session and on a cluster that loses a worker."""

from __future__ import annotations

import gzip
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from command import ROOT, SEEDS, dedup
from pieces import NOTICED, SITE

from dedup.reasons import RECURRING_LINE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyspark.sql import SparkSession

MISSING: Final = [
    *(name for name in ("pyspark", "pandas") if importlib.util.find_spec(name) is None),
    *(["Java"] if shutil.which("java") is None else []),
]
pytestmark = [
    pytest.mark.spark,
    pytest.mark.skipif(bool(MISSING), reason=f"needs {' and '.join(MISSING)}"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # of the sockets between Python and Java
]
PLANTED: Final = ROOT.parent / "shared" / "data" / "neardup" / "planted" / "docs.jsonl.gz"
PLANTED_DIGEST: Final = "473ca673908e37f332d076b06b1c6ef038a7f3cbb4ce926a17934624fde44c79"
LIGHT: Final = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto"
"""Java that starts soon rather than runs fast."""
CONF: Final = {
    "spark.sql.shuffle.partitions": "2",
    "spark.default.parallelism": "2",
    "spark.driver.memory": "1g",
    "spark.sql.codegen.wholeStage": "false",  # compiling takes longer than a few rows
}


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    """Start Spark in this process."""
    from dedup.engines.spark.session import session

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JAVA_TOOL_OPTIONS", LIGHT)
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        with session("local[2]", CONF) as started:
            yield started


def local_rows(folder: Path) -> list[bytes]:
    """Give the rows of a ledger, but its header, in an order of their own."""
    lines = (folder / "ledger.jsonl").read_bytes().splitlines()[1:]
    return sorted(orjson.dumps(orjson.loads(line), option=orjson.OPT_SORT_KEYS) for line in lines)


def spark_rows(folder: Path) -> list[bytes]:
    """Give the rows of a ledger that Spark wrote, in the same order."""
    from dedup.pipeline.distributed.telling import row_of

    rows = pq.read_table(folder / "ledger").to_pylist()
    return sorted(orjson.dumps(row_of(row), option=orjson.OPT_SORT_KEYS) for row in rows)


def texts(folder: Path) -> dict[str, str]:
    """Give the documents that Spark wrote, by their ids."""
    lines = [line for path in sorted((folder / "documents").glob("*.txt")) for line in path.read_bytes().splitlines()]
    return {row["id"]: row["text"] for row in map(orjson.loads, lines)}


def on_one(corpus: Path, folder: Path) -> Path:
    """Clean a corpus on this machine."""
    ran = dedup("clean", corpus, "-o", folder, "--no-report", "-j2")
    assert ran.code == 0, ran.err
    return folder


def test_seeds(spark: SparkSession, tmp_path: Path) -> None:
    """On the seeds, text files with a second story suspected, ledgers are equal and so are the texts that stay."""
    from dedup.pipeline.distributed.cleaning import clean_paths
    from dedup.settings import Settings

    local = on_one(SEEDS, tmp_path / "local")
    clean_paths(spark, [str(SEEDS)], str(tmp_path / "spark"), Settings())
    assert spark_rows(tmp_path / "spark") == local_rows(local) != []
    assert texts(tmp_path / "spark") == {path.name: path.read_text("utf-8") for path in local.glob("*.txt")}
    assert {path.name for path in (tmp_path / "spark").iterdir()} == {"documents", "ledger", "report.json"}


@pytest.mark.skipif(not PLANTED.exists(), reason="the planted copies are not there")
def test_planted(spark: SparkSession, tmp_path: Path) -> None:
    """On copies of many kinds, cut paragraphs and templates among them, ledgers and texts that stay are equal."""
    from dedup.pipeline.distributed.cleaning import clean_paths
    from dedup.settings import Settings

    assert sha256(PLANTED.read_bytes()).hexdigest() == PLANTED_DIGEST
    local = on_one(PLANTED, tmp_path / "local")
    cleaned = clean_paths(spark, [str(PLANTED)], str(tmp_path / "spark"), Settings())
    assert spark_rows(tmp_path / "spark") == local_rows(local)
    lines = gzip.decompress((local / PLANTED.name).read_bytes()).splitlines()
    assert texts(tmp_path / "spark") == {row["id"]: row["text"] for row in map(orjson.loads, lines)}
    report = orjson.loads((local / "report.json").read_bytes())
    assert cleaned.facts() == {name: report[name] for name in cleaned.facts()}


def test_recurring_lines(spark: SparkSession, tmp_path: Path) -> None:
    """Lines that recur, some of them between notices that are cut, go from the same documents."""
    from dedup.pipeline.distributed.cleaning import clean_paths
    from dedup.settings import Settings

    pages = SITE | {f"noticed {name}": text for name, text in NOTICED.items()}
    corpus = tmp_path / "pages.jsonl"
    corpus.write_bytes(b"".join(orjson.dumps({"id": name, "text": text}) + b"\n" for name, text in pages.items()))
    local = on_one(corpus, tmp_path / "local")
    clean_paths(spark, [str(corpus)], str(tmp_path / "spark"), Settings())
    assert spark_rows(tmp_path / "spark") == local_rows(local)
    assert RECURRING_LINE.code.encode() in b"".join(local_rows(local))


def test_compressed(spark: SparkSession, tmp_path: Path) -> None:
    """A compressed file that is read in several pieces on one machine, unpacked first, is read in one on Spark."""
    from dedup.pipeline.distributed.cleaning import clean_paths
    from dedup.settings import Settings

    random = np.random.default_rng(7)
    words = np.array([f"{one}{two}{three}" for one in "bdklmnprst" for two in "aeiou" for three in "lnrst"])
    rows = [{"id": f"{number}", "text": " ".join(random.choice(words, 4000))} for number in range(320)]
    rows += [{"id": f"copy {number}", "text": rows[number]["text"]} for number in (3, 300)]
    corpus = tmp_path / "c.jsonl.gz"
    corpus.write_bytes(gzip.compress(b"".join(orjson.dumps(row) + b"\n" for row in rows), 1))
    local = on_one(corpus, tmp_path / "local")
    clean_paths(spark, [str(corpus)], str(tmp_path / "spark"), Settings())
    assert spark_rows(tmp_path / "spark") == local_rows(local)
    assert texts(tmp_path / "spark").keys() == {f"{number}" for number in range(320)}


def chained() -> list[dict[str, str]]:
    """
    Make documents that match only after paragraphs were cut out of them.

    `a` and `b` have most of their words from paragraphs that others keep; what remains of them, in paragraphs
    too short to be compared by themselves, is the same but for a word. Others have nothing in common.
    """
    random = np.random.default_rng(11)
    vocabulary = [f"{one}{two}{three}" for one in "bdklmnprst" for two in "aeiou" for three in "lnrst"]

    def words(count: int) -> str:
        return " ".join(random.choice(vocabulary, count)).capitalize() + "."

    said, rest = [words(90) for _ in range(6)], "\n\n".join(words(12) for _ in range(7))
    made = [{"id": f"k{number}", "text": f"{each}\n\n{words(300)}"} for number, each in enumerate(said)]
    made.append({"id": "a", "text": "\n\n".join((*said[:3], rest))})
    made.append({"id": "b", "text": "\n\n".join((*said[3:], f"{rest[:-1]} indeed."))})
    return made + [{"id": f"o{number}", "text": words(200)} for number in range(6)]


def test_data_frame(spark: SparkSession, tmp_path: Path) -> None:
    """In an application, columns are carried along, and documents that come to match after cuts are found."""
    from dedup import spark as face

    made = [{**row, "n": number, "tags": [str(number)]} for number, row in enumerate(chained())]
    frame = spark.createDataFrame(made, "id string, n int, text string, tags array<string>").repartition(3)
    cleaned = face.clean(spark, frame, work=str(tmp_path / "work"))
    (tmp_path / "c.jsonl").write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in made))
    local = on_one(tmp_path / "c.jsonl", tmp_path / "local")
    kept = [orjson.loads(line) for line in (local / "c.jsonl").read_bytes().splitlines()]
    assert cleaned.documents.schema == frame.schema
    found = [row.asDict() for row in cleaned.documents.orderBy("n").collect()]
    assert found == kept
    told = [orjson.loads(line) for line in local_rows(local)]
    keys = [(row["document"], row["start"], row["end"], row["reason"], orjson.dumps(row["evidence"])) for row in told]
    rows = cleaned.ledger.collect()
    evidence = [orjson.dumps(orjson.loads(row["evidence"]), option=orjson.OPT_SORT_KEYS) for row in rows]
    spans = [(row["document"], row["start"], row["end"], row["reason"]) for row in rows]
    assert sorted((*span, each) for span, each in zip(spans, evidence, strict=True)) == sorted(keys)
    assert ("a", "b") in {tuple(sorted((row["document"], row["evidence"].get("document", "")))) for row in told}
    assert [path for path in (tmp_path / "work").glob("*/matched-1") if path.is_dir()]


def sources(folder: Path) -> Path:
    """Make three files of copies, edited copies, templates and stories, with a number in every record."""
    random = np.random.default_rng(5)
    vocabulary = [f"{one}{two}{three}" for one in "bdklmnprst" for two in "aeiou" for three in "lnrst"]
    said = [" ".join(random.choice(vocabulary, 90)) for _ in range(20)]
    made = []
    for number in range(90):
        words = said[random.integers(20)].split()
        for place in random.integers(0, 90, random.integers(0, 8)):
            words[place] = str(random.choice(vocabulary))
        made.append({"id": f"{number * 37 % 90:02}", "text": " ".join(words[: 90 - number % 25]), "n": number * 7 % 11})
    for name in "abc":
        rows = (orjson.dumps(row) for row in made["abc".index(name) :: 3])
        (folder / f"{name}.jsonl").write_bytes(b"\n".join(rows))
    return folder


@pytest.mark.parametrize(
    "settings",
    [
        {"threshold": 0.4, "keep": "last", "steps": ["documents"]},
        {"keep": "max:n", "prefer": ["b.jsonl"], "reference": ["c.jsonl"], "reference_only": True},
    ],
    ids=["plain", "reference"],
)
def test_settings(spark: SparkSession, tmp_path: Path, settings: dict[str, Any]) -> None:
    """What documents match by, which of them stay, and what is not compared at all, is the same."""
    from dedup.pipeline import files
    from dedup.pipeline.distributed.cleaning import clean_paths
    from dedup.settings import Settings

    (tmp_path / "in").mkdir()
    folder = sources(tmp_path / "in")
    files.clean([folder], tmp_path / "local", Settings.of(settings), page=False)
    clean_paths(spark, [str(folder)], str(tmp_path / "spark"), Settings.of(settings), form="parquet")
    assert spark_rows(tmp_path / "spark") == local_rows(tmp_path / "local")
    assert len(local_rows(tmp_path / "local")) > 20
    kept = pq.read_table(tmp_path / "spark" / "documents").to_pylist()
    assert {row["file"]: b"" for row in kept}.keys() <= {"a.jsonl", "b.jsonl", "c.jsonl"}
    lines = [line for path in sorted((tmp_path / "local").glob("?.jsonl")) for line in path.read_text().splitlines()]
    assert sorted(row["json"] for row in kept) == sorted(lines)


def test_columns(spark: SparkSession, tmp_path: Path) -> None:
    """Columns of many types, and rows without an id, come out as they went in; tables of files are cleaned too."""
    from dedup.pipeline.distributed.cleaning import clean_paths
    from dedup.settings import Settings

    frame = spark.sql(
        """select cast(id as int) as id, concat('A line about the number ', id, '.') as text, id / 3 as share,
        timestamp'2024-05-01 10:00:00' as moment, date'2024-05-01' as day, cast(id as decimal(10, 2)) as price,
        map('a', id) as counts, array(struct(id as x)) as parts, cast(null as string) as nothing, X'00ff' as raw
        from range(7)"""
    )
    frame.repartition(2).write.parquet(str(tmp_path / "in.parquet"))
    clean_paths(spark, [str(tmp_path / "in.parquet")], str(tmp_path / "out"), Settings(), form="parquet")
    found = spark.read.parquet(str(tmp_path / "out" / "documents"))
    assert found.dtypes == frame.dtypes
    assert found.orderBy("id").collect() == frame.orderBy("id").collect()


@pytest.mark.parametrize("small", [0, 1000], ids=["stars", "one task"])
def test_components(spark: SparkSession, tmp_path: Path, small: int) -> None:
    """A path, a star, a ring, loops, doubled edges and a random graph get the labels that a plain search gives."""
    from dedup.engines.spark.components import components
    from dedup.engines.spark.tables import Workspace

    random = np.random.default_rng(3)
    edges = [(n, n + 1) for n in range(100, 130)] + [(200, n) for n in range(201, 260)]
    edges += [(n, 300 + (n + 1) % 9) for n in range(300, 309)] + [(301, 301), (305, 304), (400, 400)]
    edges += [(int(a), int(b)) for a, b in random.integers(1000, 1400, (170, 2))]
    neighbours: dict[int, set[int]] = {}
    for one, other in edges:
        neighbours.setdefault(one, set()).add(other)
        neighbours.setdefault(other, set()).add(one)
    expected: dict[int, int] = {}
    for node in sorted(neighbours):
        todo = [] if node in expected else [node]
        while todo:
            if expected.setdefault(at := todo.pop(), node) == node:
                todo += neighbours[at] - expected.keys()
    sizes = Counter(expected.values())
    frame = spark.createDataFrame(edges, "one long, other long")
    found = components(Workspace(spark, str(tmp_path)), frame, "test", small).collect()
    assert len(found) == len({row["node"] for row in found})
    assert {row["node"]: row["component"] for row in found} == {
        node: label for node, label in expected.items() if sizes[label] > 1
    }


def test_faults_of_the_input(spark: SparkSession, tmp_path: Path) -> None:
    """What is wrong with documents is told as on one machine, and what stood in the output folder is left alone."""
    from dedup.errors import DuplicateId, ReadError, SettingsError, WriteError
    from dedup.pipeline.distributed.cleaning import clean_paths
    from dedup.settings import Settings

    folder, output = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    cases: list[tuple[bytes, dict[str, Any], type[Exception], str]] = [
        (b'{"id":"a","text":"x"}\n{"id":"a","text":"y"}\n', {}, DuplicateId, r"a\.jsonl:1 and .*a\.jsonl:2: two doc"),
        (b'{"id":"a","text":"x"}\n{"id":', {}, ReadError, r"^\S+/a\.jsonl:2: not JSON"),
        (b'{"id":"a","text":"x"}\n', {"prefer": ["b"]}, SettingsError, "^prefer: no document is from `b`"),
    ]
    for data, settings, kind, said in cases:
        (folder / "a.jsonl").write_bytes(data)
        with pytest.raises(kind, match=said):
            clean_paths(spark, [str(folder)], str(output), Settings.of(settings))
        assert not output.exists() or not list(output.iterdir())
    output.mkdir(exist_ok=True)
    (output / "mine").touch()
    with pytest.raises(WriteError, match="holds mine, which is not from an earlier cleaning on Spark; move it away"):
        clean_paths(spark, [str(folder)], str(output), Settings())
    assert [path.name for path in output.iterdir()] == ["mine"]


@pytest.mark.parametrize("since", [0, 2])
def test_shared_keys(since: int) -> None:
    """Whatever the batches and bins, just the keys that a new text and another have are told, with all of these."""
    from dedup.pipeline.distributed import keys

    random = np.random.default_rng(2)
    drawn = random.integers(0, 1 << 63, 300, dtype=np.uint64)
    held = [
        ((text << 16) + (2 if text % 7 == 0 else 1), random.choice(drawn, random.integers(0, 6), replace=False))
        for text in range(400)
    ]
    held = [(text, own) for text, own in held if text >> 16 < 90 or text >> 16 > 180]  # some keys are left alone
    batches = []
    for at in range(0, len(held), 90):
        some = held[at : at + 90]
        columns = [[b""] * len(some)] * 2 + [[own.tobytes() for _, own in some]]
        arrays = [pa.array([text for text, _ in some]), *(pa.array(column, pa.binary()) for column in columns)]
        batches.append(pa.RecordBatch.from_arrays(arrays, ["text", "bands", "sampled", "paragraphs"]))
    packed = pa.Table.from_batches(keys.packed(7, (keys.PARAGRAPH,), iter(batches)))
    told = [row for part in parts(packed) for batch in keys.shared(since, part) for row in batch.to_pylist()]
    assert {row["kind"] for row in told} == {keys.PARAGRAPH}
    counts = Counter(int(key) for _, own in held for key in own)
    assert 1 in counts.values()
    fresh = {int(key) for text, own in held if text % (1 << 16) >= since for key in own}
    assert (len(fresh) < len(counts)) == bool(since)
    expected = [(int(key), text) for text, own in held for key in own if counts[int(key)] > 1 and int(key) in fresh]
    assert sorted((row["key"], row["text"]) for row in told) == sorted(expected)


def parts(packed: pa.Table) -> Iterator[Iterator[pa.RecordBatch]]:
    """Give rows of two partitions, each of which has all of its bins' rows."""
    for odd in (0, 1):
        yield iter(packed.filter(pa.compute.equal(pa.compute.bit_wise_and(packed["bin"], 1), odd)).to_batches())


def test_echoes_link_documents() -> None:
    """Documents with a paragraph in common are linked, edited ones too; a shared phrase, or one's own copy, is not."""
    from dedup.formats.entry import Entry
    from dedup.pipeline import rows
    from dedup.pipeline.distributed import candidates, documents
    from dedup.pipeline.reading import shard
    from dedup.settings import Settings

    random = np.random.default_rng(4)
    vocabulary = [f"{one}{two}{three}" for one in "bdklmnprst" for two in "aeiou" for three in "lnrst"]

    def words(count: int) -> str:
        return " ".join(random.choice(vocabulary, count))

    said = words(60)
    edited = " ".join("exchanged" if number % 12 == 5 else word for number, word in enumerate(said.split()))
    twice = words(50)
    made = [said, edited, f"{words(30)} {' '.join(said.split()[:5])} {words(30)}", f"{twice}\n\n{twice}", words(60)]
    texts = [f"{words(40)}\n\n{each}" for each in made]
    incoming = [rows.Incoming(0, Entry(str(number), text)) for number, text in enumerate(texts)]
    tables = shard([rows.batch(incoming)], Settings())
    sketched = documents.sketches(tables, pa.array(texts, pa.large_string()), Settings())
    keys = [np.frombuffer(own.as_py(), np.int64) for own in sketched["paragraphs"]]
    wanted = np.unique(np.concatenate(keys))
    count = len(texts)
    columns = {
        "text": pa.array([(number << 16) + (number == 1) for number in range(count)]),
        "rank": pa.array([0] * count, pa.int32()),
        "precedes": pa.array([0.0] * count),
        "wanted": pa.array([np.intersect1d(own, wanted) for own in keys], pa.list_(pa.int64())),
        "paragraphs": sketched["paragraphs"],
        "marks": sketched["marks"],
    }
    batch = pa.RecordBatch.from_arrays(list(columns.values()), list(columns))
    packed = pa.Table.from_batches(candidates.marked(7, iter([batch.slice(0, 2), batch.slice(2)])))
    each = 35 + 1  # bands, and all words
    assert sum(len(row) for row in packed["known"].to_pylist()) == each * (2 * count + 1) * candidates.MARK.itemsize
    for since, linked in ((0, {(0, 1)}), (1, {(0, 1)}), (2, set())):
        told = [each for part in parts(packed) for each in candidates.echoes(Settings(), since, part)]
        links = [row for each in told for row in each.to_pylist()]
        assert {(min(row.values()), max(row.values())) for row in links} == linked


@pytest.mark.parametrize("count", [0, 1, 300])
def test_few_pairs_connect_as_many_do(count: int) -> None:
    """Pairs of texts with leaders are connected by no more than one a text and one for each two leaders."""
    from dedup.pipeline.distributed.candidates import _spanning

    random = np.random.default_rng(6)
    found = np.stack((np.sort(random.integers(10, 100, count)), random.integers(0, 10, count)), axis=1)
    few = _spanning(found)
    assert len(few) <= 90 + 10 * 9
    for left_out in (range(0), range(0, count, 2), range(30, count)):  # whatever there is
        some = np.delete(found, list(left_out), axis=0)
        assert connected(_spanning(some)) == connected(some)


def connected(pairs: np.ndarray) -> set[frozenset[int]]:
    """Give the components that pairs make, one pair after the other."""
    groups: dict[int, frozenset[int]] = {}
    for one, other in pairs.tolist():
        joined = groups.get(one, frozenset((one,))) | groups.get(other, frozenset((other,)))
        groups.update(dict.fromkeys(joined, joined))
    return set(groups.values())


@contextmanager
def running(kind: str, *arguments: str, folder: Path, said: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Run a master or worker of a cluster; give its process, and what it said when it was ready."""
    log = folder / f"{kind}-{len(list(folder.glob('*.log')))}.log"
    home = Path(str(import_module("pyspark").__path__[0]))
    command = [str(home / "bin" / "spark-class"), f"org.apache.spark.deploy.{kind.lower()}.{kind}", *arguments]
    environment = os.environ | {
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_DAEMON_MEMORY": "256m",
        "JAVA_TOOL_OPTIONS": LIGHT,
        "PYSPARK_PYTHON": sys.executable,
        "PYTHONPATH": str(ROOT),
        "SPARK_WORKER_DIR": str(folder / log.stem),
    }
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env=environment, start_new_session=True)
    try:
        for _ in range(600):
            if found := re.search(said, log.read_text(errors="replace")):
                break
            assert process.poll() is None, log.read_text(errors="replace")
            time.sleep(0.2)
        else:
            pytest.fail(f"{kind} did not start: {log.read_text(errors='replace')}")
        yield process, found[0]
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and all that it has started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """Give a disk of one megabyte."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if mount is None or umount is None:
        pytest.skip("no mount")
    if subprocess.run([mount, "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], check=False).returncode:
        pytest.skip("no right to mount")
    yield folder
    subprocess.run([umount, folder], check=True)


def test_full_disk(tmp_path: Path, small: Path) -> None:
    """On `local[*]`, a full disk of executors is one line and no output; with room, the same command finishes."""
    corpus = generated(tmp_path / "corpus.jsonl", 600)
    local = on_one(corpus, tmp_path / "local")
    environment = configured(tmp_path, {"spark.local.dir": str(small)})
    command: list[str | Path] = [sys.executable, "-m", "dedup", "clean", corpus, "-o", tmp_path / "spark"]
    command += ["--engine", "spark", "--master", "local[*]", "--work", tmp_path / "work"]

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, env=environment, check=False, capture_output=True, text=True)

    failed = run()
    told = "dedup: a disk of Spark's is full; make room where spark.local.dir and the work folder are, and run again\n"
    assert (failed.returncode, failed.stderr.endswith(told), failed.stdout) == (2, True, ""), failed.stderr
    assert not (tmp_path / "spark").exists()
    subprocess.run(["mount", "-o", "remount,size=1g", small], check=True)
    assert run().returncode == 0
    assert spark_rows(tmp_path / "spark") == local_rows(local) != []
    assert not list((tmp_path / "work").iterdir())


def configured(folder: Path, more: dict[str, str]) -> dict[str, str]:
    """Give the environment of a command that starts Spark with these settings."""
    conf = folder / "conf"
    conf.mkdir()
    lines = (f"{name} {value}\n" for name, value in (CONF | more).items())
    (conf / "spark-defaults.conf").write_text("".join(lines))
    light = {"SPARK_LOCAL_IP": "127.0.0.1", "JAVA_TOOL_OPTIONS": LIGHT, "PYTHONPATH": str(ROOT)}
    return os.environ | light | {"SPARK_CONF_DIR": str(conf)}


def generated(path: Path, documents: int) -> Path:
    """Write so many documents of made-up news."""
    program = ROOT / "benchmarks" / "corpus.py"
    command: list[str | Path] = [sys.executable, program, path, "--documents", str(documents), "--seed", "7"]
    subprocess.run(command, check=True, capture_output=True)
    return path


def test_cluster_loses_a_worker(tmp_path: Path) -> None:
    """A cluster of which a worker is killed while it works comes to the same ledger, on 20,000 documents."""
    corpus = generated(tmp_path / "corpus.jsonl", 20_000)
    local = on_one(corpus, tmp_path / "local")
    work = tmp_path / "work"
    more = {
        "spark.executor.memory": "1g",
        "spark.executor.extraJavaOptions": LIGHT,
        "spark.driver.bindAddress": "127.0.0.1",
    }
    environment = configured(tmp_path, more)
    ports = ("--host", "127.0.0.1", "--port", "0", "--webui-port", "0")
    with running("Master", *ports, folder=tmp_path, said=r"spark://127\.0\.0\.1:\d+") as (_, master):
        worker = (*ports, "--cores", "1", "--memory", "1g", master)
        ready = "Successfully registered with master"
        with (
            running("Worker", *worker, folder=tmp_path, said=ready) as (first, _),
            running("Worker", *worker, folder=tmp_path, said=ready),
        ):
            command: list[str | Path] = [
                sys.executable,
                "-m",
                "dedup",
                "clean",
                corpus,
                "--engine",
                "spark",
                "--master",
                master,
            ]
            command += ["-o", tmp_path / "spark", "--work", work]
            process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            try:
                while not list(work.glob("*/meeting-0/_temporary")):
                    assert process.poll() is None, process.communicate()[1].decode()
                    time.sleep(0.05)
                kill(first)
                _, said = process.communicate(timeout=600)
            finally:
                process.kill()
    assert process.returncode == 0, said.decode()
    assert spark_rows(tmp_path / "spark") == local_rows(local)
    assert len(list((tmp_path / "spark").iterdir())) == 3
    assert not list(work.iterdir())
