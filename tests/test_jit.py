"""Kept machine code is as good as the sources it was made of."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

import dedup.kernel


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Make a package of two kernels, one of which calls the other; give its folder."""
    kernel = tmp_path / "dedup" / "kernel"
    kernel.mkdir(parents=True)
    kernel.parent.joinpath("__init__.py").touch()
    kernel.joinpath("__init__.py").touch()
    shutil.copy(Path(dedup.kernel.__file__).with_name("jit.py"), kernel)
    head = "from dedup.kernel.jit import compiled\n"
    kernel.joinpath("callee.py").write_text(f"{head}@compiled\ndef callee(x):\n    return x + 10\n")
    kernel.joinpath("caller.py").write_text(
        f"{head}from dedup.kernel.callee import callee\n@compiled\ndef caller(x):\n    return callee(x)\n"
    )
    return tmp_path


PROGRAM: Final = (
    "from dedup.kernel.caller import caller\n"
    "from dedup.kernel.jit import watched\n"
    "with watched(lambda: print('compiling', end=' ')):\n"
    "    print(caller(1), sum(caller.stats.cache_hits.values()), caller(1))"
)


def printed(package: Path, program: str) -> str:
    ran = subprocess.run([sys.executable, "-c", program], cwd=package, capture_output=True, text=True, check=True)
    return ran.stdout.strip()


def test_changed_callee_is_compiled_anew(package: Path) -> None:
    """A kernel that calls one from another file is compiled anew when it changes, not otherwise; that is told."""
    told = [printed(package, PROGRAM), printed(package, PROGRAM)]
    callee = package / "dedup" / "kernel" / "callee.py"
    callee.write_text(callee.read_text().replace("10", "20"))
    told += [printed(package, PROGRAM), printed(package, PROGRAM)]
    assert told == ["compiling 11 0 11", "11 1 11", "compiling 21 0 21", "21 1 21"]


def test_nowhere_to_keep(package: Path) -> None:
    """Where machine code can be kept nowhere, it is made each time."""
    nowhere = "import numba.core.caching\nnumba.core.caching.CacheImpl._locator_classes = []\n"
    asked = "from dedup.kernel.jit import lasting\nprint(lasting(), end=' ')\n"
    assert printed(package, nowhere + asked + PROGRAM) == "False compiling 11 0 11"
    assert printed(package, nowhere + asked + PROGRAM) == "False compiling 11 0 11"
    assert printed(package, asked + PROGRAM) == "True compiling 11 0 11"


def test_what_borrows_leaves_references(package: Path) -> None:
    """A kernel that counts no references works on its caller's arrays, and leaves as many as there were."""
    package.joinpath("dedup", "kernel", "borrower.py").write_text(
        "from dedup.kernel.jit import borrowing, compiled\n"
        "import numpy as np\n"
        "@borrowing\ndef add(values, to):\n    if len(values) > 2:\n        to[0] += values[0]\n"
        "@compiled\ndef total(values):\n"
        "    made = np.zeros(1)\n"
        "    for at in range(len(values)):\n        add(values[at:], made)\n"
        "    return made\n"
    )
    program = (
        "import sys\nimport numpy as np\nfrom dedup.kernel.borrower import total\n"
        "values = np.arange(4.0)\nbefore = sys.getrefcount(values)\n"
        "made = [total(values) for _ in range(3)]\n"
        "print(sum(made).tolist(), sys.getrefcount(values) - before, sys.getrefcount(made[0]))"
    )
    assert printed(package, program) == "[3.0] 0 2"
