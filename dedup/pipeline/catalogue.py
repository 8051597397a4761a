"""Every reason for which text may go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedup.boilerplate.rules import REASONS
from dedup.reasons import MEASURED, MODELLED

if TYPE_CHECKING:
    from dedup.reasons import Reason


def reasons() -> tuple[Reason, ...]:
    """Give them in the order of their codes, boilerplate first."""
    return (*sorted(REASONS, key=lambda reason: reason.code), *MODELLED, *MEASURED)
