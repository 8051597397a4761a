"""What a process of ours is told before it loads anything, so that it begins, works and ends sooner."""

from __future__ import annotations

import atexit
import ctypes
import gc
import os
import sys
from typing import Final

APART: Final = 50_000
"""New objects among which garbage is looked for: imports make a hundred thousand, all of which stay."""
TURN: Final = 0.0005
"""Seconds for which a thread interprets while others wait to: these come from compiled code, and soon go back to it."""
FREE: Final = 128 << 20
"""Bytes that may be free at the end of the heap: memory that is new each time costs as much as filling it."""
LARGE: Final = 32 << 20
"""Bytes from which on memory is none of the heap's; the most that glibc takes."""
SPARED: Final = 1 << 20
"""The same of both where memory is short."""
_TRIM_THRESHOLD: Final = -1
_MMAP_THRESHOLD: Final = -3
"""As `mallopt` knows them."""


def prepare() -> None:
    """
    Leave out what takes time of a processor and is of no use to us.

    Garbage is not looked for once more when the process ends. NumPy's BLAS, to which we give next to nothing, starts no
    threads. Ours take turns often. Memory for one batch is kept for the next, and Arrow takes it from the same heap as
    all others.
    """
    gc.set_threshold(APART)
    sys.setswitchinterval(TURN)
    atexit.register(gc.freeze)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if _keep_free(FREE, LARGE):
        os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")


def spare() -> None:
    """Let memory go back to the system as soon as it is free, though new memory costs time: for who has little."""
    _keep_free(SPARED, SPARED)


def _keep_free(most: int, large: int) -> bool:
    """Tell the C library how much free memory to keep, and what is too large for that; give whether it understands."""
    set_option = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if set_option is None:
        return False
    set_option(_TRIM_THRESHOLD, most)
    set_option(_MMAP_THRESHOLD, large)
    return True
