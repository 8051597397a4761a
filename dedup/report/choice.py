"""Which documents are shown with their texts."""

from __future__ import annotations

from collections import defaultdict
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Final

from dedup.report.survey import number

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from dedup.report.decision import Decision

SHOWN: Final = 2_500
"""Documents shown at most."""


def shown(decisions: Iterable[Decision], clusters: dict[int, int], wanted: Sequence[str]) -> list[str]:
    """
    Choose documents, the most wanted first.

    Those that were asked for come first; then one of each reason, and one of the largest clusters, in turn; within a
    reason the ones nearest to being decided otherwise come first.
    """
    turns: defaultdict[str, list[Decision]] = defaultdict(list)
    for each in sorted(decisions, key=lambda each: (each.margin, each.place)):
        turns[each.reason].append(each)
    whole = [each for each in chain.from_iterable(turns.values()) if each.twin and _size(each, clusters)]
    turns["clusters"] = sorted(whole, key=lambda each: (-_size(each, clusters), each.twin, each.place))
    rounds = zip_longest(*(turns[reason] for reason in sorted(turns)))
    order = dict.fromkeys(wanted)
    for each in chain.from_iterable(rounds):
        if len(order) >= SHOWN:
            break
        if each is not None:
            order[each.document] = None
    return list(order)


def _size(each: Decision, clusters: dict[int, int]) -> int:
    return clusters.get(number(each.twin), 0)


def keepers(decisions: Iterable[Decision], documents: Collection[str]) -> set[str]:
    """Name the documents because of which text of some documents went."""
    return {each.twin for each in decisions if each.twin and each.document in documents}
