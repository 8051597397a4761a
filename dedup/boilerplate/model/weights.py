"""
The shipped weights of the line model (`make model` fits them anew; `training/README.md` is their data card).

The file is the SHA-256 of all that follows, a line of JSON that says what made them and holds the few numbers, and
deflated arrays.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dedup.boilerplate.model.wordings import wordings
from dedup.kernel.trees import DEPTH, LEAVES, UNIT, Trees
from dedup.kernel.verdicts import Judges, Point

if TYPE_CHECKING:
    from dedup.kernel.arrays import U8, U32
    from dedup.kernel.line_measures import Wordings

SHIPPED: Final = Path(__file__).with_name("weights.bin")


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """What decides about lines."""

    known: Wordings
    judges: Judges
    points: dict[str, Point]
    """By the names of the settings."""
    slope: float
    """Of the logistic curve from log-odds to the probability that a line goes (Platt, 1999)."""
    offset: float
    facts: dict[str, Any]
    """What made the weights."""

    def probability(self, odds: int) -> float:
        """Give the share of the characters with such log-odds, in `trees.UNIT`, that should go."""
        return float(1 / (1 + np.exp(-self.slope * odds / UNIT - self.offset)))


def write(words: U32, judges: Judges, numbers: dict[str, Any], facts: dict[str, Any], path: Path = SHIPPED) -> None:
    """
    Write weights.

    `numbers` are `least`, the costs of `Point`, `points` (biases by name), `slope` and `offset`.
    """
    counts = {"trees": len(judges.goes.columns), "talk_trees": len(judges.talk.columns)}
    head = json.dumps({**facts, **numbers, **counts}, ensure_ascii=False).encode() + b"\n"
    arrays = [((words >> shift) & 0xFF).astype(np.uint8) for shift in (0, 8, 16, 24)]
    for trees in judges:
        values = trees.values.T.astype(np.int16)
        arrays += (trees.columns.T, trees.bounds.T, (values & 0xFF).astype(np.uint8), (values >> 8).astype(np.int8))
    packed = head + zlib.compress(b"".join(array.tobytes() for array in arrays), 9)
    path.write_bytes(hashlib.sha256(packed).digest() + packed)


@cache
def shipped() -> Model:
    """Load the shipped model (once a process)."""
    return read(SHIPPED.read_bytes())


def read(raw: bytes) -> Model:
    """Make a model of a file's content."""
    packed = raw[32:]
    assert hashlib.sha256(packed).digest() == raw[:32], "the weights of the line model are damaged: install anew"
    line, _, rest = packed.partition(b"\n")
    facts = json.loads(line)
    data = np.frombuffer(zlib.decompress(rest), np.uint8)
    words = sum(data[at << 16 : (at + 1) << 16].astype(np.uint32) << np.uint32(8 * at) for at in range(4))
    goes, data = _trees(data[4 << 16 :], facts["trees"])
    talk, data = _trees(data, facts["talk_trees"])
    assert not len(data)
    costs = tuple(facts[name] for name in ("change", "enter", "leave", "turn"))
    points = {name: Point(facts["least"], bias, *costs) for name, bias in facts["points"].items()}
    known = wordings(np.asarray(words, np.uint32))
    return Model(known, Judges(goes, talk), points, facts["slope"], facts["offset"], facts)


def _trees(data: U8, count: int) -> tuple[Trees, U8]:
    """Read so many trees; give them, and what is left."""
    nodes = 2 * LEAVES - 1
    *parts, rest = np.split(data, np.cumsum([DEPTH * count, DEPTH * count, nodes * count, nodes * count]))
    columns, bounds = (part.reshape(DEPTH, count).T.copy() for part in parts[:2])
    low, high = (part.reshape(nodes, count).T for part in parts[2:])
    return Trees(columns, bounds, (high.astype(np.uint16) << np.uint16(8) | low).view(np.int16)), rest
