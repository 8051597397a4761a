"""
Cleaning inside a Spark application: a data frame in, the documents that stay and the ledger out, as data frames.

Needs `pip install 'corpus-dedup[spark]'` on the driver and on all executors.
"""

from __future__ import annotations

import tempfile
import uuid
from typing import TYPE_CHECKING

from dedup.engines.spark.session import check_python
from dedup.errors import SettingsError
from dedup.settings import Settings

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from dedup.pipeline.distributed.cleaning import Cleaned


def clean(spark: SparkSession, dataframe: DataFrame, settings: Settings | None = None, *, work: str = "") -> Cleaned:
    """
    Clean a data frame with a column `text`, one `id` perhaps, and others that are carried along.

    Gives `documents` (the columns of the data frame), `ledger` (a row for each finding) and `tally` (counts). Rows
    without an id are named after their place, so that they have other names where the data frame is cut otherwise.

    `work` is a folder that all machines reach; what it is given is read from there as long as it is used, and left for
    the caller to remove. Without it the session's checkpoint folder is used, or on one machine a temporary one. Raises
    `ReadError`, `DuplicateId`, `SettingsError` and `WorkError`.
    """
    check_python()
    from dedup.engines.spark.tables import Workspace  # noqa: PLC0415 - pyspark, which nothing else here needs
    from dedup.pipeline.distributed import cleaning  # noqa: PLC0415 - as above

    space = Workspace(spark, f"{work or _work(spark)}/dedup-{uuid.uuid4().hex}")
    return cleaning.clean_frame(space, dataframe, settings or Settings())


def _work(spark: SparkSession) -> str:
    context = spark.sparkContext
    if known := context.getCheckpointDir():
        return str(known)
    if context.master.startswith("local"):
        return tempfile.mkdtemp(prefix="dedup-")
    remedy = "name a folder that all machines reach, or call spark.sparkContext.setCheckpointDir"
    raise SettingsError("work", "a cluster needs a folder of work", remedy=remedy)
