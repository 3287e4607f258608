"""What speaks against signing a text as it stands; each is a check that may be overruled with a reason, or may not.

Knows the text, the draft and the priors; changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workstation.errors import ReportError
from workstation.reporting.consistency import doubts
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


# What each doubt about the words asks of the reader; all can be overruled with a reason.
_REMEDIES = {
    "contradiction": "Change one of the two, or overrule with a reason.",
    "side_conflict": "Look at the film's marker and correct the side, or overrule with a reason.",
    "sex_conflict": "Correct the words or the patient, or overrule with a reason.",
    "age_conflict": "Correct the words or the patient, or overrule with a reason.",
    "unfilled": "Fill it in or take it out, or overrule with a reason.",
    "unit_missing": "Add mm or cm, or overrule with a reason.",
    "side_of_film": "Correct the side, or overrule with a reason.",
    "films_of_two_patients": "Check to whom each film belongs before signing, or overrule with a reason.",
}
_HARD = ("empty", "empty_findings", "empty_impression", "comparison_none", "side_not_chosen", "draft_not_shown")
CHECKS = (*_HARD, *_REMEDIES)
_SIDE, _OTHER_SIDE = {"L": "left", "R": "right"}, {"L": "right", "R": "left"}
_CHOICE = re.compile(r"\[(?:right/left|middle lobe/lingula)\]", re.IGNORECASE)  # as `drafting.wording` opens it


def objections(working: Working, facts: Facts, draft: Draft | None, shown: bool) -> list[Objection]:
    """Every failed check, the gravest first."""
    return [*_failed(working, facts, draft, shown), *_doubted(working, facts)]


def _doubted(working: Working, facts: Facts) -> Iterator[Objection]:
    """What the words say against each other, against the header, and what the films say against each other."""
    from workstation.imaging.quality import age_in_years

    sex = facts.study.patient_sex if facts.study is not None else ""
    age = age_in_years(facts.films[0]) if facts.films else None
    found = [(doubt.check, doubt.message) for doubt in doubts(dict(working.sections), sex, age)]
    for check, message in (*found, *_against_films(working, facts)):
        yield Objection(check, message, _REMEDIES[check])


def _against_films(working: Working, facts: Facts) -> Iterator[tuple[str, str]]:
    for field, spoken in (("patient_id", "patient IDs"), ("patient_birth_date", "birth dates")):
        if len({value for film in facts.films if (value := getattr(film, field))}) > 1:
            yield "films_of_two_patients", f"The films of this study name different {spoken}."
            break
    sides = {film.image_laterality.upper() for film in facts.films}
    if len(sides) == 1 and (side := sides.pop()) in _OTHER_SIDE:
        said = working.sections.get("Findings", "") + " " + working.sections.get("Impression", "")
        if re.search(rf"\b{_OTHER_SIDE[side]}\b", said, re.IGNORECASE) and not re.search(
            rf"\b{_SIDE[side]}\b", said, re.IGNORECASE
        ):
            message = f"The header says that the film shows the {_SIDE[side]} side, the report speaks of the other."
            yield "side_of_film", message


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
