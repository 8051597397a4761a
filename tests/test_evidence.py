"""Evidence in a ledger is measured again, from the texts alone: all parts, of every document that went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import orjson
import pytest
from command import SEEDS, dedup, plant
from test_matching_gate import planted

from dedup import Document, Settings, clean, ledger
from dedup.kernel.arrays import Texts
from dedup.kernel.likeness import DIGITS, HELD, SURE, Sets, measured
from dedup.pipeline.outcome import PARTS
from dedup.sketch import text_words, word_sequences

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

SHINGLE: Final = 5


def stories() -> dict[str, str]:
    """Give the project's own planted set."""
    return planted(5)[0]


def seeds() -> dict[str, str]:
    """Give the seeds with copies of each: cut, edited, and glued to the next."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(SEEDS.iterdir())]
    made: dict[str, str] = {}
    for number, (text, following) in enumerate(zip(texts, texts[1:] + texts[:1], strict=True)):
        words = text.split(" ")
        edited = " ".join("otherwise" if place % 9 == 4 else word for place, word in enumerate(words))
        made |= {f"{number}": text, f"{number} cut": text[: len(text) * 2 // 3], f"{number} edited": edited}
        made |= {f"{number} glued": f"{text}\n\n{following}"}
    return made


def rest(text: str, parts: list[dict[str, Any]]) -> str:
    """Take parts out of a text."""
    for part in sorted(parts, key=lambda part: -part["start"]):
        text = text[: part["start"]] + text[part["end"] :]
    return text


def shingles(text: str) -> set[tuple[int, ...]]:
    """Give the shingles of a text of at least five words."""
    words = text_words(text).hashes.tolist()
    return {tuple(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1)}


def weighed(told: dict[str, float], n: int, m: int) -> float:
    """Put parts together as docs and kernel say, for a text of n words and a witness of m."""
    left, right = told["words"] * n, told["covers"] * m
    assert left == pytest.approx(round(left), abs=n * 10.0**-DIGITS)
    assert right == pytest.approx(round(right), abs=m * 10.0**-DIGITS)
    agreement = (left + right) / (n + m + 2 * SURE)
    held = left / (n + SURE)
    return float(max(told["jaccard"], min(agreement, held), HELD * held) * min(told["figures"], told["names"]) ** 2)


@pytest.mark.parametrize("keep", ["longest", "first", "last"])
@pytest.mark.parametrize("corpus", [stories, seeds])
def test_evidence(
    corpus: Any,  # noqa: ANN401 - either
    keep: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every near-duplicate and contained document has a witness that stays and holds it; all its numbers are right."""
    monkeypatch.chdir(tmp_path)
    texts = corpus()
    plant(tmp_path, {"in.jsonl": lines(texts)})
    assert dedup("clean", "in.jsonl", "-o", "out", "--keep", keep).code == 0
    cleaned = (tmp_path / "out/in.jsonl").read_bytes().splitlines()
    kept = {row["id"]: row["text"] for row in map(orjson.loads, cleaned)}
    reasons = set()
    for row in ledger.rows(tmp_path / "out/ledger.jsonl"):
        if row["kind"] != "removal" or row["reason"] not in {"ND101", "CD101"}:
            continue
        reasons.add(row["reason"])
        told = row["evidence"]
        assert row["document"] not in kept
        text, witness = rest(texts[row["document"]], row.get("stripped", [])), kept[told["document"]]
        one, other = shingles(text), shingles(witness)
        assert (told["shared"], told["union"]) == (len(one & other), len(one | other))
        assert told["jaccard"] == len(one & other) / len(one | other)
        assert told["containment"] == len(one & other) / len(one)
        both = Texts.of_strings([text, witness])
        sets = Sets.of(word_sequences(both, SHINGLE))
        pair = np.array([0]), np.array([1]), np.zeros(1, np.uint8)
        _, parts, _ = measured(*pair, sets, aligned=True, threshold=0)
        again = dict(zip(("words", "covers", "figures", "names", "likeness"), parts[0].round(DIGITS), strict=True))
        assert again == {name: told[name] for name in PARTS}
        n, m = (len(text_words(each).hashes) for each in (text, witness))
        assert told["likeness"] == pytest.approx(weighed(told, n, m), abs=1e-4)
        assert told["likeness"] >= 0.6
        assert max(told["words"], told["jaccard"]) >= 0.6
        assert (row["reason"] == "ND101") == (told["covers"] >= 2 / 3 * told["words"])
    assert reasons == {"ND101", "CD101"}


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({}, {"half", "copy"}),
        ({"threshold": 0.7}, {"copy"}),
        ({"containment": 0.9}, {"half", "copy"}),
        ({"containment": 1.0}, {"half"}),
        ({"threshold": 0.7, "containment": 0.9}, {"half", "copy"}),
    ],
)
def test_plain_measures_are_plain(chosen: dict[str, float], expected: set[str]) -> None:
    """With a threshold alone, half of a text stays beside the whole; which other measure is asked for decides alone."""
    words = (SEEDS / "000_a50a9388cdaa740f.txt").read_text(encoding="utf-8").split()[:200]
    copy = " ".join([*words[:197], "otherwise", *words[198:]])
    texts = {"whole": " ".join([*words, "and", "more"]), "half": " ".join(words[:100]), "copy": copy}
    settings = Settings.of({**chosen, "steps": "documents"})
    result = clean([Document(name, text) for name, text in texts.items()], settings)
    assert {removal.document for removal in result.removals} == expected


@pytest.mark.parametrize("keep", ["longest", "first", "last"])
@pytest.mark.parametrize("share", [0.45, 0.5, 0.57])
def test_what_a_text_has_besides_stays(share: float, keep: str) -> None:
    """A text of which a part was there first stays where the part lacks much of it, and the part goes."""
    whole = (SEEDS / "000_a50a9388cdaa740f.txt").read_text(encoding="utf-8").split()[:400]
    part = Document("part", " ".join(whole[: int(share * len(whole))]))
    settings = Settings.of({"keep": keep, "steps": "documents"})
    for texts in ([part, Document("whole", " ".join(whole))], [Document("whole", " ".join(whole)), part]):
        assert [removal.document for removal in clean(texts, settings).removals] == ["part"]


def test_two_articles_glued_together_go_because_of_both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of what goes with a whole document, every part tells which other document keeps it, and where."""
    monkeypatch.chdir(tmp_path)
    one, other = (path.read_text(encoding="utf-8")[:2000].rpartition("\n")[0] for path in sorted(SEEDS.iterdir())[1::3])
    old = {"one": one, "other": other}
    plant(tmp_path, {"old.jsonl": lines(old), "new.jsonl": lines({"glued": f"{one}\n\n{other}"})})
    assert dedup("index", "build", "old.jsonl", "-o", "index").code == 0
    assert dedup("clean", "new.jsonl", "--against", "index", "-o", "out").code == 0
    _, row = ledger.rows(tmp_path / "out/ledger.jsonl")
    assert (row["start"], row["end"]) == (0, len(one) + len(other) + 2)
    keepers = {row["evidence"]["document"]}
    for part in row["stripped"]:
        if part["reason"].startswith("XP"):
            told = part["evidence"]
            keepers.add(told["document"])
            assert (
                row["text"][part["start"] : part["end"]].strip() == old[told["document"]][told["start"] : told["end"]]
            )
    assert keepers == {"one", "other"}


def lines(texts: dict[str, str]) -> bytes:
    """Write documents as JSON Lines."""
    return b"\n".join(orjson.dumps({"id": name, "text": text}) for name, text in texts.items())
