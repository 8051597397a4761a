"""Looking for garbage, in processes of which nearly all that they load stays to their end."""

from __future__ import annotations

import atexit
import gc
from typing import Final

APART: Final = 50_000
"""New objects among which garbage is looked for: imports make a hundred thousand, all of which stay."""


def look_less() -> None:
    """Look for it rarely, and not again when the process ends, which takes a quarter of a second."""
    gc.set_threshold(APART)
    atexit.register(gc.freeze)
