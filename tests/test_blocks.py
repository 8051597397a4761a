"""Blocks of pages: what is one, what stands around it, and which are chosen."""

from __future__ import annotations

import statistics
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import document_fromstring

from dedup.markup.blocks import WORDS, layout, told
from dedup.markup.features import Said, facts
from dedup.markup.judge import BELIEVED, DEPTH, UNIT, Model, binned, chosen, loaded, probabilities, saved, shipped
from dedup.markup.kind import kinds
from dedup.markup.phrases import PHRASES
from dedup.markup.phrases import told as called
from dedup.markup.places import looks_of
from dedup.markup.wordings import spoken
from dedup.markup.words import Elsewhere, repeated, runs_of, words_of


def blocks(body: str) -> list[str]:
    """Give the texts of a page's blocks."""
    return [block.text for block in layout(document_fromstring(f"<html><body>{body}</body></html>")).blocks]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", []),
        (" \n <p> </p>", []),
        ("one <b>two</b> three", ["one two three"]),
        ("<p>one</p>two<p>three", ["one", "two", "three"]),
        ("<div>a<div>b</div>c</div>d", ["a", "b", "c", "d"]),
        ("one<br>two", ["one\ntwo"]),
        ("one<br><br/>two", ["one", "two"]),
        ("one<br> <br>two", ["one", "two"]),
        ("<ul><li>one<li>two</ul>", ["one", "two"]),
        ("<table><tr><td>a<td>b<tr><td>c<td></table>", ["a | b", "c"]),
        ("<table><tr><td><p>a</p><td>b</table>", ["a", "b"]),
        ("<pre>a\n  b </pre>", ["a\n  b"]),
        ("<script>x</script>a<style>y</style>b<!-- c -->d", ["a bd"]),
        ("<button>no</button><select><option>no</select>yes", ["yes"]),
        ("<noscript><p>a</p></noscript>", ["a"]),
        ("<x-post>a</x-post><x-post>b</x-post>", ["a", "b"]),
        ("a&nbsp;b \t\n c", ["a b c"]),
        ("<p hidden>a</p>", ["a"]),
    ],
)
def test_blocks(body: str, expected: list[str]) -> None:
    """A block ends where an element begins or ends a line; scripts and controls are no text."""
    assert blocks(body) == expected


@given(st.recursive(st.sampled_from(["a", "b c", " "]), lambda inner: st.builds(
    lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>", st.sampled_from(["div", "span", "b", "a", "section", "li"]),
    st.lists(inner, max_size=4)), max_leaves=20))  # fmt: skip
def test_no_text_is_lost(body: str) -> None:
    """The words of a page stand in its blocks, in order, and the containers' sums are those of their blocks."""
    page = layout(document_fromstring(f"<html><body>{body}</body></html>"))
    assert "".join(" ".join(block.text for block in page.blocks).split()) == "".join(
        document_fromstring(f"<body>{body}</body>").text_content().split()
    )
    for number, container in enumerate(page.containers):
        inside = [block for block in page.blocks if number in around(page.containers, block.container)]
        assert container.chars == sum(len(block.text) for block in inside)
        assert container.blocks == len(inside)
        assert container.linked <= container.chars


def around(containers: list, place: int) -> list[int]:  # type: ignore[type-arg]
    """Name a container and all around it."""
    return [place, *around(containers, containers[place].parent)] if place >= 0 else []


@pytest.mark.parametrize(
    ("names", "kinds_told"),
    [
        ("", set()),
        ("comment-list", {"comment", "item"}),
        ("userComments", {"comment", "user"}),
        ("commentary recommended", {"related"}),
        ("article__body", {"content"}),
        ("navigate", set()),
        ("x1 y2 漢", set()),
    ],
)
def test_names(names: str, kinds_told: set[str]) -> None:
    """Names are told by whole words, however they are joined."""
    assert {kind for bit, kind in enumerate(WORDS) if told(names) >> bit & 1} == kinds_told


def test_links_and_bold() -> None:
    """Characters in links and in bold type are counted without their spaces."""
    [block] = layout(document_fromstring("<p>a <a href=x>b c</a> <b>d</b></p>")).blocks
    assert (block.linked, block.strong) == (2, 1)


@given(
    st.lists(st.sampled_from(["<p>one two three four five", "<li><a>x</a>", "<div>y<br><br>z", "<td>1"]), min_size=1)
)
def test_features_are_finite(parts: list[str]) -> None:
    """Each block has as many numbers as the model asks for, all finite and the same every time."""
    root = document_fromstring(f"<html><body>{''.join(parts)}</body></html>")
    page = layout(root)
    said = Said("one", "two", "", kinds(root, "https://example.org/a"), "one two three four five")
    made = [facts(page, said).rows for _ in "ab"]
    assert made[0].shape[0] == len(page.blocks)
    assert np.isfinite(made[0]).all()
    assert (made[0] == made[1]).all()


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("a b c d e f g", 1.0),
        ("a b c d", 1.0),
        ("x y z w", 0.0),
        ("short line", 1.0),
        ("short", 0.0),
        ("a b c d x y z w", 0.2),
        ("", 0.0),
    ],
)
def test_elsewhere(text: str, share: float) -> None:
    """The share of a block's runs of four words that another text holds is told; short blocks must be its lines."""
    words = words_of(text)
    assert Elsewhere("a b c d e f g\nshort line").share(words, runs_of(words)) == share


def test_repeated() -> None:
    """What a block says again of those before it is told, and nothing of what comes behind."""
    blocks = ["a b c d e", "x y z w", "a b c d", "x y z w v u", "a b"]
    assert repeated(runs_of(words_of(block)) for block in blocks) == pytest.approx([0, 0, 1, 1 / 3, 0])


@pytest.mark.parametrize(
    ("text", "kinds_told"),
    [
        ("", set()),
        ("Lesen Sie auch: Wie alles begann", {"more"}),
        ("Read more", {"more"}),
        ("相关阅读", {"more"}),
        ("Foto: dpa", {"credit"}),
        ("I read, and more often than not I sleep.", set()),
        ("One two three four five six seven eight newsletter", set()),
    ],
)
def test_phrases(text: str, kinds_told: set[str]) -> None:
    """What a text calls itself is told by the words and pairs of words that it begins with."""
    found = called(words_of(text))
    assert {kind for bit, kind in enumerate(PHRASES) if found >> bit & 1} == kinds_told


def by_hand(row: list[int], model: Model) -> float:
    """Go down the trees one by one."""
    total = 0
    for columns, bounds, values in zip(model.columns, model.bounds, model.values, strict=True):
        node = 0
        for _ in range(DEPTH):
            node = 2 * node + (2 if row[columns[node]] > bounds[node] else 1)
        total += int(values[node - len(columns)])
    return 1 / (1 + float(np.exp(-BELIEVED * (model.base + total / UNIT))))


def test_probabilities() -> None:
    """Trees evaluated together give what going down each gives."""
    draw = np.random.default_rng(3)
    inner = (1 << DEPTH) - 1
    model = Model(
        np.tile(np.arange(8, dtype=np.float32), (5, 1)),
        draw.integers(0, 5, (7, inner)).astype(np.uint8),
        draw.integers(0, 8, (7, inner)).astype(np.uint8),
        draw.integers(-3000, 3000, (7, inner + 1)).astype(np.int16),
        0.25,
        {},
    )
    rows = draw.normal(3, 4, (50, 5)).astype(np.float32)
    counts = [[int((model.edges[column] < value).sum()) for column, value in enumerate(row)] for row in rows]
    assert binned(rows, model.edges).tolist() == counts
    assert probabilities(rows, model) == pytest.approx([by_hand(row, model) for row in counts])


_SAID: Final = st.lists(st.lists(st.sampled_from(["share", "this", "bridge", "é", "分"]), max_size=6), max_size=6)


@given(
    _SAID, st.dictionaries(st.sampled_from(["share", "share this", "this share", "é", "分 分"]), st.integers(-127, 127))
)
def test_what_words_say(tokens: list[list[str]], wordings: dict[str, int]) -> None:
    """Each block is told by the weights of its words and pairs of words, and by those of its neighbours."""
    rows = spoken(tokens, wordings)
    assert rows.shape == (len(tokens), 6)
    means = []
    for row, words in zip(rows.tolist(), tokens, strict=True):
        text = [*words, *(f"{words[at]} {words[at + 1]}" for at in range(len(words) - 1))]
        known = [wordings[term] for term in text if term in wordings]
        means.append(statistics.fmean(known) if known else 0.0)
        expected = [means[-1], min(known, default=0), max(known, default=0), sum(known) / max(1, len(known)) ** 0.5]
        assert row[:5] == pytest.approx([*expected, len(known) / max(1, len(text))], abs=1e-4)
    for at, row in enumerate(rows.tolist()):
        around = [means[min(max(at + step, 0), len(means) - 1)] for step in (-2, -1, 1, 2)]
        assert row[5] == pytest.approx(statistics.fmean(around), abs=1e-4)


@given(st.dictionaries(st.text(st.characters(codec="utf-8", exclude_characters="\n")), st.integers(-127, 127)))
def test_models_are_read_as_they_were_saved(wordings: dict[str, int]) -> None:
    """What words say is kept with the trees."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "model.npz"
        model = shipped()._replace(wordings=wordings or {"a": 1})
        saved(model, path)
        read = loaded(path)
    assert read.wordings == model.wordings
    assert [*read.wordings] == [*model.wordings]
    assert read.base == model.base
    for name in ("edges", "columns", "bounds", "values"):
        assert np.array_equal(getattr(read, name), getattr(model, name))


@given(st.lists(st.tuples(st.floats(0.001, 0.999), st.integers(0, 50)), min_size=1, max_size=9))
def test_best_expected_f1(drawn: list[tuple[float, int]]) -> None:
    """Among all sets of blocks, each with a look of its own, none has a higher expected F1 than the chosen one."""
    probability, words = (np.array(column) for column in zip(*drawn, strict=True))
    best = chosen(probability, words, np.arange(len(drawn)))
    weight = np.maximum(words, 0.5)

    def expected(some: np.ndarray) -> float:
        return float(2 * (probability * weight)[some].sum() / (weight[some].sum() + (probability * weight).sum()))

    sets = [np.array([number >> bit & 1 for bit in range(len(drawn))], bool) for number in range(1 << len(drawn))]
    assert expected(best) == pytest.approx(max(map(expected, sets)))


def test_looks() -> None:
    """Blocks whose containers have the same tags and first classes look alike."""
    page = layout(document_fromstring("<body><ul><li class='a b'>1<li class=a>2<li>3</ul><p>4</p></body>"))
    assert looks_of(page).tolist() == [0, 0, 1, 2]
