"""What `dedup clean --engine spark` does."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from dedup.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from dedup.pipeline.distributed import cleaning
    from dedup.settings import Settings


class Machine(StrEnum):
    """What the work runs on."""

    LOCAL = "local"
    SPARK = "spark"


class Form(StrEnum):
    """What Spark writes documents as."""

    JSONL = "jsonl"
    PARQUET = "parquet"


class Wanted(NamedTuple):
    """Where the work is done, what comes out, and what was asked for that there is on one machine only."""

    master: str
    form: Form
    local: Mapping[str, object]


REMEDY: Final = "leave it out, or --engine local"
_SCHEME: Final = re.compile(r"^([a-z][a-z0-9+.-]+):/(?!/)")
"""What is left of `s3a://` in a path."""


def clean(
    inputs: Sequence[Path], output: Path, settings: Settings, work: Path | None, wanted: Wanted
) -> cleaning.Cleaned:
    """Clean files on Spark. Raises `SettingsError` for what there is on one machine only."""
    for name, value in wanted.local.items():
        if value:
            raise SettingsError(name, "not to be had on Spark", remedy=REMEDY)
    settings.read.refuse_pages("on Spark", REMEDY)
    from dedup.engines.spark.session import session  # noqa: PLC0415 - what only this engine needs

    folder, *paths = (_SCHEME.sub(r"\1://", str(path)) for path in (output, *inputs))
    with session(wanted.master) as spark:
        from dedup.pipeline.distributed import cleaning  # noqa: PLC0415 - pyspark, which is there

        scratch = _SCHEME.sub(r"\1://", str(work)) if work else None
        return cleaning.clean_paths(spark, paths, folder, settings, form=wanted.form, work=scratch)
