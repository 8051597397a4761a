"""The house keeps its shape: what docs/architecture.md says of layers and imports is what the code does."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).parents[1]
PACKAGE: Final = ROOT / "dedup"
LAYERS: Final = (
    ("records", "reasons", "errors"),
    ("settings", "normal", "traits", "durable", "kernel"),
    (
        "segment",
        "boilerplate",
        "repeats",
        "stories",
        "sketch",
        "precedence",
        "cluster",
        "decide",
        "markup",
        "formats",
        "ledger",
        "output",
        "report",
        "index",
    ),
    ("engines",),
    ("pipeline",),
    ("cli", "library", "spark"),
    ("__init__", "__main__"),
)
"""Rooms of the house from the ground up; modules of one room may import one another, neighbours on a floor may not."""
DOORS: Final = {
    ("formats", "markup"): "texts in web archives are decoded as pages are",
    ("decide", "segment"): "what counts as white space is said once",
    ("repeats", "segment"): "what is left of a document is cut into lines as the whole was",
    ("output", "ledger"): "an output folder is recognised by its ledger's header",
}
"""The neighbours on a floor that may be imported, each with its reason."""
FLOOR: Final = {room: number for number, rooms in enumerate(LAYERS) for room in rooms}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path.relative_to(PACKAGE).with_suffix("").as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def imported_rooms(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            parts = node.module.split(".")
            if parts[0] == "dedup":
                yield from parts[1:2] or (alias.name for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name.split(".")[1] for alias in node.names if alias.name.startswith("dedup."))


@pytest.mark.parametrize(("module", "tree"), [pytest.param(*found, id=found[0]) for found in modules()])
def test_imports_go_down(module: str, tree: ast.Module) -> None:
    """A module imports only from its own room, from floors below, and through the doors."""
    room = module.partition("/")[0]
    for other in imported_rooms(tree):
        allowed = other in {room, "__version__"} or FLOOR[other] < FLOOR[room] or (room, other) in DOORS
        assert allowed, f"{module} imports {other}"


def test_every_door_is_used() -> None:
    """An exception to the layers is listed only as long as the code needs it."""
    used = {(module.partition("/")[0], other) for module, tree in modules() for other in imported_rooms(tree)}
    assert set(DOORS) <= used


def test_document_lists_every_room() -> None:
    """docs/architecture.md names every room, floor by floor, in this order."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    house = text.split("```")[1]
    places = [house.index(room) for rooms in LAYERS[::-1] for room in rooms if not room.startswith("__")]
    lines = [house[:place].count("\n") for place in places]
    assert lines == sorted(lines)


@pytest.mark.parametrize(
    ("command", "heavy"),
    [
        pytest.param("import dedup", "numba numpy pyarrow scipy trafilatura typer rich datasketch", id="import"),
        pytest.param(
            "import sys; sys.argv = ['dedup', '--help']; from dedup.cli import main; main()",
            "numba numpy pyarrow scipy trafilatura datasketch",
            id="help",
        ),
        pytest.param(
            "import sys; sys.argv = ['dedup', 'rules']; from dedup.cli import main; main()",
            "numba pyarrow scipy trafilatura datasketch",
            id="rules",
        ),
        pytest.param(
            "import dedup; dedup.strip('A text.')",
            "scipy.linalg trafilatura typer datasketch pyarrow.parquet",
            id="strip",
        ),
    ],
)
def test_imports_are_light(command: str, heavy: str) -> None:
    """What does not need a heavy library does not load it."""
    probe = (
        "import atexit, sys\n"
        f"atexit.register(lambda: sys.stderr.write(' '.join(n for n in {heavy.split()!r} if n in sys.modules)))\n"
        f"{command}"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.stderr == ""


def test_public_names() -> None:
    """`dedup.__all__` is sorted, complete and loadable, and type checkers see the same names."""
    import dedup

    tree = dict(modules())["__init__"]
    typed = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("dedup")
        for alias in node.names
    }
    assert dedup.__all__ == sorted(dedup.__all__)
    assert set(dedup.__all__) == typed
    assert all(getattr(dedup, name).__doc__ for name in dedup.__all__)
    assert set(dir(dedup)) == {*dedup.__all__, "__version__"}


def test_unknown_public_name() -> None:
    """An unknown name is an AttributeError, as for any module."""
    import dedup

    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        dedup.nonsense  # noqa: B018


def test_no_leftovers() -> None:
    """The package holds no print, no debugging and no note of unfinished work."""
    for module, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in {"print", "breakpoint"}, module
    marks = ("TO" + "DO", "FIX" + "ME", "XX" + "X")
    for path in PACKAGE.rglob("*.py"):
        assert not any(mark in path.read_text(encoding="utf-8") for mark in marks), path
