"""
Clean text corpora: near-duplicates, repeated text and boilerplate out, every removed character accounted for.

Names are loaded when they are first used, so that importing the package costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from dedup.errors import (
        DedupError,
        DuplicateId,
        LedgerError,
        ReadError,
        SettingsError,
        WriteError,
    )
    from dedup.library import LineScore, clean, minhash, near_duplicates, score_lines, stream, strip
    from dedup.library.result import CleanResult
    from dedup.library.selection import Selection
    from dedup.pipeline.document import Stripped
    from dedup.records import (
        Address,
        Copy,
        Document,
        Frequency,
        Likeness,
        Match,
        Overlap,
        Pattern,
        Removal,
        Score,
        Span,
        Suspicion,
    )
    from dedup.settings import Keep, Settings, Step

__version__ = "0.1.0"

__all__ = [
    "Address",
    "CleanResult",
    "Copy",
    "DedupError",
    "Document",
    "DuplicateId",
    "Frequency",
    "Keep",
    "LedgerError",
    "Likeness",
    "LineScore",
    "Match",
    "Overlap",
    "Pattern",
    "ReadError",
    "Removal",
    "Score",
    "Selection",
    "Settings",
    "SettingsError",
    "Span",
    "Step",
    "Stripped",
    "Suspicion",
    "WriteError",
    "clean",
    "minhash",
    "near_duplicates",
    "score_lines",
    "stream",
    "strip",
]

_HOMES: Final = {
    "dedup.errors": ("DedupError", "DuplicateId", "LedgerError", "ReadError", "SettingsError", "WriteError"),
    "dedup.library": ("LineScore", "clean", "minhash", "near_duplicates", "score_lines", "stream", "strip"),
    "dedup.library.result": ("CleanResult",),
    "dedup.library.selection": ("Selection",),
    "dedup.pipeline.document": ("Stripped",),
    "dedup.records": (
        "Address",
        "Copy",
        "Document",
        "Frequency",
        "Likeness",
        "Match",
        "Overlap",
        "Pattern",
        "Removal",
        "Score",
        "Span",
        "Suspicion",
    ),
    "dedup.settings": ("Keep", "Settings", "Step"),
}


def __getattr__(name: str) -> object:
    """Load a public name from the module that defines it."""
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(home), name)
    raise AttributeError(f"module 'dedup' has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the public names."""
    return [*__all__, "__version__"]
