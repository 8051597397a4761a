"""`dedup stats`."""

from __future__ import annotations

from typing import Any

import orjson
import typer

from dedup.cli import options, remote
from dedup.cli.console import out, plain, progress
from dedup.settings import Settings


@options.choosing()
def stats(
    inputs: options.Inputs,
    chosen: dict[str, Any],
    *,
    as_json: options.Json = False,
    jobs: options.Jobs = None,
    memory: options.Memory = None,
) -> None:
    """
    Tell what is in a corpus: documents, words, scripts, how much would go, and the largest clusters; write nothing.

    Scripts are counted by letters; languages are not told apart. Example: dedup stats corpus/
    """
    from dedup import formats  # noqa: PLC0415 - kernels and Arrow, which --help does not need
    from dedup.pipeline import files  # noqa: PLC0415
    from dedup.pipeline.census import Census  # noqa: PLC0415

    census = Census()
    used = options.resources(jobs, memory)
    with remote.staged(options.cache_home() / "remote", inputs, None, keep=False) as (paths, _):
        sources = formats.find(paths)
        with progress() as told, files.gathered(sources, Settings.of(chosen), told, used) as corpus:
            corpus.match()
            census.add(corpus.outcomes())
    facts = {"files": len(sources.sources), **census.facts()}
    if as_json:
        typer.echo(orjson.dumps(facts, option=orjson.OPT_INDENT_2))
        return
    for line in _lines(facts):
        out.print(line, markup=False)


def _lines(facts: dict[str, Any]) -> list[str]:
    letters = sum(facts["letters"].values())
    scripts = ", ".join(f"{name} {count / letters:.1%}" for name, count in facts["letters"].items())
    lines = [
        f"Files        {facts['files']:,}",
        f"Documents    {facts['documents']:,}, of which empty {facts['empty']:,}",
        f"Words        {facts['words']:,}",
        f"Characters   {facts['characters']:,}",
        f"Letters      {scripts or 'none'}",
        f"Boilerplate  {facts['boilerplate']:.1%} of the characters",
        f"Repeated     {facts['repeated']:.1%} of the characters, documents that go whole among them",
        f"Duplicates   {facts['duplicates']:.1%} of the documents",
    ]
    clusters = [f"  {each['documents']:,} like {plain(each['document'])}" for each in facts["largest_clusters"]]
    return [*lines, *(["Largest clusters", *clusters] if clusters else [])]
