"""The report: what is chosen of a ledger, and that the page tells of it what is true, whatever texts hold."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import orjson
import pytest
from command import SEEDS, dedup, plant, tree
from conftest import any_text
from hypothesis import given
from hypothesis import strategies as st
from page import base, blocks, documents

from dedup.pipeline import reporting
from dedup.report import choice, survey, view
from dedup.report.decision import decision, thresholds
from dedup.report.least import Least
from dedup.report.page import embedded
from dedup.report.survey import Survey
from dedup.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

TEXT: Final = (
    "Eleven ships left the harbour at dawn and only nine of them came back before the storm broke over the town, while "
    "the keepers of the light counted lanterns on the water and wrote every name into the great book of the year"
)


def story(number: int) -> str:
    """Give a text of which no run of five words is in another one."""
    return " ".join(f"{word}{number}" for word in TEXT.split())


def long(*numbers: int) -> str:
    return "\n\n".join(map(story, numbers))


def row(reason: str = "BP101", measured: float = 0.95, **more: object) -> dict[str, Any]:
    kinds = {
        "pattern": {"kind": "pattern", "excerpt": "Reply"},
        "copy": {"kind": "copy", "document": "k", "start": 0, "end": 9, "jaccard": measured},
        "likeness": {
            "kind": "likeness",
            "document": more.pop("keeper", "k"),
            "jaccard": measured,
            "containment": measured,
            "shared": 1,
            "union": 2,
        },
    }
    families = {"BP": "pattern", "SS": "pattern", "RP": "copy", "XP": "copy"}
    return {
        "kind": "removal",
        "document": "d",
        "file": "f",
        "start": 0,
        "end": 5,
        "reason": reason,
        "confidence": measured if families.get(reason[:2]) == "pattern" else 1.0,
        "evidence": kinds[families.get(reason[:2], "likeness")],
        "text": "Reply",
        **more,
    }


def margin(of: dict[str, Any], settings: Settings) -> float:
    return decision(of, 0, thresholds(settings)).margin


@given(st.lists(st.integers(0, 20)), st.integers(1, 10))
def test_least(keys: list[int], size: int) -> None:
    """The choice is the beginning of all that was offered, sorted by key, ties in their order."""
    chosen: Least[int] = Least(size)
    for item, key in enumerate(keys):
        chosen.offer(key, item)
    assert chosen.items() == sorted(range(len(keys)), key=lambda item: (keys[item], item))[:size]


@pytest.mark.parametrize(
    ("reason", "measured", "expected"),
    [
        pytest.param("BP101", 0.9, 0.0, id="a rule right at the threshold"),
        pytest.param("BP101", 1.0, 1.0, id="a rule as sure as can be"),
        pytest.param("BP162", 0.45, 0.5, id="a suspicion half way to nothing"),
        pytest.param("ND101", 0.5, 0.0, id="a near-duplicate right at the threshold"),
        pytest.param("ND101", 0.75, 0.5, id="a near-duplicate half way to the same"),
        pytest.param("CD101", 0.95, 0.5, id="a contained document half way to all of it"),
        pytest.param("XP101", 0.8, 0.0, id="a paragraph right at the threshold"),
        pytest.param("XD101", 1.0, 1.0, id="an exact duplicate"),
        pytest.param("RP101", 0.7, 0.7, id="a repeat, which no setting decides"),
    ],
)
def test_margin(reason: str, measured: float, expected: float) -> None:
    """The margin is the share of the room between the threshold and the end of the scale."""
    plain = Settings.of({"threshold": 0.5, "containment": 0.9})
    assert margin(row(reason, measured), plain) == pytest.approx(expected)


@pytest.mark.parametrize("reason", ["ND101", "CD101"])
@pytest.mark.parametrize(("likeness", "expected"), [(0.6, 0.0), (0.8, 0.5), (1.0, 1.0)])
def test_margin_of_likeness(reason: str, likeness: float, expected: float) -> None:
    """Where likeness decides it is what counts, whatever the shingles say."""
    alike = row(reason, 0.3)
    alike["evidence"]["likeness"] = likeness
    assert margin(alike, Settings.of({"likeness": 0.6})) == pytest.approx(expected)


def test_same_address() -> None:
    """A page that goes because of its address is as sure as can be, belongs to a cluster and to no histogram shown."""
    found = Survey(Settings())
    found.add(row("XD102", evidence={"kind": "address", "document": "k", "url": "a.example/b"}, stripped=[]), 0)
    [each] = found.listed()
    assert (each.margin, each.twin) == (1, "k")
    assert found.clusters() == ({survey.number("k"): 2}, {2: 1})
    assert not any(sum(found.histograms[name].removed) for name in ("confidence", "jaccard", "likeness"))


def test_margin_without_room() -> None:
    """Where all of a document must be contained, one that is lies as far from the threshold as can be."""
    assert margin(row("CD101", 1.0), Settings.of({"containment": 1})) == 1


def test_survey_counts_all_and_lists_some(monkeypatch: pytest.MonkeyPatch) -> None:
    """Histograms and clusters count every row; the list has the drawn, the borderline, the rare and the asked for."""
    for name, size in (("LISTED", 20), ("BORDERLINE", 5), ("EACH", 2)):
        monkeypatch.setattr(survey, name, size)
    found = Survey(Settings(), ["asked"])
    similarities = [0.5 + number / 2000 for number in range(1000)]
    for number, jaccard in enumerate(similarities):
        found.add(row("ND101", jaccard, document=f"d{number}", keeper=f"k{number % 7 % 3}", stripped=[]), number)
    found.add(row("BP131", 0.99, document="rare"), 1000)
    found.add(row("BP101", 1.0, document="asked"), 1001)
    listed = found.listed()
    names = {each.document for each in listed}
    assert {"rare", "asked", "d0", "d1", "d2", "d3", "d4"} <= names
    assert 20 <= len(listed) <= 20 + 5 + 3 * 2 + 1
    assert [each.place for each in listed] == sorted(each.place for each in listed)
    assert found.decisions == 1002
    documents = found.histograms["jaccard"]
    assert sum(documents.removed) == 1000
    assert sum(documents.removed[: int(0.75 * survey.BINS)]) == pytest.approx(500, abs=20)
    largest, sizes = found.clusters()
    expected = Counter(number % 7 % 3 for number in range(1000))
    assert largest == {survey.number(f"k{keeper}"): count + 1 for keeper, count in expected.most_common()}
    assert sizes == dict(sorted(Counter(count + 1 for count in expected.values()).items()))


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3), st.booleans()), max_size=40),
    st.sets(st.integers(0, 6)),
    st.sets(st.integers(0, 4)),
    st.integers(1, 4),
)
def test_rows_are_found_again(
    rows: list[tuple[int, int, bool]], documents: set[int], keepers: set[int], most: int
) -> None:
    """All rows of documents, and of clusters the first so many, are found where they stand, in the ledger's order."""
    found = Survey(Settings())
    every = []
    for at, (document, keeper, gone) in enumerate(sorted(rows)):
        whole: dict[str, Any] = {"stripped": []} if gone else {}
        every.append((f"d{document}", f"k{keeper}" if gone else "", 10 * at))
        found.add(row("ND101", 0.9, document=f"d{document}", keeper=f"k{keeper}", **whole), 10 * at)
    assert found.places(f"d{number}" for number in documents) == [
        place for document, _, place in every if document in {f"d{number}" for number in documents}
    ]
    members = [[place for _, keeper, place in every if keeper == f"k{number}"][:most] for number in keepers]
    numbers = [survey.number(f"k{number}") for number in keepers]
    assert found.members(numbers, most) == sorted(place for places in members for place in places)


def test_choice_takes_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents asked for come first, then the most borderline of each reason; there are never too many."""
    found = Survey(Settings())
    for number in range(50):
        found.add(row("BP101", 0.9 + number / 1000, document=f"b{number}"), 2 * number)
        found.add(row("XP101", 0.9 + number / 1000, document=f"x{number}"), 2 * number + 1)
    chosen = choice.shown(found.listed(), {}, ["asked"])
    assert chosen[:5] == ["asked", "b0", "x0", "b1", "x1"]
    monkeypatch.setattr(choice, "SHOWN", 3)
    assert len(choice.shown(found.listed(), {}, ["asked"])) == 3


@st.composite
def texts_and_rows(draw: st.DrawFn) -> tuple[str, list[dict[str, Any]]]:
    text = draw(any_text())
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), unique=True, max_size=8)))
    removals = [row(start=one, end=other) for one, other in zip(cuts[::2], cuts[1::2], strict=False)]
    spans = draw(st.lists(st.tuples(st.integers(0, len(text)), st.integers(0, len(text))), max_size=3))
    suspicions = [row(kind="suspicion", start=min(span), end=max(span)) for span in spans]
    return text, [*removals, *suspicions]


@given(texts_and_rows())
def test_segments_tile(found: tuple[str, list[dict[str, Any]]]) -> None:
    """Segments joined are the text; a removal has all its characters, else a suspicion does, and the others stay."""
    text, rows = found
    segments = view.segments(text, rows)
    assert "".join(part for part, _ in segments) == text
    owners = [owner for part, owner in segments for _ in part]
    for place, owner in enumerate(owners):
        inside = [at for at, each in enumerate(rows) if each["start"] <= place < each["end"]]
        removals = [at for at in inside if rows[at]["kind"] == "removal"]
        assert owner in (removals or inside or [view.STAYS])


def test_long_segment() -> None:
    """Of a long segment the beginning and the end are shown, and the number of the characters between them."""
    text = "a" * view.LONG + "b"
    assert list(view.shortened(text, 3)) == [
        ("a" * (view.LONG // 2), 3),
        ("1", view.OMITTED),
        ("a" * (view.LONG // 2 - 1) + "b", 3),
    ]
    assert list(view.shortened(text[1:], 3)) == [(text[1:], 3)]


HOSTILE = (
    "</script>",
    "<!--<script>",
    "]]>",
    "&lt;",
    "\u2028\u2029",
    "\0",
    "\u202e\u2066",
    "<img src=x onerror=alert(1)>",
)


@given(
    st.recursive(
        any_text() | st.sampled_from(HOSTILE), lambda inner: st.lists(inner) | st.dictionaries(any_text(), inner)
    )
)
def test_embedded(value: object) -> None:
    """Embedded data hold no character that could begin or end markup or a line of script, and say the same."""
    data = embedded(value)
    assert not {"<", ">", "&", "\u2028", "\u2029"} & set(data.decode())
    assert json.loads(data) == value


@pytest.fixture(scope="module")
def cleaned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Clean a corpus of several formats in which records without ids go and move up."""
    folder = tmp_path_factory.mktemp("report")
    bar = "\n\nShare on Facebook\n\nShare on Twitter\n\n"
    records = [
        long(1),
        long(1),
        long(2) + bar + story(3),
        long(4, 5),
        long(4, 5) + " more words at its end",
        long(6) + bar + story(7),
    ]
    lines = b"".join(json.dumps({"text": text, "n": number}).encode() + b"\n" for number, text in enumerate(records))
    table = "text\n" + "".join(f'"{text}"\n' for text in (long(11), long(11), long(12) + bar + story(13)))
    plant(
        folder / "in",
        {
            "a.jsonl": lines,
            "b.csv": table.encode(),
            "c.txt": (long(21) + bar + story(22)).encode(),
            "d.txt": (long(21) + bar + story(23)).encode(),
            "e.txt": (long(31, 32) + "\n\n" + story(1)).encode(),
        },
    )
    assert dedup("clean", folder / "in", "-o", folder / "out").code == 0
    return folder


def originals(folder: Path) -> dict[str, str]:
    """Give what the documents were before they were cleaned."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.txt")}
    for number, line in enumerate((folder / "a.jsonl").read_text(encoding="utf-8").splitlines(), start=1):
        texts[f"a.jsonl:{number}"] = json.loads(line)["text"]
    for number, record in enumerate((folder / "b.csv").read_text(encoding="utf-8").split('"')[1::2], start=1):
        texts[f"b.csv:{number}"] = record
    return texts


def test_documents_are_whole(cleaned: Path) -> None:
    """Every document of which the ledger tells is shown as it was, wherever its record stands now."""
    shown = documents(cleaned / "out" / "report.html")
    rows = [orjson.loads(line) for line in (cleaned / "out" / "ledger.jsonl").read_bytes().splitlines()[1:]]
    assert set(shown) == {each["document"] for each in rows}
    assert {"a.jsonl:6", "b.csv:3"} <= set(shown)
    texts = originals(cleaned / "in")
    assert {name: base(document) for name, document in shown.items()} == {name: texts[name] for name in shown}
    for each in rows:
        document = shown[each["document"]]
        own = [at for at, found in enumerate(document["findings"]) if found["start"] == each["start"]]
        assert any("".join(text for text, owner in document["segments"] if owner == at) == each["text"] for at in own)


def test_twins_are_what_stays(cleaned: Path) -> None:
    """What is shown beside a removal is the text that stays, of the document that the ledger names."""
    shown = documents(cleaned / "out" / "report.html")
    texts = originals(cleaned / "in")
    seen: Counter[str] = Counter()
    for document in shown.values():
        for found in document["findings"]:
            evidence = found["evidence"]
            if evidence["kind"] == "pattern":
                assert found["twin"] is None
                continue
            twin = "".join(text for text, _ in found["twin"])
            if evidence["kind"] == "copy":
                assert twin == texts[evidence["document"]][evidence["start"] : evidence["end"]]
            else:
                assert twin in texts[evidence["document"]] or "Share" in texts[evidence["document"]]
                assert twin.split()[0] == texts[evidence["document"]].split()[0]
            seen[evidence["kind"]] += 1
    assert seen["copy"]
    assert seen["likeness"] >= 3


def test_facts_are_the_ledgers(cleaned: Path) -> None:
    """The list has every decision of a small ledger, and the clusters every document that went because of another."""
    facts = blocks(cleaned / "out" / "report.html")["facts"]
    rows = [orjson.loads(line) for line in (cleaned / "out" / "ledger.jsonl").read_bytes().splitlines()[1:]]
    columns = facts["decisions"]
    listed = [
        (facts["names"][document], start, reason)
        for document, start, reason in zip(columns["document"], columns["start"], columns["reason"], strict=True)
    ]
    assert listed == [(each["document"], each["start"], each["reason"]) for each in rows]
    went = {(each["evidence"]["document"], each["document"]) for each in rows if each["evidence"]["kind"] == "likeness"}
    names = facts["names"]
    assert went == {
        (names[cluster["keeper"]], names[member])
        for cluster in facts["clusters"]
        for member, _, _ in cluster["members"]
    }
    assert facts["report"] == orjson.loads((cleaned / "out" / "report.json").read_bytes())


def test_command_writes_what_clean_wrote(cleaned: Path, tmp_path: Path) -> None:
    """`dedup report` makes the page anew, byte for byte; no other file of the folder is touched."""
    before = tree(cleaned / "out")
    ran = dedup("report", cleaned / "out", "-o", tmp_path / "page.html")
    assert (ran.code, ran.err) == (0, "")
    assert (tmp_path / "page.html").read_bytes() == before["report.html"]
    assert dedup("report", cleaned / "out").code == 0
    assert tree(cleaned / "out") == before


def test_page_tells_nothing_of_this_machine(cleaned: Path) -> None:
    """No path of the machine and no address to load from stands in the page."""
    page = (cleaned / "out" / "report.html").read_text(encoding="utf-8")
    assert str(cleaned) not in page
    head, _, _ = page.partition("</head>")
    assert "src=" not in head
    assert page.replace("http://www.w3.org/2000/svg", "").count("http") == 1, "http-equiv alone"


def test_room(cleaned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no room for texts the decisions are listed all the same, and a document asked for is shown."""
    monkeypatch.setattr(reporting, "BYTES", 0)
    assert dedup("report", cleaned / "out", "-o", tmp_path / "none.html").code == 0
    assert documents(tmp_path / "none.html") == {}
    assert dedup("report", cleaned / "out", "-o", tmp_path / "one.html", "--document", "a.jsonl:3").code == 0
    assert set(documents(tmp_path / "one.html")) == {"a.jsonl:3"}
    listed = [len(blocks(tmp_path / name)["facts"]["decisions"]["start"]) for name in ("none.html", "one.html")]
    assert listed == [blocks(cleaned / "out" / "report.html")["facts"]["total"]] * 2


def test_untouched_document(cleaned: Path, tmp_path: Path) -> None:
    """A document of which nothing went can be asked for, too."""
    assert dedup("report", cleaned / "out", "-o", tmp_path / "page.html", "--document", "b.csv:1").code == 0
    document = documents(tmp_path / "page.html")["b.csv:1"]
    assert document == {"segments": [[long(11), view.STAYS]], "findings": []}


def test_unknown_document(cleaned: Path, tmp_path: Path) -> None:
    """A document that the corpus has not is named, and no page is written."""
    ran = dedup("report", cleaned / "out", "-o", tmp_path / "page.html", "--document", "nobody")
    assert ran.code == 2
    assert "no document 'nobody'" in ran.err
    assert tree(tmp_path) == {}


def test_no_cleaned_corpus(tmp_path: Path) -> None:
    """A folder without a ledger is named, with a remedy."""
    ran = dedup("report", tmp_path)
    assert ran.code == 2
    assert "name the output folder of `dedup clean`" in ran.err
    assert tree(tmp_path) == {}


def test_without_page(tmp_path: Path) -> None:
    """`--no-report` writes no page, and takes one of an earlier run away."""
    plant(tmp_path, {"in/a.txt": b"A text.\n"})
    assert dedup("clean", tmp_path / "in", "-o", tmp_path / "out").code == 0
    ran = dedup("clean", tmp_path / "in", "-o", tmp_path / "out", "--no-report")
    assert "report.html" not in ran.out
    assert set(tree(tmp_path / "out")) == {"a.txt", "ledger.jsonl", "report.json"}


def test_split_stories_and_compressed_files(tmp_path: Path) -> None:
    """Records behind a story that was split off are found where they stand, in compressed files too."""
    import gzip

    seed = (SEEDS / "001_0543924f7cd09209.txt").read_text(encoding="utf-8")
    texts = [seed, long(1), long(1), long(2) + "\n\nShare on Facebook\n\nShare on Twitter\n\n" + story(3)]
    lines = b"".join(json.dumps({"text": text}).encode() + b"\n" for text in texts)
    plant(tmp_path, {"in/a.jsonl.gz": gzip.compress(lines)})
    assert dedup("clean", tmp_path / "in", "-o", tmp_path / "out", "--split-stories").code == 0
    shown = documents(tmp_path / "out" / "report.html")
    assert base(shown["a.jsonl.gz:4"]) == texts[3]
    assert base(shown["a.jsonl.gz:1"]) == seed
