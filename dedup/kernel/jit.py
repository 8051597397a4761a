"""
How kernels are compiled: to machine code at first use, kept beside the package, and without the interpreter lock.

Signatures are left to the compiler, so that importing a kernel compiles nothing.
"""

from __future__ import annotations

import hashlib
import re
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import numba
from numba.core.event import Event, Listener, install_listener
from numba.core.types import unliteral
from numba.np import linalg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

P = ParamSpec("P")
R = TypeVar("R")


def _without_blas() -> None:
    """
    Let Numba's array functions be imported without SciPy, which it looks for to multiply matrices.

    No kernel does, and SciPy takes a quarter of a second. Numba imports them before it loads the first kernel.
    """

    def missing() -> None:
        raise ImportError

    there = linalg.ensure_blas
    linalg.ensure_blas = missing
    try:
        import_module("numba.np.arraymath")
    finally:
        linalg.ensure_blas = there


_without_blas()


@cache
def _sources(path: Path) -> str:
    """Give the digest of a kernel's source and of all that it imports from beside it."""
    found = {path}
    todo = [path]
    while todo:
        imported = {
            path.with_name(f"{name}.py")
            for name in re.findall(r"from dedup\.kernel\.(\w+) ", todo.pop().read_text("utf-8"))
        }
        todo += imported - found
        found |= imported
    return hashlib.sha256(b"\0".join(source.read_bytes() for source in sorted(found))).hexdigest()


@cache
def lasting() -> bool:
    """Tell whether machine code can be kept: beside the package, in the user's cache, or where NUMBA_CACHE_DIR says."""
    try:
        numba.njit(cache=True)(lambda: None)  # looks for a place, and compiles nothing
    except RuntimeError:
        return False
    return True


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """
    Compile a function of arrays and numbers (Numba, nopython mode).

    Numba takes kept machine code for good as long as the function's own file is the same, but kernels call one
    another across files: what is kept is good only for the sources of all that it may call. And it takes a literal
    argument of a kernel that calls another as a type of its own: one compilation is enough for all whole numbers.
    """
    return _compiled(function, counts=True)


def borrowing(function: Callable[P, R]) -> Callable[P, R]:
    """
    Compile a function that makes no arrays, and gives none back: it works on those of its caller.

    Numba then counts no references to them, which in a short function that is called millions of times costs more than
    its work.
    """
    return _compiled(function, counts=False)


def _compiled(function: Callable[P, R], *, counts: bool) -> Callable[P, R]:
    options: Any = {"cache": lasting(), "nogil": True, "_nrt": counts}
    made: Any = numba.njit(**options)(function)
    chosen = made.get_call_template
    made.get_call_template = lambda args, named: chosen([unliteral(kind) for kind in args], named)  # type: ignore[no-untyped-call]
    if lasting():
        kept = made._cache._cache_file  # noqa: SLF001 - Numba has no public way to say what machine code depends on
        kept._source_stamp = (kept._source_stamp, _sources(Path(function.__code__.co_filename)))  # noqa: SLF001
    compiled_function: Callable[P, R] = made
    return compiled_function


class _First(Listener):
    """Tells of the first event only."""

    def __init__(self, tell: Callable[[], None]) -> None:
        self.tell: Callable[[], None] | None = tell

    def on_start(self, event: Event) -> None:  # noqa: ARG002 - Numba's form
        if self.tell:
            tell, self.tell = self.tell, None
            tell()

    def on_end(self, event: Event) -> None:
        """Nothing is to be said."""


@contextmanager
def watched(tell: Callable[[], None]) -> Iterator[None]:
    """Call `tell` once, as soon as a kernel has to be compiled: what is kept is loaded in silence."""
    with install_listener("numba:compile", _First(tell)):
        yield
