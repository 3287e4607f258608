"""What speaks against signing a text as it stands; each is a check that may be overruled with a reason, or may not.

Knows the text, the draft and the priors; changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workstation.errors import ReportError
from workstation.reporting.draft import Draft
from workstation.workflow.wording import Facts, says_none
from workstation.workflow.working import DRAFTED, Working


@dataclass(frozen=True, slots=True)
class Objection:
    """One check that the text fails; ``check`` is the word for ``--override``."""

    check: str
    message: str
    remedy: str
    can_override: bool = True


CHECKS = ("empty", "empty_findings", "empty_impression", "comparison_none", "side_not_chosen", "draft_not_shown")
_CHOICE = re.compile(r"\[(?:right/left|middle lobe/lingula)\]", re.IGNORECASE)  # as `drafting.wording` opens it


def objections(working: Working, facts: Facts, draft: Draft | None, shown: bool) -> list[Objection]:
    """Every failed check, the gravest first."""
    return list(_failed(working, facts, draft, shown))


def _failed(working: Working, facts: Facts, draft: Draft | None, shown: bool) -> Iterator[Objection]:
    filled = {name for name, text in working.sections.items() if text.strip()}
    if not filled & {"Findings", "Impression"}:
        yield Objection("empty", "The report has no findings and no impression.", "Write them before signing.", False)
    elif "Impression" not in filled:
        yield Objection("empty_impression", "The report has no impression.", "Write one, or overrule with a reason.")
    elif "Findings" not in filled:
        yield Objection("empty_findings", "The report has no findings.", "Write them, or overrule with a reason.")
    said = working.sections.get("Comparison", "")
    if facts.priors and said.strip() and says_none(said):
        yield Objection(
            "comparison_none",
            "The comparison says that there is no prior, but an earlier film of this patient is in the worklist.",
            "Name the prior with its date in Comparison.",
            False,
        )
    if any(_CHOICE.search(text) for text in working.sections.values()):
        yield Objection(
            "side_not_chosen",
            "The report still holds a side that is left for you to choose, such as [right/left].",
            "Choose the side by the marker on the film, or take the words out.",
            False,
        )
    if draft is not None and not shown and working.has(DRAFTED):
        yield Objection(
            "draft_not_shown", "The report holds drafted words that were never shown.", "Show the draft and read it."
        )


def refuse(found: list[Objection], overrides: Mapping[str, str]) -> None:
    """Raise `ReportError` for the first objection that is not overruled with a reason."""
    for check, reason in overrides.items():
        if check not in CHECKS:
            raise ReportError(
                f"There is no check called {check}.", f"The checks are: {', '.join(CHECKS)}.", "unknown_check"
            )
        if not reason.strip():
            raise ReportError(
                f"The check {check} was overruled without a reason.", "Give the reason.", "override_without_reason"
            )
    for objection in found:
        if not objection.can_override or objection.check not in overrides:
            raise ReportError(objection.message, objection.remedy, objection.check)
