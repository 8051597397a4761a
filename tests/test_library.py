"""The library takes what other programs hold, and gives it back as it came."""

from __future__ import annotations

import doctest
import gc
from datetime import date
from importlib.util import find_spec
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pytest
import regex
from conftest import any_text
from hypothesis import given, settings
from hypothesis import strategies as st

import dedup
from dedup.engines import local
from dedup.library import result, selection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT: Final = Path(__file__).parents[1]
STORY: Final = "Eleven ships left the harbour at dawn and only nine of them came back before the storm broke."
TEXTS: Final = (
    STORY,
    STORY.replace("Eleven", "Twelve"),
    "The mill was sold.\n\nSubscribe to our newsletter",
    "Nobody has seen the pilot since, although his boat lay where it always did, with both of its oars in it.",
    STORY.replace("harbour", "port").replace("dawn", "noon"),
)
ROWS: Final[list[dict[str, Any]]] = [
    {"id": f"r{number}", "text": text, "n": number, "day": date(2024, 5, number + 1), "tags": ["a", "b"][: number % 3]}
    for number, text in enumerate(TEXTS)
]


def by(package: str, make: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - pytest's own kind of parameter
    """Make what a package holds of the rows."""
    return pytest.param(lambda: make(pytest.importorskip(package)), id=f"{package}")


def relation(duckdb: Any) -> Any:  # noqa: ANN401 - DuckDB's
    return duckdb.from_arrow(pa.Table.from_pylist(ROWS))


TABLES: Final = [
    pytest.param(lambda: pa.Table.from_pylist(ROWS), id="table"),
    pytest.param(lambda: pa.Table.from_pylist(ROWS).to_batches()[0], id="batch"),
    pytest.param(lambda: pa.Table.from_pylist(ROWS).to_reader(max_chunksize=2), id="reader"),
    by("pandas", lambda pandas: pandas.DataFrame(ROWS)),
    by("polars", lambda polars: polars.DataFrame(ROWS)),
    by("duckdb", relation),
    by("datasets", lambda datasets: datasets.Dataset.from_list(ROWS)),
    by("datasets", lambda datasets: datasets.Dataset.from_list(ROWS).to_iterable_dataset()),
    by("datasets", lambda datasets: datasets.IterableDataset.from_generator(lambda: iter(ROWS))),
]
RECORDS: Final = [
    pytest.param(lambda: ROWS, id="list"),
    pytest.param(lambda: iter(ROWS), id="generator"),
]


def expected() -> list[dict[str, Any]]:
    """Give the rows that stay, by what plain texts come to."""
    kept = {
        document.id: document.text for document in dedup.clean([dedup.Document(r["id"], r["text"]) for r in ROWS]).kept
    }
    assert 1 < len(kept) < len(ROWS)
    return [{**row, "text": kept[row["id"]]} for row in ROWS if row["id"] in kept]


@pytest.mark.parametrize("made", [*TABLES, *RECORDS])
def test_kinds(made: Callable[[], Any]) -> None:
    """Whoever holds the rows, the same ones come back, as columns and as records, with all that was given."""
    result = dedup.clean(made())
    wanted = expected()
    assert pa.table(result.kept).to_pylist() == wanted
    assert list(result.kept.records()) == wanted
    assert [document.id for document in result.kept] == [row["id"] for row in wanted]
    gone = [row for row in ROWS if row["id"] not in {row["id"] for row in wanted}]
    assert list(result.removed.records()) == gone
    assert list(dedup.stream(made())) == wanted


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(lambda: list(TEXTS), id="list"),
        pytest.param(lambda: pa.chunked_array([TEXTS[:2], TEXTS[2:]]), id="chunked array"),
        by("pandas", lambda pandas: pandas.Series(TEXTS)),
        by("polars", lambda polars: polars.Series(TEXTS)),
    ],
)
def test_texts_alone(made: Callable[[], Any]) -> None:
    """Texts are named by their place."""
    kept = dedup.clean(made()).kept
    assert [f"r{document.id}" for document in kept] == [row["id"] for row in expected()]
    assert pa.table(kept)["text"].to_pylist() == [row["text"] for row in expected()]


def test_types_stay() -> None:
    """Columns keep their types; what only shares values becomes plain."""
    table = pa.Table.from_pylist(ROWS).cast(
        pa.schema([("id", pa.string()), ("text", pa.large_string()), ("n", pa.uint8()), ("day", pa.date32()),
                   ("tags", pa.list_(pa.large_string()))])
    )  # fmt: skip
    shared = table.append_column("kind", pa.array(["x"] * len(ROWS)).dictionary_encode())
    kept = pa.table(dedup.clean(shared).kept)
    assert kept.schema == table.schema.append(pa.field("kind", pa.string()))
    assert kept.drop(["text"]).equals(pa.table(dedup.clean(shared).kept).drop(["text"]))
    none = pa.table(dedup.clean(shared.slice(0, 0)).kept)
    assert (none.num_rows, none.schema) == (0, kept.schema)
    assert pa.table(dedup.clean([]).kept).num_rows == 0


def test_selection_is_a_sequence() -> None:
    """Documents are found by place, from either end, one by one and by slices."""
    kept = dedup.clean([f"Text number {number}." for number in range(9)]).kept
    every = list(kept)
    assert (len(kept), kept[0], kept[-1], list(kept[2:5])) == (9, every[0], every[8], every[2:5])
    assert every[3] in kept
    with pytest.raises(IndexError):
        kept[9]


def test_any_value_comes_back() -> None:
    """Records may hold what no table can."""
    rows: list[dict[Any, Any]] = [{"text": STORY, "value": {1, 2}, 3: len}, {"text": "Another.", "value": None}]
    assert list(dedup.stream(rows)) == rows


def test_stories() -> None:
    """A second story that is split off has the other fields of the record it was found in, and a name of its own."""
    story = "\n\n".join(TEXTS[3].replace("pilot", f"pilot number {n}") for n in range(8))
    glued = f"{STORY}\n\n{story}\n\nWeb Desk July 25, 2014\n\nThe Mill Is Sold\n\n{story.replace('boat', 'mill')}"
    settings = dedup.Settings(strip=dedup.Settings().strip.__class__(split_stories=True))
    for rows in ([{"id": "a", "text": glued, "n": 1}], pa.table({"id": ["a"], "text": [glued], "n": [1]})):
        kept = dedup.clean(rows, settings).kept
        assert [row["n"] for row in kept.records()] == [1] * len(kept)
        assert [row["id"] for row in kept.records()] == [document.id for document in kept]


def test_fields_decide() -> None:
    """Which one stays may depend on a field, and the source on another, as in files."""
    copies = [{"id": str(n), "text": STORY, "day": date(2024, 5, n + 1), "from": f"s{n}"} for n in range(3)]
    for rows in (copies, pa.Table.from_pylist(copies)):
        for wanted, stays in (({"keep": "max:day"}, "2"), ({"prefer": ["s1"], "source_field": "from"}, "1")):
            assert [each.id for each in dedup.clean(rows, dedup.Settings.of(wanted)).kept] == [stays]


def many() -> list[str]:
    """Give texts alike in many degrees."""
    words = STORY.split() + TEXTS[3].split()
    return [" ".join(words[at:] + [f"w{at}"] * at + words[: at // 2]) for at in range(24)] + [*TEXTS]


@pytest.mark.parametrize("name", ["likeness", "threshold", "containment"])
def test_rethreshold(name: str) -> None:
    """Another threshold gives what cleaning with it gives, and the result it was asked of stays as it is."""
    first = dedup.clean(many(), dedup.Settings.of({name: 0.3}))
    before = [*first.kept]
    counts = set()
    for threshold in (0.3, 0.5, 0.8, 1.0):
        again = first.rethreshold(threshold)
        wanted = dedup.clean(many(), dedup.Settings.of({name: threshold}))
        assert ([*again.kept], again.removals, again.report) == ([*wanted.kept], wanted.removals, wanted.report)
        counts.add(len(again.kept))
    assert len(counts) > 2
    assert [*first.kept] == before
    with pytest.raises(dedup.SettingsError, match=r"1\.5"):
        first.rethreshold(1.5)
    if name == "threshold":
        with pytest.raises(dedup.SettingsError, match=r"0\.3"):
            first.rethreshold(0.2)


def test_matches() -> None:
    """Each document that went for its likeness is told with the one that stays, as `near_duplicates` measures them."""
    found = dedup.clean(TEXTS, dedup.Settings.of({"threshold": 0.5, "steps": "documents"}))
    pairs = {(match.a, match.b): match for match in dedup.near_duplicates(TEXTS, 0.5)}
    assert len(found.matches) == len(found.removed) > 0
    kept = {document.id for document in found.kept}
    for match in found.matches:
        assert len({match.a, match.b} & kept) == 1
        assert match == pairs[match.a, match.b]
    assert found.report["documents"] == {"in": len(TEXTS), "out": len(kept), "empty": 0}


def test_on_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What does not fit into memory is on disk as long as any part of a result is there, and no longer."""
    monkeypatch.setattr(local.Resources, "__init__", _empty)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    kept = dedup.clean(ROWS).rethreshold(0.6).kept
    gc.collect()
    assert any(tmp_path.iterdir())
    assert list(kept.records()) == expected()
    del kept
    gc.collect()
    assert not any(tmp_path.iterdir())


def _empty(resources: local.Resources) -> None:
    for name, value in {"jobs": 1, "memory": 4096, "work": None, "keep": False}.items():
        object.__setattr__(resources, name, value)


@pytest.mark.parametrize(
    ("documents", "told"),
    [
        ("A text.", ("documents", "list")),
        ({"text": "A text."}, ("documents", "list")),
        (["A text.", 5], ("document 2", "int is no text")),
        (["A text.", {"text": "B"}], ("document 2", "dict is no text")),
        ([{"text": "B"}, "A text."], ("document 2", "str is no record")),
        ([{"body": "A text."}], ("document 1", "`text`", "text_field")),
        ([{"text": None}], ("document 1", "no text")),
        ([{"text": "A", "id": ""}], ("document 1", "`id` is no name")),
        (pa.table({"body": ["A text."]}), ("no column `text`", "here are: body")),
        (pa.table({"text": ["A text.", None]}), ("document 2", "no text")),
        (pa.table({"text": [1]}), ("document 1", "no text")),
    ],
)
def test_refused(documents: Any, told: tuple[str, ...]) -> None:  # noqa: ANN401 - anything
    """What is no text is told with its place and what to do."""
    with pytest.raises(dedup.ReadError) as fault:
        dedup.clean(documents)
    assert all(part in str(fault.value) for part in told)


def test_twice() -> None:
    """Two documents of one name are told with their places."""
    with pytest.raises(dedup.DuplicateId, match="document 2"):
        dedup.clean([{"id": 1, "text": "A."}, {"id": "1", "text": "B."}])


@settings(max_examples=20)
@given(st.lists(any_text(30), max_size=6))
def test_any_texts(texts: list[str]) -> None:
    """Records, columns and texts come to the same, whatever they say."""
    plain = [(document.id, document.text) for document in dedup.clean(texts).kept]
    records = [{"id": f"{n:0{len(str(len(texts) - 1))}}", "text": text} for n, text in enumerate(texts)]
    assert [*map(itemgetter("id", "text"), dedup.stream(records))] == plain
    if texts:
        assert [*map(itemgetter("id", "text"), dedup.stream(pa.Table.from_pylist(records)))] == plain


def blocks() -> Iterator[Any]:
    """Give the guide's examples one by one, each with what they import."""
    text = (ROOT / "docs" / "guides" / "library.md").read_text(encoding="utf-8")
    for number, block in enumerate(regex.findall(r"^ *```python\n(.*?)^ *```", text, regex.MULTILINE | regex.DOTALL)):
        needed = set(regex.findall(r"^ *>>> (?:import|from) (.+?)(?: import .*|\..*)?$", block, regex.MULTILINE))
        yield pytest.param(block, {name for names in needed for name in names.split(", ")}, id=str(number))


def test_guide() -> None:
    """Every example of the guide gives what it says, in order; those of programs that are not there are left out."""
    globs: dict[str, Any] = {}
    left_out = set()
    for example in blocks():
        block, needed = example.values
        missing = {name.partition(".")[0] for name in needed if find_spec(name.partition(".")[0]) is None}
        left_out |= missing
        if missing:
            continue
        test = doctest.DocTestParser().get_doctest(block, globs, f"example {example.id}", None, None)
        assert test.examples
        runner = doctest.DocTestRunner(verbose=False)
        runner.run(test, clear_globs=False)
        assert runner.summarize(verbose=False).failed == 0, block
        globs = test.globs
    assert left_out <= {"pandas", "polars", "duckdb", "datasets", "datatrove"}


@pytest.mark.parametrize("module", [result, selection])
def test_examples(module: Any) -> None:  # noqa: ANN401 - a module
    """The examples in docstrings give what they say."""
    assert doctest.testmod(module).failed == 0


def test_pages_in_fields_are_refused() -> None:
    """Web pages in fields are not passed over as if they were texts."""
    settings = dedup.Settings.of({"html_field": "page"})
    for face in (dedup.clean, lambda *given: list(dedup.stream(*given))):
        with pytest.raises(
            dedup.SettingsError, match=r"^html_field: not to be had for documents in memory; clean files"
        ):
            face([{"id": "1", "page": "<p>A text.</p>"}], settings)
