"""`dedup warm`."""

from __future__ import annotations

import time

from dedup.cli.console import out


def warm() -> None:
    """
    Compile ahead what otherwise the first run compiles; once an installation, half a minute.

    Example: dedup warm
    """
    from dedup.pipeline.warm import warm as compile_all  # noqa: PLC0415 - what --help does not need

    begun = time.perf_counter()
    compile_all()
    out.print(f"Ready after {time.perf_counter() - begun:.0f} seconds.")
