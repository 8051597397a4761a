"""The boilerplate rules, one file each; adding a file here adds the rule."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Final

from dedup.boilerplate.rule import reason

if TYPE_CHECKING:
    from dedup.boilerplate.rule import Rule
    from dedup.reasons import Reason

_MODULES: Final = [import_module(f"{__name__}.{found.name}") for found in sorted(iter_modules(__path__))]
RULES: Final[tuple[Rule, ...]] = tuple(module.RULE for module in _MODULES)
REASONS: Final[tuple[Reason, ...]] = tuple(reason(module) for module in _MODULES)
