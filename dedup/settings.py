"""
Every setting, its meaning, its range and its default: one frozen record a stage, checked at birth.

Users see one flat list of names (command line options, `[tool.dedup]` keys, keyword arguments); `Settings.of` sorts
them to their stages.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, TypeVar

import orjson

from dedup.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping


class Step(StrEnum):
    """A part of the cleaning that can be chosen by itself."""

    BOILERPLATE = "boilerplate"
    REPEATS = "repeats"
    PARAGRAPHS = "paragraphs"
    DOCUMENTS = "documents"


class Keep(StrEnum):
    """Which of several like documents stays, where no field of theirs tells; ties go to the smaller id."""

    LONGEST = "longest"
    FIRST = "first"
    LAST = "last"


class Extreme(StrEnum):
    """Which value of a field lets a document stay."""

    MAX = "max"
    MIN = "min"


class Boilerplate(StrEnum):
    """How much of the text may be lost for the sake of removing boilerplate."""

    OFF = "off"
    RULES = "rules"
    GENTLE = "gentle"
    DEFAULT = "default"
    STRICT = "strict"


class Effort(StrEnum):
    """How much is done to find what hardly shares a run of words."""

    DEFAULT = "default"
    HIGH = "high"


class Errors(StrEnum):
    """What to do about bytes that are no text in the stated encoding."""

    STRICT = "strict"
    REPLACE = "replace"


class Extractor(StrEnum):
    """What takes the main text out of a page of markup."""

    TRAFILATURA = "trafilatura"
    RESILIPARSE = "resiliparse"


AUTO: Final = "auto"
"""Stands for the encoding that a file's bytes are most likely in."""


def _refused(name: str, value: object, wanted: str) -> SettingsError:
    return SettingsError(name, f"{value!r} will not do", remedy=f"give {wanted}")


def _within(name: str, value: object, low: float, high: float) -> None:
    if not isinstance(value, int | float) or isinstance(value, bool) or not low < value <= high:
        raise _refused(name, value, f"a number above {low:g} and at most {high:g}")


def _whole(name: str, value: object, low: int, high: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise _refused(name, value, f"a whole number from {low} to {high}")


Choice = TypeVar("Choice", bound=StrEnum)


def _choice(name: str, value: object, choices: type[Choice]) -> Choice:
    try:
        return choices(str(value))
    except ValueError:
        raise _refused(name, value, "one of " + ", ".join(choices)) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSettings:
    """How documents are found in files."""

    text_field: str = "text"
    """The JSON field that holds the text."""
    html_field: str = ""
    """The field or column that holds web pages: their main text is taken, and takes their place. Empty: none does."""
    id_field: str = "id"
    """The JSON field that names the document; records without it are named after file and place."""
    encoding: str = "utf-8"
    """Of text files, `auto` for each its likeliest; JSON Lines are UTF-8, and HTML pages tell theirs."""
    errors: Errors = Errors.STRICT
    """Bytes that are no text: `strict` stops, `replace` reads U+FFFD and keeps the bytes in the ledger."""

    extractor: Extractor = Extractor.TRAFILATURA
    """What takes the text out of pages: `trafilatura`, or `resiliparse`, which is faster and finds it less well."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "errors", _choice("errors", self.errors, Errors))
        object.__setattr__(self, "extractor", _choice("extractor", self.extractor, Extractor))
        if not isinstance(self.html_field, str):
            raise _refused("html_field", self.html_field, "a field's name")
        if self.html_field and self.text_field not in {"text", self.html_field}:
            raise SettingsError("html_field", "is the field of texts", remedy="leave `text_field` away")
        if self.html_field:
            object.__setattr__(self, "text_field", self.html_field)
        for name in ("text_field", "id_field"):
            if not isinstance(getattr(self, name), str) or not getattr(self, name):
                raise _refused(name, getattr(self, name), "a field's name")
        try:
            if self.encoding != AUTO:
                "".encode(self.encoding)
                b"".decode(self.encoding)
        except (LookupError, TypeError, ValueError):
            raise _refused("encoding", self.encoding, "an encoding Python knows, such as utf-8 or cp1252") from None

    @property
    def naming_text(self) -> str:
        """The option that names the field of texts, or of pages where texts are taken out of these."""
        return "--html-field" if self.html_field else "--text-field"

    def refuse_pages(self, where: str, remedy: str) -> None:
        """Raise `SettingsError` if web pages are to be taken out of fields, which is not to be had everywhere."""
        if self.html_field:
            raise SettingsError("html_field", f"not to be had {where}", remedy=remedy)


_IGNORABLE: Final = re.compile(r"BP\d{3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class StripSettings:
    """What is taken out of a document by itself."""

    boilerplate: Boilerplate = Boilerplate.DEFAULT
    """
    How boilerplate is found: by rules and the line model, fitted to lose .3 % (`gentle`), 1 % (`default`) or 3 %
    (`strict`) of the text to keep over all labelled pages; by `rules` alone; `off`, not at all.
    """
    confidence: float = 0.9
    """Findings of boilerplate rules at least this sure are removed; the others are reported as suspicions."""
    ignore: tuple[str, ...] = ()
    """Codes of boilerplate rules, such as BP131, that are not applied."""
    split_stories: bool = False
    """Whether a suspected second story becomes a document of its own."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "boilerplate", _choice("boilerplate", self.boilerplate, Boilerplate))
        _within("confidence", self.confidence, 0, 1)
        given: Any = self.ignore
        codes = (given,) if isinstance(given, str) else given
        if not isinstance(codes, list | tuple) or not all(_IGNORABLE.fullmatch(str(code)) for code in codes):
            raise _refused("ignore", codes, "codes of boilerplate as `dedup rules` lists them, such as BP131")
        object.__setattr__(self, "ignore", tuple(sorted({*codes})))
        if not isinstance(self.split_stories, bool):
            raise _refused("split_stories", self.split_stories, "true or false")


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchSettings:
    """When two documents count as near-duplicates: by likeness, or plainly by shingle sets if that is asked for."""

    likeness: float = 0.6
    """Likeness, told with each match, from which two documents match, in (0, 1]; unless one of the next two is set."""
    threshold: float | None = None
    """Instead: exact Jaccard similarity of the shingle sets from which two documents match; contained ones stay."""
    containment: float | None = None
    """Instead, or beside the threshold: share of a document's shingles inside another one from which it matches."""
    shingle: int = 5
    """Words in a shingle."""
    permutations: int = 128
    """Values in a MinHash signature."""
    recall: float = 0.99
    """Probability with which a pair right at the threshold must be proposed for verification."""
    effort: Effort = Effort.DEFAULT
    """`high` remembers four times the shingles: more copies are found in which every other word is misread."""
    sample: int = 16
    """One shingle in so many is remembered to propose contained, heavily edited and misread documents."""
    seed: int = 1
    """Of the permutations."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "effort", _choice("effort", self.effort, Effort))
        _within("likeness", self.likeness, 0, 1)
        for name in ("threshold", "containment"):
            if getattr(self, name) is not None:
                _within(name, getattr(self, name), 0, 1)
        _within("recall", self.recall, 0, 0.999999)
        _whole("shingle", self.shingle, 1, 1000)
        _whole("permutations", self.permutations, 1, 4096)
        _whole("sample", self.sample, 1, 1_000_000)
        _whole("seed", self.seed, 0, 2**32 - 1)

    @property
    def rate(self) -> int:
        """One shingle in so many is remembered, after all."""
        return max(1, self.sample // 4) if self.effort == Effort.HIGH else self.sample

    @property
    def plain(self) -> bool:
        """Whether shingle sets alone decide."""
        return self.threshold is not None or self.containment is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParagraphSettings:
    """When two paragraphs of different documents count as the same."""

    paragraph_threshold: float = 0.8
    """Exact Jaccard similarity of their sets of 3-word shingles from which two match whatever differs, in (0, 1]."""
    paragraph_likeness: float = 0.75
    """Likeness from which a paragraph goes if it is less similar, in (0, 1]; few words hold few facts to tell by."""
    paragraph_words: int = 15
    """Shorter paragraphs are left alone."""

    def __post_init__(self) -> None:
        _within("paragraph_threshold", self.paragraph_threshold, 0, 1)
        _within("paragraph_likeness", self.paragraph_likeness, 0, 1)
        _whole("paragraph_words", self.paragraph_words, 1, 1_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrecedenceSettings:
    """Which of several like documents stays."""

    keep: str = Keep.LONGEST
    """Which of several like documents stays: longest, first, last, max:FIELD or min:FIELD; ties go by id."""
    prefer: tuple[str, ...] = ()
    """Sources whose documents stay rather than others', best first: files and folders, as the ledger names them."""
    reference: tuple[str, ...] = ()
    """Sources that lose nothing: what they hold goes from all others."""
    reference_only: bool = False
    """Whether the other documents are compared with those of the reference sources only, not with one another."""
    source_field: str = ""
    """The JSON field that names a document's source; empty: its source is the file it stands in."""

    def __post_init__(self) -> None:
        if not _KEEP.fullmatch(str(self.keep)):
            raise _refused("keep", self.keep, "longest, first, last, max:FIELD or min:FIELD")
        object.__setattr__(self, "keep", str(self.keep))
        for name in ("prefer", "reference"):
            object.__setattr__(self, name, _names(name, getattr(self, name)))
        if twice := sorted({*self.prefer} & {*self.reference}):
            raise _refused("reference", twice[0], "sources that are not among the preferred ones")
        if not isinstance(self.reference_only, bool):
            raise _refused("reference_only", self.reference_only, "true or false")
        if self.reference_only and not self.reference:
            raise _refused("reference_only", self.reference_only, "reference sources too")
        if not isinstance(self.source_field, str):
            raise _refused("source_field", self.source_field, "a field's name")

    @property
    def field(self) -> str:
        """The field whose values decide; empty where none does."""
        return self.keep.partition(":")[2]


_KEEP: Final = re.compile(f"{'|'.join(Keep)}|(?:{'|'.join(Extreme)}):.+", re.DOTALL)


def _names(setting: str, given: object) -> tuple[str, ...]:
    """Give names of sources without the slashes that files and folders may end in, each once."""
    names = (given,) if isinstance(given, str) else given
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        raise _refused(setting, given, "names of sources")
    tidy = tuple(name.removeprefix("./").rstrip("/") for name in names)
    if not all(tidy) or len({*tidy}) < len(tidy):
        raise _refused(setting, given, "names of sources, each once")
    return tidy


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All of them. Equal settings have equal digests."""

    steps: tuple[Step, ...] = tuple(Step)
    """What is done, of: boilerplate, repeats, paragraphs, documents."""
    precedence: PrecedenceSettings = field(default_factory=PrecedenceSettings)
    read: ReadSettings = field(default_factory=ReadSettings)
    strip: StripSettings = field(default_factory=StripSettings)
    match: MatchSettings = field(default_factory=MatchSettings)
    paragraphs: ParagraphSettings = field(default_factory=ParagraphSettings)

    def __post_init__(self) -> None:
        given: Any = self.steps
        if not isinstance(given, list | tuple):
            given = (given,)
        chosen = {_choice("steps", step, Step) for step in given}
        if not chosen:
            raise _refused("steps", list(given), "one or more of " + ", ".join(Step))
        object.__setattr__(self, "steps", tuple(step for step in Step if step in chosen))

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Settings:
        """
        Build settings from flat names, as in `Settings.of({"threshold": 0.7, "keep": "first"})`.

        Dashes and underscores are alike. Raises `SettingsError` for an unknown name or an impossible value.
        """
        given = {name.replace("-", "_"): value for name, value in values.items()}
        names = cls.names()
        for name in given:
            if name not in names:
                near = difflib.get_close_matches(name, names, 1)
                remedy = f"did you mean `{near[0]}`?" if near else "there are: " + ", ".join(names)
                raise SettingsError(name, "no such setting", remedy=remedy)
        if isinstance(given.get("steps"), str):
            given["steps"] = [step.strip() for step in given["steps"].split(",") if step.strip()]
        made: dict[str, Any] = {}
        for stage, record in _STAGES.items():
            made[stage] = record(**{f.name: given.pop(f.name) for f in fields(record) if f.name in given})
        return cls(**given, **made)

    @staticmethod
    def names() -> tuple[str, ...]:
        """Give the flat names of all settings."""
        return ("steps", *(f.name for record in _STAGES.values() for f in fields(record)))

    def flat(self) -> dict[str, Any]:
        """Give all settings by their flat names, as `of` takes them."""
        nested = asdict(self)
        stages = [nested.pop(stage) for stage in _STAGES]
        for stage in stages:
            nested.update(stage)
        return {name: list(value) if isinstance(value, tuple) else value for name, value in nested.items()}

    def digest(self) -> str:
        """Give the SHA-256 of the settings, hexadecimal."""
        return hashlib.sha256(orjson.dumps(self.flat(), option=orjson.OPT_SORT_KEYS)).hexdigest()


_STAGES: dict[str, Any] = {
    "precedence": PrecedenceSettings,
    "read": ReadSettings,
    "strip": StripSettings,
    "match": MatchSettings,
    "paragraphs": ParagraphSettings,
}
