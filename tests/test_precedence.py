"""Precedence: of several like documents the one stays that the policy names, whatever the format and the order."""

from __future__ import annotations

import csv
import gzip
import io
import json
import math
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import permutations
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from command import dedup, plant, tree
from hypothesis import given
from hypothesis import strategies as st

from dedup import Document, Settings, SettingsError, clean
from dedup.precedence import Measure, measured, rank, visiting_order
from dedup.settings import Keep, PrecedenceSettings

if TYPE_CHECKING:
    from decimal import Decimal
    from pathlib import Path

TEXT: Final = (
    "Eleven ships left the harbour at dawn and only nine of them came back before the storm broke over the bay"
)
OTHER: Final = (
    "Nobody had counted how many lamps were burning on the pier when the old keeper climbed down for the last time"
)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty folder that no configuration file is above."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("keep", "order"),
    [
        (Keep.LONGEST, [3, 4, 1, 2, 0]),
        (Keep.FIRST, [0, 1, 2, 3, 4]),
        (Keep.LAST, [4, 3, 2, 1, 0]),
        ("max:x", [4, 1, 0, 3, 2]),
        ("min:x", [0, 4, 1, 3, 2]),
    ],
)
def test_visiting_order(keep: str, order: list[int]) -> None:
    """The longest, the first, the last or the one with the best value comes first; ties go by id, no value is last."""
    by_id = np.array([3, 4, 1, 0, 2])  # of e, a, é, B, Z
    values = np.array([-1.5, 7.0, math.nan, math.nan, 7.0])
    assert visiting_order(keep, np.array([1, 2, 2, 3, 3], np.int32), values, by_id).tolist() == order


@given(st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | st.decimals(-9, 9, places=3))
def test_numbers_are_numbers(number: float | Decimal) -> None:
    """A number counts the same as a number and as text."""
    assert measured(number) == measured(f" {number}") == (Measure.NUMBER, float(number))


@given(st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)), st.integers(-720, 720))  # noqa: DTZ001 - with zone below
def test_dates_are_moments(moment: datetime, minutes: int) -> None:
    """A date counts by its moment, whatever its time zone; without one it is UTC; text and value count the same."""
    utc = moment.replace(tzinfo=UTC)
    elsewhere = utc.astimezone(timezone(timedelta(minutes=minutes)))
    expected = (utc - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()
    for shape in (moment, utc, elsewhere):
        for value in (shape, shape.isoformat(), shape.isoformat(" ")):
            kind, seconds = measured(value)
            assert kind == Measure.DATE
            assert seconds == pytest.approx(expected, abs=1e-5)
    assert (
        measured(moment.date()) == measured(moment.date().isoformat()) == measured(moment.strftime("%Y-%m-%dT00:00Z"))
    )


@pytest.mark.parametrize("value", ["", "soon", "3 May", True, [], {}, math.nan, math.inf, "nan", "1_000", "١", b"1"])
def test_neither_number_nor_date(value: object) -> None:
    """What is neither is refused."""
    with pytest.raises(ValueError, match=r"number|date|isoformat"):
        measured(value)


names = st.sampled_from(["a", "b", "a/b", "a/b/c", "ab", "a.txt"])


@given(names, st.lists(names, unique=True, max_size=4), st.lists(names, unique=True, max_size=2))
def test_the_most_specific_source_counts(source: str, prefer: list[str], reference: list[str]) -> None:
    """A source has the rank of the longest listed path that is it or a folder above it."""
    wanted = PrecedenceSettings(prefer=tuple(prefer), reference=tuple({*reference} - {*prefer}))
    parts = source.split("/")
    above = ["/".join(parts[:size]) for size in range(len(parts), 0, -1)]
    found = next((path for path in above if path in (*wanted.prefer, *wanted.reference)), None)
    if found is None:
        assert rank(source, wanted) == len(prefer)
    elif found in wanted.prefer:
        assert rank(source, wanted) == prefer.index(found)
    else:
        assert rank(source, wanted) == wanted.reference.index(found) - len(wanted.reference)


def rows(*values: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - whatever JSON holds
    """Make like documents of which each has a value."""
    return [{"id": f"d{number}", "text": TEXT, "at": value} for number, value in enumerate(values)]


def jsonl(path: Path, documents: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(document) + "\n" for document in documents), encoding="utf-8")


def kept(folder: Path) -> list[str]:
    """Give the ids of the documents of a cleaned folder."""
    files = (path for path in sorted(folder.rglob("*.jsonl")) if path.name != "ledger.jsonl")
    found = [json.loads(line)["id"] for path in files for line in path.read_text(encoding="utf-8").splitlines()]
    for path in sorted(folder.rglob("*.parquet")):
        found += pq.read_table(path).column("id").to_pylist()
    return found


@pytest.mark.parametrize(
    ("policy", "values", "stays"),
    [
        ("max:at", [1, 3.5, 2], "d1"),
        ("min:at", [1, -3, None], "d1"),
        ("max:at", ["10", "9", 8], "d0"),
        ("max:at", [5, 5, 4], "d0"),
        ("min:at", [None, None, 4], "d2"),
        ("max:at", ["2024-05-01", "2024-05-01T23:00:00+02:00", "2024-04-30"], "d1"),
        ("min:at", ["2024-05-01T01:00:00+02:00", "2024-05-01", None], "d0"),
    ],
)
@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_a_field_decides(tmp_path: Path, kind: str, policy: str, values: list[Any], stays: str) -> None:
    """The document with the best value stays, in JSON Lines and in Parquet, and cleaning again changes nothing."""
    documents = rows(*values)
    if kind == "jsonl":
        jsonl(tmp_path / "in" / "a.jsonl", documents)
    else:
        if len({type(value) for value in values if value is not None}) > 1:
            documents = rows(*(value if value is None else float(value) for value in values))
        (tmp_path / "in").mkdir()
        pq.write_table(pa.Table.from_pylist(documents), tmp_path / "in" / "a.parquet")
    assert dedup("clean", "in", "-o", "out", "--keep", policy).code == 0
    assert kept(tmp_path / "out") == [stays]
    assert dedup("clean", "out", "-o", "again", "--keep", policy).code == 0
    assert kept(tmp_path / "again") == [stays]
    assert dedup("restore", "out", "-o", "back").code == 0
    if kind == "jsonl":
        assert tree(tmp_path / "back") == tree(tmp_path / "in")
    else:
        assert pq.read_table(tmp_path / "back" / "a.parquet").equals(pq.read_table(tmp_path / "in" / "a.parquet"))


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.csv.gz"])
def test_a_column_decides(tmp_path: Path, name: str) -> None:
    """In delimited text a column decides, and an empty cell is none; compressed or not."""
    tab = "\t" if name == "a.tsv" else ","
    records = [("id", "at", "text", "from"), ("a", "2024-01-01", TEXT, "x"), ("b", "", f'"{TEXT}\n"', "")]
    records.append(("c", "2024-01-02", f'"{TEXT}, ""again"""', "y"))
    data = "".join(f"{tab.join(record)}\n" for record in records).encode()
    plant(tmp_path / "in", {name: gzip.compress(data) if name.endswith("gz") else data})
    for options, stays in {
        "--keep max:at": "c",
        "--keep min:at": "a",
        "--prefer x --source-field from": "a",
        f"--prefer {name} --source-field from": "b",
    }.items():
        assert dedup("clean", "in", "-o", "out", *options.split()).code == 0
        left = (tmp_path / "out" / name).read_bytes()
        text = (gzip.decompress(left) if name.endswith("gz") else left).decode()
        assert [row[0] for row in csv.reader(io.StringIO(text), delimiter=tab)][1:] == [stays]
    ran = dedup("clean", "in", "-o", "out", "--keep", "max:from")
    assert ran.code == 2
    assert f"{name}:2: neither a number nor a date in field `from`" in ran.err


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_parquet_dates(tmp_path: Path, unit: str) -> None:
    """Columns of dates and times decide too, to the microsecond."""
    moments = [datetime(2024, 5, 1, tzinfo=UTC) + timedelta(seconds=seconds) for seconds in (0, 9, 3)]
    columns = {
        "id": ["a", "b", "c"],
        "text": [TEXT] * 3,
        "at": pa.array(moments, pa.timestamp(unit, "Europe/Berlin")),
        "on": pa.array([date(2024, 1, 1), None, date(2024, 1, 2)]),
    }
    (tmp_path / "in").mkdir()
    pq.write_table(pa.table(columns), tmp_path / "in" / "a.parquet")
    for policy, stays in {"max:at": "b", "min:at": "a", "max:on": "c"}.items():
        assert dedup("clean", "in", "-o", "out", "--keep", policy).code == 0
        assert kept(tmp_path / "out") == [stays]


BAD_FIELDS: Final[dict[str, tuple[list[Any], tuple[str, ...]]]] = {
    "a word": ([1, "soon"], ("a.jsonl:2:", "field `at`", "2024-05-01")),
    "true": ([True], ("a.jsonl:1:", "field `at`")),
    "a list": ([[1]], ("a.jsonl:1:", "field `at`")),
    "a number too big": ([10**400], ("a.jsonl:1:", "field `at`")),
    "a number beside a date": (
        ["2024-05-01", None, 5],
        ("keep:", "a number in", "a.jsonl:3", "a date in", "a.jsonl:1"),
    ),
    "no such field": ([None, None], ("keep:", "no document has a field `at`")),
}


@pytest.mark.parametrize(("values", "told"), BAD_FIELDS.values(), ids=BAD_FIELDS)
def test_bad_fields(tmp_path: Path, values: list[Any], told: tuple[str, ...]) -> None:
    """A value that cannot decide is one line that names the file, the line and the field; nothing is written."""
    jsonl(tmp_path / "in" / "a.jsonl", rows(*values))
    ran = dedup("clean", "in", "-o", "out", "--keep", "max:at")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert all(part in ran.err for part in told), ran.err
    assert not (tmp_path / "out").exists()


def test_bad_parquet_field(tmp_path: Path) -> None:
    """In Parquet the row is named."""
    (tmp_path / "in").mkdir()
    pq.write_table(pa.table({"text": [TEXT, TEXT], "at": ["1", "x"]}), tmp_path / "in" / "a.parquet")
    ran = dedup("clean", "in", "--dry-run", "--keep", "min:at")
    assert ran.code == 2
    assert "a.parquet: row 2: neither a number nor a date in field `at`" in ran.err


@pytest.mark.parametrize("option", ["--prefer", "--reference"])
@pytest.mark.parametrize("field", [[], ["--source-field", "from"]])
def test_unknown_sources(tmp_path: Path, option: str, field: list[str]) -> None:
    """Sources that no document is from are refused."""
    jsonl(tmp_path / "in" / "a.jsonl", [{"text": TEXT, "from": "a"}])
    ran = dedup("clean", "in", "-o", "out", option, "b", *field)
    assert ran.code == 2
    assert "no document is from `b`" in ran.err
    assert dedup("clean", "in", "-o", "out", option, "a" if field else "a.jsonl", *field).code == 0


def test_bad_source(tmp_path: Path) -> None:
    """A source that is no name is refused with file and line; none at all makes the file the source."""
    jsonl(tmp_path / "in" / "a.jsonl", [{"text": OTHER}, {"text": TEXT, "from": ["a"]}])
    ran = dedup("check", "in", "--prefer", "a", "--source-field", "from")
    assert ran.code == 2
    assert "a.jsonl:2: ['a'] names no source" in ran.err


@pytest.mark.parametrize("order", list(permutations(["a", "b", "c"])))
def test_preferred_sources_win(tmp_path: Path, order: tuple[str, ...]) -> None:
    """The document of the source named first stays, be sources folders, files or values of a field, even if shorter."""
    texts = {"a": TEXT, "b": TEXT + " again", "c": TEXT + " once more"}
    plant(tmp_path / "folders", {f"{name}/{name}.txt": text.encode() for name, text in texts.items()})
    plant(tmp_path / "files", {f"{name}.txt": text.encode() for name, text in texts.items()})
    jsonl(tmp_path / "fields" / "x.jsonl", [{"id": name, "text": text, "from": name} for name, text in texts.items()])
    first, second, _ = order
    for kind, more in {"folders": "", "files": ".txt", "fields": ""}.items():
        field = ["--source-field", "from"] if kind == "fields" else []
        sources = ["--prefer", first + more, "--prefer", second + more]
        assert dedup("clean", kind, "-o", f"{kind}-out", *sources, *field).code == 0
    assert sorted(path.name for path in (tmp_path / "folders-out").rglob("*.txt")) == [f"{first}.txt"]
    assert sorted(path.name for path in (tmp_path / "files-out").rglob("*.txt")) == [f"{first}.txt"]
    assert kept(tmp_path / "fields-out") == [first]


def test_reference_sources_lose_nothing(tmp_path: Path) -> None:
    """What a reference holds goes from the others, documents and paragraphs; its own boilerplate and repeats stay."""
    secret = f"{TEXT}.\n\nSubscribe to our newsletter\n\n{TEXT}.\n"
    mixed = f"{OTHER}.\n\n{TEXT}.\n\n{'Elsewhere nothing was heard of it. ' * 9}\n"
    files = {"test/1.txt": secret, "test/2.txt": secret + "!", "train/1.txt": TEXT, "train/2.txt": mixed}
    plant(tmp_path / "in", {name: text.encode() for name, text in files.items()})
    assert dedup("clean", "in", "-o", "out", "--reference", "test").code == 0
    left = {
        path.relative_to(tmp_path / "out").as_posix(): path.read_text() for path in (tmp_path / "out").rglob("*.txt")
    }
    assert left.keys() == {"test/1.txt", "test/2.txt", "train/2.txt"}
    assert (left["test/1.txt"], left["test/2.txt"]) == (secret, secret + "!")
    assert OTHER in left["train/2.txt"]
    assert TEXT not in left["train/2.txt"]
    assert dedup("restore", "out", "-o", "back").code == 0
    assert tree(tmp_path / "back") == tree(tmp_path / "in")


def test_reference_only(tmp_path: Path) -> None:
    """With `--reference-only` nothing goes but what references hold."""
    files = {"test/1.txt": TEXT, "train/1.txt": OTHER, "train/2.txt": OTHER, "train/3.txt": TEXT}
    plant(tmp_path / "in", {name: text.encode() for name, text in files.items()})
    assert dedup("clean", "in", "-o", "out", "--reference", "test", "--reference-only").code == 0
    assert {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.txt")} == {
        "test/1.txt",
        "train/1.txt",
        "train/2.txt",
    }


def test_library_sources_are_names() -> None:
    """In the library a document's source is its name."""
    documents = [Document("web/1", TEXT + " again"), Document("wire/1", TEXT)]
    found = clean(documents, Settings.of({"prefer": "wire"}))
    assert [document.id for document in found.kept] == ["wire/1"]
    with pytest.raises(SettingsError, match="no document has a field `score`"):
        clean(documents, Settings.of({"keep": "max:score"}))
