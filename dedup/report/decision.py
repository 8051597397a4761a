"""A row of the ledger as the page lists it, and how near it was to being decided otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dedup.settings import Settings

EXCERPT: Final = 100
"""Characters shown of a removed text in a list."""


class Decision(NamedTuple):
    """A removal or a suspicion without its text."""

    place: int
    """Of its row in the ledger: the byte at which that begins."""
    document: str
    file: str
    start: int
    end: int
    reason: str
    removed: bool
    scale: str
    """What it rests on; see `measured`."""
    measure: float
    """How much of that there is, in [0, 1]."""
    margin: float
    """See `margin`."""
    twin: str
    """The document because of which it went; empty where there is none."""
    excerpt: str


def decision(row: dict[str, Any], place: int, limits: Mapping[str, float | None]) -> Decision:
    """Give the decision of a row of the ledger; see `thresholds` for the limits."""
    evidence, reason = row["evidence"], row["reason"]
    scale, much = measured(row)
    return Decision(
        place,
        row["document"],
        row["file"],
        row["start"],
        row["end"],
        reason,
        row["kind"] == "removal",
        scale,
        much,
        margin(much, None if reason.startswith("SS") else limits[scale]),
        evidence.get("document", ""),
        " ".join((evidence.get("excerpt") or row["text"][: 2 * EXCERPT]).split())[:EXCERPT],
    )


def measured(row: dict[str, Any]) -> tuple[str, float]:
    """Give what a decision rests on, which is also the histogram it is counted in, and how much of it there is."""
    evidence = row["evidence"]
    if evidence["kind"] == "likeness":
        if evidence.get("likeness") is not None:
            return "likeness", evidence["likeness"]
        name = "containment" if row["reason"].startswith("CD") else "jaccard"
        return name, evidence[name]
    if evidence["kind"] == "copy":
        return "paragraph" if row["reason"].startswith("XP") else "repeat", evidence["jaccard"]
    if evidence["kind"] == "address":
        return "address", 1.0
    return "confidence", row["confidence"]


def thresholds(settings: Settings) -> dict[str, float | None]:
    """Give the settings that `measured` is held against; None where no setting decides."""
    return {
        "likeness": settings.match.likeness,
        "jaccard": settings.match.threshold,
        "containment": settings.match.containment,
        "paragraph": settings.paragraphs.paragraph_threshold,
        "repeat": None,
        "address": None,
        "confidence": settings.strip.confidence,
    }


def margin(much: float, limit: float | None) -> float:
    """
    Tell how far a decision was from the other one: 0 right at the threshold, 1 as far away as can be.

    Where no setting decides it is what was measured: the less alike, the more open to question.
    """
    if limit is None:
        return much
    room = 1 - limit if much >= limit else limit
    return abs(much - limit) / room if room else 1.0
