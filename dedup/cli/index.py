"""`dedup index`: an earlier corpus, kept so that what is new can be compared with it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Final

import orjson
import typer

from dedup.cli import options
from dedup.cli.console import out, progress
from dedup.settings import Settings

index = typer.Typer(
    name="index",
    help="Keep an earlier corpus as an index, with which new documents are compared. Example: dedup index build clean/ "
    "-o corpus.index",
    no_args_is_help=True,
)

Folder = Annotated[Path, typer.Argument(metavar="INDEX", help="Folder of the index.", show_default=False)]
_UNASKED: Final = (
    *options.PRECEDENCE,
    *("likeness", "containment", "boilerplate", "ignore", "paragraph_likeness"),
)
"""Settings that the keys of an index do not depend on."""
_FIXED: Final = (*_UNASKED, "effort", "threshold", "paragraph_threshold", "paragraph_words", "steps")
"""Settings that an index has already."""


@index.command()
@options.choosing(*_UNASKED)
def build(
    inputs: options.Inputs,
    chosen: dict[str, Any],
    *,
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the index.", show_default=False)],
    jobs: options.Jobs = None,
    memory: options.Memory = None,
) -> None:
    """
    Make an index of documents as they are, best those that `dedup clean` wrote.

    Example: dedup index build clean/ -o corpus.index
    """
    from dedup.pipeline import indexing  # noqa: PLC0415 - kernels and Arrow, which --help does not need

    with progress() as told:
        count = indexing.build(inputs, output, Settings.of(chosen), told, options.resources(jobs, memory))
    out.print(f"Documents in {output}: {count:,}", markup=False)


@index.command()
@options.choosing(*_FIXED)
def add(
    folder: Folder,
    inputs: options.Inputs,
    chosen: dict[str, Any],
    *,
    jobs: options.Jobs = None,
    memory: options.Memory = None,
) -> None:
    """
    Add documents, as they are; a process that is killed leaves the index as it was.

    Example: dedup index add corpus.index clean-june/
    """
    from dedup.pipeline import indexing  # noqa: PLC0415 - as above

    with progress() as told:
        count = indexing.add(inputs, folder, Settings.of(chosen), told, options.resources(jobs, memory))
    out.print(f"Documents in {folder}: {count:,}", markup=False)


@index.command()
def remove(
    folder: Folder,
    ids: Annotated[list[str], typer.Argument(metavar="ID", help="Ids of documents.", show_default=False)],
) -> None:
    """
    Remove documents by their ids.

    Example: dedup index remove corpus.index page-17 page-20
    """
    from dedup.pipeline import indexing  # noqa: PLC0415 - as above

    count = indexing.remove(ids, folder)
    out.print(f"Documents in {folder}: {count:,}", markup=False)


@index.command()
@options.choosing(*options.PRECEDENCE, "boilerplate", "ignore", "paragraph_likeness", "steps")
def query(
    folder: Folder,
    inputs: options.Inputs,
    chosen: dict[str, Any],
    *,
    as_json: options.Json = False,
) -> None:
    """
    Write which documents of the index are like each of some: two ids, Jaccard similarity, containment, likeness.

    Documents are compared as they are. Example: dedup index query corpus.index page.txt
    """
    from dedup import formats  # noqa: PLC0415 - as above
    from dedup.pipeline import files  # noqa: PLC0415
    from dedup.pipeline.asking import Asking  # noqa: PLC0415

    asking = Asking(folder, Settings.of(chosen))
    with files.gathered(formats.find(inputs), Settings.of(chosen | {"steps": "documents"})) as corpus:
        for outcome in corpus.outcomes():
            name = outcome.incoming.entry.id
            for found in asking.like(outcome.incoming.text):
                if as_json:
                    typer.echo(orjson.dumps({"id": name, **asdict(found)}))
                else:
                    likeness = "" if found.likeness is None else f"\t{found.likeness:.6f}"
                    typer.echo(f"{name}\t{found.document}\t{found.jaccard:.6f}\t{found.containment:.6f}{likeness}")


Redis = Annotated[str, typer.Option(metavar="URL", help="Server, as redis://host:port/database.", show_default=False)]
Basename = Annotated[str, typer.Option(help="What the names of its keys begin with.")]


@index.command()
def export(folder: Folder, *, redis: Redis, basename: Basename = "dedup") -> None:
    """
    Put signatures into a datasketch MinHashLSH with Redis storage.

    Example: dedup index export corpus.index --redis redis://localhost:6379
    """
    from dedup.index.store import Index  # noqa: PLC0415 - as above
    from dedup.pipeline import redis as door  # noqa: PLC0415
    from dedup.pipeline.segments import of_keys  # noqa: PLC0415

    opened = Index(folder)
    lsh = door.storage(redis, basename, of_keys(opened.manifest.keys).match)
    with door.answering(redis):
        count = door.put(opened, lsh)
    out.print(f"Documents put into {redis}: {count:,}; bands {lsh.b}, rows {lsh.r}", markup=False)


@index.command(name="import")
@options.choosing(*_UNASKED)
def take(
    inputs: options.Inputs,
    chosen: dict[str, Any],
    *,
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the index.", show_default=False)],
    redis: Redis,
    basename: Basename = "dedup",
) -> None:
    """
    Make an index of the documents of a datasketch MinHashLSH with Redis storage, whose texts stand in files.

    Example: dedup index import clean/ -o corpus.index --redis redis://localhost:6379
    """
    from dedup.pipeline import redis as door  # noqa: PLC0415 - as above

    settings = Settings.of(chosen)
    lsh = door.storage(redis, basename, settings.match)
    with door.answering(redis):
        count = door.take(inputs, output, lsh, settings)
    out.print(f"Documents in {output}: {count:,}", markup=False)


@index.command()
def info(
    folder: Folder,
    *,
    verify: Annotated[bool, typer.Option("--verify", help="Read all files, and tell whether they are whole.")] = False,
    as_json: options.Json = False,
) -> None:
    """
    Tell what is in an index.

    Example: dedup index info corpus.index --verify
    """
    from dedup.index.store import Index  # noqa: PLC0415 - as above

    opened = Index(folder)
    if verify:
        opened.verify()
    facts = opened.facts()
    if as_json:
        typer.echo(orjson.dumps(facts, option=orjson.OPT_INDENT_2))
        return
    out.print(f"Documents  {facts['documents']:,} in {facts['segments']} segments", markup=False)
    out.print(f"Bytes      {facts['bytes']:,}, of a document {facts['bytes'] / max(1, facts['documents']):,.0f}")
    out.print("Settings   " + ", ".join(f"{name} {value}" for name, value in facts["settings"].items()), markup=False)
    if verify:
        out.print("All files are whole.")
