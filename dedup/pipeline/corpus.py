"""
A corpus: every document stripped, like documents and paragraphs matched, and what became of each told in order.

Cut paragraphs may leave documents that now match, so matching is repeated for the changed ones until nothing more
goes: cleaning a cleaned corpus removes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, Self

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from dedup import cluster, sketch
from dedup.engines.local import Spool, batches, coalesce
from dedup.errors import DuplicateId
from dedup.kernel.arrays import Texts
from dedup.kernel.minhash import Keys
from dedup.pipeline import rows
from dedup.pipeline.document import root, second_stories, strip
from dedup.pipeline.gone import Gone
from dedup.pipeline.paragraphs import has_new, repeated
from dedup.records import Document, Match, Removal, Span, Suspicion
from dedup.settings import Settings, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from dedup.kernel.arrays import I64, U64, Bools
    from dedup.pipeline.rows import Incoming
    from dedup.records import Finding


class Progress(Protocol):
    """Told how far the work is."""

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """Take note that `done` of `total` (None: not known) documents of a stage are through."""


def silent(stage: str, done: int, total: int | None) -> None:
    """Take no note of progress."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a document."""

    incoming: Incoming
    text: str | None
    """What stays; None where the whole document goes."""
    removals: tuple[Removal, ...]
    """In text order, disjoint; with the remaining text they tile the base text."""
    suspicions: tuple[Suspicion, ...]
    stripped: tuple[Removal, ...]
    """Of a document that goes whole: what had been taken out of it before it was compared."""


class _Cut(NamedTuple):
    """A document (row) after paragraphs were cut out of it."""

    number: int
    text: str
    fields: dict[str, Any]
    anew: bool
    """Whether it has paragraphs that it did not have before."""


class Corpus:
    """Documents on their way through the stages: `gather` them, `match` them, read them out with `outcomes`."""

    def __init__(self, settings: Settings, progress: Progress = silent, folder: Path | None = None) -> None:
        """Spool into a temporary folder, inside `folder` if one is given."""
        self._settings = settings
        self._progress = progress
        self._spool = Spool(rows.SCHEMA, folder)
        self._keys: Keys
        self._ids: pa.Array
        self._gone: Gone

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *fault: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the disk space back."""
        self._spool.close()

    def __len__(self) -> int:
        return len(self._spool)

    @property
    def forgotten(self) -> int:
        """How often a full bucket did not remember a text that stays; see `cluster.LIMIT`."""
        return self._gone.forgotten

    def gather(self, incoming: Iterable[Incoming], place: Callable[[Incoming], str]) -> None:
        """Strip, spool and sketch documents. Raises `DuplicateId`, with their `place`, where two go by one name."""
        pieces = [sketch.keys(Texts.of_strings([]), self._settings.match)]
        for batch in batches(incoming):
            stored = self._spool.append(list(self._rows(batch)))
            texts = coalesce(stored.column("text"), stored.column("base"))
            pieces.append(sketch.keys(Texts.of(texts), self._settings.match))
            self._progress("reading", len(self), None)
        self._keys = Keys.joined(pieces)
        self._ids = self._spool.column("id", np.arange(len(self)))
        self._gone = Gone.none(len(self))
        self._check_ids(place)

    def _rows(self, batch: Iterable[Incoming]) -> Iterator[dict[str, Any]]:
        for incoming in batch:
            yield from self._with_stories(incoming)

    def _with_stories(self, incoming: Incoming) -> Iterator[dict[str, Any]]:
        stripped = strip(Document(incoming.entry.id, incoming.text), self._settings)
        yield rows.row(incoming, stripped)
        for story in second_stories(stripped):
            yield from self._with_stories(self._of_story(incoming, story))

    def _of_story(self, parent: Incoming, story: Document) -> Incoming:
        names = self._settings.read
        record = {names.id_field: story.id, names.text_field: ""}
        carried = orjson.dumps(record).decode() if parent.entry.carried else ""
        entry = replace(parent.entry, id=story.id, text=story.text, carried=carried, patches=())
        return replace(parent, entry=entry, story=True)

    def _check_ids(self, place: Callable[[Incoming], str]) -> None:
        order = pc.sort_indices(self._ids).to_numpy()
        ordered = self._ids.take(pa.array(order))
        if len(ordered) > 1 and (twice := pc.index(pc.equal(ordered[1:], ordered[:-1]), value=True).as_py()) >= 0:
            first, second = (rows.incoming(self._spool.row(int(at))) for at in sorted(order[twice : twice + 2]))
            raise DuplicateId(first.entry.id, place(first), place(second))

    def match(self) -> None:
        """Find like documents, then like paragraphs of those that stay, until nothing more goes."""
        steps = self._settings.steps
        changed = np.ones(len(self), bool)
        again = True
        while True:
            self._progress("matching", 0, None)
            if Step.DOCUMENTS in steps:
                again |= self._match_documents(changed)
            if Step.PARAGRAPHS not in steps or not again:
                break
            changed, again = self._match_paragraphs()
            if not changed.any():
                break

    def pairs(self, *, contained: bool = True) -> Iterator[Match]:
        """Give every pair of documents that match, by containment too unless that is not wanted."""
        wanted = self._settings.match
        found = cluster.matching_pairs(
            self._keys,
            self._sets,
            threshold=wanted.threshold,
            containment=wanted.containment if contained else cluster.NEVER,
        )
        for left, right, shared, one, other in zip(*(column.tolist() for column in found), strict=True):
            a, b = sorted((self._name(left), self._name(right)))
            union = one + other - shared
            yield Match(a, b, shared / union, shared / min(one, other), shared, union)

    def outcomes(self) -> Iterator[Outcome]:
        """Tell what became of each document, in the order in which they came."""
        for number in range(len(self)):
            fields = self._spool.row(number)
            incoming = rows.incoming(fields)
            removals, suspicions = rows.findings(fields)
            if self._gone.witnesses[number] < 0:
                yield Outcome(incoming, rows.text(fields), removals, suspicions, ())
            else:
                reason, likeness = self._gone.account(number, self._settings.match.threshold, self._name)
                whole = Span(0, len(incoming.text))
                removal = Removal(incoming.entry.id, whole, reason.code, reason.name, 1.0, likeness)
                yield Outcome(incoming, None, (removal,), (), removals)
            self._progress("writing", number + 1, len(self))

    def _name(self, number: int) -> str:
        name: str = self._ids[number].as_py()
        return name

    def _sets(self, numbers: I64) -> tuple[U64, I64]:
        """Give shingle sets of documents, loading a few thousand texts at a time."""
        size = self._settings.match.shingle
        return rows.joined(
            [sketch.shingle_sets(Texts.of(rows.texts(self._spool, some)), size) for some in rows.chunks(numbers)]
        )

    def _order(self) -> I64:
        """Order the documents still there: by rank, then as the keep policy says."""
        order = cluster.visiting_order(self._settings.keep, self._keys.words, self._ids)
        order = order[self._gone.witnesses[order] < 0]
        return order[np.argsort(self._gone.ranks()[order], kind="stable")]

    def _match_documents(self, changed: Bools) -> bool:
        """
        Let documents go, so that each has a witness that stays as it is now.

        What went because of a document that has changed, or goes now, is judged again; returns whether any of it stays.
        """
        gone, wanted = self._gone, self._settings.match
        changed = changed.copy()
        orphans = gone.because_of(changed)
        while True:
            gone.recall(orphans)
            changed |= orphans
            order = self._order()
            leaders = cluster.exact_groups(self._keys.wholes, self._keys.words, order)
            follows = (leaders[order] != order) & ~gone.pinned[order]
            members = order[follows]
            found = cluster.settle(
                self._keys,
                order[~follows],
                self._sets,
                threshold=wanted.threshold,
                containment=wanted.containment,
                pinned=gone.pinned,
                changed=None if changed.all() else changed,
            )
            leaving = found.witnesses >= 0
            leaving[members] = True
            orphans = gone.because_of(leaving)
            if not orphans.any():
                break
        gone.add(found)
        gone.follow(members, leaders[members], self._sets)
        return bool((changed & gone.returned & (gone.witnesses < 0)).any())

    def _match_paragraphs(self) -> tuple[Bools, bool]:
        """
        Cut paragraphs that another document keeps.

        Returns which documents changed, and whether any of them has paragraphs that it did not have before.
        """
        found = repeated(self._spool, self._order(), self._settings)
        self._gone.pinned[found.witnesses] = True
        changed = np.zeros(len(self), bool)
        again = False
        for batch in batches(self._cut(number, findings) for number, findings in sorted(found.findings.items())):
            numbers = np.array([cut.number for cut in batch])
            stored = self._spool.replace(numbers, [cut.fields for cut in batch])
            texts = Texts.of(coalesce(stored.column("text"), stored.column("base")))
            self._keys = self._keys.replaced(numbers, sketch.keys(texts, self._settings.match))
            changed[numbers] = True
            again |= any(cut.anew for cut in batch)
        return changed, again

    def _cut(self, number: int, findings: list[Finding]) -> _Cut:
        """Cut findings out of a document and strip what is left."""
        fields = self._spool.row(number)
        document = Document(fields["id"], fields["base"])
        before, _ = rows.findings(fields)
        removals = (*before, *root(document.id, rows.kept(fields), rows.text(fields), findings))
        stripped = strip(document, self._settings, removals)
        anew = has_new(rows.text(fields), stripped.text, self._settings)
        return _Cut(number, stripped.text, fields | rows.stripped_fields(stripped), anew)
