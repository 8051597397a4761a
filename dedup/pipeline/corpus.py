"""
A corpus: every document stripped, like documents and paragraphs matched, and what became of each told in order.

Cut paragraphs may leave documents that now match, so matching is repeated for the changed ones until nothing more
goes: cleaning a cleaned corpus removes nothing.
"""

from __future__ import annotations

from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dedup import cluster
from dedup.engines.shards import Spool
from dedup.errors import DuplicateId
from dedup.kernel.line_keys import Recurring
from dedup.pipeline import audit, rows
from dedup.pipeline.addresses import leaders as leaders_by_address
from dedup.pipeline.against import TOGETHER
from dedup.pipeline.decontamination import FOUND, Seeking, overlaps, sought
from dedup.pipeline.gone import Gone
from dedup.pipeline.outcome import VERDICTS, Judged, matches
from dedup.pipeline.paragraphs import FRESH, Fresh, cut, cuttings, repeated
from dedup.pipeline.passages import passage_pairs
from dedup.pipeline.reading import RATE, read, shards_of
from dedup.pipeline.recurrence import recurring
from dedup.pipeline.rows import CHANGING, DOCUMENTS
from dedup.pipeline.sources import Documents, block
from dedup.pipeline.standing import check
from dedup.precedence import parties, visiting_order
from dedup.settings import Settings, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from dedup.engines.local import Engine
    from dedup.engines.shards import Shard, Tables
    from dedup.kernel.arrays import I32, I64, Bools
    from dedup.pipeline.against import Against
    from dedup.pipeline.decontamination import Evaluation
    from dedup.pipeline.outcome import Outcome
    from dedup.pipeline.reading import Reading
    from dedup.pipeline.rows import Incoming
    from dedup.records import Match, Overlap, PassageMatch

READ: Final = "read"
MATCH: Final = "match"
TOLD: Final = "told"


class Progress(Protocol):
    """Told how far the work is."""

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """Take note that `done` of `total` (None: not known) units of a stage are through."""


def silent(stage: str, done: int, total: int | None) -> None:
    """Take no note of progress."""


class Corpus:
    """Documents on their way through the stages: read them, `match` them, read them out with `outcomes`."""

    def __init__(
        self,
        settings: Settings,
        engine: Engine,
        progress: Progress = silent,
        sketched: Settings | None = None,
        *,
        against: Against | None = None,
    ) -> None:
        """
        Let an engine, which must stay open, do the work; texts were `sketched` under these settings unless told.

        An index may be the reference.
        """
        self.settings = settings
        self._sketched = sketched or settings
        self.forgotten = 0
        """How often a full bucket did not remember a text that stays; see `cluster.LIMIT`."""
        self.candidates = 0
        """Pairs of documents that bands and sampled shingles proposed at first, of those that differ in their words."""
        self.versions: list[tuple[I64, Shard]] = []
        """Documents (rows) that were cut while they were matched, and the shard in which they stand after that."""
        self.recurring = Recurring.none()
        """Lines that are known to recur."""
        self._engine = engine
        self._progress = progress
        self._spool = Spool(DOCUMENTS, CHANGING)
        self._shards: list[I64] = []  # the rows of each task
        self._gone: Gone
        self._against = against
        self._overlaps: dict[int, Overlap] = {}  # of contaminated documents
        self._brought = np.empty(0, np.int64)  # documents of the index, in the order of their rows

    def __len__(self) -> int:
        return len(self._spool)

    def read(self, tasks: Sequence[Reading], place: Callable[[Incoming], str]) -> None:
        """Read files. Raises `ReadError`, and `DuplicateId`, with their `place`, where two documents go by one name."""
        self.take(self.made(tasks), place)

    def made(self, tasks: Sequence[Reading]) -> Iterator[Shard]:
        """Make shards of files. Raises `ReadError`."""
        interpreted = bool({Step.BOILERPLATE, Step.REPEATS} & set(self.settings.steps))
        expected = sum(task.size for task in tasks) / RATE
        shards = self._engine.run(READ, read, tasks, interpreted=interpreted, expected=expected)
        for number, shard in enumerate(shards):
            yield shard
            self._progress("reading", number + 1, len(tasks))

    def take(self, shards: Iterable[Shard], place: Callable[[Incoming], str]) -> None:
        """Take documents of which shards have been made. Raises `DuplicateId` as `read` does."""
        for shard in shards:
            self._shards.append(self._spool.append(shard))
        if self._shards:
            self._check(place)
        else:
            self.gather((), place)  # a shard without rows, for its schema

    def gather(self, documents: Iterable[Incoming], place: Callable[[Incoming], str]) -> None:
        """Take documents from memory. Raises `DuplicateId`, with their `place`, where two go by one name."""
        for number, tables in enumerate(shards_of(documents, self.settings)):
            self._shards.append(self._spool.append(self._engine.keep(tables, READ, number)))
        self._check(place)

    def adopt(self, shards: Iterable[Tables]) -> None:
        """Take what `reading.read` made of documents that were checked together with all others."""
        for number, tables in enumerate(shards):
            self._shards.append(self._spool.append(self._engine.keep(tables, READ, number)))
        self._gone = Gone.none(self._ranks < 0)

    def again(self, settings: Settings, engine: Engine) -> Corpus:
        """Give the same documents, to be matched under other settings: what was sketched stays as it is."""
        corpus = Corpus(settings, engine, sketched=self._sketched)
        corpus.take(self._spool.shards[: len(self._shards)], lambda document: document.entry.id)
        return corpus

    def look_up(self, some: I64, *names: str) -> list[list[Any]]:
        """Give columns of some documents; `text` is what remains of it."""
        columns = (self._spool.texts(some) if name == "text" else self._spool.column(name, some) for name in names)
        return [column.to_pylist() for column in columns]

    def named(self, names: Iterable[str]) -> I64:
        """Choose those of the documents that were read and stay that go by some names, in order."""
        known = pc.is_in(self._ids, pa.array(names, pa.string())).to_numpy(zero_copy_only=False)
        found = np.flatnonzero(known & self.staying())
        return found[found < sum(map(len, self._shards))]

    def staying(self) -> Bools:
        """Tell which documents stay, in the order in which they came."""
        return self._gone.witnesses < 0

    @cached_property
    def _ids(self) -> pa.Array:
        return self._spool.column("id", np.arange(len(self)))

    @cached_property
    def _by_id(self) -> I64:
        order: I64 = pc.sort_indices(self._ids).to_numpy().astype(np.int64)
        return order

    @cached_property
    def _ranks(self) -> I32:
        """Give the ranks of the documents' sources; see `precedence.Standing`."""
        ranks: I32 = self._spool.column("rank", np.arange(len(self))).to_numpy()
        return ranks

    def _check(self, place: Callable[[Incoming], str]) -> None:
        def at(row: int) -> str:
            [fields] = self._spool.rows(np.array([row]), rows.FIELDS)
            return place(rows.incoming(fields))

        self._check_ids(place)
        check(self._spool, self.settings.precedence, at)
        self._gone = Gone.none(self._ranks < 0)

    def _check_ids(self, place: Callable[[Incoming], str]) -> None:
        if self._against is not None and (name := self._against.namesake(self._ids)) is not None:
            [fields] = self._spool.rows(np.array([pc.index(self._ids, name).as_py()]), rows.FIELDS)
            raise DuplicateId(name, str(self._against.index.folder), place(rows.incoming(fields)))
        if len(self) < 2:  # noqa: PLR2004
            return
        ordered = self._ids.take(pa.array(self._by_id))
        if (twice := pc.index(pc.equal(ordered[1:], ordered[:-1]), value=True).as_py()) >= 0:
            found = self._spool.rows(np.sort(self._by_id[twice : twice + 2]), rows.FIELDS)
            first, second = (rows.incoming(fields) for fields in found)
            raise DuplicateId(first.entry.id, place(first), place(second))

    def decontaminate(self, evaluation: Evaluation) -> None:
        """Let documents go that hold evaluation items; to be called before `match`."""
        tasks = [Seeking(self._spool.some(numbers), evaluation) for numbers in self._shards]
        made = self._engine.run("decontaminated", sought, tasks, interpreted=False)
        for numbers, shard in zip(self._shards, made, strict=True):
            self._overlaps |= {int(numbers[place]): found for place, found in overlaps(shard.table(FOUND))}
        self._gone.contaminate(np.array(sorted(self._overlaps), np.int64))

    def match(self) -> None:
        """Let lines go that recur; then find like documents, and like paragraphs of those that stay."""
        self.recurring, worn = recurring(self._spool, self._shards, self._sketched, self._engine)
        for numbers, shard in worn:
            self._spool.replace(numbers, shard)
        self.settle()

    def settle(self) -> None:
        """Find like documents, then like paragraphs of those that stay, until nothing more goes."""
        steps = self.settings.steps
        changed, fresh = self._bring(0, np.ones(len(self), bool), Fresh.all(len(self)))
        if Step.DOCUMENTS in steps:
            words = self._documents().words
            owners = parties(self._ranks, self.settings.precedence)
            leaders = leaders_by_address(self._spool, words, self._order(words))
            self._gone.readdress(np.where(owners[leaders] != owners, leaders, np.arange(len(self))))
        for turn in count():
            self._progress("matching", turn, None)
            before = self._gone.witnesses.copy()
            if Step.DOCUMENTS in steps:
                self._match_documents(turn, changed)
            came_back = (before >= 0) & (self._gone.witnesses < 0)
            fresh.documents |= came_back
            if Step.PARAGRAPHS not in steps or not fresh:
                break
            changed, fresh = self._match_paragraphs(turn, fresh)
            if not changed.any():
                break
            changed, fresh = self._bring(turn + 1, changed, fresh)

    def _bring(self, turn: int, changed: Bools, fresh: Fresh) -> tuple[Bools, Fresh]:
        """Let documents of the index that changed ones may be like stand in the corpus, neither changed nor fresh."""
        if self._against is None:
            return changed, fresh
        found = self._against.related(self._spool, np.flatnonzero(changed))
        new = np.setdiff1d(found, self._brought)
        tasks = np.split(new, range(TOGETHER, len(new), TOGETHER)) if len(new) else []
        for shard in self._engine.run(f"against-{turn:02}", self._against.shard, tasks, interpreted=False):
            self._spool.append(shard)
        self._brought = np.concatenate((self._brought, new))
        for name in ("_ids", "_by_id", "_ranks"):
            vars(self).pop(name, None)
        self._gone = self._gone.joined(Gone.none(np.ones(len(new), bool)))
        return np.concatenate((changed, np.zeros(len(new), bool))), fresh.joined(len(new))

    def pairs(self) -> Iterator[Match]:
        """Give every pair of documents that match."""
        every = cluster.matching_pairs(self._documents(), cluster.Criteria.of(self.settings.match), block=self._block)
        for found in every:
            self.forgotten += found.forgotten
            left, right = (self._ids.take(pa.array(numbers)).to_pylist() for numbers in (found.left, found.right))
            yield from matches(left, right, found)

    def audited(self, documents: int) -> audit.Audit:
        """
        Look up all neighbours of some documents, after `match`: of two, one should have gone.

        Documents that went for their words or address alone, which needs no candidates, are left out on both sides.
        """
        gone = self._gone
        owners = parties(self._ranks, self.settings.precedence)
        found, every = 0, 0
        left = ~gone.exact & ~gone.alone
        sampled, pairs = self._neighbours(documents, left)
        for one, other in pairs:
            compared = owners[one] != owners[other]
            every += int(compared.sum())
            found += int((compared & ((gone.witnesses[one] >= 0) | (gone.witnesses[other] >= 0))).sum())
        return audit.Audit(sampled, every, found)

    def neighbours(self, documents: int) -> tuple[int, set[tuple[str, str]]]:
        """Give all pairs, by id, that some documents form with others; and how many documents these are."""
        sampled, pairs = self._neighbours(documents, np.ones(len(self), bool))
        ids = ((self._ids.take(pa.array(rows)).to_pylist() for rows in both) for both in pairs)
        return sampled, {(min(pair), max(pair)) for one, other in ids for pair in zip(one, other, strict=True)}

    def _neighbours(self, documents: int, left: Bools) -> tuple[int, Iterator[tuple[I64, I64]]]:
        source, wanted = self._documents(), self.settings.match
        among = left & (source.words > 0)
        sampled = audit.sample(self._by_id[among[self._by_id]], documents, wanted.seed)
        return len(sampled), audit.neighbours(source, sampled, np.flatnonzero(among), wanted, self._block)

    def passage_pairs(self) -> Iterator[PassageMatch]:
        """Give every pair of like paragraphs, inside a document and across documents."""
        for match, forgotten in passage_pairs(self._spool, self.settings, self._engine):
            self.forgotten += forgotten
            if match is not None:
                yield match

    def judged(self) -> Iterator[Judged]:
        """Give the documents and what became of them, shard by shard, in the order in which they came."""
        gone = self._gone
        last = gone.last_witnesses()
        for numbers in self._shards:
            witnesses = last[numbers]
            names = self._ids.take(pa.array(witnesses, mask=witnesses < 0))
            verdicts = pa.RecordBatch.from_arrays(
                [names, *(pa.array(getattr(gone, name)[numbers]) for name in VERDICTS)], ["witness", *VERDICTS]
            )
            overlaps = {
                place: self._overlaps[number]
                for place, number in enumerate(numbers.tolist() if self._overlaps else ())
                if gone.contaminated[number]
            }
            yield Judged(self._spool.some(numbers), verdicts, self.settings.match.threshold, overlaps)

    def outcomes(self, *, findings: bool = False) -> Iterator[Outcome]:
        """Tell what became of each document, or of each with `findings`, in the order in which they came."""
        for number, judged in enumerate(self.judged()):
            yield from judged.outcomes(judged.touched() if findings else None)
            self._progress("writing", number + 1, len(self._shards))

    @property
    def _block(self) -> int:
        """Give how many shingles may be held together."""
        return block(self._spool, self._engine)

    def _documents(self) -> Documents:
        return Documents(self._spool, self._sketched.match, self._engine)

    def _order(self, words: I32) -> I64:
        """Order the documents still there: by what they are needed for, by source, then as the keep policy says."""
        values = self._spool.column("value", np.arange(len(self))).to_numpy()
        order = visiting_order(self.settings.precedence.keep, words, values, self._by_id)
        order = order[self._gone.witnesses[order] < 0]
        order = order[np.argsort(self._ranks[order], kind="stable")]
        return order[np.argsort(self._gone.ranks()[order], kind="stable")]

    def _match_documents(self, turn: int, changed: Bools) -> None:
        """
        Let documents go, so that each has a witness that stays as it is now.

        What went because of a document that has changed, or goes now, is judged again.
        """

        def decide(_: None) -> Tables:
            forgotten, candidates = self._decide(changed.copy(), counted=turn == 0)
            told = pa.RecordBatch.from_pylist([{"forgotten": forgotten, "candidates": candidates}])
            return {MATCH: self._gone.table(), TOLD: told}

        [shard] = self._engine.run(f"documents-{turn:02}", decide, [None], interpreted=False)
        self._gone = Gone.of(shard.table(MATCH))
        [told] = shard.table(TOLD).to_pylist()
        self.forgotten += told["forgotten"]
        self.candidates += told["candidates"]

    def _decide(self, changed: Bools, *, counted: bool) -> tuple[int, int]:
        """
        Do the same, where `changed` may be written to.

        Returns how often a text was forgotten, and how many pairs were proposed at first, if they are `counted`.
        """
        candidates = 0
        gone, wanted = self._gone, self.settings.match
        source = self._documents()
        owners = parties(self._ranks, self.settings.precedence)
        orphans = gone.because_of(changed)
        while True:
            gone.recall(orphans)
            changed |= orphans
            order = self._order(source.words)
            leaders = cluster.exact_groups(source.wholes(), source.words, order)
            alike = (leaders != np.arange(len(self))) & (owners[leaders] != owners) & ~gone.pinned
            copies = order[alike[order]]
            active = gone.witnesses < 0
            active[copies] = False
            ranks = np.full(len(self), len(self), np.int64)
            ranks[order] = np.arange(len(order))
            found = cluster.settle(
                source,
                active,
                ranks.__getitem__,
                cluster.Criteria.of(wanted),
                owners=owners.__getitem__,
                pinned=gone.pinned.__getitem__,
                changed=None if changed.all() else changed,
                counted=counted,
                block=self._block,
            )
            candidates += found.candidates
            counted = False
            leaving = np.zeros(len(self), bool)
            leaving[found.texts] = True
            leaving[copies] = True
            orphans = gone.because_of(leaving)
            if not orphans.any():
                break
        gone.add(found)
        gone.follow(copies, leaders[copies], self._sizes(source, leaders[copies]))
        return found.forgotten, candidates

    def _sizes(self, source: Documents, some: I64) -> I32:
        """Count the distinct shingles of some documents, (n,); 0 for the others."""
        sizes = np.zeros(len(self), np.int32)
        wanted = np.unique(some)
        full = np.cumsum(source.words[wanted], dtype=np.int64) // self._block
        for part in np.split(wanted, np.flatnonzero(np.diff(full)) + 1):
            sizes[part] = cluster.looked_up(source, part, ordered=False).sizes
        return sizes

    def _match_paragraphs(self, turn: int, fresh: Fresh) -> tuple[Bools, Fresh]:
        """
        Cut paragraphs that another document keeps.

        Returns which documents changed, and which paragraphs are fresh then.
        """

        def find(_: None) -> Tables:
            order = self._order(self._documents().words)
            return {MATCH: repeated(self._spool, order, fresh, self.settings, self._engine)}

        [shard] = self._engine.run(f"paragraphs-{turn:02}", find, [None], interpreted=False)
        found = shard.table(MATCH)
        waits = found.column("waits").to_numpy(zero_copy_only=False)
        self._gone.pinned[found.column("of").to_numpy()[~waits]] = True
        tasks = list(cuttings(self._spool, found, self._sketched, self.recurring))
        shards = self._engine.run(f"cut-{turn:02}", cut, [task for _, task in tasks], interpreted=True)
        changed = np.zeros(len(self), bool)
        made: dict[int, Bools] = {}
        for (numbers, _), cut_shard in zip(tasks, shards, strict=True):
            made[len(self._spool.shards)] = cut_shard.table(FRESH).column("fresh").to_numpy(zero_copy_only=False)
            self._spool.replace(numbers, cut_shard)
            self.versions.append((numbers, cut_shard))
            changed[numbers] = True
        waiting = found.column("number").to_numpy()[waits]
        return changed, Fresh(np.zeros(len(self), bool), waiting, made)
