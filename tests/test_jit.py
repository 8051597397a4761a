"""Kept machine code is as good as the sources it was made of."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import dedup.kernel


def test_changed_callee_is_compiled_anew(tmp_path: Path) -> None:
    """A kernel that calls one from another file is compiled anew when it changes, not otherwise; that is told."""
    package = tmp_path / "dedup"
    kernel = package / "kernel"
    kernel.mkdir(parents=True)
    package.joinpath("__init__.py").touch()
    kernel.joinpath("__init__.py").touch()
    shutil.copy(Path(dedup.kernel.__file__).with_name("jit.py"), kernel)
    head = "from dedup.kernel.jit import compiled\n"
    kernel.joinpath("caller.py").write_text(
        f"{head}from dedup.kernel.callee import callee\n@compiled\ndef caller(x):\n    return callee(x)\n"
    )
    program = (
        "from dedup.kernel.caller import caller\n"
        "from dedup.kernel.jit import watched\n"
        "with watched(lambda: print('compiling', end=' ')):\n"
        "    print(caller(1), sum(caller.stats.cache_hits.values()), caller(1))"
    )
    told = []
    for number in (10, 10, 20, 20):
        source = f"{head}@compiled\ndef callee(x):\n    return x + {number}\n"
        path = kernel / "callee.py"
        if not path.exists() or path.read_text() != source:
            path.write_text(source)
        ran = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
        told.append(ran.stdout.strip())
    assert told == ["compiling 11 0 11", "11 1 11", "compiling 21 0 21", "21 1 21"]
