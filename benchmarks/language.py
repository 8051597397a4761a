"""
Where made-up texts get their words from: English, Chinese or Thai look-alikes, or the texts in a folder.

A language is a pool of frames (sentences with slots) and, for each class of slot, words by their frequency. Slots are
filled independently of one another, so unrelated documents share grammar and frequent words but few runs of five words.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from statistics import NormalDist
from typing import TYPE_CHECKING, Final

import numpy as np
from dice import Dice

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    Frame = Sequence[tuple[str, str]]
    """Slots, or words that stand as they are, each with what it is written with: see `MARKS`."""

HERE: Final = Path(__file__).parent
MARKS: Final = {
    "": "{} ",
    "first": "{capital} ",
    "first comma": "{capital}, ",
    "comma": "{}, ",
    "open": "“{capital} ",
    "close": "{},” ",
    "stop": "{}. ",
    "break": "{}.\n\n",
    "title": "{}\n\n",
}
"""How a word is written; `stop`, `break` and `title` end a sentence, a paragraph and a headline."""
WITHOUT_SPACES: Final = MARKS | {
    "": "{}",
    "first": "{}",
    "first comma": "{}，",
    "comma": "{}，",
    "open": "“{}",
    "close": "{}，”",
    "stop": "{}。",
    "break": "{}。\n\n",
}
THAI: Final = WITHOUT_SPACES | {"first comma": "{} ", "comma": "{} ", "close": "{}” ", "stop": "{} ", "break": "{}\n\n"}
DRAWS: Final = 1 << 16
"""Equally likely draws; a word gets a number of them that is in proportion to its frequency."""
FRAMES: Final = 4096
HEADLINES: Final = 512
FLAT: Final = 12
"""Mandelbrot's addition to the rank in Zipf's law; it stands for the topics that set real documents apart."""
COMMON: Final = 150
"""The most frequent words of a folder stay in its sentences as they are; the others make room for new ones."""

GRAMMAR: Final = {
    "sentence": (
        "clause|clause|clause|clause , conjunction clause|preposition noun-phrase , clause|adverb , clause"
        "|according to noun-phrase , clause|“ clause ,” first last said|person , adjective noun , told reporters"
        " that clause|clause after gerund noun-phrase|clause to base noun-phrase|number nouns predicate"
    ),
    "headline": "adjective many predicate|person third noun-phrase|place noun to base adjective nouns|nouns third noun",
    "clause": (
        "noun-phrase predicate|noun-phrase predicate|noun-phrase predicate tail|pronoun predicate tail|person predicate"
    ),
    "predicate": (
        "past noun-phrase|past noun-phrase|modal base noun-phrase|adverb past noun-phrase|had past noun-phrase"
        "|was past by noun-phrase|said that noun-phrase past noun-phrase|were adverb adjective|is gerund noun-phrase"
    ),
    "noun-phrase": (
        "determiner noun|determiner adjective noun|determiner noun noun|many nouns|many adjective nouns|adjective nouns"
        "|determiner noun of noun-phrase|determiner noun in place|number nouns|person|determiner adjective noun noun"
    ),
    "person": "first last|first last|last|first last of place",
    "tail": "preposition noun-phrase|preposition noun-phrase|on day|in place|preposition gerund nouns|for number nouns",
}
"""Phrases, each with its alternatives; what is neither a phrase nor a class of `words.txt` is a word."""


@dataclass(frozen=True)
class Language:
    """
    Tables from which documents are drawn.

    A token is a number: the place of the mark in `MARKS` times the number of words, plus the word. `written` gives its
    text. The words of frame f are `fixed[start[f]:start[f + 1]]`; where that is -1 the word is
    `drawn[slot, one of DRAWS]`. The first `headlines` frames are headlines, the others sentences.
    """

    written: NDArray[np.object_]
    start: NDArray[np.int64]
    fixed: NDArray[np.int32]
    slot: NDArray[np.int16]
    mark: NDArray[np.int32]
    drawn: NDArray[np.int32]
    headlines: int
    words: int
    spaced: bool
    code: str
    spare: dict[str, list[str]]
    """Words that fill the blanks of furniture and templates."""


def build(
    frames: Sequence[Frame],
    headlines: Sequence[Frame],
    classes: dict[str, dict[str, float]],
    spare: dict[str, list[str]],
    code: str,
) -> Language:
    """Make the tables; a frame's word that is the name of a class is a slot."""
    slots = {name: at for at, name in enumerate(classes)}
    number: dict[str, int] = {}
    literal = (word for frame in (*headlines, *frames) for word, _ in frame if word not in slots)
    for word in chain(chain.from_iterable(classes.values()), literal):
        number.setdefault(word, len(number))
    marks = {"zh": WITHOUT_SPACES, "th": THAI}.get(code, MARKS)
    tokens = [token for frame in (*headlines, *frames) for token in frame]
    place = {mark: at for at, mark in enumerate(MARKS)}
    return Language(
        written=np.array(
            [
                pattern.format(word, capital=word[:1].upper() + word[1:])
                for pattern in marks.values()
                for word in number
            ],
            dtype=object,
        ),
        start=np.cumsum([0, *map(len, headlines), *map(len, frames)]),
        fixed=np.array([-1 if word in slots else number[word] for word, _ in tokens], np.int32),
        slot=np.array([slots.get(word, 0) for word, _ in tokens], np.int16),
        mark=np.array([place[mark] for _, mark in tokens], np.int32),
        drawn=np.stack([_quantiles(weights, number) for weights in classes.values()]),
        headlines=len(headlines),
        words=len(number),
        spaced=marks is MARKS,
        code=code,
        spare=spare,
    )


def _quantiles(weights: dict[str, float], number: dict[str, int]) -> NDArray[np.int32]:
    """Give each word draws in proportion to its weight."""
    ends = np.cumsum(np.array(list(weights.values())))
    chosen = np.searchsorted(ends, (np.arange(DRAWS) + 0.5) / DRAWS * ends[-1], side="right")
    words: NDArray[np.int32] = np.array([number[word] for word in weights], np.int32)[chosen]
    return words


def sizes(median: float, spread: float, least: int) -> NDArray[np.int64]:
    """Tabulate a log-normal law: equally likely whole numbers, 1,024 of them."""
    normal = NormalDist()
    drawn = (median * math.exp(spread * normal.inv_cdf((at + 0.5) / 1024)) for at in range(1024))
    return np.array([max(least, round(one)) for one in drawn])


def sections(path: Path) -> dict[str, str]:
    """Read what stands below each [name]; text above the first is a note."""
    parts = re.split(r"^\[(.+)\]\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def english() -> Language:
    words = {name: text.split() for name, text in sections(HERE / "words.txt").items()}
    verbs, said = words["verb"], words.pop("said")
    words |= {
        "base": words.pop("verb"),
        "past": [*map(_past, verbs), *said],
        "third": [*map(_plural, verbs)],
        "gerund": [*map(_gerund, verbs)],
        "nouns": [*map(_plural, words["noun"])],
        "number": _numbers(),
    }
    even = {"determiner", "many", "number", "first", "last", "day"}
    classes = {name: _zipf(listed, flat=500 if name in even else FLAT) for name, listed in words.items()}
    dice = Dice(0)
    return build(
        [_frame(dice, "sentence", "stop") for _ in range(FRAMES)],
        [_frame(dice, "headline", "title") for _ in range(HEADLINES)],
        classes,
        {name: words[name] for name in ("first", "last", "place")},
        "en",
    )


def _frame(dice: Dice, phrase: str, end: str) -> Frame:
    """Expand a phrase, then turn the signs that stand alone into marks on their neighbours."""
    frame: list[tuple[str, str]] = []
    mark = "first"
    for word in _expand(dice, phrase):
        if word == ",":
            frame[-1] = (frame[-1][0], "first comma" if len(frame) == 1 else "comma")
        elif word == ",”":
            frame[-1] = (frame[-1][0], "close")
        elif word == "“":
            mark = "open"
        else:
            frame.append((word, mark))
            mark = ""
    frame[-1] = (frame[-1][0], end)
    return frame


def _expand(dice: Dice, phrase: str) -> Iterable[str]:
    if phrase not in GRAMMAR:
        return (phrase,)
    return chain.from_iterable([*_expand(dice, one)] for one in dice.choice(GRAMMAR[phrase].split("|")).split())


def _zipf(words: list[str], flat: float = FLAT) -> dict[str, float]:
    weights: dict[str, float] = {}
    for rank, word in enumerate(words):
        weights[word] = weights.get(word, 0.0) + 1 / (rank + flat)
    return weights


def _numbers() -> list[str]:
    years = map(str, range(1950, 2025))
    return [*map(str, range(2, 100)), *years, *(f"{at},{at * 389 % 1000:03}" for at in range(1, 400))]


def _plural(word: str) -> str:
    if word[-1] == "y" and word[-2] not in "aeiou":
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "x", "z", "ch", "sh")) else "s")


def _past(word: str) -> str:
    if word[-1] == "y" and word[-2] not in "aeiou":
        return word[:-1] + "ied"
    return word + ("d" if word[-1] == "e" else "ed")


def _gerund(word: str) -> str:
    return (word[:-1] if word[-1] == "e" and word[-2] != "e" else word) + "ing"


def chinese() -> Language:
    """Make words of one to three characters out of frequent ones: right in script and length, without meaning."""
    characters = (
        "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家"
        "种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十"
        "民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯"
        "月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女"
        "变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基"
    )
    return _unspaced(characters, (1, 2, 2, 2, 2, 3), "zh")


def thai() -> Language:
    """Make words of one to four syllables by the rules of the script, without meaning."""
    vowels = ("{}า", "{}ี", "{}ู", "เ{}", "แ{}", "โ{}", "ไ{}", "{}ะ", "{}ำ")
    closed = ("{}า", "{}ิ", "{}ุ", "{}ั", "เ{}", "แ{}", "{}", "{}่า", "{}้า")
    onsets = "กขคงจชซดตถทนบปผพฟมยรลวสหอ"
    syllables = [
        *(vowel.format(onset) for onset in onsets for vowel in vowels),
        *(vowel.format(onset) + coda for onset in onsets for vowel in closed for coda in "กงดนบมยว"),
    ]
    return _unspaced(syllables, (1, 2, 2, 3, 4), "th")


def _unspaced(units: Sequence[str], lengths: Sequence[int], code: str) -> Language:
    dice = Dice(0)
    words = [*dict.fromkeys("".join(dice.choice(units) for _ in range(dice.choice(lengths))) for _ in range(6000))]
    frames = [
        [("<word>", "comma" if dice.below(8) == 0 else "") for _ in range(6 + dice.below(14))] + [("<word>", "stop")]
        for _ in range(FRAMES)
    ]
    headlines = [[("<word>", "")] * (5 + dice.below(6)) + [("<word>", "title")] for _ in range(HEADLINES)]
    return build(frames, headlines, {"<word>": _zipf(words)}, _spare(words), code)


def _spare(words: list[str]) -> dict[str, list[str]]:
    """Take rare words for the names and places that furniture and templates need."""
    return {"first": words[-100:], "last": words[-200:], "place": words[-300:]}


def folder(path: Path) -> Language:
    """Take frames and words from the text files in a folder; a word is what stands between two spaces."""
    sentences = [
        sentence.split()
        for file in sorted(path.rglob("*.txt"))
        for line in file.read_text(encoding="utf-8").splitlines()
        for sentence in re.split(r"(?<=[.!?”])\s+", line)
    ]
    sentences = [words for words in sentences if 4 <= len(words) <= 60][: DRAWS // 2]
    if not sentences:
        raise SystemExit(f"no sentences of 4 to 60 words in the text files of {path}")
    bare = [[word.strip("“”\"'‘’(),.:;!?—") or word for word in words] for words in sentences]
    counted = Counter(chain.from_iterable(bare))
    common = {word for word, _ in counted.most_common(COMMON) if word.islower()}
    classes: dict[str, dict[str, float]] = {}
    for word, count in counted.items():
        if word not in common:
            classes.setdefault(_shape(word), {})[word] = count
    frames: list[Frame] = [
        [
            (
                word if word in common else _shape(word),
                "first" if at == 0 else "stop" if at == len(raw) - 1 else "comma" if raw[at].endswith(",") else "",
            )
            for at, word in enumerate(words)
        ]
        for raw, words in zip(sentences, bare, strict=True)
    ]
    short = sorted(frames, key=len)[: max(1, len(frames) // 10)]
    headlines = [[*frame[:-1], (frame[-1][0], "title")] for frame in short]
    return build(frames, headlines, classes, _spare([*counted]), "folder")


def _shape(word: str) -> str:
    """Name a word's class: it keeps numbers, names and other words apart."""
    return "<number>" if any(map(str.isdigit, word)) else "<word>" if word.islower() else "<name>"


NAMED: Final = {"en": english, "zh": chinese, "th": thai}
