"""
Train what chooses the blocks of web pages, and measure it on pages whose domains it has not seen.

usage: python training/web_pages.py DATA [measure]

DATA holds the files of `SETS` in html/, and boilerplate/ with the labelled lines from which training learns what words
say. Training needs lightgbm, and what `make model` needs. It writes the shipped model and one for each fold of
domains, which the quality gate uses; measuring, with those that are there, writes `web_pages.json`: the digests of data
and model, the settings, and the scores. The same data give the same files.
"""

from __future__ import annotations

import difflib
import gzip
import hashlib
import json
import re
import sys
from collections import Counter, defaultdict
from itertools import combinations, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from trafilatura import load_html

from dedup.markup.blocks import layout
from dedup.markup.extract import Seen, judged, look
from dedup.markup.judge import DEPTH, SHIPPED, UNIT, Model, binned, loaded, saved
from dedup.markup.metadata import metadata
from dedup.markup.words import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup.markup.wordings import Wordings

HERE: Final = Path(__file__).parent
FOLDER: Final = HERE / "web_pages"
"""The models of the folds."""
SETS: Final = ("wcxb-dev", "magic-article", "trafilatura-half")
LINES: Final = "boilerplate/lines-train.jsonl.gz"
FOLDS: Final = 5
EDGES: Final = 63
"""Edges of a column: quantiles of what stands in it."""
SETTINGS: Final[dict[str, Any]] = {
    "objective": "cross_entropy",
    "learning_rate": 0.07,
    "num_leaves": 24,
    "max_depth": DEPTH,
    "min_data_in_leaf": 60,
    "feature_fraction": 0.15,
    "bagging_fraction": 0.6,
    "bagging_freq": 1,
    "lambda_l2": 10.0,
    "max_bin": EDGES + 1,
    "deterministic": True,
    "force_col_wise": True,  # fifteen times as fast as by rows, for few columns are asked at a time
    "num_threads": 1,
    "seed": 1,
    "verbose": -1,
}
TREES: Final = 600
PAGE_WEIGHT: Final = 30.0
"""What the blocks of a page with full labels weigh together; each as the root of its words."""
SNIPPET_WEIGHT: Final = 0.55
"""What a block weighs that is known by a snippet, for each root of a word."""
_ALONE: Final = 2
"""Words in a row that do not tell where they are from."""
LEAK: Final = 0.2
"""Share of its comments from which a page leaks them."""
_HOLDERS: Final = ("div", "section", "ol", "ul", "aside")
_COMMENTS: Final = re.compile(
    r"(?<![a-z])(?:comments|comment-?list|comments-area|disqus_thread|kommentare|commentaires|comentarios)(?![a-z])",
    re.IGNORECASE,
)
_PROSE: Final = 5
"""Spaces in a line that is more than a name or a control."""
_SEVERAL: Final = 3
"""Lines of comments that a page must have to count."""


class Example(NamedTuple):
    """A page with what is known of its blocks."""

    set: str
    page: dict[str, Any]
    seen: Seen
    labels: np.ndarray
    """Share of each block's words that are main text; not a number where that is unknown."""


def fold(domain: str) -> int:
    """Give the fold of a domain, told by its digest."""
    return int(hashlib.sha256(domain.encode()).hexdigest(), 16) % FOLDS


def path(name: str) -> str:
    """Tell where a set stands in the data."""
    return f"html/{name}.jsonl.gz"


def pages(data: Path, name: str) -> Iterator[dict[str, Any]]:
    """Read the pages of a set."""
    with gzip.open(data / path(name), "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def seen_page(page: dict[str, Any]) -> Seen | None:
    """Look at a page as extraction does."""
    root = load_html(page["html"])
    if root is None:
        return None
    return look(root, page["url"], metadata(root, page["url"]).get("title", ""))


def examples(data: Path) -> Iterator[Example]:
    """Look at all pages that have blocks."""
    for name in SETS:
        for page in pages(data, name):
            seen = seen_page(page)
            if seen is not None and len(seen.rows):
                blocks = [block.text for block in seen.page.blocks]
                labels = aligned(blocks, page["gold"]) if "gold" in page else told(blocks, page)
                yield Example(name, page, seen, labels)


def aligned(blocks: list[str], gold: str) -> np.ndarray:
    """Align blocks with the gold text: the share of each one's words that stand there in the same order."""
    tokens = [words_of(block) for block in blocks]
    ends = np.cumsum([0, *map(len, tokens)])
    edges = set(ends.tolist())
    flat = [word for words in tokens for word in words]
    hit = np.zeros(len(flat))
    for start, _, size in difflib.SequenceMatcher(None, flat, words_of(gold), autojunk=False).get_matching_blocks():
        if size > _ALONE or (start in edges and start + size in edges):
            hit[start : start + size] = 1
    shares = [hit[low:high].mean() if high > low else np.nan for low, high in pairwise(ends)]
    return np.array(shares)


def told(blocks: list[str], page: dict[str, Any]) -> np.ndarray:
    """Label blocks that hold a wanted or an unwanted snippet."""
    labels = np.full(len(blocks), np.nan)
    for place, block in enumerate(blocks):
        if any(snippet in block for snippet in page["wanted"]):
            labels[place] = 1
        elif any(snippet in block for snippet in page["unwanted"]):
            labels[place] = 0
    return labels


def weights(example: Example) -> np.ndarray:
    """Weigh the blocks of a page."""
    roots = np.sqrt(np.maximum(example.seen.words, 1)) * ~np.isnan(example.labels)
    if "gold" in example.page:
        return np.asarray(roots / max(1e-9, roots.sum()) * PAGE_WEIGHT)
    return np.asarray(roots * SNIPPET_WEIGHT)


def edges_of(rows: np.ndarray) -> np.ndarray:
    """Give the edges of columns: some quantiles, each once, filled up with infinity."""
    edges = np.full((rows.shape[1], EDGES), np.inf, np.float32)
    for column, values in enumerate(rows.T):
        found = np.unique(np.quantile(values, np.linspace(0, 1, EDGES + 1)[:-1], method="lower"))
        edges[column, : len(found)] = found
    return edges


def spoken(data: Path) -> dict[tuple[int, ...], Wordings]:
    """
    Learn what words say from labelled lines, without each fold and without each two.

    A page must never be described with words learnt from its own labels, nor from the labels it is tested on.
    """
    from pages import labelled
    from wording import Vocabulary

    lines = Vocabulary(labelled(data), fold)
    every = ((), *((number,) for number in range(FOLDS)), *combinations(range(FOLDS), 2))
    return {without: lines.weights(without) for without in every}


def trained(some: list[Example], said: dict[tuple[int, ...], Wordings], without: int | None = None) -> Model:
    """Train on some pages, `without` those of a fold; `said` as `spoken` gives it."""
    import lightgbm

    folds = [tuple(sorted({fold(example.page["domain"]), without} - {None})) for example in some]
    rows = np.concatenate([example.seen.judged_by(said[unseen]) for example, unseen in zip(some, folds, strict=True)])
    labels = np.concatenate([example.labels for example in some])
    weight = np.concatenate([weights(example) for example in some])
    known = weight > 0
    edges = edges_of(rows[known])
    data = lightgbm.Dataset(
        binned(rows[known], edges).astype(np.float32), label=labels[known], weight=weight[known], free_raw_data=True
    )
    booster = lightgbm.train(SETTINGS, data, TREES)
    own = said[()] if without is None else said[without,]
    return exported([tree["tree_structure"] for tree in booster.dump_model()["tree_info"]], edges, own)


def exported(trees: list[dict[str, Any]], edges: np.ndarray, wordings: Wordings) -> Model:
    """Write trees as arrays of full depth."""
    inner = (1 << DEPTH) - 1
    columns = np.zeros((len(trees), inner), np.uint8)
    bounds = np.zeros((len(trees), inner), np.uint8)
    values = np.zeros((len(trees), inner + 1), np.int16)

    def fill(tree: int, place: int, node: dict[str, Any]) -> None:
        if place >= inner:
            values[tree, place - inner] = round(node["leaf_value"] * UNIT)
            return
        if "split_feature" in node:
            columns[tree, place] = node["split_feature"]
            bounds[tree, place] = int(node["threshold"])
        for below, name in ((2 * place + 1, "left_child"), (2 * place + 2, "right_child")):
            fill(tree, below, node.get(name, node))

    for number, tree in enumerate(trees):
        fill(number, 0, tree)
    return Model(edges, columns, bounds, values, 0.0, wordings)  # the first tree holds what all begin with


def f1(text: str, gold: str) -> float:
    """Compare two texts as bags of words."""
    one, other = (Counter(re.findall(r"\w+", each.lower())) for each in (text, gold))
    shared = (one & other).total()
    return 2 * shared / (one.total() + other.total()) if one or other else 1.0


def scores(texts: dict[tuple[str, str], str], data: Path) -> dict[str, dict[str, float]]:
    """Score texts by set and id: word F1 by kind of page, and precision, recall and F1 over snippets."""
    found: dict[str, dict[str, float]] = {}
    for name in SETS:
        by_kind: dict[str, list[float]] = defaultdict(list)
        counts: Counter[tuple[bool, bool]] = Counter()
        for page in pages(data, name):
            text = texts.get((name, page["id"]), "")
            if "gold" in page:
                value = f1(text, page["gold"])
                by_kind[page["ptype"]].append(value)
                by_kind["all"].append(value)
            else:
                for kind in ("wanted", "unwanted"):
                    counts.update((kind == "wanted", snippet in text) for snippet in page[kind])
        found[name] = {kind: round(float(np.mean(values)), 4) for kind, values in sorted(by_kind.items())}
        if counts:
            precision = counts[True, True] / (counts[True, True] + counts[False, True])
            recall = counts[True, True] / (counts[True, True] + counts[True, False])
            mean = 2 * precision * recall / (precision + recall)
            told_of = {"precision": precision, "recall": recall, "F1": mean}
            found[name] = {what: round(value, 4) for what, value in told_of.items()}
    return found


def comments(page: dict[str, Any]) -> list[str]:
    """Give the lines that stand in what a page itself calls its comments, those of its gold text left out."""
    root = load_html(page["html"])
    if root is None or page.get("ptype") == "forum":
        return []
    good = " ".join(page.get("gold", "").split())
    lines: list[str] = []
    for element in root.iter(*_HOLDERS):
        names = f"{element.get('id', '')} {element.get('class', '')}"
        if _COMMENTS.search(names):
            lines += (block.text for block in layout(element).blocks)
    wanted = page.get("wanted", ())
    return [
        line
        for line in dict.fromkeys(lines)
        if line.count(" ") >= _PROSE and line not in good and not any(snippet in line for snippet in wanted)
    ]


def leaks(texts: dict[tuple[str, str], str], data: Path) -> dict[str, int]:
    """Count the pages with comments, and those of which more than a fifth of the comments' characters is taken."""
    found: Counter[str] = Counter()
    for name in SETS:
        for page in pages(data, name):
            lines = comments(page)
            if len(lines) >= _SEVERAL:
                text = texts.get((name, page["id"]), "")
                taken = sum(len(line) for line in lines if line in text)
                found["pages with comments"] += 1
                found["leaking"] += taken > LEAK * sum(map(len, lines))
    return dict(found)


def main(data: Path, *, trains: bool) -> None:
    """Train if wanted, measure, and write all down."""
    every = list(examples(data))
    if trains:
        said = spoken(data)
        saved(trained(every, said), SHIPPED)
        for number in range(FOLDS):
            some = [each for each in every if fold(each.page["domain"]) != number]
            saved(trained(some, said, number), fold_path(number))
    models = [loaded(fold_path(number)) for number in range(FOLDS)]
    texts = {(each.set, each.page["id"]): judged(each.seen, models[fold(each.page["domain"])]) for each in every}
    plain = {(each.set, each.page["id"]): each.seen.other for each in every}
    account = {
        "data": {name: hashlib.sha256((data / name).read_bytes()).hexdigest() for name in (*map(path, SETS), LINES)},
        "model": hashlib.sha256(SHIPPED.read_bytes()).hexdigest(),
        "pages": dict(Counter(each.set for each in every)),
        "settings": SETTINGS | {"trees": TREES, "folds": FOLDS},
        "cross-validated": scores(texts, data) | {"comments": leaks(texts, data)},
        "trafilatura alone": scores(plain, data) | {"comments": leaks(plain, data)},
    }
    (HERE / "web_pages.json").write_text(json.dumps(account, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(account, indent=2) + "\n")


def fold_path(number: int) -> Path:
    """Name the model of a fold."""
    return FOLDER / f"fold-{number}.npz"


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), trains=sys.argv[2:] != ["measure"])
