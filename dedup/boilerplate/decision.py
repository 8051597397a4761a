"""
The one decision about boilerplate: what rules, the line model and other documents say of a page, put together.

All look at the same page. A line that a sure rule takes goes, and the rule answers for it. Any other line goes if the
model says so at the chosen operating point; the model has seen the lines that rules take, too, and what they tell of
their neighbours. Where it is not sure, a line that recurs in other documents goes sooner (`kernel.verdicts.RECURS`).
What a rule only suspects, and the model does not take, is a suspicion. Where all lines of a page would go, those that
only the model takes stay: it compares lines with the text around them, and there is none.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from dedup import boilerplate
from dedup.reasons import COMMENT_MODEL, LINE_MODEL, RECURRING_LINE
from dedup.records import Finding, Pattern, Score

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedup.boilerplate.model import Run
    from dedup.boilerplate.taken import Marks
    from dedup.reasons import Reason
    from dedup.records import Page
    from dedup.settings import StripSettings


def weigh(
    name: str, page: Page, marks: Marks | None, runs: Sequence[Run], chosen: StripSettings
) -> tuple[list[Finding], list[Finding]]:
    """
    Find what goes of the page of a document by this name, and what is only suspected.

    `marks` are what `suspects` gave for the text, `runs` what `judge` gave. Findings may share lines where several
    rules take them.
    """
    goes: list[Finding] = []
    doubts: list[Finding] = []
    taken: set[int] = set()
    for rule, hit in boilerplate.find(page, marks) if marks else ():
        if rule.code in chosen.ignore:
            continue
        span = page.lines.span(hit.first, hit.last)
        evidence = Pattern(page.lines.texts[hit.first][:80])
        finding = Finding(name, span, rule.code, rule.name, hit.confidence, evidence)
        if hit.confidence >= chosen.confidence:
            goes.append(finding)
            taken.update(range(hit.first, hit.last + 1))
        else:
            doubts.append(finding)
    wanted = [run for run in runs if reason(run).code not in chosen.ignore]
    judged = {line for run in wanted for line in range(run.first, run.last + 1)}
    if len(taken | judged) < len(page.lines):
        goes += (finding for run in wanted for finding in _findings(name, page, run, taken))
    return goes, doubts


def reason(run: Run) -> Reason:
    """Name what the model takes lines for."""
    if run.frequency:
        return RECURRING_LINE
    return COMMENT_MODEL if run.comments else LINE_MODEL


def _findings(name: str, page: Page, run: Run, taken: set[int]) -> Iterator[Finding]:
    """Give what the model takes and no rule does."""
    left = (line for line in range(run.first, run.last + 1) if line not in taken)
    for _, group in groupby(enumerate(left), key=lambda numbered: numbered[1] - numbered[0]):
        lines = [line for _, line in group]
        evidence = run.frequency or Score(run.probability, run.because)
        span = page.lines.span(lines[0], lines[-1])
        yield Finding(name, span, reason(run).code, reason(run).name, run.probability, evidence)
