"""
Measure what the README says of quality, and write it to `quality.json` beside this file.

usage: python benchmarks/quality.py DATA

DATA is a folder with `neardup/planted`, `neardup/reuters` and `boilerplate/lines-train.jsonl.gz`. The page texts belong
to their publishers and are no part of this repository; tests/ hold floors for the same figures.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import Counter, defaultdict
from contextlib import contextmanager
from itertools import combinations, starmap
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from dedup import Document, Settings, Step, near_duplicates, strip
from dedup.engines.local import Engine
from dedup.formats.entry import Entry
from dedup.pipeline.corpus import Corpus
from dedup.pipeline.rows import Incoming
from dedup.sketch import text_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

OUT: Final = Path(__file__).with_name("quality.json")
ACCOUNT: Final = Path(__file__).parents[1] / "training" / "web_pages.json"
Row = dict[str, str]
Pair = tuple[str, str]


def records(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def columns(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield line.rstrip("\n").split("\t")


def scores(found: set[Pair], truth: set[Pair]) -> str:
    hit = len(found & truth)
    precision, recall = hit / max(1, len(found)), hit / len(truth)
    return f"precision {precision:.3f}, recall {recall:.3f}, F1 {2 * precision * recall / (precision + recall):.3f}"


@contextmanager
def gathered(documents: Iterable[Document], settings: Settings) -> Iterator[Corpus]:
    with Engine() as engine:
        corpus = Corpus(settings, engine)
        corpus.gather((Incoming(0, Entry(one.id, one.text)) for one in documents), lambda one: one.entry.id)
        yield corpus


def planted_pairs(folder: Path) -> Iterator[Row]:
    data = "planted set, 2,436 BBC stories"
    documents = [Document(row["id"], row["text"]) for row in records(folder / "docs.jsonl.gz")]
    labelled = {tuple(sorted(row[:2])): row[2:] for row in columns(folder / "truth.tsv")}
    with gathered(documents, Settings(steps=(Step.DOCUMENTS,))) as corpus:
        found = {(match.a, match.b) for match in corpus.pairs()}
    truth = {(pair[0], pair[1]) for pair, label in labelled.items() if label[1] != "no"}
    yield {"data": data, "what": "`dedup pairs`, default settings", "result": scores(found, truth)}
    for name, what in (("template_hard", "one template with other facts"), ("same_event", "same event, other text")):
        pairs = {(pair[0], pair[1]) for pair, label in labelled.items() if label[0] == name}
        yield {"data": data, "what": f"{what}: taken for duplicates", "result": f"{len(pairs & found)} of {len(pairs)}"}


def planted_paragraphs(folder: Path) -> Iterator[Row]:
    data = "planted set, paragraphs of 15 words and more"
    texts = {row["id"]: row["text"] for row in records(folder / "docs.jsonl.gz")}
    labels = {(row[0], int(row[1])): (row[2], row[3]) for row in columns(folder / "paras.tsv")}
    settings = Settings(steps=(Step.PARAGRAPHS,))
    with gathered(starmap(Document, texts.items()), settings) as corpus:
        matches = list(corpus.passage_pairs())
    found = set()
    for match in matches:
        ends = ((end.document, texts[end.document].count("\n", 0, end.span.start)) for end in (match.a, match.b))
        one, other = sorted(ends)
        found.add((one, other))
    groups = defaultdict(list)
    for (name, number), (source, _) in sorted(labels.items()):
        if len(text_words(texts[name].split("\n")[number]).hashes) >= settings.paragraphs.paragraph_words:
            groups[source].append((name, number))
    truth = {pair for group in groups.values() for pair in combinations(group, 2)}
    kinds = {pair: {labels.get(line, ("", ""))[1] for line in pair} for pair in found}
    apart = {pair for pair in found if kinds[pair] == {"notice", "notice_var"}}
    what = "`dedup pairs --paragraphs`, a notice with a last line against the same without it not counted"
    yield {"data": data, "what": what, "result": scores(found - apart, truth)}
    inside = {pair for pair in truth if pair[0][0] == pair[1][0]}
    yield {"data": data, "what": "pairs inside one document", "result": f"{len(inside & found)} of {len(inside)}"}
    people = [pair for pair in found - truth if kinds[pair] == {"author"}]
    yield {"data": data, "what": "blurbs of different people: taken for the same", "result": f"{len(people)} of 2800"}


def planted_repeats(folder: Path) -> Iterator[Row]:
    data = "planted set, 2,436 BBC stories"
    planted = {row[0]: (int(row[3]), row[4]) for row in columns(folder / "intra.tsv")}
    settings = Settings(steps=(Step.REPEATS,))
    exact = false = others = 0
    for row in records(folder / "docs.jsonl.gz"):
        removals = [one for one in strip(row["text"], settings).removals if one.reason == "RP101"]
        if row["id"] not in planted:
            others += 1
            false += bool(removals)
            continue
        count, starts = planted[row["id"]]
        wanted = {number for start in starts.split(",") for number in range(int(start), int(start) + count)}
        exact += wanted == set(whole_lines(row["text"], [(one.span.start, one.span.end) for one in removals]))
    yield {
        "data": data,
        "what": "doubled and tripled bodies found with exactly the right paragraphs",
        "result": f"{exact} of {len(planted)}; in {false} of the {others} others something was found",
    }


def whole_lines(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[int]:
    """Number the lines that spans cover, and give -1 for a line that is covered in part; spaces do not count."""
    chosen = list(spans)
    at = 0
    for number, line in enumerate(text.split("\n")):
        places = [place for place, character in enumerate(line, start=at) if not character.isspace()]
        covered = sum(any(start <= place < end for start, end in chosen) for place in places)
        if covered:
            yield number if covered == len(places) else -1
        at += len(line) + 1


def reuters(folder: Path) -> Iterator[Row]:
    documents = [Document(row["id"], row["text"]) for row in records(folder / "docs.jsonl.gz")]
    truth = {(row[0], row[1]): float(row[2]) for row in columns(folder / "truth_j5.tsv")}
    for threshold in (0.5, 0.7, 0.8):
        found = {(match.a, match.b) for match in near_duplicates(documents, threshold)}
        wanted = {(min(pair), max(pair)) for pair, jaccard in truth.items() if jaccard >= threshold}
        yield {
            "data": "Reuters-21578, 19,043 stories, exact truth",
            "what": f"`dedup pairs --threshold {threshold}`",
            "result": scores(found, wanted),
        }


def lines(path: Path) -> Iterator[Row]:
    settings = Settings.of({"steps": [Step.BOILERPLATE], "boilerplate": "rules"})
    totals: dict[str, Counter[str]] = defaultdict(Counter)
    for page in records(path):
        text = "\n".join(line[0] for line in page["lines"])
        spans = [(one.span.start, one.span.end) for one in strip(text, settings).removals]
        total = totals[f"{page['set']}, {page['version']}"]
        at = 0
        for line, label, *_ in page["lines"]:
            gone = sum(max(0, min(end, at + len(line)) - max(start, at)) for start, end in spans)
            total[label] += len(line)
            total[f"{label} removed"] += gone
            at += len(line) + 1
    for name, total in sorted(totals.items()):
        yield {
            "data": f"labelled lines: {name}",
            "what": "boilerplate rules alone: good text lost; boilerplate removed",
            "result": f"{total['keep removed'] / total['keep']:.2%}; {total['drop removed'] / total['drop']:.1%}",
        }


def web_pages() -> Iterator[Row]:
    """Tell what training measured on pages whose domains the model had not seen, and trafilatura alone beside it."""
    account = json.loads(ACCOUNT.read_text(encoding="utf-8"))
    ours, plain = account["cross-validated"], account["trafilatura alone"]
    for name, scores_of in ours.items():
        if name == "comments":
            result = f"{scores_of['leaking']} of {scores_of['pages with comments']}"
            what = "pages of which more than a fifth of the comments is taken"
            yield {"data": "web pages, all sets", "what": what, "result": f"{result} ({plain[name]['leaking']})"}
            continue
        told = ", ".join(f"{kind} {value:.3f} ({plain[name][kind]:.3f})" for kind, value in scores_of.items())
        what = "snippets" if "F1" in scores_of else "word F1 of the main text"
        yield {"data": f"web pages, {name}", "what": f"{what} (trafilatura alone)", "result": told}


def main(data: Path) -> None:
    results = [
        *planted_pairs(data / "neardup" / "planted"),
        *planted_paragraphs(data / "neardup" / "planted"),
        *planted_repeats(data / "neardup" / "planted"),
        *reuters(data / "neardup" / "reuters"),
        *lines(data / "boilerplate" / "lines-train.jsonl.gz"),
        *web_pages(),
    ]
    OUT.write_text(json.dumps({"results": results}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
