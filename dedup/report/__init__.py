"""What a cleaning did: counts for programs (`report.json`), and a page to look at (`report.html`)."""

from __future__ import annotations

from dedup.report.tally import Tally, dump

__all__ = ["Tally", "dump"]
