"""
Compare `dedup` with other tools on the same corpus: time, processor time, memory, and what is found.

usage: python benchmarks/versus.py CORPUS.jsonl --peers gaoya,rensa,datasketch --runs 5 --truth
       python benchmarks/versus.py CORPUS.jsonl --command clean --runs 3 -- --jobs 2

What stands after -- goes to `dedup`. Each peer gets an environment of its own with pinned packages; one that cannot be
installed or fails is left out, with a message. All run once on the beginning of the corpus, so that everything is
compiled and cached, then in turn on the whole of it, as often as `--runs` says. Figures are medians.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import platform
import shlex
import subprocess
import sys
import tempfile
import tomllib
import venv
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final

import measure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Pair = tuple[str, str]

HERE: Final = Path(__file__).parent
PEERS: Final = {file.stem.removeprefix("run_").replace("_", "-"): file for file in HERE.glob("peers/run_*.py")}
CACHE: Final = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "dedup-benchmarks"
BEGINNING: Final = 200
"""Documents of the first run, which is not measured."""
MARK: Final = "<!-- /measurements -->"
MEGABYTE: Final = 10**6


@dataclass(frozen=True)
class Contender:
    """A tool, and how to run it: corpus and output file give its command."""

    name: str
    version: str
    command: Callable[[Path, Path], list[str]]
    columns: int | None
    """How many columns of its output are ids."""
    costs: tuple[measure.Cost, ...] = ()
    found: str = ""


def ours(given: argparse.Namespace) -> Contender:
    def command(corpus: Path, out: Path) -> list[str]:
        options = ["--threshold", str(given.threshold)] if given.command == "pairs" else []
        return [sys.executable, "-m", "dedup", given.command, str(corpus), *options, "-o", str(out), *given.rest]

    return Contender("dedup", version("corpus-dedup"), command, columns=2)


def peers(names: Sequence[str], given: argparse.Namespace) -> Iterator[Contender]:
    """Set up the peers that can be."""
    for name in names:
        script = PEERS[name]
        packages = dependencies(script)
        try:
            python = installed(given.environments / name, packages)
        except subprocess.CalledProcessError as fault:
            say(f"{name} left out, it does not install: {(fault.stderr or 'no reason given').strip().splitlines()[-1]}")
            continue
        yield Contender(
            name, packages[0].partition("==")[2], functools.partial(_command, python, script, given.threshold), None
        )


def _command(python: Path, script: Path, threshold: float, corpus: Path, out: Path) -> list[str]:
    return [str(python), str(script), str(corpus), str(threshold), str(out)]


def dependencies(script: Path) -> list[str]:
    """Read the packages that a script's head names."""
    lines = script.read_text(encoding="utf-8").split("# ///", 2)[1].splitlines()[1:]
    listed: list[str] = tomllib.loads("\n".join(line.removeprefix("# ") for line in lines))["dependencies"]
    return listed


def installed(folder: Path, packages: list[str]) -> Path:
    """Make an environment with these packages, unless it is there, and give its Python."""
    python = folder / "bin" / "python"
    ready = folder / "packages.json"
    if not ready.exists() or json.loads(ready.read_text()) != packages:
        say(f"setting up {folder.name}: {' '.join(packages)}")
        venv.create(folder, clear=True, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *packages], check=True, capture_output=True, text=True)
        ready.write_text(json.dumps(packages))
    return python


def race(contenders: list[Contender], given: argparse.Namespace, folder: Path) -> list[Contender]:
    """Run all in turn, and drop those that fail."""
    beginning = folder / "beginning.jsonl"
    with given.corpus.open("rb") as whole, beginning.open("wb") as part:
        part.writelines(islice(whole, BEGINNING))
    wanted = {(one, other) for one, other, _ in rows(true_pairs(given))} if given.truth else None
    for number in range(given.runs + 1):
        corpus = given.corpus if number else beginning
        for contender in [*contenders]:
            with tempfile.TemporaryDirectory(dir=folder) as temporary:
                out = Path(temporary) / "out"
                place = contenders.index(contender)
                try:
                    cost = measure.run(contender.command(corpus, out), limit=given.limit)
                except measure.FailedError as fault:
                    say(f"{contender.name} left out: {fault}")
                    del contenders[place]
                    continue
                if number:
                    say(f"{number}: {contender.name} {cost.wall:.1f} s, {cost.cpu:.1f} s CPU, {megabytes(cost)} MB")
                    found = judge(rows(out, contender.columns), wanted) if given.command == "pairs" else ""
                    contenders[place] = replace(contender, costs=(*contender.costs, cost), found=found)
    return contenders


def true_pairs(given: argparse.Namespace) -> Path:
    """Give the file of all similar pairs, which is made once and kept beside the corpus."""
    out: Path = given.corpus.with_suffix(f".pairs-{given.threshold}.tsv")
    if not out.exists() or out.stat().st_mtime < given.corpus.stat().st_mtime:
        say(f"finding the exact truth: {out.name}")
        partial = out.with_suffix(".partial")
        command = [sys.executable, HERE / "truth.py", given.corpus, partial, "--threshold", str(given.threshold)]
        subprocess.run(command, check=True)
        partial.replace(out)
    return out


def rows(path: Path, columns: int | None = None) -> Iterator[list[str]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield line.rstrip("\n").split("\t")[:columns]


def judge(groups: Iterator[list[str]], wanted: set[Pair] | None) -> str:
    """Count the pairs found; with the true ones also recall and precision. Two members of a cluster are a pair."""
    pairs: set[Pair] = set()
    cluster: dict[str, int] = {}
    sizes: dict[int, int] = defaultdict(int)
    for number, group in enumerate(groups):
        if len(group) == 2:
            pairs.add((min(group), max(group)))
        else:
            sizes[number] = len(group)
            cluster |= dict.fromkeys(group, number)
    count = len(pairs) + sum(size * (size - 1) // 2 for size in sizes.values())
    if wanted is None:
        return f"{count:,}"
    hits = sum(
        pair in pairs or (pair[0] in cluster and cluster[pair[0]] == cluster.get(pair[1]))
        for pair in map(_sorted, wanted)
    )
    return f"{count:,} | {hits / max(1, len(wanted)):.4f} | {hits / max(1, count):.4f}"


def _sorted(pair: Pair) -> Pair:
    return (min(pair), max(pair))


def table(contenders: list[Contender], given: argparse.Namespace) -> str:
    pairs = given.command == "pairs"
    found = (["pairs"] + ["recall", "precision"] * given.truth) if pairs else []
    titles = ["tool", "wall s", "CPU s", "peak MB", "MB/s", "wall, dedup = 1", *found]
    lines = [f"| {' | '.join(titles)} |", "|---|" + "---:|" * (len(titles) - 1)]
    size = given.corpus.stat().st_size / MEGABYTE
    base = next((_wall(one) for one in contenders if one.name == "dedup"), None)
    for one in contenders:
        if one.costs:
            wall = _wall(one)
            cells = [
                f"{one.name} {one.version}",
                f"{wall:.1f}",
                f"{median(cost.cpu for cost in one.costs):.1f}",
                f"{median(cost.memory for cost in one.costs) / MEGABYTE:,.0f}",
                f"{size / wall:.1f}",
                f"{wall / base:.2f}" if base else "",
                *([one.found] if pairs else []),
            ]
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _wall(contender: Contender) -> float:
    return median(cost.wall for cost in contender.costs)


def megabytes(cost: measure.Cost) -> str:
    return f"{cost.memory / MEGABYTE:,.0f}"


def setting(given: argparse.Namespace) -> str:
    """Tell when, on what and how it was measured."""
    size = given.corpus.stat().st_size / MEGABYTE
    asked = [f"--peers {','.join(given.peers)}"] if given.peers else []
    asked += [f"--runs {given.runs}", *(["--truth"] if given.truth else [])]
    asked += [f"--peer-processes {given.peer_processes}"] if given.peer_processes else []
    asked += [f"--threshold {given.threshold}"] if given.command == "pairs" else ["--command clean"]
    command = [
        "python benchmarks/versus.py",
        given.corpus.name,
        *asked,
        *(["--", shlex.join(given.rest)] if given.rest else []),
    ]
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {processor()}, {os.cpu_count()} cores, {ram()}, Python"
        f" {platform.python_version()}, {given.corpus.name} of {size:,.0f} MB: `{' '.join(command)}`"
    )


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())


def ram() -> str:
    return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GB"


def record(path: Path, block: str) -> None:
    """Add a block before the mark that closes the measurements."""
    before, mark, after = path.read_text(encoding="utf-8").partition(MARK)
    if not mark:
        raise SystemExit(f"{path} has no line {MARK}")
    path.write_text(f"{before}{block}\n\n{mark}{after}", encoding="utf-8")


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - a command talks


def arguments(words: list[str]) -> argparse.Namespace:
    """Read the command line; what stands after -- is left as it is."""
    at = words.index("--") if "--" in words else len(words)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--command", choices=("pairs", "clean"), default="pairs")
    parser.add_argument("--peers", default="", help=f"separated by commas, of: {', '.join(sorted(PEERS))}")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--threshold", type=float, default=0.7)
    parser.add_argument("--truth", action="store_true", help="find all similar pairs exactly, and compare")
    parser.add_argument("--peer-processes", type=int, help="of peers that work in processes; all cores if not given")
    parser.add_argument("--limit", type=float, help="seconds after which a run is stopped")
    parser.add_argument("--environments", type=Path, default=CACHE, help="folder for the peers' environments")
    parser.add_argument("--record", type=Path, help="Markdown file that the table is added to")
    given = parser.parse_args(words[:at])
    given.rest = words[at + 1 :]
    given.peers = [name for name in given.peers.split(",") if name]
    unknown = [name for name in given.peers if name not in PEERS]
    if unknown or (given.peers and given.command != "pairs") or (given.truth and given.command != "pairs"):
        parser.error(f"no such peers: {unknown}" if unknown else "peers and truth go with --command pairs")
    return given


def main() -> None:
    given = arguments(sys.argv[1:])
    if given.peer_processes:
        os.environ["PEER_PROCESSES"] = str(given.peer_processes)
    contenders = [ours(given), *peers(given.peers, given)]
    with tempfile.TemporaryDirectory(dir=given.corpus.parent) as folder:
        contenders = race(contenders, given, Path(folder))
    block = f"{setting(given)}\n\n{table(contenders, given)}"
    print(block)  # noqa: T201 - the result
    if given.record:
        record(given.record, block)


if __name__ == "__main__":
    main()
