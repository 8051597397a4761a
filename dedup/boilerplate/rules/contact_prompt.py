"""
Feedback, correction and contact prompts.

Removes: nothing by default (right in .75 of the characters on the held-out sites);
reports lines that ask for feedback, corrections, tips or letters.
Why boilerplate: they speak about the site, not about the subject.
Keeps: addresses that are the text’s own matter; corrections that say what was wrong.
Known misses: prompts with the author’s address.
"""

from __future__ import annotations

from typing import Final

from dedup.boilerplate.phrase import any_of
from dedup.boilerplate.rule import Rule
from dedup.boilerplate.view import whole_lines

LINE: Final = any_of(
    (
        r"(?:was this|did you find this|is this|how (?:helpful|useful) was this|rate this)(?: (?:page"
        r"|article|post|story|content|information|answer|topic|section|recipe))?(?: (?:helpful|useful"
        r"|interesting|information helpful))?\??(?: ?(?:yes|no|/|\||,|thanks.{0,60}"
        r"|let us know.{0,40}))*|(?:send|give|leave|submit|provide"
        r"|share)(?: us)?(?: your)? feedback(?: (?:about|on|to|here).{0,80})?|thank(?:s"
        r"| you) for your (?:feedback|input|submission|interest|support|message).{0,60}"
        r"|(?:your )?feedback(?: is important to us.{0,40})|(?:take|complete) (?:our|the|this"
        r"|a) (?:\w+ )?survey.{0,60}"
    ),
    (
        r"(?:(?:spotted|see|found|notice(?:d)?|spot) (?:an? )?(?:error|typo|mistake|something wrong"
        r"|inaccuracy).{0,120}|(?:report|suggest) (?:an? )?(?:typo|correction|edit|mistake|error"
        r"|problem)s?(?: (?:in|on|with) this (?:page|article|story))?|(?:have|got|do you have) (?:a"
        r"|any) (?:(?:news|story|confidential|question|correction|tip|story) ?)*(?:tips?|ideas?"
        r"|question|questions|comment|comments|correction)(?: (?:for|about|on|or"
        r"|you).{0,60})?\?.{0,160}|send (?:us )?(?:a )?(?:your )?(?:news )?(?:tips?|story ideas?"
        r"|letters?|corrections?) .{0,100}|(?:letters|submissions|tips|corrections)(?: (?:to the editor"
        r"|may|can|should))? (?:be )?(?:sent|e-?mailed|submitted) to .{2,80}|(?:write for us"
        r"|work with us|contact the (?:author|editor|newsroom|reporter|writer).{0,100}"
        r"|(?:you can )?(?:contact|reach|email|e-mail|follow) (?:the (?:author|writer|reporter)|him|her"
        r"|them|me) (?:at|on|via) .{2,80}))"
    ),
    limit=260,
)

RULE: Final = Rule(
    code="BP162",
    name="contact-prompt",
    find=whole_lines(
        LINE,
        confidence=0.8,
    ),
    removes=("The story ends here.\n✂ Was this article helpful?\n✂ Spotted an error? Let us know.",),
    keeps=(
        "Contact the clinic at once if the fever returns, even when the child seems well.",
        "Correction: an earlier version gave the wrong year.",
        "Feedback",
        "The survey was sent to nine hundred farms.",
    ),
)
