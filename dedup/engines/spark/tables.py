"""
Tables on Spark.

Each step's result is written down as Parquet, so that what an executor loses is read again, not made again, and so that
numbers once given to rows stay theirs.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from pyspark.sql.pandas.types import from_arrow_schema

from dedup.engines.spark.session import faults
from dedup.errors import WorkError, WriteError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pyspark.sql import DataFrame, SparkSession

    from dedup.kernel.arrays import I64, U8

    Task = Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]


class Workspace:
    """A folder that all machines reach, in which tables are kept."""

    def __init__(self, spark: SparkSession, folder: str) -> None:
        """Keep tables in a folder, given as Hadoop names it."""
        self.spark = spark
        self.folder = folder

    def kept(self, name: str, frame: DataFrame) -> DataFrame:
        """Make a table, and give it as it is written down."""
        path = f"{self.folder}/{name}"
        with faults():
            frame.write.mode("overwrite").parquet(path)
            return self.spark.read.schema(frame.schema).parquet(path)

    def every(self, names: str, schema: pa.Schema) -> DataFrame:
        """Give all tables that were kept under names of a pattern, together."""
        with faults():
            return self.spark.read.schema(from_arrow_schema(schema)).parquet(f"{self.folder}/{names}")


def mapped(frame: DataFrame, task: Task, schema: pa.Schema) -> DataFrame:
    """Call a task with the batches of each partition; it gives batches of a schema."""
    return frame.mapInArrow(task, from_arrow_schema(schema))


def fitted(columns: dict[str, pa.Array], schema: pa.Schema) -> pa.RecordBatch:
    """Put columns, by name, into the order and types of a schema."""
    return pa.RecordBatch.from_arrays([columns[field.name].cast(field.type) for field in schema], schema=schema)


def sliced(batch: pa.RecordBatch, rows: int = 2048) -> Iterator[pa.RecordBatch]:
    """Cut a batch into batches of so many rows, few enough for the other side to hold several."""
    for start in range(0, batch.num_rows, rows):
        yield batch.slice(start, rows)


def binary(data: Any, offsets: Any) -> pa.BinaryArray:  # noqa: ANN401 - arrays of any type
    """See stretches of an array, which begin and end at offsets in bytes, as values; nothing is copied."""
    return pa.LargeBinaryArray.from_buffers(
        pa.large_binary(), len(offsets) - 1, [None, pa.py_buffer(offsets), pa.py_buffer(data)]
    )


def unpacked(column: pa.BinaryArray) -> tuple[U8, I64]:
    """See values as one run of bytes, and where each begins there, (n + 1,)."""
    column = column.cast(pa.large_binary())
    _, places, data = column.buffers()
    offsets = np.frombuffer(places, np.int64)[column.offset : column.offset + len(column) + 1]
    return np.frombuffer(data or b"", np.uint8)[offsets[0] : offsets[-1]], offsets - offsets[0]


def first(frame: DataFrame) -> dict[str, Any] | None:
    """Give the first row of a small table; None if it has none."""
    with faults():
        found = frame.limit(1).collect()
    return found[0].asDict(recursive=True) if found else None


def streamed(frame: DataFrame) -> Iterator[dict[str, Any]]:
    """Give row after row, one partition's at a time."""
    with faults():
        for row in frame.toLocalIterator():
            yield row.asDict(recursive=True)


def arrow_schema(frame: DataFrame) -> pa.Schema:
    """Give the columns of a table as Arrow has them."""
    with faults():
        schema: pa.Schema = frame.limit(0).toArrow().schema
    return schema


class Folder:
    """A folder on whatever file system its name says, as Hadoop sees it."""

    def __init__(self, spark: SparkSession, name: str) -> None:
        """Refer to a folder, that may not be there yet; a name without a scheme is one of this machine."""
        context = spark.sparkContext
        self._path = context._jvm.org.apache.hadoop.fs.Path  # noqa: SLF001 - PySpark's only door to file systems
        self._conf = context._jsc.hadoopConfiguration()  # noqa: SLF001 - as above
        self.name = name if "://" in name else Path(name).absolute().as_uri()
        with self.faults():
            self._system = self._path(self.name).getFileSystem(self._conf)

    def _at(self, name: str) -> Any:  # noqa: ANN401 - Java's
        return self._path(f"{self.name}/{name}" if name else self.name)

    @contextmanager
    def faults(self) -> Iterator[None]:
        """Say where it was that a file system failed. Raises `WriteError`."""
        try:
            with faults():
                yield
        except WorkError as fault:
            raise WriteError(self.name, str(fault).partition(";")[0], remedy="choose another -o") from fault

    def names(self) -> set[str]:
        """Name what is in it."""
        with self.faults():
            there = self._system.exists(self._at(""))
            return {file.getPath().getName() for file in self._system.listStatus(self._at(""))} if there else set()

    def remove(self, name: str = "") -> None:
        """Remove a file or folder in it, or itself, with all that is in it."""
        with self.faults():
            self._system.delete(self._at(name), True)  # noqa: FBT003 - Hadoop's way to say so

    def move(self, name: str, to: str) -> None:
        """Give something in it another name."""
        with self.faults():
            self._system.mkdirs(self._at(to).getParent())
            if not self._system.rename(self._at(name), self._at(to)):
                raise WriteError(f"{self.name}/{to}", f"{name} cannot be moved there", remedy="make room there")

    def write(self, name: str, data: bytes) -> None:
        """Write a small file whole."""
        with self.faults():
            out = self._system.create(self._at(name), True)  # noqa: FBT003 - Hadoop's way to say that it may be there
            out.write(data)
            out.close()
            self._system.delete(self._at(f".{name}.crc"), False)  # noqa: FBT003 - Hadoop's own, beside local files only
