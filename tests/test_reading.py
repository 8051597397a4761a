"""Reading: files that are read together are as each of them is alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dedup import ReadError, formats
from dedup.pipeline.reading import read, readings
from dedup.pipeline.rows import DOCUMENTS
from dedup.precedence import SETTLED
from dedup.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

CHOSEN: Final[dict[str, Any]] = {"errors": "replace", "reference": ["ref"], "prefer": ["some"]}
LINES: Final = st.sampled_from(
    ["# dedup: keep", "Eleven ships left the harbour at dawn.", "Reply", "10 comments", "Größe, 日本語", ""]
)
FILES: Final = st.lists(
    st.tuples(
        st.sampled_from(["ref", "some", "."]),
        st.sampled_from([".txt", ".txt.gz", ".jsonl", ".html"]),
        st.lists(LINES, max_size=6),
        st.sampled_from([b"", b"\xff", b"\n"]),
    ),
    min_size=1,
    max_size=8,
)


def written(folder: Path, files: list[tuple[str, str, list[str], bytes]]) -> formats.Inputs:
    for number, (below, suffix, lines, end) in enumerate(files):
        text = "\n".join(lines)
        path = folder / below / f"{number:02}{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        if suffix == ".jsonl":
            path.write_text(f'{{"id":"j{number}","text":"{" ".join(lines)}"}}\n', "utf-8")
        elif suffix == ".html":
            path.write_text(f"<p>{text}</p>", "utf-8")
        elif suffix == ".txt.gz":
            with pa.CompressedOutputStream(str(path), "gzip") as out:
                out.write(text.encode() + end)
        else:
            path.write_bytes(text.encode() + end)
    return formats.find([folder])


def rows(tables: dict[str, pa.RecordBatch]) -> list[dict[str, Any]]:
    """Give documents; a `value` that is no number is like itself here."""
    return [{**row, "value": str(row["value"])} for row in tables[DOCUMENTS].to_pylist()]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(files=FILES, room=st.integers(1, 200), writes=st.booleans())
def test_files_read_together(
    tmp_path_factory: pytest.TempPathFactory,
    files: list[tuple[str, str, list[str], bytes]],
    room: int,
    *,
    writes: bool,
) -> None:
    """Whatever stands beside a file, and however many go into a block, its row is the one that it has alone."""
    inputs = written(tmp_path_factory.mktemp("files"), files)
    chosen = Settings.of(CHOSEN)
    tasks = readings(inputs.sources, chosen, writes=writes)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dedup.formats.batch.BLOCK", room)
        together = [row for task in tasks for row in rows(read(task))]
    alone = [row for task in tasks for piece in task.pieces for row in rows(read(replace(task, pieces=(piece,))))]
    assert together == alone
    assert [row["file"] for row in together] == list(range(len(files)))
    for row, source in zip(together, inputs.sources, strict=True):
        if source.format.name == "text":
            expected = {"ref": -1, "some": 0}.get(source.name.partition("/")[0], 1)
            kept = "# dedup: keep" in row["base"].splitlines()
            assert row["rank"] == (min(expected, SETTLED) if kept else expected)


def test_a_fault_names_its_file(tmp_path: Path) -> None:
    """Of many files that are read together, the one that is no text is named."""
    inputs = written(tmp_path, [(".", ".txt", ["fine"], end) for end in (b"", b"\xff", b"")])
    [task] = readings(inputs.sources, Settings(), writes=True)
    with pytest.raises(ReadError, match=r"01\.txt"):
        read(task)
