"""Audits: the neighbours of sampled documents are what comparing all with all gives, and what was missed is counted."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import orjson
import pytest
from command import dedup, plant
from hypothesis import example, given
from hypothesis import strategies as st
from test_laws import corpora_of, documents
from test_matching_gate import planted

from dedup.cluster import Criteria, Pairs, looked_up
from dedup.kernel.arrays import Texts
from dedup.kernel.likeness import Sets, measured
from dedup.pipeline import audit
from dedup.settings import MatchSettings
from dedup.sketch import sketch, word_sequences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from dedup.kernel.arrays import I32, I64

T = TypeVar("T")
R = TypeVar("R")


class Case:
    """Texts in memory, as an audit looks them up: no bands, no samples, no signatures."""

    def __init__(self, texts: list[str], shingle: int) -> None:
        self.strings = texts
        self.shingle = shingle
        self.words = sketch(Texts.of_strings(texts), MatchSettings(permutations=1)).words

    def lengths(self, rows: I64) -> I32:
        """Count the words of some texts."""
        return self.words[rows]

    def texts(self, rows: I64) -> Iterator[tuple[I64, Texts]]:
        """Give some texts."""
        yield np.arange(len(rows)), Texts.of_strings([self.strings[row] for row in rows])

    def map(self, function: Callable[[T], R], arguments: Sequence[T]) -> Iterator[R]:
        """Call a function with each argument."""
        return map(function, arguments)


def every_pair(case: Case, rows: list[int], criteria: Criteria) -> set[tuple[int, int]]:
    """Measure all pairs of texts that have words."""
    pairs = np.array([pair for pair in combinations(rows, 2) if case.words[list(pair)].all()], np.int64).reshape(-1, 2)
    sets = Sets.of(word_sequences(Texts.of_strings(case.strings), case.shingle))
    left, right = pairs.T.copy()
    shared, straight, turned = measured(
        left, right, np.zeros(len(left), np.uint8), sets, criteria.likeness <= 1, criteria.threshold
    )
    sizes = sets.sizes.astype(np.int64)
    found = Pairs(left, right, shared.astype(np.int64), sizes[left], sizes[right], straight, turned, 0).matching(
        criteria
    )
    return set(zip(found.left.tolist(), found.right.tolist(), strict=True))


texts = st.lists(st.sampled_from([*"abcdef"]), max_size=12).map(" ".join)
levels = st.sampled_from([0.05, 0.3, 0.6, 0.9, 1.0])
wanted = st.builds(
    MatchSettings,
    likeness=levels,
    threshold=st.none() | levels,
    containment=st.none() | levels,
    shingle=st.sampled_from([1, 2, 3, 5]),
)


@given(corpora_of(documents(seeds=3) | texts | texts), wanted, st.sampled_from([1, 3, 9]), st.integers(0, 9))
@example({"a": "a b", "b": "A b!", "c": "", "d": ""}, MatchSettings(), 9, 0)
@example({"a": "a b c " * 40, "b": "a b c d"}, MatchSettings(likeness=0.05), 9, 0)
def test_neighbours_are_all_neighbours(corpus: dict[str, str], chosen: MatchSettings, count: int, seed: int) -> None:
    """Of the sampled texts exactly those pairs are found that match when all are compared with all, each once."""
    case = Case(list(corpus.values()), chosen.shingle)
    among = np.flatnonzero(case.words > 0)
    sampled = audit.sample(among, count, seed)
    assert len({*sampled.tolist()} & {*among.tolist()}) == len(sampled) == min(count, len(among))
    found = [
        (min(pair), max(pair))
        for left, right in audit.neighbours(case, sampled, among, chosen, 1)
        for pair in zip(left.tolist(), right.tolist(), strict=True)
    ]
    every = every_pair(case, list(range(len(case.strings))), Criteria.of(chosen))
    assert sorted(found) == sorted(pair for pair in every if {*pair} & {*sampled.tolist()})


@pytest.mark.parametrize("chosen", [MatchSettings(), MatchSettings(threshold=0.3, containment=0.5)])
def test_neighbours_of_planted_copies(chosen: MatchSettings) -> None:
    """So it is with whole stories and their copies, of which the filter passes only some."""
    made, _ = planted(3)
    case = Case([text for name, text in made.items() if name.split()[-2] in {"1", "2", "3"}], chosen.shingle)
    among = np.arange(len(case.strings))
    [(left, right)] = audit.neighbours(case, among, among, chosen, 1 << 26)
    every = every_pair(case, among.tolist(), Criteria.of(chosen))
    assert {tuple(sorted(pair)) for pair in zip(left.tolist(), right.tolist(), strict=True)} == every
    assert len(every) > 20
    sets = looked_up(case, among, ordered=True)
    likely, _ = audit._Filter(sets, Criteria.of(chosen), chosen.shingle).pairs(sets)  # noqa: SLF001
    assert len(likely) < len(among) ** 2


@given(st.integers(0, 500).flatmap(lambda pairs: st.tuples(st.just(pairs), st.integers(0, pairs))))
def test_interval(counts: tuple[int, int]) -> None:
    """The interval holds the share that was found, and its bounds are where Wilson's test just accepts that share."""
    pairs, found = counts
    low, high = audit.Audit(1, pairs, found).interval()
    assert 0 <= low <= high <= 1
    if not pairs:
        assert (low, high) == (0, 1)
        return
    share = found / pairs
    assert low - 1e-6 <= share <= high + 1e-6
    for bound in (low, high):
        if 0 < bound < 1:
            assert abs(share - bound) == pytest.approx(1.959964 * (bound * (1 - bound) / pairs) ** 0.5, abs=1e-4)


def corpus(folder: Path) -> None:
    """Plant stories with their copies."""
    made, _ = planted(4)
    rows = b"".join(orjson.dumps({"id": name, "text": text}) + b"\n" for name, text in made.items())
    plant(folder, {"in.jsonl": rows})


def test_an_audited_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Candidates and the audit are told, in the report too; the ledger is the same with the audit and without."""
    monkeypatch.chdir(tmp_path)
    corpus(tmp_path)
    told = dedup("clean", "in.jsonl", "-o", "out", "--audit", "100", "--steps", "documents").out
    report = orjson.loads((tmp_path / "out/report.json").read_bytes())
    header = orjson.loads((tmp_path / "out/ledger.jsonl").read_bytes().splitlines()[0])
    assert report["audit"]["documents"] == 100
    assert 0.9 <= report["audit"]["recall"] <= 1
    assert f"of which {report['audit']['found']:,} were found" in told
    assert header["recall"] == report["recall"]
    assert report["recall"]["candidates"] >= report["removals"]["ND101"]["documents"]
    ledger = (tmp_path / "out/ledger.jsonl").read_bytes()
    assert "Audit" not in dedup("clean", "in.jsonl", "-o", "out", "--steps", "documents").out
    assert (tmp_path / "out/ledger.jsonl").read_bytes() == ledger
    dry = dedup("clean", "in.jsonl", "--dry-run", "--steps", "documents", "--memory", "256M").out
    assert f"propose {header['recall']['candidates']:,} pairs" in dry


def test_what_was_missed_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where hardly anything is proposed, the audit tells so; where all of it is, it tells that."""
    monkeypatch.chdir(tmp_path)
    corpus(tmp_path)
    plant(tmp_path, {"few.toml": b"[tool.dedup]\nthreshold = 0.4\npermutations = 1\nsample = 1000000\n"})
    shares = {}
    for name, options in {"few": ["--config", "few.toml"], "all": ["--threshold", "0.4"]}.items():
        told = dedup("pairs", "in.jsonl", *options, "-o", "pairs.tsv", "--audit", "1000000").err
        counts = told.split("in ")[1].split(" pairs, of which ")
        shares[name] = int(counts[1].split()[0]) / int(counts[0])
        assert len((tmp_path / "pairs.tsv").read_text(encoding="utf-8").splitlines()) == int(counts[1].split()[0])
    assert shares["few"] < 0.8
    assert shares["all"] > 0.97


def test_paragraphs_are_not_audited(tmp_path: Path) -> None:
    """An audit of paragraphs is refused, rather than left out."""
    plant(tmp_path, {"in/a.txt": b"A text."})
    ran = dedup("pairs", tmp_path / "in", "--paragraphs", "--audit", "3")
    assert ran.code == 2
    assert "--audit" in ran.err
