"""Repeats inside one document: what goes, what stays, and the laws that every finding keeps."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from random import Random
from re import sub
from typing import TYPE_CHECKING, Final

import numpy as np
import pytest
from conftest import any_text
from hypothesis import given
from hypothesis import strategies as st

from dedup import repeats, segment
from dedup.kernel.repeats import chains
from dedup.records import Copy, Finding
from dedup.sketch import text_words

if TYPE_CHECKING:
    from collections.abc import Sequence

SEEDS: Final = Path(__file__).parents[1] / "seeds"
HEADLINE: Final = "Harbour bridge closed for a month"
BODY: Final = (
    (
        "The old harbour bridge will be closed to all traffic for a month while engineers replace the cables "
        "that were damaged in the January storms, the city council said on Monday."
    ),
    (
        "Drivers will be sent over the northern crossing, which is expected to add half an hour to the way into "
        "the centre at rush hour. “Nobody likes this,” said the mayor, Ines Kamara, “but the bridge is tired.”"
    ),
    "Kamara.",
    (
        "The repair is paid for by the region and will cost about 4.2 million crowns, a third more than the first "
        "estimate, because steel has become dearer since the tender was written."
    ),
    (
        "A ferry for people on foot and on bicycles will leave the fish market every twenty minutes from six in the "
        "morning until midnight, and the tram company promised a second car on line 7."
    ),
)
PARAGRAPH: Final = BODY[0]
OTHER: Final = (
    "Nothing was said about the smaller bridge upstream, which carries the railway and belongs to the state.",
    "Shops along the quay fear for their summer trade and have asked for help with their rents until autumn.",
)


def found(text: str) -> list[Finding]:
    """Find the repeats of a text."""
    return repeats.find("d", segment.page(text), text_words(text))


def named(text: str) -> list[tuple[str, str]]:
    """Give the codes and texts of what is found."""
    return [(finding.reason, text[finding.span.start : finding.span.end]) for finding in found(text)]


def lines(*parts: str | Sequence[str]) -> str:
    """Join lines and runs of lines."""
    return "\n".join(part if isinstance(part, str) else "\n".join(part) for part in parts)


def edited(paragraph: str, share: float, random: Random) -> str:
    """Replace, insert and delete words."""
    words: list[str] = []
    for word in paragraph.split():
        kind = random.randrange(3) if random.random() < share else 3
        words += [["lamp"], [word, "lamp"], [], [word]][kind]
    return " ".join(words)


BODY_TEXT: Final = "\n".join(BODY)
FLAT: Final = " ".join(BODY)

REMOVES: Final = {
    "plain": (lines(HEADLINE, BODY, BODY), [("RP101", BODY_TEXT)]),
    "headline repeated": (lines(HEADLINE, BODY, HEADLINE, BODY), [("RP103", HEADLINE), ("RP101", BODY_TEXT)]),
    "headline changed": (lines(HEADLINE, BODY, "Bridge shut until spring", BODY), [("RP101", BODY_TEXT)]),
    "advertisements between": (
        lines(HEADLINE, BODY, "Read more:", "Advertisement", BODY),
        [("RP101", BODY_TEXT)],
    ),
    "advertisement inside": (
        lines(HEADLINE, BODY, BODY[:3], "Subscribe to our newsletter", BODY[3:]),
        [("RP101", "\n".join(BODY[:3])), ("RP101", "\n".join(BODY[3:]))],
    ),
    "paragraph added": (
        lines(HEADLINE, BODY, BODY[:2], OTHER[0], BODY[2:]),
        [("RP101", "\n".join(BODY[:2])), ("RP101", "\n".join(BODY[2:]))],
    ),
    "paragraph missing": (
        lines(HEADLINE, BODY, BODY[:1], BODY[2:]),
        [("RP101", "\n".join((*BODY[:1], *BODY[2:])))],
    ),
    "tripled": (
        lines(HEADLINE, BODY, BODY, "Advertisement", BODY),
        [("RP101", BODY_TEXT), ("RP101", BODY_TEXT)],
    ),
    "blank lines": (
        "\n\n".join((HEADLINE, *BODY, *BODY)),
        [("RP101", "\n\n".join(BODY))],
    ),
    "other line ends": (
        "\r\n".join((HEADLINE, *BODY, *BODY)),
        [("RP101", "\r\n".join(BODY))],
    ),
    "case and punctuation changed": (
        lines(HEADLINE, BODY, BODY_TEXT.upper().replace(",", ";")),
        [("RP101", BODY_TEXT.upper().replace(",", ";"))],
    ),
    "one line": (f"{HEADLINE} {FLAT} {FLAT}", [("RP101", FLAT)]),
    "one line, tripled": (f"{HEADLINE} {FLAT} {FLAT} {FLAT}", [("RP101", FLAT), ("RP101", FLAT)]),
    "one line, quoted": (f"{HEADLINE} “{FLAT}” “{FLAT}”", [("RP101", f"“{FLAT}”")]),
    "one line, advertisement between": (f"{HEADLINE} {FLAT} Read more: {FLAT}", [("RP101", FLAT)]),
    "copy without punctuation": (
        lines(HEADLINE, BODY, bare := sub(r"[^\w\s]", "", BODY_TEXT)),
        [("RP101", bare)],
    ),
    "copy without line breaks": (lines(HEADLINE, BODY, FLAT), [("RP101", FLAT)]),
    "copy of the first half without line breaks": (
        lines(HEADLINE, BODY, " ".join(BODY[:4])),
        [("RP101", " ".join(BODY[:4]))],
    ),
    "copy with line breaks": (lines(HEADLINE, FLAT, BODY), [("RP101", BODY_TEXT)]),
    "copy begins inside a line": (
        lines(HEADLINE, BODY[:-1], f"{BODY[-1]} {BODY[0]}", BODY[1:]),
        [("RP101", BODY_TEXT)],
    ),
    "no spaces between words": (
        lines(
            "大桥关闭",
            two := (
                "市议会周一表示，由于一月的风暴损坏了缆绳，旧港大桥将对所有车辆关闭一个月，工程师将在此期间更换缆绳，并检查桥面和桥墩的状况。",
                "修理费用由地区政府承担，大约四百二十万克朗，比最初的估计高出三分之一，因为自招标以来钢材价格上涨了不少，议员们对此并不满意。",
                "司机将被引导到北面的渡口，预计高峰时段进入市中心的时间将增加半小时，市长说没有人喜欢这样，但是大桥已经累了，必须好好修理。",
            ),
            two,
        ),
        [("RP101", "\n".join(two))],
    ),
    "one paragraph": (lines(HEADLINE, BODY[:2], OTHER, PARAGRAPH, BODY[3]), [("RP102", PARAGRAPH)]),
    "one paragraph, a word dropped": (
        lines(HEADLINE, BODY[:2], OTHER, PARAGRAPH.replace("all ", ""), BODY[3]),
        [("RP102", PARAGRAPH.replace("all ", ""))],
    ),
}


@pytest.mark.parametrize(("text", "expected"), REMOVES.values(), ids=REMOVES)
def test_removes(text: str, expected: list[tuple[str, str]]) -> None:
    """Copies are found with their exact spans."""
    assert named(text) == expected


CHORUS: Final = (
    "Oh the river runs down to the sea,",
    "and it carries my true love from me,",
    "with the wind in the sail and the rain on the rail,",
    "oh the river runs down to the sea.",
)
VERSES: Final = (
    ("In the morning the boats go away,", "and the gulls cry all over the bay,", "I stand on the pier with a lamp."),
    ("In the evening the harbour is still,", "there is smoke from the house on the hill,", "I write you a letter."),
    ("When the winter has come to the shore,", "there is nobody left any more,", "but the bell and the buoy."),
)
ANSWER: Final = (
    "Please write to our office with your order number and a photograph of the parcel, and we will send you a new one "
    "or give you your money back within fourteen days."
)
CLAUSE: Final = (
    "The tenant shall keep the premises in good repair and shall give them back in the same state at the end of the "
    "lease, fair wear and tear excepted."
)
LINE_UP: Final = (
    "Cech, Ferreira, Gallas, Terry, Johnson, Duff, Makelele, Smertin, Lampard, Robben, Drogba, Cudicini, Cole, "
    "Huth, Geremi, Gudjohnsen, Kezman, Bridge, Babayaro, Parker, Jarosik."
)
REPORT: Final = (
    (
        "Sales of the {region} region rose to {a} million crowns in the quarter, from {b} million a year before, and "
        "the operating margin reached {c} per cent after one-off charges."
    ),
    (
        "The number of employees in the region was {d} at the end of the quarter, {e} more than at its start, and the "
        "management expects no change until the end of the year."
    ),
)


def report(region: str, seed: int) -> list[str]:
    """Fill the template of a report with figures."""
    random = Random(seed)  # noqa: S311 - repeatable, not secret
    figures = {key: random.randrange(11, 990) for key in "abcde"}
    return [region, *(paragraph.format(region=region, **figures) for paragraph in REPORT)]


KEEPS: Final = {
    "nothing repeated": lines(HEADLINE, BODY, OTHER),
    "chorus": lines(VERSES[0], CHORUS, VERSES[1], CHORUS, VERSES[2], CHORUS),
    "chorus without line breaks": " ".join(line for verse in VERSES for part in (verse, CHORUS) for line in part),
    "litany": lines(
        *(f"{name}, pray for us." for name in ("Holy Mary", "Saint Michael", "Saint Peter", "Saint Paul") for _ in "ab")
    ),
    "prayer with a response": lines(
        *(
            f"{psalm}\nHave mercy on us, O Lord, and hear our prayer, and let our cry come unto you."
            for psalm in (*OTHER, *BODY[:2])
        )
    ),
    "questions of one form": lines(
        *(f"How do I return a {thing} that I bought in your shop?\n{ANSWER}" for thing in ("lamp", "chair", "table"))
    ),
    "two questions, one answer": lines("What if my parcel is lost?", ANSWER, "What if it is damaged?", ANSWER, OTHER),
    "interview": lines(
        *(f"Q: Do you remember what you did on the evening of {day}?\nA: I do not recall." for day in range(1, 30))
    ),
    "clauses": lines(*(f"§ {number} {name}\n{CLAUSE}" for number, name in enumerate(("House", "Garden", "Shed"), 1))),
    "clauses without headings": lines(OTHER[0], CLAUSE, OTHER[1], CLAUSE, BODY[0], CLAUSE, BODY[1]),
    "table": lines(*("Oslo | 12 | 13 | sunny | light wind from the west | no rain expected today" for _ in range(40))),
    "recipe": lines(
        "Stir in 200 g of flour and 2 eggs, then knead the dough for ten minutes.",
        "Cover it and leave it in a warm place for an hour.",
        "Stir in 100 g of butter, then knead the dough for ten minutes.",
        "Cover it and leave it in a warm place for an hour.",
        "Bake it for forty minutes and leave it on a rack.",
    ),
    "line-ups": lines(
        LINE_UP,
        OTHER[0],
        LINE_UP,
        OTHER[1],
    ),
    "headings": lines(*(f"What we like\n{a}\nWhat we do not like\n{b}" for a, b in ((BODY[0], BODY[1]), OTHER))),
    "code": lines(
        "Open the file first:",
        code := "handle = open(path); data = read(handle, 4096); if (data == NULL) { close(handle); return -1; } "
        "total = total + size(data); close(handle); return total;",
        "Then again for the second file:",
        code,
        "and then compare both.",
    ),
    "dialogue": lines("“I do not know,” she said.", "“You do.”", "“I do not know,” she said.", "“You do.”", BODY[0]),
    "own sentence quoted": lines(
        HEADLINE, BODY, "He wrote: “Nobody likes this, but the bridge is tired.” He meant it. " + OTHER[0]
    ),
    "paragraph quoted": lines(BODY[:2], OTHER, f"“{PARAGRAPH}”", BODY[3]),
    "post quoted in an answer": lines(OTHER, BODY[:2], BODY[3], "Anna wrote:", *BODY[:2], "I do not think so."),
    "standfirst repeated in the first sentence": lines(
        HEADLINE,
        "The old harbour bridge will be closed to all traffic for a month while engineers replace the cables",
        BODY,
    ),
    "abstract rewritten": lines(
        "The council closes the old bridge for a month because of damaged cables; drivers take the northern crossing.",
        BODY,
    ),
    "short paragraph": lines(BODY[0], "This story was first told in our evening edition.", BODY[1:3])
    + "\nThis story was first told in our evening edition.",
    "reports from one template": lines(report("North", 1), report("South", 2), report("West", 3)),
    "one paragraph with another figure": lines(BODY, OTHER, BODY[3].replace("4.2", "4.7"), "It is not over."),
    "one paragraph with another name": lines(
        BODY, OTHER, BODY[1].replace("Ines Kamara", "Jon Varga"), "It is not over."
    ),
    "chat": lines(*(f"{name}: {said}" for name in ("ann", "bob") for said in ("ok", "see you", "ok", "lol", "brb"))),
    "glossary": lines(
        *(f"{word}: a word that is used in shipping for a part of the rigging above the deck." for word in "abcdefgh")
    ),
    "one word": "word " * 5000,
    "one line again and again": "\n".join(["All work and no play makes Jack a dull boy."] * 200),
    "list with the same entries": lines(*(("* in stock", "* free delivery", "* two years") * 20)),
    "offers in a list": lines(*(f"Offer {number}\n* {CLAUSE}" for number in range(4))),
    "notes joined to one at the end": lines(OTHER[0], CLAUSE, OTHER[1], BODY, " ".join((OTHER[0], CLAUSE, OTHER[1]))),
    "sentence repeated inside a line": f"{BODY[0]} {BODY[1]} {BODY[0]} {BODY[3]}",
    "empty": "",
    "blank": " \n\n\t\n",
    "marks only": "***\n---\n***\n---",
}


@pytest.mark.parametrize("text", KEEPS.values(), ids=KEEPS)
def test_keeps(text: str) -> None:
    """What recurs by right stays."""
    assert named(text) == []


@pytest.mark.parametrize("name", sorted(path.name for path in SEEDS.glob("*.txt")))
def test_seeds(name: str) -> None:
    """Of the seeds only 004 repeats itself: its lines 21 to 37 say lines 4 to 20 again."""
    text = (SEEDS / name).read_text(encoding="utf-8")
    rows = text.split("\n")
    expected = [("RP101", "\n".join(rows[20:37]))] if name.startswith("004") else []
    assert named(text) == expected


def test_seed_without_publication_lines() -> None:
    """The copy is found as well when a rule has taken the publication lines out of both."""
    rows = (SEEDS / "004_27de85cb00123a23.txt").read_text(encoding="utf-8").split("\n")
    kept = [row for row in rows if not row.startswith("Published In")]
    assert named("\n".join(kept)) == [("RP101", "\n".join(rows[20:36]))]


@pytest.mark.parametrize("share", [0.05, 0.1])
@pytest.mark.parametrize("seed", range(5))
def test_edited_bodies(share: float, seed: int) -> None:
    """A body with one word in twenty or in ten edited is still found whole."""
    random = Random(seed)  # noqa: S311 - repeatable, not secret
    copy = [edited(paragraph, share, random) if len(paragraph) > 20 else paragraph for paragraph in BODY]
    assert named(lines(HEADLINE, BODY, copy)) == [("RP101", "\n".join(copy))]


PARTS: Final = (HEADLINE, *BODY, *OTHER, *CHORUS, ANSWER, CLAUSE, FLAT, "Advertisement", "", "Why?")


def shingles(text: str) -> set[tuple[int, ...]]:
    """Cut a text into 3-word shingles, the slow way."""
    hashes = text_words(text).hashes.tolist()
    size = min(3, len(hashes))
    return {tuple(hashes[at : at + size]) for at in range(len(hashes) - size + 1)}


def check_laws(text: str) -> None:
    """Spans are disjoint, sorted and tell the truth; removing them leaves nothing to be found."""
    findings = found(text)
    for before, after in pairwise(findings):
        assert before.span.end <= after.span.start
    for finding in findings:
        evidence = finding.evidence
        assert isinstance(evidence, Copy)
        assert 0 <= evidence.start < evidence.end <= finding.span.start < finding.span.end <= len(text)
        assert not any(other.span.start < evidence.end and evidence.start < other.span.end for other in findings), (
            "a witness goes"
        )
        own = shingles(text[finding.span.start : finding.span.end])
        twin = shingles(text[evidence.start : evidence.end])
        assert evidence.jaccard == len(own & twin) / len(own | twin)
        assert 0 < finding.confidence <= 1
    rest = text
    for finding in reversed(findings):
        rest = rest[: finding.span.start] + rest[finding.span.end :]
    assert named(rest) == []


@given(any_text(200))
def test_laws_any_text(text: str) -> None:
    """The laws hold for any Unicode text, said once or twice, with or without line breaks."""
    check_laws(text)
    check_laws(f"{text}\n{text}")
    check_laws(f"{text} {text} {text}")


@given(
    st.lists(st.tuples(st.sampled_from(PARTS), st.sampled_from(["\n", "\n", "\n\n", " "])), min_size=2, max_size=24),
    st.integers(0, 2**32),
    st.sampled_from([0.0, 0.0, 0.1]),
)
def test_laws_patchworks(parts: list[tuple[str, str]], seed: int, share: float) -> None:
    """The laws hold for texts put together from parts that come back, edited or not."""
    random = Random(seed)  # noqa: S311 - repeatable, not secret
    check_laws("".join(edited(part, share, random) + end for part, end in parts))


@given(st.lists(st.integers(0, 9), max_size=300), st.integers(1, 40))
def test_chains(values: list[int], period: int) -> None:
    """Chains link equal words, in rising order, with the first places before the second ones."""
    pattern = values + values[:period] + values
    words = np.array(pattern, np.uint64)
    result = chains(np.concatenate((words, words[:7])), np.array([0, len(words), len(words) + 7], np.int64))
    assert result.documents.tolist() == [0, len(result.chains) - 1, len(result.chains) - 1]
    end = 0
    for start, stop in pairwise(result.chains):
        rows = result.blocks[start:stop]
        assert rows[:, 2].min() > 0
        assert rows[:, 2].sum() >= 16
        assert rows[0, 1] >= end
        assert rows[-1, 0] + rows[-1, 2] <= rows[0, 1]
        for first, second in pairwise(rows):
            assert (first[:2] + first[2] <= second[:2]).all()
        for i, j, size in rows:
            assert (words[i : i + size] == words[j : j + size]).all()
        end = rows[-1, 1] + rows[-1, 2]


def test_batches_are_documents_one_by_one() -> None:
    """What a document repeats does not depend on its neighbours in the batch."""
    texts = [lines(HEADLINE, BODY, BODY), FLAT, "", lines(OTHER, BODY, OTHER, BODY)]
    columns = [text_words(text).hashes for text in texts]
    bounds = np.cumsum([0, *map(len, columns)], dtype=np.int64)
    batch = chains(np.concatenate(columns), bounds)
    for number, column in enumerate(columns):
        alone = chains(column, np.array([0, len(column)], np.int64))
        first, last = batch.chains[batch.documents[number]], batch.chains[batch.documents[number + 1]]
        assert alone.blocks.tolist() == batch.blocks[first:last].tolist()


@pytest.mark.parametrize("period", [1, 3, 12, 40, 1000])
def test_periodic_text_is_no_trouble(period: int) -> None:
    """A million words that come back all the time take linear time and few blocks."""
    words = np.arange(1_000_000, dtype=np.uint64) % period
    result = chains(words, np.array([0, len(words)], np.int64))
    assert len(result.blocks) <= len(words) / 16
