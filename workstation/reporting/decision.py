"""Draft and report -> the decision that the text itself tells, and whether a stated decision contradicts it.

Accept: Findings and Impression are byte-unchanged. Edit: something of the draft survives. Reject: nothing does.
"""

from __future__ import annotations

from enum import StrEnum

from workstation.reporting.draft import Draft
from workstation.reporting.edits import Difference, difference, similarity
from workstation.reporting.report import DRAFTED_SECTIONS, Sections

NEARLY = 0.8  # of two sentences' words; by chance, sentences of reports seldom share as many


class Decision(StrEnum):
    """What the reader did with a draft."""

    ACCEPT = "accept"
    EDIT = "edit"
    REJECT = "reject"


class Grade(StrEnum):
    """The paper's four classes of acceptability (Table 5)."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


GRADE_MEANING = {
    Grade.A: "acceptable without any revision",
    Grade.B: "acceptable after minor revision",
    Grade.C: "acceptable after major revision",
    Grade.D: "unacceptable",
}


def drafted_text(draft: Draft) -> str:
    """The draft's Findings and Impression as one text, in the same form as `reported_text`."""
    return f"{draft.findings.strip()}\n{draft.impression.strip()}".strip()


def reported_text(sections: Sections) -> str:
    """The report's Findings and Impression as one text."""
    return "\n".join(sections[name].strip() for name in DRAFTED_SECTIONS).strip()


def compare(draft: Draft, sections: Sections) -> Difference:
    """The difference between what was drafted and what stands in the drafted sections."""
    return difference(drafted_text(draft), reported_text(sections))


def derive(found: Difference) -> Decision:
    """The decision that the text tells."""
    if found.unchanged:
        return Decision.ACCEPT
    return Decision.EDIT if found.kept or found.changed else Decision.REJECT


def standing(found: Difference) -> int:
    """How many drafted sentences are in the text, word for word or nearly."""
    nearly = (change for change in found.changes if change.kind == "changed")
    return found.kept + sum(similarity(change.draft, change.final) >= NEARLY for change in nearly)


def contradiction(stated: Decision, found: Difference) -> str | None:
    """One sentence when the stated decision cannot be true of this text, else None.

    A rejected report may share a stock sentence with the draft, so Reject stands until half of the draft was kept.
    """
    told = derive(found)
    if stated is Decision.ACCEPT and told is not Decision.ACCEPT:
        return "Accept means the draft is unchanged, but the text differs from it."
    if stated is Decision.EDIT and told is Decision.ACCEPT:
        return "Edit means that something was changed, but the text equals the draft."
    if stated is Decision.EDIT and told is Decision.REJECT:
        return "Edit means that something of the draft was used, but no sentence of it is left."
    if stated is Decision.REJECT and 2 * standing(found) >= found.kept + found.changed + found.removed > 0:
        return "Reject means that the report was written anew, but at least half of the drafted sentences stand."
    return None
