"""Parquet: rows come and go as they are typed, and a cleaned file is read as its source is."""

from __future__ import annotations

import io
import json
import sys
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any, Final
from unittest import mock

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.errors import ReadError
from dedup.formats import parquet
from dedup.formats.entry import BREAKS, ENTRIES, is_name
from dedup.formats.plain import plain
from dedup.settings import ReadSettings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

READ: Final = ReadSettings()
TEXTS: Final = ["a", "bé", "", "d\n"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give a place for a file."""
    return tmp_path / "file.parquet"


def batches(file: Path, size: int = 1 << 30, settings: ReadSettings = READ) -> list[pa.RecordBatch]:
    """Read a file in pieces."""
    parts = parquet.parts(file, settings, size)
    found = [batch for part in parts for batch in parquet.batches(file, "f", settings, part)]
    for batch in found:
        batch.validate(full=True)
        assert batch.schema.remove(len(ENTRIES)) == ENTRIES
        assert all(not column.null_count for column in batch.columns)
    return found


def entries(found: Iterable[pa.RecordBatch]) -> list[tuple[Any, ...]]:
    """Give what blocks say of each document."""
    columns = ("id", "text", "record", "row")
    return [row for batch in found for row in zip(*(batch.column(name).to_pylist() for name in columns), strict=True)]


def joined(segments: Iterable[bytes], file: Path) -> io.BytesIO:
    """Make a cleaned file of segments."""
    out = io.BytesIO()
    parquet.join(map(io.BytesIO, segments), out, file)
    return out


def table_of(source: Path | io.BytesIO) -> pa.Table:
    """Read a file, row group after row group: Arrow cannot join nested dictionaries."""
    file = pq.ParquetFile(source)
    groups = [file.read_row_group(number) for number in range(file.num_row_groups)]
    return pa.concat_tables([file.schema_arrow.empty_table(), *groups])


def same(file: Path, other: Path | io.BytesIO) -> bool:
    """Tell whether two files are read as the same table, names, types, metadata and all."""
    first, second = table_of(file), table_of(other)
    spelt_alike = pq.ParquetFile(file).schema.equals(pq.ParquetFile(other).schema)  # names inside of lists, too
    return bool(first.equals(second) and first.schema.equals(second.schema, check_metadata=True) and spelt_alike)


def dictionary(values: Sequence[str | None], index: pa.DataType, *, ordered: bool = False) -> pa.Array:
    kind = pa.dictionary(index, pa.string(), ordered)
    return pa.array(values).dictionary_encode().cast(pa.dictionary(index, pa.string())).cast(kind)


WORDS: Final = ["a", "b" * 50, None, "a"]
INDEX: Final = pa.int32()
COLUMNS: Final[dict[str, pa.Array]] = {
    "string": pa.array(WORDS),
    "large string": pa.array(WORDS, pa.large_string()),
    "string view": pa.array(WORDS, pa.string_view()),
    "binary": pa.array([b"\xff", None, b"", b"\0"]),
    "large binary": pa.array([b"\xff", None, b"", b"\0"], pa.large_binary()),
    "binary view": pa.array([b"\xff" * 50, None, b"", b"\0"], pa.binary_view()),
    "fixed binary": pa.array([b"ab", None, b"cd", b"\xff\0"], pa.binary(2)),
    "integers": pa.array([2**63 - 1, -(2**63), None, 0]),
    "unsigned": pa.array([2**64 - 1, None, 0, 1], pa.uint64()),
    "small": pa.array([127, -128, None, 0], pa.int8()),
    "floats": pa.array([float("inf"), -0.0, None, 5e-324]),
    "half floats": pa.array([1.5, None, -0.0, 3], pa.float32()).cast(pa.float16()),
    "booleans": pa.array([True, None, False, True]),
    "nulls": pa.nulls(4),
    "decimals": pa.array([Decimal("1.20"), None, Decimal("-3.45"), Decimal(0)], pa.decimal128(10, 2)),
    "big decimals": pa.array([Decimal("1.20"), None, Decimal(10) ** 50, None], pa.decimal256(60, 2)),
    "dates": pa.array([0, None, -1, 20_000], pa.date32()),
    "times": pa.array([0, None, 1, 86_399_999_999_999], pa.time64("ns")),
    "zoned": pa.array([0, None, -1, 2**40], pa.timestamp("us", "Europe/Berlin")),
    "nanoseconds": pa.array([0, None, -1, 2**60], pa.timestamp("ns")),
    "seconds": pa.array([0, None, -1, 2**30], pa.timestamp("s")),
    "durations": pa.array([0, None, -1, 2**40], pa.duration("ms")),
    "lists": pa.array([[1, None], [], None, [2]]),
    "large lists": pa.array([["a"], [], None, [None]], pa.large_list(pa.string())),
    "list views": pa.array([["a"], [], None, [None]], pa.list_view(pa.string())),
    "fixed lists": pa.array([[1, 2], None, [3, None], [4, 5]], pa.list_(pa.int16(), 2)),
    "maps": pa.array([[("a", 1)], [], None, [("b", None)]], pa.map_(pa.string(), pa.int64())),
    "structs": pa.array(
        [{"a": 1, "b": None}, None, {"a": None, "b": "x"}, {}], pa.struct({"a": INDEX, "b": pa.string()})
    ),
    "deep": pa.array([[{"a": [[1], None], "b": {"c": b"x"}}], [], None, [None]]),
    "dictionary": dictionary(WORDS, pa.int32()),
    "small dictionary": dictionary(WORDS, pa.int8()),
    "ordered dictionary": dictionary(WORDS, pa.int16(), ordered=True),
    "dictionary in lists": pa.array([["a"], [], None, ["b", None]], pa.list_(pa.dictionary(INDEX, pa.string()))),
    "dictionary in structs": pa.array(
        [{"a": "x"}, None, {"a": None}, {"a": "y"}], pa.struct({"a": pa.dictionary(INDEX, pa.string())})
    ),
    "views in maps": pa.array([[("a", "x")], [], None, [("b", None)]], pa.map_(pa.string(), pa.string_view())),
    "extension": pa.ExtensionArray.from_storage(pa.uuid(), pa.array([b"0" * 16, None] * 2, pa.binary(16))),
}


def plant(table: pa.Table, file: Path, **options: object) -> None:
    """Write a table, where this Arrow can write it and read it again; older ones lack some types of columns."""
    try:
        pq.write_table(table, file, **options)
        written = pq.ParquetFile(file)
        for group in range(written.num_row_groups):
            written.read_row_group(group)
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid) as fault:
        pytest.skip(f"Arrow {pa.__version__}: {fault}")


@pytest.mark.parametrize("stored", [True, False], ids=["arrow schema", "no arrow schema"])
@pytest.mark.parametrize("groups", [1, 3, 100])
@pytest.mark.parametrize("column", COLUMNS.values(), ids=list(COLUMNS))
def test_columns_of_any_type(file: Path, column: pa.Array, groups: int, stored: bool) -> None:  # noqa: FBT001
    """What is carried comes out as it went in, by blocks and row by row."""
    table = pa.table({"before": column, "text": TEXTS, "behind": column}, metadata={"about": "é"})
    plant(table, file, row_group_size=groups, store_schema=stored, use_compliant_nested_type=stored)
    assert same(file, joined((parquet.rows(batch, READ) for batch in batches(file)), file))
    read = list(parquet.read(file, "f", READ))
    assert [entry.text for entry in read] == TEXTS
    carried = json.loads(json.dumps(parquet.forget([entry.carried for entry in read], READ)))
    assert same(file, joined((parquet.render(*row, READ) for row in zip(carried, TEXTS, strict=True)), file))


@pytest.mark.parametrize(
    "kind",
    [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string())],
    ids=str,
)
def test_texts_of_any_type(file: Path, kind: pa.DataType) -> None:
    """The text keeps its place and its type, exchanged or not."""
    schema = pa.schema(
        [("a", pa.int8()), pa.field("text", kind, nullable=False, metadata={"k": "v"}), ("b", pa.int8())]
    )
    plant(pa.table([[1, 2], pa.array(["x", "y"]).cast(kind), [3, 4]], schema=schema), file)
    [batch] = batches(file)
    assert batch.column("text").to_pylist() == ["x", "y"]
    exchanged = batch.set_column(5, batch.schema.field("text"), pa.array(["", "z" * 100], pa.large_string()))
    found = pq.read_table(joined([parquet.rows(exchanged, READ)], file))
    assert found.to_pylist() == [{"a": 1, "text": "", "b": 3}, {"a": 2, "text": "z" * 100, "b": 4}]
    assert found.schema.equals(pq.read_schema(file), check_metadata=True)
    assert found.schema.field("text").equals(schema.field("text"), check_metadata=False)


def test_nothing_but_text(file: Path) -> None:
    """A file may have no other column, and a row may be all there is."""
    pq.write_table(pa.table({"text": TEXTS}), file)
    assert same(file, joined((parquet.rows(batch, READ) for batch in batches(file)), file))
    assert same(
        file, joined((parquet.render(entry.carried, entry.text, READ) for entry in parquet.read(file, "f", READ)), file)
    )


def test_required_and_described_fields(file: Path) -> None:
    """Fields that may not be null, and what is said of fields, stay; two may have one name, if it is no text's."""
    fields = [
        pa.field("a", pa.int8(), nullable=False),
        pa.field("a", pa.list_(pa.field("element", pa.int8(), nullable=False)), nullable=False),
        pa.field("text", pa.string()),
        pa.field(
            "s", pa.struct([pa.field("x", pa.int8(), nullable=False, metadata={"k": "é"})]), metadata={b"\xff": "v"}
        ),
    ]
    table = pa.table([[1], [[2]], ["t"], pa.array([{"x": 3}], fields[3].type)], schema=pa.schema(fields))
    pq.write_table(table, file)
    assert pq.read_schema(file).field(0).nullable is False
    assert same(file, joined((parquet.rows(batch, READ) for batch in batches(file)), file))


def test_no_rows(file: Path) -> None:
    """A file without rows, and one of which none stays, has its columns all the same."""
    pq.write_table(pa.table({"text": pa.array([], pa.string()), "n": pa.array([], pa.int8())}), file)
    assert batches(file) == []
    assert same(file, joined([], file))
    pq.write_table(pa.table({"text": ["a"], "n": pa.array([5], pa.int8())}), file)
    left = pq.read_table(joined([], file))
    assert left.num_rows == 0
    assert left.schema.equals(pq.read_schema(file), check_metadata=True)


TABLES: Final = st.lists(
    st.tuples(
        st.text(max_size=9),
        st.integers(0, 2**62) | st.none(),
        st.sampled_from(["x", "y", "z" * 30]) | st.none(),
        st.lists(st.binary(max_size=3), max_size=3) | st.none(),
    ),
    max_size=30,
)
KINDS: Final = (pa.string(), pa.int64(), pa.dictionary(pa.int32(), pa.string()), pa.list_(pa.binary()))


@given(TABLES, st.integers(1, 12), st.sampled_from([1, 200, 10**6]), st.sampled_from([1, 100, 10**6]), st.data())
def test_cutting_changes_nothing(rows: list[Any], groups: int, size: int, block: int, data: st.DataObject) -> None:
    """However a file is cut, the same is read; of the rows that stay the same file is made, and with the others all."""
    columns = list(zip(*rows, strict=True)) or [()] * 4
    table = pa.table(
        [pa.array(column, kind) for column, kind in zip(columns, KINDS, strict=True)], ["text", "id", "c", "d"]
    )
    with NamedTemporaryFile() as made, NamedTemporaryFile() as second:
        file, cleaned = Path(made.name), Path(second.name)
        pq.write_table(table, file, row_group_size=groups)
        whole = [
            ("f:" + str(place) if name is None else str(name), text, place, {"id": name, "c": c, "d": d})
            for place, (text, name, c, d) in enumerate(rows, start=1)
        ]
        with mock.patch.object(parquet, "BLOCK", block):
            parts = parquet.parts(file, READ, size)
            found = batches(file, size)
        assert entries(found) == whole
        assert [part.records for part in parts] == [sum(table_rows(file, end=part.start)) for part in parts]
        assert all(part.end == following.start for part, following in pairwise(parts))

        stays = data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)))
        flags = iter(stays)
        kept = [batch.filter(pa.array([next(flags) for _ in range(len(batch))], pa.bool_())) for batch in found]
        with mock.patch.object(parquet, "ROWS", data.draw(st.integers(1, 9))):
            made_of_blocks = joined((parquet.rows(batch, READ) for batch in kept), file)
            entry_by_entry = [entry for entry, flag in zip(parquet.read(file, "f", READ), stays, strict=True) if flag]
            made_of_rows = joined(
                [b"".join(parquet.render(one.carried, one.text, READ) for one in entry_by_entry)], file
            )
        assert made_of_blocks.getvalue() == made_of_rows.getvalue()
        assert pq.read_table(made_of_blocks).to_pylist() == table.filter(pa.array(stays, pa.bool_())).to_pylist()

        cleaned.write_bytes(made_of_blocks.getvalue())
        remaining = parquet.read(cleaned, "f", READ)
        dropped = iter([entry for entry, flag in zip(parquet.read(file, "f", READ), stays, strict=True) if not flag])
        together = (next(remaining) if flag else next(dropped) for flag in stays)
        restored = joined((parquet.render(one.carried, one.text, READ) for one in together), cleaned)
        assert pq.read_table(restored).to_pylist() == table.to_pylist()
        assert pq.read_schema(restored).equals(pq.read_schema(file), check_metadata=True)


def table_rows(file: Path, end: int) -> list[int]:
    about = pq.read_metadata(file)
    return [about.row_group(number).num_rows for number in range(end)]


@pytest.mark.parametrize(
    ("names", "expected"),
    [(pa.array(["x"]), "x#2"), (pa.array(["x"]).dictionary_encode(), "x#2"), (pa.array([7]), None)],
)
def test_second_stories(file: Path, names: pa.Array, expected: str | None) -> None:
    """A second story has its own name where there is a place for it, and of the rest only what must be there."""
    kinds = [("id", names.type), ("text", pa.string()), ("a", pa.list_(pa.string()))]
    schema = pa.schema([*kinds, pa.field("b", pa.int8(), nullable=False)])
    pq.write_table(pa.table([names, ["t"], [["y"]], [5]], schema=schema), file)
    [batch] = batches(file)
    row = parquet.story(batch.column("row"), "x#2", file, READ)
    rows = [parquet.rows(batch.set_column(6, batch.schema.field("row"), row), READ)]
    assert table_of(joined(rows, file)).to_pylist() == [{"id": expected, "text": "t", "a": None, "b": 5}]


def test_second_stories_without_a_place(file: Path) -> None:
    """Where names must be numbers, second stories have none; where there is no other column, nothing is missing."""
    pq.write_table(
        pa.table([[7], ["t"]], pa.schema([pa.field("id", pa.int8(), nullable=False), ("text", pa.string())])), file
    )
    [batch] = batches(file)
    with pytest.raises(ReadError, match="'7#2' does not go into column `id`; make it text"):
        parquet.story(batch.column("row"), "7#2", file, READ)
    pq.write_table(pa.table({"text": ["t"]}), file)
    [batch] = batches(file)
    assert parquet.story(batch.column("row"), "f:1#2", file, READ).equals(batch.column("row"))


SMALL: Final = pa.dictionary(pa.int8(), pa.string())


@pytest.mark.parametrize(
    "kind",
    [
        SMALL,
        pa.struct({"a": pa.int8(), "b": SMALL}),
        pa.list_(SMALL),
        pa.large_list(SMALL),
        pa.list_(SMALL, 1),
        pa.map_(pa.string(), SMALL),
        pa.map_(SMALL, pa.string()),
        pa.list_(pa.struct({"a": SMALL})),
    ],
    ids=str,
)
def test_dictionaries_that_grow(file: Path, kind: pa.DataType) -> None:
    """A dictionary of few indices, that only single row groups have room for, stays readable."""

    def value(kind: pa.DataType, word: str) -> object:
        if pa.types.is_struct(kind):
            return {field.name: value(field.type, word) for field in kind}
        if pa.types.is_map(kind):
            return [(word, word)]
        if isinstance(kind, pa.ListType | pa.LargeListType | pa.FixedSizeListType):
            return [value(kind.value_type, word)]
        return 0 if kind == pa.int8() else word

    with pq.ParquetWriter(file, pa.schema({"text": pa.string(), "a": kind})) as out:
        for group in range(5):
            words = [f"{group}.{number}" for number in range(100)]
            column = pa.array([value(plain(kind), word) for word in words], plain(kind)).cast(kind)
            out.write_table(pa.table({"text": words, "a": column}))
    cleaned = joined((parquet.rows(batch, READ) for batch in batches(file)), file)
    assert table_of(file).to_pylist() == table_of(cleaned).to_pylist()
    assert pq.read_schema(file).equals(pq.read_schema(cleaned), check_metadata=True)


def test_bytes_do_not_depend_on_segments(file: Path) -> None:
    """A cleaned file is the same byte for byte, in whatever pieces its rows come."""
    words = [f"{number % 77} " * (number % 300) for number in range(5000)]
    pq.write_table(pa.table({"text": words, "a": words, "b": [words[: number % 9] for number in range(5000)]}), file)
    [batch] = batches(file)
    pieces = [batch.slice(start, 333) for start in range(0, len(batch), 333)]
    segments = [parquet.rows(piece, READ) for piece in pieces]
    whole = joined([parquet.rows(batch, READ)], file).getvalue()
    assert joined(segments, file).getvalue() == whole
    assert joined([b"".join(segments)], file).getvalue() == whole


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (pa.array(["x", None, "y"]), ["x", "f:2", "y"]),
        (pa.array(["x", None, "y"], pa.large_string()), ["x", "f:2", "y"]),
        (pa.array(["x", None, "x"]).dictionary_encode(), ["x", "f:2", "x"]),
        (pa.array(["x" * 50, None, "y"], pa.string_view()), ["x" * 50, "f:2", "y"]),
        (pa.array([-5, None, 2**63 - 1]), ["-5", "f:2", str(2**63 - 1)]),
        (pa.array([0, None, 2**64 - 1], pa.uint64()), ["0", "f:2", str(2**64 - 1)]),
        (pa.nulls(3, pa.string()), ["f:1", "f:2", "f:3"]),
    ],
)
def test_names(file: Path, names: pa.Array, expected: list[str]) -> None:
    """A name is text or a whole number; a row without one is named after file and place."""
    plant(pa.table({"id": names, "text": ["a"] * 3}), file)
    assert [entry.id for entry in parquet.read(file, "f", READ)] == expected


def test_no_names(file: Path) -> None:
    """Where there is no column of names, rows are named after file and place; any column may hold names and text."""
    pq.write_table(pa.table({"id": [1.5], "text": [5], "b\n": ["body"], "é": ["n"]}), file)
    [named] = parquet.read(file, "f", ReadSettings(text_field="b\n", id_field="é"))
    [unnamed] = parquet.read(file, "f", ReadSettings(text_field="é", id_field="none"))
    assert (named.id, named.text, named.record, named.line) == ("n", "body", 1, 0)
    assert (unnamed.id, unnamed.text) == ("f:1", "n")


def test_characters_of_names() -> None:
    """A character stands in names of rows if and only if it does in names of any documents."""
    every = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF]
    bad = pc.match_substring_regex(pa.array(every), BREAKS).to_pylist()
    assert [not found for found in bad] == list(map(is_name, every))


FAULTS: Final = [
    ({"body": ["a"]}, READ, "no column `text`; name the column that holds the text with --text-field; here are: body"),
    ({"text": [5]}, READ, "no text in column `text`, which is of type int64; name the column"),
    ({"text": [b"a"]}, READ, "no text in column `text`, which is of type binary; name the column"),
    ({"text": pa.nulls(1)}, READ, "no text in column `text`, which is of type null; name the column"),
    ({"text": [["a"]]}, READ, "no text in column `text`, which is of type list<element: string>; name the column"),
    ({"text": ["a", "b", None]}, READ, "row 3: no text in column `text`; fill it, or leave the row out"),
    ({"text": ["a"], "id": [1.5]}, READ, "no names in column `id`, which is of type double; make it text of one line"),
    ({"text": ["a"], "id": [True]}, READ, "no names in column `id`, which is of type bool; make it text of one line"),
    ({"text": ["a", "b"], "id": ["x", ""]}, READ, "row 2: no name in column `id`; make it text of one line"),
    ({"text": ["a", "b"], "id": ["x", "y\u2028"]}, READ, "row 2: no name in column `id`; make it text of one line"),
]


@pytest.mark.parametrize(("columns", "settings", "message"), FAULTS)
def test_what_is_no_document(file: Path, columns: dict[str, Any], settings: ReadSettings, message: str) -> None:
    """Rows without text or with impossible names are errors that say where, and what to do."""
    pq.write_table(pa.table(columns), file)
    with pytest.raises(ReadError) as raised:
        batches(file, settings=settings)
    assert str(raised.value).startswith(f"{file}: {message}")
    assert raised.value.path == file


def test_rows_are_counted_over_pieces(file: Path) -> None:
    """A row is named by its place in the file, not in its piece or block."""
    texts: list[str | None] = ["a"] * 100
    texts[77] = None
    pq.write_table(pa.table({"text": texts}), file, row_group_size=10)
    with pytest.raises(ReadError, match="row 78: no text"):
        batches(file, 1)


def test_two_columns_of_one_name(file: Path) -> None:
    """Which of two columns is meant is not guessed."""
    pq.write_table(pa.table([["a"], ["b"]], ["text", "text"]), file)
    with pytest.raises(ReadError, match="2 columns `text`; name the column"):
        batches(file)


def test_strings_that_are_none(file: Path) -> None:
    """Bytes that are declared to be text are checked to be."""
    bad = pa.StringArray.from_buffers(1, pa.array([b"caf\xe9"]).buffers()[1], pa.array([b"caf\xe9"]).buffers()[2])
    for columns in ({"text": bad}, {"id": bad, "text": ["a"]}):
        pq.write_table(pa.table(columns), file)
        with pytest.raises(ReadError, match=r"rows 1 to 1: column `.*` is not UTF-8"):
            batches(file)


def test_damaged_files(file: Path) -> None:
    """A file that is cut off, changed or no Parquet at all is named."""
    texts = pa.table({"text": ["abc" * 1000] * 100})
    pq.write_table(texts, file, write_statistics=False, write_page_checksum=True)
    data = file.read_bytes()
    changed = data[:80] + bytes([data[80] ^ 1]) + data[81:]
    for damaged in (b"", b"text", data[:-1], data[: len(data) // 2], data[4:], changed):
        file.write_bytes(damaged)
        with pytest.raises(ReadError, match="not to be read as Parquet") as raised:
            batches(file)
        assert "\n" not in str(raised.value)
    file.unlink()
    with pytest.raises(ReadError, match="No such file"):
        parquet.parts(file, READ, 1)
