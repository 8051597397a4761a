"""
Floors for like paragraphs, measured on labelled and on generated texts.

The labelled texts are no part of the repository: `DEDUP_DATA` names their folder, `../shared/data` is the default.
Floors may be raised; lowering one needs a reason in the changelog. A changed file needs its floors measured anew.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from bisect import bisect_right
from collections import Counter, defaultdict
from functools import cache
from itertools import accumulate, combinations
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final

import pytest

from dedup import Settings, Step
from dedup.engines.local import Engine
from dedup.formats.entry import Entry
from dedup.pipeline.corpus import Corpus
from dedup.pipeline.rows import Incoming
from dedup.sketch import text_words

if TYPE_CHECKING:
    from dedup.records import Passage, PassageMatch

ROOT: Final = Path(__file__).parents[1]
DATA: Final = Path(os.environ.get("DEDUP_DATA", ROOT.parent / "shared" / "data")) / "neardup" / "planted"
DIGESTS: Final = {
    "docs.jsonl.gz": "473ca673908e37f332d076b06b1c6ef038a7f3cbb4ce926a17934624fde44c79",
    "paras.tsv": "0772cbab8cd2d4899d4d91ed8ee825a4704c6f699af2760949481ff5b76eda5e",
}
LEAST: Final = 15
"""Words of the shortest paragraph that is compared by default."""
Line = tuple[str, int]


def like(texts: dict[str, str]) -> list[PassageMatch]:
    """Find the pairs of like paragraphs with the default settings."""
    with Engine() as engine:
        corpus = Corpus(Settings(steps=(Step.PARAGRAPHS,)), engine)
        corpus.gather((Incoming(0, Entry(*document)) for document in texts.items()), lambda one: one.entry.id)
        found = list(corpus.passage_pairs())
    assert not corpus.forgotten
    return found


def numbered(texts: dict[str, str], matches: list[PassageMatch]) -> dict[tuple[Line, Line], PassageMatch]:
    """Number the paragraphs of pairs by their lines, each of which must be spanned exactly."""
    starts = {
        name: list(accumulate((len(line) + 1 for line in text.split("\n")), initial=0)) for name, text in texts.items()
    }

    def line(passage: Passage) -> Line:
        number = bisect_right(starts[passage.document], passage.span.start) - 1
        spanned = texts[passage.document][passage.span.start : passage.span.end]
        assert spanned == texts[passage.document].split("\n")[number].strip(" \t")
        return passage.document, number

    pairs = {}
    for match in matches:
        one, other = sorted((line(match.a), line(match.b)))
        pairs[one, other] = match
    assert len(pairs) == len(matches)
    return pairs


@cache
def planted() -> tuple[dict[str, str], dict[Line, tuple[str, str]]]:
    """Read the labelled texts, and the source and kind of their labelled paragraphs."""
    for name, digest in DIGESTS.items():
        if not (DATA / name).exists():
            pytest.skip(f"{DATA / name} is missing; set DEDUP_DATA to the folder of the labelled texts")
        assert hashlib.sha256((DATA / name).read_bytes()).hexdigest() == digest, f"{name} has changed: measure anew"
    with gzip.open(DATA / "docs.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = {row["id"]: row["text"] for row in map(json.loads, lines)}
    rows = (row.split("\t") for row in (DATA / "paras.tsv").read_text(encoding="utf-8").splitlines())
    return texts, {(name, int(number)): (source, kind) for name, number, source, kind in rows}


def test_planted_paragraphs() -> None:
    """
    Nearly all that is found is right, every exact copy is found, and blurbs of different people never match.

    The labels hold a notice with its last line apart from the same notice without; such pairs count neither way.
    """
    texts, labels = planted()
    pairs = numbered(texts, like(texts))
    lines = {name: text.split("\n") for name, text in texts.items()}
    found: Counter[str] = Counter()
    wrong = 0
    for pair in pairs:
        (source, kind), (other_source, other_kind) = (labels.get(line, ("", "")) for line in pair)
        if source and source == other_source:
            found[kind] += 1
        elif {kind, other_kind} != {"notice", "notice_var"}:
            wrong += 1
            assert {kind, other_kind} != {"author"}
    assert wrong <= 0.01 * found.total()
    groups: dict[str, list[Line]] = defaultdict(list)
    for line, (source, _) in labels.items():
        if len(text_words(lines[line[0]][line[1]]).hashes) >= LEAST:
            groups[source].append(line)
    wanted = Counter(labels[one][1] for group in groups.values() for one, _ in combinations(sorted(group), 2))
    assert (found["author"], found["notice"], wanted["notice_var"]) == (360, 1770, 1770)
    assert found["notice_var"] >= 1760
    assert found.total() >= 0.95 * wanted.total()
    inside = {
        (one, other) for group in groups.values() for one, other in combinations(sorted(group), 2) if one[0] == other[0]
    }
    assert len(inside & pairs.keys()) >= 0.98 * len(inside)


def test_planted_notices_stand_alone() -> None:
    """Planted notices and blurbs are told from copied stories by what stands beside them."""
    texts, labels = planted()
    told: dict[bool, Counter[bool]] = {True: Counter(), False: Counter()}
    for (one, other), match in numbered(texts, like(texts)).items():
        if one in labels and other in labels and labels[one] == labels[other]:
            told[labels[one][1] in {"author", "notice", "notice_var"}][match.together] += 1
    assert told[True][True] <= 0.005 * told[True].total()
    assert told[False][False] <= 0.05 * told[False].total()


WORDS: Final = [f"{one}{two}{three}" for one in "bdklmnprst" for two in "aeiou" for three in "lnrst"]


def generated() -> dict[str, str]:
    """Make stories with copies of paragraphs, some words of each changed, and blurbs of one frame with other facts."""
    random = Random(5)  # noqa: S311 - texts, no secrets
    sources = [random.choices(WORDS, k=random.randint(15, 60)) for _ in range(60)]
    frame = random.choices(WORDS, k=48)
    texts = {}
    for number in range(120):
        paragraphs = []
        for source in random.sample(sources, 3):
            words = list(source)
            for place in random.sample(range(len(words)), random.choice((0, 0, 1, 2))):
                words[place] = random.choice(WORDS)
            paragraphs.append(words)
        blurb = list(frame)
        for place, name in zip((0, 1, 9, 24), ("Name", "Surname", "Town", "Year"), strict=True):
            blurb[place] = f"{name}{number}"
        texts[f"d{number:03}"] = "\n".join(" ".join(words) + "." for words in (*paragraphs, blurb))
    return texts


def test_generated_paragraphs() -> None:
    """Of all pairs at the threshold hardly one is missed, those below are edited copies, and no blurbs match."""
    texts = generated()
    pairs = numbered(texts, like(texts))
    sets = {}
    for name, text in texts.items():
        for number, line in enumerate(text.split("\n")):
            words = line.rstrip(".").split()
            sets[name, number] = {tuple(words[at : at + 3]) for at in range(len(words) - 2)}
    exact = {(one, other): len(a & b) / len(a | b) for (one, a), (other, b) in combinations(sorted(sets.items()), 2)}
    wanted = {pair for pair, jaccard in exact.items() if jaccard >= 0.8}
    assert all(exact[pair] > 0.3 for pair in pairs)  # unrelated ones share nothing
    assert len(wanted) > 400  # of 120 texts of four paragraphs each
    assert len(wanted & pairs.keys()) >= 0.99 * len(wanted)
    assert all(match.jaccard == exact[pair] for pair, match in pairs.items())
    assert not any(one[1] == other[1] == 3 for one, other in pairs)
