"""
Make a corpus of any size with planted copies, repeats and page furniture: the same seed makes the same bytes.

usage: python benchmarks/corpus.py OUT.jsonl --size 300MB --seed 1

Documents look like news: a headline, paragraphs, some 3 kB. OUT.truth.tsv has a line for each planting: id, id of the
original, kind, detail. The rates are shares of all documents. A document has one of these kinds, or is an original:

- `exact`: a copy with the same words; detail: what differs (`bytes` if nothing does)
- `near`: a copy with 1 to 10 % of the words replaced, removed or added; detail: the share
- `truncated`: the beginning of another document; detail: the share that is left
- `doubled`: headline, body and the body again; detail: the offset of the second
- `template`: made from the one template, with names and numbers of its own; detail: the number of blanks

An original or a near copy may also have `boilerplate`: lines of page furniture between its paragraphs or below them;
detail: the characters added. A copy keeps its original's furniture.

Copies are of originals among the last WINDOW of them, one in ten of the first EARLY, so memory does not grow with the
corpus and twins are near as well as far apart.
"""

from __future__ import annotations

import argparse
import re
from bisect import bisect
from collections import deque
from dataclasses import dataclass, fields
from datetime import date, timedelta
from itertools import accumulate, islice
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import language
import numpy as np
import orjson
from dice import Dice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from language import Language

WINDOW: Final = 4000
EARLY: Final = 1000
FROM_EARLY: Final = 0.1
BATCH: Final = 2048
"""Originals drawn at once; other numbers give other corpora."""
SENTENCES: Final = language.sizes(28, 0.7, 4)
PARAGRAPH_ENDS: Final = 0.4
EDITED: Final = (0.01, 0.10)
LEFT: Final = (0.5, 0.95)
TEMPLATE: Final = 2500
"""Characters of the template, within a tenth."""
BLANK_EVERY: Final = {True: 11, False: 17}
"""Words of the template, or characters where there are no spaces; a blank spoils five shingles or a few more, so two
fillings have a Jaccard similarity of about .4."""
FIRST_DAY: Final = date(2010, 1, 1)
UNITS: Final = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9}


@dataclass(frozen=True)
class Rates:
    """Shares of all documents, each in [0, 1]."""

    exact: float = 0.03
    near: float = 0.1
    truncated: float = 0.03
    doubled: float = 0.02
    skew: float = 0.05
    boilerplate: float = 0.2


class Planting(NamedTuple):
    """What was done to a document; `of` is the number of the original."""

    of: int | None
    kind: str
    detail: str


def originals(lang: Language, dice: Dice) -> Iterator[str]:
    """Draw documents that have nothing to do with one another, many at a time."""
    headlines, frames = lang.headlines, len(lang.start) - 1 - lang.headlines
    lengths = np.diff(lang.start)
    final = {name: at * lang.words for at, name in enumerate(language.MARKS)}
    while True:
        sentences = SENTENCES[dice.sixteen(BATCH) >> 6]
        last = np.cumsum(sentences) - 1
        first = last - sentences + 1
        draws = dice.sixteen(last[-1] + 1).astype(np.int64)
        frame = headlines + (draws * frames >> 16)
        frame[first] = draws[first] * headlines >> 16
        ends = np.cumsum(lengths[frame])
        begins = ends - lengths[frame]
        at = np.arange(ends[-1]) + np.repeat(lang.start[frame] - begins, lengths[frame])
        word = lang.fixed[at]
        blank = np.flatnonzero(word < 0)
        word[blank] = lang.drawn[lang.slot[at[blank]], dice.sixteen(len(blank))]
        token = word + lang.mark[at] * lang.words
        broken = dice.sixteen(len(frame)) < PARAGRAPH_ENDS * language.DRAWS
        broken[last] = True
        broken[first] = False
        token[ends[broken] - 1] = word[ends[broken] - 1] + final["break"]
        written = lang.written[token].tolist()
        begin = 0
        for end in ends[last].tolist():
            yield "".join(written[begin:end])[:-2]
            begin = end


class Maker:
    """Makes the documents of a corpus one after another."""

    def __init__(self, lang: Language, rates: Rates, seed: int) -> None:
        self.lang, self.rates, self.dice = lang, rates, Dice(seed)
        self.fresh = originals(lang, self.dice)
        self.recent: deque[tuple[int, str]] = deque(maxlen=WINDOW)
        self.early: list[tuple[int, str]] = []
        self.furniture = furniture(lang.code)
        self.words = self._words()
        self.template = self._template()
        kinds = ("exact", "near", "truncated", "doubled", "skew")
        self.kinds = [self._exact, self._near, self._truncated, self._doubled, self._filled]
        self.steps = [*accumulate(getattr(rates, kind) for kind in kinds)]
        if self.steps[-1] > 1:
            raise SystemExit(f"rates add up to {self.steps[-1]:.2f}; there would be no originals")
        furnished = 1 - self.steps[-1] + rates.near
        self.furnished = rates.boilerplate / furnished if furnished else 0.0

    def documents(self) -> Iterator[tuple[str, list[Planting]]]:
        """Make documents without end, each with what was planted in it."""
        number = 0
        while True:
            kind = bisect(self.steps, self.dice.unit())
            if kind == len(self.kinds) or (kind < self.kinds.index(self._doubled) and not self.recent):
                text, planted = self._furnished(next(self.fresh))
                self.recent.append((number, text))
                if len(self.early) < EARLY:
                    self.early.append((number, text))
            else:
                text, planting = self.kinds[kind]()
                planted = [planting]
                if planting.kind == "near":
                    text, more = self._furnished(text)
                    planted += more
            yield text, planted
            number += 1

    def _source(self) -> tuple[int, str]:
        return self.dice.choice(self.early if self.dice.unit() < FROM_EARLY else self.recent)

    def _exact(self) -> tuple[str, Planting]:
        of, text = self._source()
        how = self.dice.choice(("bytes", "bytes", "spaces", "case"))
        if how == "spaces":
            text = text.replace("\n\n", "\n")
        elif how == "case":
            headline, _, body = text.partition("\n")
            text = f"{headline.upper()}\n{body}"
        return text, Planting(of, "exact", how)

    def _near(self) -> tuple[str, Planting]:
        of, text = self._source()
        share = self._between(*EDITED)
        joint = " " if self.lang.spaced else ""
        words = text.split(" ") if self.lang.spaced else [*text]
        for _ in range(max(1, round(share * len(words)))):
            at = self.dice.below(len(words))
            if "\n" in words[at]:  # a paragraph ends here; leave it alone
                continue
            what = self.dice.below(4)
            words[at] = "" if what == 0 else f"{words[at]}{joint}{next(self.words)}" if what == 1 else next(self.words)
        return joint.join(word for word in words if word), Planting(of, "near", f"{share:.3f}")

    def _truncated(self) -> tuple[str, Planting]:
        of, text = self._source()
        end = round(self._between(*LEFT) * len(text))
        if self.lang.spaced:
            end = text.rfind(" ", 0, end)
        return text[:end].rstrip(), Planting(of, "truncated", f"{end / len(text):.3f}")

    def _doubled(self) -> tuple[str, Planting]:
        text = next(self.fresh)
        _, _, body = text.partition("\n\n")
        return f"{text}\n\n{body}", Planting(None, "doubled", str(len(text) + 2))

    def _filled(self) -> tuple[str, Planting]:
        filled = [self.template[0]]
        for at, rest in enumerate(self.template[1:]):
            filled += (str(10_000 + self.dice.below(90_000)) if at % 2 else self._name("last"), rest)
        return "".join(filled), Planting(None, "template", str(len(self.template) - 1))

    def _template(self) -> list[str]:
        """Cut blanks, a word or character each, into a document of middling length."""
        text = next(text for text in self.fresh if abs(len(text) - TEMPLATE) < TEMPLATE / 10)
        joint = " " if self.lang.spaced else ""
        pieces = text.split(" ") if self.lang.spaced else [*text]
        every = BLANK_EVERY[self.lang.spaced]
        blanks = [at for at in range(every, len(pieces), every) if "\n" not in pieces[at]]
        begins = [0, *(at + 1 for at in blanks)]
        parts = [joint.join(pieces[begin:end]) for begin, end in zip(begins, [*blanks, None], strict=True)]
        return [parts[0] + joint, *(joint + part + joint for part in parts[1:-1]), joint + parts[-1]]

    def _furnished(self, text: str) -> tuple[str, list[Planting]]:
        """Put page furniture on some of the documents."""
        if self.dice.unit() >= self.furnished:
            return text, []
        paragraphs = text.split("\n\n")
        for _ in range(1 + self.dice.below(3)):
            place = self.dice.choice(("middle", "end", "end"))
            block = self.dice.choice(self.furniture[place]).format(
                number=2 + self.dice.below(98), **{name: self._name(name) for name in self.lang.spare}
            )
            at = 1 + self.dice.below(len(paragraphs) - 1) if place == "middle" else len(paragraphs)
            paragraphs.insert(at, block)
        furnished = "\n\n".join(paragraphs)
        return furnished, [Planting(None, "boilerplate", str(len(furnished) - len(text)))]

    def _name(self, kind: str) -> str:
        return self.dice.choice(self.lang.spare[kind])

    def _words(self) -> Iterator[str]:
        """Draw single words as they are frequent in texts."""
        lang = self.lang
        while True:
            at = self.dice.sixteen(BATCH).astype(np.int64) * len(lang.fixed) >> 16
            words = np.where(lang.fixed[at] < 0, lang.drawn[lang.slot[at], self.dice.sixteen(BATCH)], lang.fixed[at])
            yield from (word.rstrip() for word in lang.written[words])

    def _between(self, low: float, high: float) -> float:
        return low + self.dice.unit() * (high - low)


def furniture(code: str) -> dict[str, list[str]]:
    """Read the blocks of page furniture by their place; languages without any of their own have the English ones."""
    sections = language.sections(language.HERE / "furniture.txt")
    own = code if f"{code} end" in sections else "en"
    return {place: sections[f"{own} {place}"].strip().split("\n\n") for place in ("middle", "end")}


def write(out: Path, maker: Maker, size: int | None, documents: int | None) -> None:
    """Write documents until there are enough of them, or enough bytes."""
    written = 0
    with out.open("wb") as corpus, out.with_suffix(".truth.tsv").open("w", encoding="utf-8", newline="\n") as truth:
        for number, (text, planted) in enumerate(islice(maker.documents(), documents)):
            day = FIRST_DAY + timedelta(maker.dice.below(5000))
            name = f"d{number:08}"
            row = {
                "id": name,
                "text": text,
                "url": f"https://news.example/{day:%Y/%m}/{number}",
                "date": day.isoformat(),
                "n": number,
            }
            written += corpus.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
            for one in planted:
                of = "" if one.of is None else f"d{one.of:08}"
                truth.write(f"{name}\t{of}\t{one.kind}\t{one.detail}\n")
            if size is not None and written >= size:
                break


def number_of_bytes(text: str) -> int:
    """Read a size such as 300MB; a kilobyte has 1,000 bytes."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([KMG]?)B?", text.upper())
    if match is None:
        raise argparse.ArgumentTypeError(f"{text} is no size such as 300MB")
    return round(float(match[1]) * UNITS[match[2]])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__.split("usage:")[0].strip(),
        epilog=__doc__.split("--seed 1")[1],
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("out", type=Path, metavar="OUT.jsonl")
    extent = parser.add_mutually_exclusive_group(required=True)
    extent.add_argument("--size", type=number_of_bytes, help="such as 300MB")
    extent.add_argument("--documents", type=int)
    parser.add_argument("--seed", type=int, default=1)
    words = parser.add_mutually_exclusive_group()
    words.add_argument("--language", choices=language.NAMED, default="en")
    words.add_argument("--from", dest="folder", type=Path, help="take words and sentences from this folder's texts")
    for rate in fields(Rates):
        parser.add_argument(f"--{rate.name}", type=float, default=rate.default, help="default: %(default)s")
    given = parser.parse_args()
    lang = language.folder(given.folder) if given.folder else language.NAMED[given.language]()
    rates = Rates(**{rate.name: getattr(given, rate.name) for rate in fields(Rates)})
    write(given.out, Maker(lang, rates, given.seed), given.size, given.documents)


if __name__ == "__main__":
    main()
