"""
The plan: which tables are made of which.

documents without lines that recur -> keys they share -> links and pairs -> matching pairs -> components -> what became
of each -> what is told

Cut paragraphs may leave documents that have to do with others than before. So every state that a document was in is
remembered, and components whose documents met in any of their states are put together and gone through again, until no
two components meet: then each was matched as if all others had been there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from pyspark.sql import Window
from pyspark.sql import functions as f

from dedup.engines.spark.components import components
from dedup.engines.spark.tables import arrow_schema, first, mapped
from dedup.pipeline.distributed import candidates, keys, matching, telling
from dedup.pipeline.distributed.documents import SKETCH, VERSIONS
from dedup.settings import Settings, Step

if TYPE_CHECKING:
    from pyspark import Broadcast
    from pyspark.sql import DataFrame

    from dedup.engines.spark.tables import Workspace
    from dedup.formats import Source
    from dedup.kernel.line_keys import Recurring

STANDING: Final = ("rank", "precedes")
"""By what texts are visited; ties go by their numbers."""
ROUND: Final = 1 << 10
"""Versions of a document that one round of matching may make."""
BINS: Final = 4
"""Bins of keys a partition: they come to partitions by chance, and several are more even than one."""
FEW: Final = 1 << 13
"""
Texts of which the keys are sent to all machines (3 kB each), so that other keys need not be sent to where they meet.
"""
MEMORY: Final = 1 << 30
"""Bytes that a task which matches documents aims at; what it needs more of goes to its machine's disk."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps, with what all of them need."""

    space: Workspace
    settings: Settings
    parts: int
    """Partitions of what is shuffled."""
    known: Broadcast[Recurring]
    """Lines that are known to recur."""
    memory: int = MEMORY

    def told(self, documents: DataFrame, sources: Broadcast[list[Source]]) -> DataFrame:
        """Tell what became of documents; see `telling`."""
        row = arrow_schema(documents.select("row")).field(0).type if "row" in documents.columns else None
        wanted = telling.schema(row)
        joined = documents.join(self._final(documents), "number", "left")
        columns = [f.col(name) for name in documents.columns if name == "words" or name not in SKETCH.names]
        columns += [f.col("verdict"), f.coalesce("matched", f.lit(False)).alias("matched")]  # noqa: FBT003 - a value
        columns += [f.col(telling.NOW + name) for name in telling.NOW_TOO]
        task = partial(telling.told, sources, self.settings, wanted)
        return self.space.kept("told", mapped(joined.select(columns), task, wanted))

    def not_compared(self) -> int:
        """Count how often documents met too many others for all to be remembered."""
        if Step.DOCUMENTS not in self.settings.steps:
            return 0
        met = self.space.every("met-*", candidates.PAIR).where("other < 0")
        return int((first(met.agg(f.sum("bands").alias("late"))) or {})["late"] or 0)

    def _final(self, documents: DataFrame) -> DataFrame:
        """Give what matching made of the documents that have to do with others."""
        outcome = self._matched(documents).where("version = 0")
        now = [f.col(name).alias(telling.NOW + name) for name in telling.NOW_TOO]
        return outcome.select("number", "verdict", f.lit(True).alias("matched"), *now)  # noqa: FBT003 - a value

    def _matched(self, documents: DataFrame) -> DataFrame:
        texts = documents.select(
            f.shiftleft("number", VERSIONS).alias("text"),
            f.coalesce("text", "base").alias("content"),
            *STANDING,
            *SKETCH.names,
        )
        labels = self._components(texts, None, self._addresses(documents), 0)
        found = self._match(documents.join(labels, "number"), "matched-0")
        versions = found.where("version > 0")
        for turn in count(1):
            if first(versions) is None:
                break
            fresh = self.space.kept(f"fresh-{turn}", _versions(versions, documents, _since(turn) - 1))
            texts = texts.unionByName(fresh)
            merged = self._components(texts, fresh, labels.select(*_edge("number", "component")), turn)
            moved = self.space.kept(f"moved-{turn}", _merged(labels, merged))
            if first(moved) is None:
                break
            labels = merged
            concerned = documents.join(labels.join(moved, "component", "left_semi"), "number")
            again = self._match(concerned, f"matched-{turn}")
            others = found.where("version = 0").join(again.select("number").distinct(), "number", "left_anti")
            found = self.space.kept(f"found-{turn}", others.unionByName(again))
            versions = again.where("version > 0")
        return found

    def _match(self, documents: DataFrame, name: str) -> DataFrame:
        needed = documents.drop(*SKETCH.names, "precedes", "address", "row")
        ordered = needed.repartition(self.parts, "component").drop("component").sortWithinPartitions("number")
        return self.space.kept(
            name, mapped(ordered, partial(matching.matched, self.settings, self.known, self.memory), matching.MATCHED)
        )

    def _addresses(self, documents: DataFrame) -> DataFrame:
        """Link documents of one address."""
        known = documents.where("address != 0").select("number", "address")
        least = f.min("number").over(Window.partitionBy("address"))
        return known.select("number", least.alias("least")).select(*_edge("number", "least"))

    def _components(self, texts: DataFrame, fresh: DataFrame | None, links: DataFrame, turn: int) -> DataFrame:
        """
        Label documents that have to do with one another: number, component.

        With `fresh` texts, only their meetings are looked for, and `links` must hold what was found before.
        """
        meeting = self._meeting(texts, fresh, turn)
        if Step.PARAGRAPHS in self.settings.steps:
            links = links.unionByName(self._echoing(texts, meeting.where(f.col("kind") == keys.PARAGRAPH), turn))
        linked = components(self.space, links, f"linked-{turn}")
        if Step.DOCUMENTS in self.settings.steps:
            labels = linked.withColumnsRenamed({"node": "number"})
            alike = self._alike(texts, meeting.where(f.col("kind") != keys.PARAGRAPH), labels, turn)
            stars = linked.select(*_edge("node", "component"))
            linked = components(self.space, stars.unionByName(alike), f"components-{turn}")
        return linked.withColumnsRenamed({"node": "number"})

    def _meeting(self, texts: DataFrame, fresh: DataFrame | None, turn: int) -> DataFrame:
        """Find the keys that texts share."""
        packed = self._packed(texts)
        if fresh is not None and (first(fresh.agg(f.count("*").alias("count"))) or {})["count"] <= FEW:
            wanted = self._packed(fresh).groupBy("kind", "bin").agg(f.collect_list("keys").alias("wanted"))
            packed = mapped(packed.join(f.broadcast(wanted), ["kind", "bin"]), keys.only, keys.PACKED)
        shared = partial(keys.shared, _since(turn))
        return self.space.kept(f"meeting-{turn}", mapped(packed.repartition(self.parts, "bin"), shared, keys.SHARED))

    def _packed(self, texts: DataFrame) -> DataFrame:
        columns = ["text", "bands", "sampled", "paragraphs"]
        task = partial(keys.packed, BINS * self.parts, _kinds(self.settings))
        return mapped(texts.select(columns), task, keys.PACKED)

    def _echoing(self, texts: DataFrame, meeting: DataFrame, turn: int) -> DataFrame:
        """Find the pairs of documents of which paragraphs seem alike."""
        asked = meeting.groupBy("text").agg(f.collect_set("key").alias("wanted"))
        sketched = asked.join(texts.select("text", *STANDING, "paragraphs", "marks"), "text")
        marked = mapped(sketched, partial(candidates.marked, BINS * self.parts), candidates.MARKED)
        task = partial(candidates.echoes, self.settings, _since(turn))
        return self.space.kept(f"echoing-{turn}", mapped(marked.repartition(self.parts, "bin"), task, candidates.EDGE))

    def _alike(self, texts: DataFrame, meeting: DataFrame, labels: DataFrame, turn: int) -> DataFrame:
        """Find the pairs of documents, of different components, that match."""
        sketched = texts.select("text", *STANDING, "samples", "signature", _document("text", "number"))
        members = meeting.join(sketched, "text").join(labels, "number", "left")
        members = members.withColumn("component", f.coalesce("component", "number"))
        members = members.repartition(self.parts, "kind", "key").sortWithinPartitions("kind", "key", *STANDING, "text")
        members = members.select(candidates.MEMBER.names)
        met = mapped(members, partial(candidates.pairs, self.settings, _since(turn)), candidates.PAIR)
        counted = met.groupBy("one", "other").agg(
            *(f.sum(column).cast("int").alias(column) for column in ("bands", "rare", "common")),
            *(f.max(column).alias(column) for column in ("equal", "samples")),
        )
        counted = self.space.kept(f"met-{turn}", counted)
        likely = mapped(counted.where("other >= 0"), partial(candidates.promising, self.settings), candidates.PROMISE)
        best = Window.partitionBy("one").orderBy(f.desc("promise"), "other")
        chosen = likely.withColumn("place", f.row_number().over(best)).where(f.col("place") <= candidates.COMPARED)
        contents = texts.select("text", "content")
        pairs = chosen.select("one", "other")
        for end in ("other", "one"):
            told = contents.select(f.col("text").alias(end), f.col("content").alias(f"{end}_text"))
            pairs = pairs.join(told, end)
        columns = ["one", "other", "one_text", "other_text"]
        edges = mapped(pairs.select(columns), partial(candidates.matching, self.settings), candidates.EDGE)
        return self.space.kept(f"alike-{turn}", edges.select(_document("one", "one"), _document("other", "other")))


def _kinds(settings: Settings) -> tuple[int, ...]:
    """Say what kinds of keys are looked at."""
    documents = (keys.BAND, keys.SAMPLE) if Step.DOCUMENTS in settings.steps else ()
    return (*documents, keys.PARAGRAPH) if Step.PARAGRAPHS in settings.steps else documents


def _since(turn: int) -> int:
    """Give the first version that was made right before a turn."""
    return (turn - 1) * ROUND + 1 if turn else 0


def _document(text: str, name: str) -> Any:  # noqa: ANN401 - Spark's column
    """Give the document that a text is a version of."""
    return f.shiftright(text, VERSIONS).alias(name)


def _edge(one: str, other: str) -> tuple[Any, Any]:
    """Give two columns as the ends of an edge."""
    return f.col(one).alias("one"), f.col(other).alias("other")


def _versions(versions: DataFrame, documents: DataFrame, before: int) -> DataFrame:
    """Make texts of versions of documents, which there were so many of before."""
    text = f.shiftleft("number", VERSIONS) + f.col("version") + f.lit(before)
    fresh = versions.select("number", text.alias("text"), f.col("text").alias("content"), *SKETCH.names)
    return fresh.join(documents.select("number", *STANDING), "number").drop("number")


def _merged(before: DataFrame, now: DataFrame) -> DataFrame:
    """Give the components that have documents of several components as they were before, or new ones."""
    was = before.withColumnsRenamed({"component": "was"})
    both = now.join(was, "number", "left").withColumn("was", f.coalesce("was", "number"))
    return both.groupBy("component").agg(f.countDistinct("was").alias("count")).where("count > 1").select("component")
