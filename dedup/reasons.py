"""
Why text may go: the reason codes, each with its own account.

Codes come in families and are never reused: `BP` boilerplate, `RP` repeats inside one document, `XP` paragraphs
repeated across documents, `XD` exact duplicate documents, `ND` near-duplicates, `CD` documents contained in others, or
that contain evaluation items, `SS` suspicions, which remove nothing. Boilerplate rules bring their own `Reason`; the
others stand here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Reason:
    """A code and what there is to know about it; `dedup rules` and the README's table print these fields."""

    code: str
    name: str
    removes: str
    why: str
    keeps: str
    misses: str


LINE_MODEL: Final = Reason(
    code="BP201",
    name="line-model",
    removes="Lines that by their words, form and place look like boilerplate, where no rule knows them.",
    why="Most furniture of pages follows no wording.",
    keeps="What reads like text among text; every line where a text is nothing but such lines.",
    misses="Teasers that read like the text; lists that belong to it are sometimes taken for furniture.",
)
COMMENT_MODEL: Final = Reason(
    code="BP202",
    name="comment-model",
    removes="Lines that together look like comments of readers below the text, where no rule knows them.",
    why="Comments are other people's texts, and extraction often loses their headers.",
    keeps="Text that is written like talk, unless a long run of lines says more clearly that it is not the text.",
    misses="A few comments without names and dates that are written like the text.",
)
RECURRING_LINE: Final = Reason(
    code="BP203",
    name="recurring-line",
    removes="Short lines that stand in three or more documents and look like furniture, if not for sure.",
    why="Menus and notices come with a site, not with a text.",
    keeps="What recurs and reads like text: headings, refrains, labels, code; lines without a letter.",
    misses="Lines of pages with less than 8 lines; what the line model takes for text.",
)
MODELLED: Final = (LINE_MODEL, COMMENT_MODEL, RECURRING_LINE)
"""The reasons of the line model."""
DOUBLED_BODY: Final = Reason(
    code="RP101",
    name="doubled-body",
    removes="The second and later copies of an article's body within one document.",
    why="Page templates and feed readers often deliver the same body twice.",
    keeps="Refrains, quotations and lists that come back without the rest of the text.",
    misses="Second copies that were rewritten sentence by sentence.",
)
REPEATED_PARAGRAPH: Final = Reason(
    code="RP102",
    name="repeated-paragraph",
    removes="A paragraph that already stood, with at most small edits, earlier in the same document.",
    why="Pull quotes, captions and layout faults repeat a paragraph without adding anything.",
    keeps="Short lines, verse and choruses, headings that recur.",
    misses="Paragraphs repeated in other words.",
)
REPEATED_HEADLINE: Final = Reason(
    code="RP103",
    name="repeated-headline",
    removes="The headline standing again right before a removed second copy of the body.",
    why="It introduces nothing any more.",
    keeps="Headlines before text that stays.",
    misses="Headlines changed before the second copy.",
)
REPEATED_ACROSS: Final = Reason(
    code="XP101",
    name="paragraph-repeated-across-documents",
    removes="A paragraph that stands, with at most small edits, in another document that keeps it.",
    why="Reused background paragraphs weigh more in a corpus than they say.",
    keeps="The first occurrence; short paragraphs; paragraphs of one frame with other figures and names.",
    misses="Paragraphs of which the longer copy comes later; rewritten ones.",
)
RECURRING: Final = Reason(
    code="XP102",
    name="recurring-paragraph",
    removes="A paragraph that stands in three or more documents, each time among other paragraphs.",
    why="Notices, blurbs and signatures come with a site, not with a text; one of each says all.",
    keeps="The first occurrence; short paragraphs; blurbs of one frame that name different people.",
    misses="Notices that always stand beside one another, which are taken for a copied passage (XP101).",
)
EXACT_DUPLICATE: Final = Reason(
    code="XD101",
    name="exact-duplicate",
    removes="A document whose words are, one by one, those of a document that stays.",
    why="Case, punctuation and white space add nothing.",
    keeps="Documents without any word; documents that differ in a single word or number.",
    misses="None.",
)
SAME_ADDRESS: Final = Reason(
    code="XD102",
    name="same-address",
    removes="A page from the same address as one that stays, or one that says it is the same page (canonical link).",
    why="Crawls fetch a page many times, and under many addresses.",
    keeps="Pages without words; what a page says of other hosts, or of the home page when it is another.",
    misses="The same page under another address that it does not tell.",
)
NEAR_DUPLICATE: Final = Reason(
    code="ND101",
    name="near-duplicate",
    removes="A document as like one that stays as is asked for, by words in common, figures and names.",
    why="Edited, re-titled and re-posted copies of one text.",
    keeps="Documents of one template with other figures or names; whatever matches nothing that stays.",
    misses="Copies in which every second word is another; pairs the sketch did not propose (see the expected recall).",
)
CONTAINED_DOCUMENT: Final = Reason(
    code="CD101",
    name="contained-document",
    removes="A document that stands, but for some edits, inside a longer document that stays.",
    why="Truncated copies, teasers and texts quoted whole.",
    keeps="Documents that only share a passage with others.",
    misses="Copies of which much is cut and of the rest every third word changed.",
)
CONTAMINATED_DOCUMENT: Final = Reason(
    code="CD102",
    name="contaminated-document",
    removes="A document that holds an item of an evaluation set named by `--decontaminate`, or enough of it.",
    why="Who is trained on the questions knows the answers.",
    keeps="Documents that share a phrase with an item; whatever holds only items of fewer than 8 words.",
    misses="Items reworded, translated, or with every few words changed.",
)
SECOND_STORY: Final = Reason(
    code="SS101",
    name="second-story",
    removes="Nothing; reports the span. `--split-stories` writes it as a document of its own.",
    why="Extraction sometimes glues the next article on the page to the one asked for.",
    keeps="Everything.",
    misses="Second stories that follow without a wider gap, or share the first one's vocabulary.",
)

MEASURED: Final = (
    DOUBLED_BODY,
    REPEATED_PARAGRAPH,
    REPEATED_HEADLINE,
    REPEATED_ACROSS,
    RECURRING,
    EXACT_DUPLICATE,
    SAME_ADDRESS,
    NEAR_DUPLICATE,
    CONTAINED_DOCUMENT,
    CONTAMINATED_DOCUMENT,
    SECOND_STORY,
)
"""The reasons that rest on measurement rather than on a boilerplate rule."""
