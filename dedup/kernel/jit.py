"""
How kernels are compiled: to machine code at first use, kept beside the package, and without the interpreter lock.

Signatures are left to the compiler, so that importing a kernel compiles nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ParamSpec, TypeVar

import numba

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function of arrays and numbers (Numba, nopython mode)."""
    made: Callable[P, R] = numba.njit(cache=True, nogil=True)(function)
    return made
