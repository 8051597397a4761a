"""Documents on their way out, in the form in which they came."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any, overload

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dedup.library.given import AT_ONCE, ROWS
from dedup.records import Document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup.kernel.arrays import I64
    from dedup.library.given import Given
    from dedup.pipeline.corpus import Corpus


class Selection:
    """
    Some of the documents, in the order given, by their places; looked up when they are asked for.

    As columns they go wherever Arrow's PyCapsule interface is understood: `pyarrow.table(selection)`,
    `polars.DataFrame(selection)`, `pandas.DataFrame.from_arrow(selection)`. The columns are those given, or `id` and
    `text` where only texts were. (A `Sequence` by name would be taken for a list there.)
    """

    def __init__(self, corpus: Corpus, given: Given, rows: I64, *, cleaned: bool) -> None:
        """Choose rows of a corpus, with what remains of their texts, or with the texts as they were."""
        self._corpus, self._given, self._rows = corpus, given, rows
        self._text = "text" if cleaned else "base"
        self._names = corpus.settings.read

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, at: int) -> Document: ...

    @overload
    def __getitem__(self, at: slice) -> Selection: ...

    def __getitem__(self, at: int | slice) -> Document | Selection:
        if isinstance(at, slice):
            return Selection(self._corpus, self._given, self._rows[at], cleaned=self._text == "text")
        row = range(len(self))[at]
        return next(self._documents(self._rows[row : row + 1]))

    def __iter__(self) -> Iterator[Document]:
        return (document for rows in self._blocks() for document in self._documents(rows))

    def __repr__(self) -> str:
        return f"<{len(self)} documents>"

    def _blocks(self) -> Iterator[I64]:
        return (self._rows[at : at + AT_ONCE] for at in range(0, len(self), AT_ONCE))

    def _documents(self, rows: I64) -> Iterator[Document]:
        return map(Document, *self._corpus.look_up(rows, "id", self._text))

    def records(self) -> Iterator[dict[Any, Any]]:
        """Give each as a record: the fields given, the text among them as it is now."""
        for rows in self._blocks():
            if self._given.kind is not dict:
                yield from self._columns(rows).to_pylist()
                continue
            ids, texts, numbers, stories = self._corpus.look_up(rows, "id", self._text, "record", "story")
            pickled = self._given.rows(np.array(numbers) - 1).column(ROWS).to_pylist()
            for name, text, row, story in zip(ids, texts, pickled, stories, strict=True):
                own = {self._names.id_field: name} if story else {}
                yield {**pickle.loads(row), **own, self._names.text_field: text}  # noqa: S301 - written a moment ago

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Give a stream of Arrow columns, made block by block; of records all at once, to learn their types."""
        if self._given.kind is dict:
            return pa.Table.from_pylist(list(self.records())).__arrow_c_stream__(requested_schema)
        schema = self._columns(self._rows[:0]).schema
        reader = pa.RecordBatchReader.from_batches(schema, map(self._columns, self._blocks()))
        return reader.__arrow_c_stream__(requested_schema)

    def _columns(self, rows: I64) -> pa.RecordBatch:
        """Give some documents as the columns that were given, with the texts as they are now."""
        ids, texts, numbers, stories = self._corpus.look_up(rows, "id", self._text, "record", "story")
        id_field, text_field = self._names.id_field, self._names.text_field
        if self._given.schema is None:
            return pa.record_batch({id_field: pa.array(ids, pa.string()), text_field: pa.array(texts, pa.string())})
        whole = self._given.rows(np.array(numbers, np.int64) - 1)
        columns = dict(zip(whole.schema.names, whole.columns, strict=True))
        columns[text_field] = pa.array(texts, whole.schema.field(text_field).type)
        if any(stories) and id_field in columns:  # a story has a name of its own
            named = columns[id_field].cast(pa.string())
            columns[id_field] = pc.if_else(pa.array(stories), pa.array(ids, pa.string()), named)
        fields = [whole.schema.field(name).with_type(column.type) for name, column in columns.items()]
        return pa.RecordBatch.from_arrays(list(columns.values()), schema=pa.schema(fields, whole.schema.metadata))
