"""Second stories: found where layout, prose and words agree, and nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from conftest import any_text
from hypothesis import given

from dedup import segment, stories
from dedup.records import Pattern

SEEDS: Final = Path(__file__).parents[1] / "seeds"
FIRST: Final = (
    "The old harbour bridge will be closed to all traffic for a month while engineers replace its cables.",
    "Drivers will be sent over the northern crossing, which adds half an hour to the way into the centre.",
    "The repair is paid for by the region and costs a third more than the first estimate had foreseen.",
    "A ferry for people on foot and on bicycles will leave the fish market every twenty minutes until midnight.",
    "Shops along the quay fear for their summer trade and have asked for help with their rents until autumn.",
)
SECOND: Final = (
    "A painting that hung in a school canteen for forty years is a lost work by a Dutch master, experts said.",
    "The portrait of a young woman with a jug was given to the school by a former pupil, who had died abroad.",
    "Restorers in Utrecht took off three layers of varnish and found a signature and the year below the frame.",
    "The museum offered to show the picture to the public, but the headmaster wants it back over the kitchen door.",
    "Its worth is put at several million, which is more than the village has spent on education since the war.",
)


def found(text: str) -> list[str]:
    """Give the texts of the suspected stories."""
    return [text[finding.span.start : finding.span.end] for finding in stories.find("d", segment.page(text))]


def joined(*parts: tuple[str, ...]) -> str:
    """Join paragraphs by one blank line, parts by two."""
    return "\n\n\n".join("\n\n".join(part) for part in parts)


SUSPECTS: Final = {
    "two stories": (joined(FIRST, SECOND), "\n\n".join(SECOND)),
    "with a headline": (joined(FIRST, ("Lost master found", *SECOND)), "\n\n".join(("Lost master found", *SECOND))),
    "a much wider gap": ("\n\n".join(FIRST) + "\n" * 9 + "\n\n".join(SECOND), "\n\n".join(SECOND)),
    "single line ends": ("\n".join(FIRST) + "\n\n\n" + "\n".join(SECOND), "\n".join(SECOND)),
}


@pytest.mark.parametrize(("text", "story"), SUSPECTS.values(), ids=SUSPECTS)
def test_suspects(text: str, story: str) -> None:
    """A second story behind the widest gap is reported from its first character to its last."""
    assert found(text) == [story]


KEEPS: Final = {
    "one story": "\n\n".join(FIRST),
    "no wider gap": "\n\n".join((*FIRST, *SECOND)),
    "two wide gaps": joined(FIRST, SECOND[:3], SECOND[2:]),
    "short second part": joined(FIRST, SECOND[:2]),
    "short first part": joined(FIRST[:2], SECOND),
    "list behind the gap": joined(FIRST, tuple(f"Read more about story number {number}" for number in range(9))),
    "comments behind the gap": joined(
        FIRST, tuple(part for text in SECOND for part in ("Anna | 3 years ago | Reply", text))
    ),
    "notes behind the gap": joined(FIRST, tuple(f"{number}. See page {number}0." for number in range(1, 9))),
    "the story goes on": joined(FIRST, tuple(f"{text} {other}" for text, other in zip(FIRST, SECOND, strict=True))),
    "title before the gap": joined(("Harbour bridge closed",), FIRST),
    "empty": "",
    "blank": "\n\n\n\n",
}


@pytest.mark.parametrize("text", KEEPS.values(), ids=KEEPS)
def test_keeps(text: str) -> None:
    """Everything else is one story."""
    assert found(text) == []


@pytest.mark.parametrize("name", sorted(path.name for path in SEEDS.glob("*.txt")))
def test_seeds(name: str) -> None:
    """Of the seeds only 001 tells a second story, in its lines 18 to 26."""
    text = (SEEDS / name).read_text(encoding="utf-8")
    assert found(text) == (["\n".join(text.split("\n")[17:26])] if name.startswith("001") else [])


@given(any_text(120))
def test_any_text(text: str) -> None:
    """Any text is read without fault; a suspicion lies inside it and shows its first words."""
    for around in (text, joined(FIRST, (text, *SECOND))):
        for finding in stories.find("d", segment.page(around)):
            assert 0 < finding.span.start < finding.span.end <= len(around)
            assert isinstance(finding.evidence, Pattern)
            assert around[finding.span.start :].startswith(finding.evidence.excerpt)
            assert len(finding.evidence.excerpt) <= 80
