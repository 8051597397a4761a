"""The benchmarks' tools: what the corpus generator plants, what the exact truth is, what a run costs."""

from __future__ import annotations

import re
import sys
from collections import Counter
from functools import cache
from hashlib import sha256
from importlib import import_module
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson
import pytest

if TYPE_CHECKING:
    from types import ModuleType

BENCHMARKS: Final = Path(__file__).parents[1] / "benchmarks"
SEEDS: Final = Path(__file__).parents[1] / "seeds"
DIGEST: Final = "24ff32068434f7673a55d55d2e10b6792862fe229f30fd61e028b992c57ce3ee"
"""Of the first 200 documents of seed 1; a change of it makes earlier measurements those of another corpus."""
RATES: Final = {"exact": 0.06, "near": 0.1, "truncated": 0.06, "doubled": 0.04, "skew": 0.05, "boilerplate": 0.2}


class Planting(NamedTuple):
    """A line of a corpus's truth."""

    id: str
    of: str
    kind: str
    detail: str


class Made(NamedTuple):
    """A corpus and its truth."""

    texts: dict[str, str]
    planted: list[Planting]

    def kind(self, name: str) -> list[Planting]:
        """Give the plantings of a kind, of which there are some."""
        found = [one for one in self.planted if one.kind == name]
        assert found, f"nothing {name} to look at"
        return found


def tool(name: str) -> ModuleType:
    """Import one of the benchmarks' modules as its command does: from their folder."""
    if str(BENCHMARKS) not in sys.path:
        sys.path.append(str(BENCHMARKS))
    return import_module(name)


def make(out: Path, *options: str) -> Made:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["corpus.py", str(out), *options])
        tool("corpus").main()
    rows = [orjson.loads(line) for line in out.read_bytes().splitlines()]
    truth = out.with_suffix(".truth.tsv").read_text(encoding="utf-8").splitlines()
    return Made({row["id"]: row["text"] for row in rows}, [Planting(*line.split("\t")) for line in truth])


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


@cache
def shingles(text: str) -> set[tuple[str, ...]]:
    """Cut a text into its runs of five words, one by one."""
    listed = words(text)
    width = min(5, len(listed))
    return {tuple(listed[at : at + width]) for at in range(len(listed) - width + 1)} if listed else set()


def jaccard(one: str, other: str) -> float:
    ours, theirs = shingles(one), shingles(other)
    return len(ours & theirs) / len(ours | theirs) if ours | theirs else 0.0


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> Made:
    rates = [part for name, rate in RATES.items() for part in (f"--{name}", str(rate))]
    return make(tmp_path_factory.mktemp("corpus") / "en.jsonl", "--documents", "1500", *rates)


@pytest.fixture(scope="module", params=["en", "zh", "th", "folder"])
def corpus(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Made:
    chosen = ["--from", str(SEEDS)] if request.param == "folder" else ["--language", request.param]
    return make(tmp_path_factory.mktemp("corpus") / "corpus.jsonl", "--documents", "400", *chosen)


def test_seed(tmp_path: Path) -> None:
    """The same seed makes the same bytes, another one does not."""
    bytes_of = {}
    for name, seed in (("one", "1"), ("again", "1"), ("two", "2")):
        make(tmp_path / f"{name}.jsonl", "--documents", "100", "--seed", seed)
        bytes_of[name] = [(tmp_path / f"{name}{suffix}").read_bytes() for suffix in (".jsonl", ".truth.tsv")]
    assert bytes_of["one"] == bytes_of["again"]
    assert bytes_of["one"][0] != bytes_of["two"][0]


def test_bytes_are_the_same_everywhere(tmp_path: Path) -> None:
    """Figures of one machine are of the same corpus as those of another."""
    make(tmp_path / "corpus.jsonl", "--documents", "200")
    assert sha256((tmp_path / "corpus.jsonl").read_bytes()).hexdigest() == DIGEST


@pytest.mark.parametrize("size", [("200KB", 2e5), ("1.5MB", 1.5e6)])
def test_size(tmp_path: Path, size: tuple[str, float]) -> None:
    """The file is as large as was asked, within 5 %."""
    make(tmp_path / "corpus.jsonl", "--size", size[0])
    assert (tmp_path / "corpus.jsonl").stat().st_size == pytest.approx(size[1], rel=0.05)


def test_rates(english: Made) -> None:
    """Each kind has its share of the documents, within four standard deviations."""
    counted = Counter(one.kind.replace("template", "skew") for one in english.planted)
    count = len(english.texts)
    for kind, rate in RATES.items():
        assert counted[kind] == pytest.approx(rate * count, abs=4 * (rate * (1 - rate) * count) ** 0.5), kind
    assert set(counted) == set(RATES)


def test_originals_stand_before_their_copies(corpus: Made) -> None:
    place = {name: at for at, name in enumerate(corpus.texts)}
    assert all(place[one.of] < place[one.id] for one in corpus.planted if one.of)
    copied = {one.of for one in corpus.planted}
    assert not copied & {one.id for one in corpus.planted if one.kind != "boilerplate"}


def test_exact_copies_have_the_same_words(corpus: Made) -> None:
    for one in corpus.kind("exact"):
        assert words(corpus.texts[one.id]) == words(corpus.texts[one.of])
        assert (corpus.texts[one.id] == corpus.texts[one.of]) >= (one.detail == "bytes")


def test_near_copies_are_like_but_not_the_same(english: Made) -> None:
    """A share s of edited words leaves about (1 - s) ** 5 of the shingles, on average."""
    furnished = {one.id for one in english.kind("boilerplate")}
    beside = []
    for one in english.kind("near"):
        assert 0.01 <= float(one.detail) <= 0.1
        assert english.texts[one.id] != english.texts[one.of]
        if one.id not in furnished:
            left = (1 - float(one.detail)) ** 5
            beside.append(jaccard(english.texts[one.id], english.texts[one.of]) - left / (2 - left))
    assert abs(sum(beside)) / len(beside) < 0.05
    assert max(map(abs, beside)) < 0.35


def test_truncated_copies_are_beginnings(corpus: Made) -> None:
    for one in corpus.kind("truncated"):
        assert corpus.texts[one.of].startswith(corpus.texts[one.id])
        share = len(corpus.texts[one.id]) / len(corpus.texts[one.of])
        assert 0.3 < share < 1
        assert share == pytest.approx(float(one.detail), abs=0.02)


def test_doubled_documents_have_their_body_twice(corpus: Made) -> None:
    for one in corpus.kind("doubled"):
        first, second = corpus.texts[one.id][: int(one.detail)], corpus.texts[one.id][int(one.detail) :]
        assert second
        assert first.rstrip("\n").endswith("\n\n" + second)


def test_documents_of_the_template_are_no_duplicates(english: Made) -> None:
    """They are alike enough for a hot bucket, but below half."""
    texts = [english.texts[one.id] for one in english.kind("template")][:25]
    found = [jaccard(*pair) for pair in combinations(texts, 2)]
    assert max(found) < 0.5
    assert min(found) > 0.3


def test_furniture_is_added_lines(english: Made) -> None:
    """A furnished document has lines that are, names and numbers apart, in the list of page furniture."""
    listed = (BENCHMARKS / "furniture.txt").read_text(encoding="utf-8").splitlines()
    known = re.compile("|".join(re.sub(r"\\{\w+\\}", ".+", re.escape(line)) for line in listed if line))
    for one in english.kind("boilerplate"):
        lines = [line for line in english.texts[one.id].split("\n") if known.fullmatch(line)]
        assert lines
        assert sum(map(len, lines)) <= int(one.detail) or one.id in {near.id for near in english.kind("near")}


def test_originals_are_unlike(english: Made) -> None:
    planted = {one.id for one in english.planted}
    texts = [text for name, text in english.texts.items() if name not in planted][:40]
    found = [jaccard(*pair) for pair in combinations(texts, 2)]
    assert sum(found) / len(found) < 0.002
    assert max(found) < 0.1


def test_kinds_can_be_left_out(tmp_path: Path) -> None:
    none = [part for name in RATES for part in (f"--{name}", "0")]
    assert not make(tmp_path / "corpus.jsonl", "--documents", "50", *none).planted


@pytest.mark.parametrize("threshold", [0.05, 0.4, 0.7, 1.0])
def test_truth_is_that_of_brute_force(tmp_path: Path, english: Made, threshold: float) -> None:
    """Every pair with its similarity, and no other, on documents that overlap in many ways."""
    linked = {name for one in english.planted if one.of for name in (one.id, one.of)}
    templates = {one.id for one in english.kind("template")[:8]}
    names = [*[name for name in english.texts if name in linked][:44], *templates]
    texts = {name: english.texts[name] for name in names}
    texts |= {
        "empty": "",
        "blank": " \n",
        "short": "only four words here",
        "again": "Only four, words here!",
        "one": "One",
    }
    texts |= {
        "five": "only four words here now",
        "ones": "one",
        "end": "nothing like the others is said in this last one",
    }
    assert len(texts) == 60
    (tmp_path / "corpus.jsonl").write_bytes(
        b"\n".join(orjson.dumps({"id": name, "text": text}) for name, text in texts.items())
    )
    found = {(one, other): value for one, other, value in tool("truth").pairs(tmp_path / "corpus.jsonl", threshold)}
    measured = {(one, other): jaccard(texts[one], texts[other]) for one, other in combinations(texts, 2)}
    wanted = {pair: value for pair, value in measured.items() if value >= threshold}
    assert found == pytest.approx(wanted)
    assert ("short", "again") in found


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="the system does not tell")
def test_cost_counts_all_processes() -> None:
    """Two processes that hold memory at the same time, one started by the other."""
    hold = "held = bytearray(b'x') * 60_000_000"
    child = f"import time; {hold}; time.sleep(0.6)"
    parent = f"import subprocess, sys; {hold}; subprocess.run([sys.executable, '-c', {child!r}])"
    cost = tool("measure").run([sys.executable, "-c", parent])
    assert cost.wall >= 0.6
    assert 120e6 <= cost.memory < 200e6
    assert cost.cpu > 0


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the system does not tell")
def test_cost_counts_orphans() -> None:
    """A process whose parent ends without waiting for it has worked all the same."""
    child = "import time; begin = time.process_time()\nwhile time.process_time() < begin + 0.4: pass\ntime.sleep(9)"
    parent = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {child!r}]); time.sleep(1.5)"
    assert 0.2 < tool("measure").run([sys.executable, "-c", parent]).cpu < 1.5


def test_cost_of_failures() -> None:
    measure = tool("measure")
    with pytest.raises(measure.FailedError, match="exit code 3: no luck"):
        measure.run([sys.executable, "-c", "import sys; print('no luck'); sys.exit(3)"])
    with pytest.raises(measure.FailedError, match="stopped after"):
        measure.run([sys.executable, "-c", "import time; time.sleep(30)"], limit=0.3)


def test_judgement_of_pairs_and_clusters() -> None:
    """A cluster of three is three pairs; order within a pair does not matter."""
    judge = tool("versus").judge
    wanted = {("a", "b"), ("c", "d"), ("c", "e"), ("x", "y")}
    assert judge(iter([["b", "a"], ["c", "d", "e"]]), wanted) == "4 | 0.7500 | 0.7500"
    assert judge(iter([["b", "a"], ["a", "b"]]), None) == "1"


def test_record_adds_before_the_mark(tmp_path: Path) -> None:
    versus = tool("versus")
    (tmp_path / "README.md").write_text(f"before\n\n{versus.MARK}\n\nafter\n", encoding="utf-8")
    versus.record(tmp_path / "README.md", "first")
    versus.record(tmp_path / "README.md", "second")
    assert (tmp_path / "README.md").read_text(
        encoding="utf-8"
    ) == f"before\n\nfirst\n\nsecond\n\n{versus.MARK}\n\nafter\n"
    assert versus.MARK in (BENCHMARKS / "README.md").read_text(encoding="utf-8")


def test_record_names_no_folders(tmp_path: Path) -> None:
    """What is recorded tells the machine and the command, not where things lie."""
    (tmp_path / "corpus.jsonl").write_bytes(b"{}\n")
    given: dict[str, Any] = {"runs": 3, "truth": True, "threshold": 0.7, "command": "pairs"}
    given |= {"corpus": tmp_path / "corpus.jsonl", "peers": ["gaoya"], "rest": ["--jobs", "2"]}
    text = tool("versus").setting(SimpleNamespace(**given, peer_processes=None))
    assert (
        "`python benchmarks/versus.py corpus.jsonl --peers gaoya --runs 3 --truth --threshold 0.7 -- --jobs 2`" in text
    )
    assert "--truth --peer-processes 1 --threshold" in tool("versus").setting(
        SimpleNamespace(**given, peer_processes=1)
    )
    assert str(tmp_path) not in text


def test_options_after_two_dashes_are_for_dedup() -> None:
    arguments = tool("versus").arguments
    assert arguments(["in.jsonl", "--command", "clean", "--", "--jobs", "2"]).rest == ["--jobs", "2"]
    assert arguments(["in.jsonl", "--peers", "gaoya,rensa"]).peers == ["gaoya", "rensa"]
    assert arguments(["in.jsonl"]).rest == []
    with pytest.raises(SystemExit):
        arguments(["in.jsonl", "--peers", "nobody"])


def test_peers_are_pinned() -> None:
    """Every package of every peer has one version, the peer's own first."""
    versus = tool("versus")
    assert set(versus.PEERS) >= {"datasketch", "datatrove", "gaoya", "rensa", "text-dedup"}
    for name, script in versus.PEERS.items():
        packages = versus.dependencies(script)
        assert packages[0].startswith(f"{name}==")
        assert all(re.fullmatch(r"[\w-]+==[\w.]+", package) for package in packages)
