"""
Connected components of a graph of any size.

A small graph is looked at by one task. A large one goes by alternating large and small stars (Kiveris, Lattanzi,
Mirrokni, Rastogi, Vassilvitskii 2014). Large star: every node tells its larger neighbours of the smallest node that it
knows. Small star: every node tells its smaller ones, and is itself hung below the smallest. Either keeps components as
they are; when nothing moves any more, each is a star around its smallest node. O(log^2 n) rounds; each round shuffles
the edges twice, and no node's neighbours are held in memory.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
from pyspark.sql import Window
from pyspark.sql import functions as f

from dedup.engines.spark.tables import first, mapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyspark.sql import DataFrame

    from dedup.engines.spark.tables import Workspace
    from dedup.kernel.arrays import I64

LABELS: Final = pa.schema([("node", pa.int64()), ("component", pa.int64())])
SMALL: Final = 1 << 22
"""Edges of a graph that one task looks at: 64 MB."""
ROUNDS: Final = 60
"""More than any graph that fits on disks takes."""


def components(space: Workspace, edges: DataFrame, name: str, small: int = SMALL) -> DataFrame:
    """
    Label nodes with the smallest node of their component.

    edges  one, other: int64; in any order, again and again, loops too

    Returns `LABELS`, nodes of components of one left out. Graphs of at most `small` edges are looked at by one task.
    """
    links = edges.select(f.greatest("one", "other").alias("one"), f.least("one", "other").alias("other"))
    links = space.kept(f"{name}-links", links.where("one != other").distinct())
    told = _state(links)
    if told["links"] <= small:
        return space.kept(name, mapped(links.coalesce(1), partial(_labelled, small), LABELS))
    for number in range(ROUNDS):
        links = space.kept(f"{name}-{number % 2}", _small_star(_large_star(links)))
        told, before = _state(links), told
        if told == before:
            break
    centres = links.select(f.col("other").alias("node"), f.col("other").alias("component")).distinct()
    return links.select(f.col("one").alias("node"), f.col("other").alias("component")).unionByName(centres)


def _state(links: DataFrame) -> dict[str, Any]:
    hashes = f.sum(f.xxhash64("one", "other").cast("decimal(38,0)"))
    return first(links.agg(f.count("*").alias("links"), hashes.alias("all"))) or {}


def _large_star(links: DataFrame) -> DataFrame:
    both = links.unionByName(links.select(f.col("other").alias("one"), f.col("one").alias("other")))
    known = f.min("other").over(Window.partitionBy("one"))
    told = both.select("one", "other", f.least("one", known).alias("least")).where("other > one")
    return told.select(f.col("other").alias("one"), f.col("least").alias("other")).distinct()


def _small_star(links: DataFrame) -> DataFrame:
    least = f.min("other").over(Window.partitionBy("one"))
    told = links.select("one", "other", least.alias("least"))
    hung = told.select(f.col("other").alias("one"), f.col("least").alias("other")).where("one != other")
    return hung.unionByName(told.select("one", f.col("least").alias("other"))).distinct()


def _labelled(room: int, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Label the nodes of a graph of which there is room for so many edges."""
    edges = np.empty((2, room), np.int64)
    count = 0
    for batch in batches:
        for end, name in zip(edges, ("one", "other"), strict=True):
            end[count : count + batch.num_rows] = batch.column(name).to_numpy()
        count += batch.num_rows
    nodes, ends = np.unique(edges[:, :count], return_inverse=True)
    labels = nodes[_least(len(nodes), *ends.reshape(2, -1))]
    yield pa.RecordBatch.from_arrays([pa.array(nodes), pa.array(labels)], schema=LABELS)


def _least(count: int, one: I64, other: I64) -> I64:
    """Give for each of so many nodes the least of its component: roots are hung below lesser ones, paths are halved."""
    roots = np.arange(count)
    while True:
        above = roots.copy()
        least = np.minimum(roots[one], roots[other])
        for end in (one, other):
            np.minimum.at(above, roots[end], least)
            np.minimum.at(above, end, least)
        above = above[above]
        if (above == roots).all():
            return roots
        roots = above
