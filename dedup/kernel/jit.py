"""
How kernels are compiled: to machine code at first use, kept beside the package, and without the interpreter lock.

Signatures are left to the compiler, so that importing a kernel compiles nothing.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import numba

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")


@cache
def _sources() -> str:
    """Give the digest of all kernels' sources."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """
    Compile a function of arrays and numbers (Numba, nopython mode).

    Numba takes kept machine code for good as long as the function's own file is the same, but kernels call one
    another across files: what is kept is good only for the sources of all of them.
    """
    made: Any = numba.njit(cache=True, nogil=True)(function)
    kept = made._cache._cache_file  # noqa: SLF001 - Numba has no public way to say what machine code depends on
    kept._source_stamp = (kept._source_stamp, _sources())  # noqa: SLF001
    compiled_function: Callable[P, R] = made
    return compiled_function
