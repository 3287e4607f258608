"""The words around the reader's words: header, signature, AI statement, research mark (clinical-safety 1, 5, 9).

The one place that makes the text of a signed report; every export prints this text and adds nothing to it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from workstation.dicom.records import Instance
from workstation.reporting.draft import Draft
from workstation.reporting.report import RESEARCH_MARK, SECTIONS, Sections, Signature
from workstation.storage.studies import view_of
from workstation.workflow.version import Version
from workstation.workflow.worklist import StudyRow

NOT_STATED = "not stated"
HOLDS = "This report holds words drafted by it"
TOLD = "Communication of results: none recorded."
MEANING = {
    "final": "I have read the films of this study and this report is mine.",
    "addendum": "I have written this addendum.",
    "withdrawal": "I withdraw this report: entered in error.",
}
_SPOKEN = {"LL": "left lateral", "RL": "right lateral", "LATERAL": "lateral"}
# A date in it means that a prior is named: "no change since 2024-05-06" says something else.
_NO_COMPARISON = re.compile(
    r"\s*(?:none|nil|n/?a|not (?:available|applicable)|-+"
    r"|(?:there (?:is|are|were) )?no\b[^\d]*\b(?:priors?|previous|comparisons?|earlier|old|relevant|available)\b[^\d]*"
    r")?[\s.]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the wording needs to know of a study beside the reader's words."""

    study: StudyRow
    films: Sequence[Instance]
    priors: Sequence[StudyRow]


def default_sections(facts: Facts) -> dict[str, str]:
    """Comparison and Technique as the headers tell them; the reader may change them."""
    return {"Comparison": comparison(facts), "Technique": technique(facts)}


def comparison(facts: Facts) -> str:
    """The priors with their dates, or that there are none."""
    if not facts.priors:
        return "None."
    listed = [f"{prior.description or 'chest radiograph'} of {dashed(prior.acquired)}" for prior in facts.priors]
    return "; ".join(listed) + "."


def technique(facts: Facts) -> str:
    """Which films there are, and what is missing (the technique's limits)."""
    views = facts.study.views
    if not views:
        return f"{_count(len(facts.films), 'radiograph')}; the view is {NOT_STATED} in the header."
    said = f"{' and '.join(map(spoken, views))} radiograph{'s' if len(facts.films) > 1 else ''}"
    return f"{said}." if len(views) > 1 else f"{said}; one view only."


def spoken(view: str) -> str:
    """A View Position as people say it (PS3.3 C.8.11.5.1.1 and C.8.1.2)."""
    return _SPOKEN.get(view, view)


def says_none(text: str) -> bool:
    """Whether a Comparison section says that there is nothing to compare with."""
    return bool(_NO_COMPARISON.fullmatch(text))


def heading(facts: Facts, status: str, number: int) -> list[str]:
    """The report's head: who, what, when, in which state."""
    study = facts.study
    issuer = f" (issued by {study.issuer_of_patient_id})" if study.issuer_of_patient_id else ""
    return [
        "CHEST RADIOGRAPH REPORT",
        f"Patient: {study.patient_name or NOT_STATED}",
        f"Patient ID: {study.patient_id or NOT_STATED}{issuer}",
        f"Birth date: {dashed(study.patient_birth_date)}   Sex: {study.patient_sex or NOT_STATED}",
        *([_corrected(study)] if study.corrected_at else []),
        f"Accession number: {study.accession_number or NOT_STATED}",
        f"Referring physician: {study.referring_physician_name or NOT_STATED}",
        *([f"Institution: {study.institution_name}"] if study.institution_name else []),
        f"Examination: {examination(study)}",
        f"Views: {'; '.join(_view(film) for film in facts.films)}",
        f"Status: {status.upper()}   Version: {number}",
    ]


def _corrected(study: StudyRow) -> str:
    return f"Patient corrected by hand on {study.corrected_at[:10]}; the header of the films says otherwise."


def patient_line(study: StudyRow) -> str:
    """Name, ID, birth date and accession in one line: beside Sign, and on every page."""
    parts = [isolated(study.patient_name), study.patient_id, dashed(study.patient_birth_date), study.accession_number]
    labels = ("", "ID ", "born ", "accession ")
    return "   ".join(f"{label}{part or NOT_STATED}" for label, part in zip(labels, parts, strict=True))


def isolated(name: str) -> str:
    """A name written from right to left, fenced so that it does not turn the line around it (Unicode TR 9)."""
    turns = any(unicodedata.bidirectional(character) in ("R", "AL") for character in name)
    return f"\u2068{name}\u2069" if turns else name


def examination(study: StudyRow) -> str:
    """Description, modality and date of the study."""
    named = study.description or "chest radiograph"
    return f"{named} ({study.modality or NOT_STATED}), {dashed(study.study_date or study.acquired)}"


def final_text(facts: Facts, sections: Sections, signature: Signature, statement: str, mark: bool) -> str:
    """The whole text of a report; ``statement`` is the AI statement, ``mark``: the research mark stands on it."""
    head = "\n".join(heading(facts, "final", 1))
    return _page(mark, [head, body(facts, sections), TOLD, signed(signature), statement])


def addended_text(facts: Facts, history: Sequence[Version]) -> str:
    """The report as it was signed, with every addendum under it; ``history`` ends with the new one."""
    final, *later = history
    addenda = [
        f"ADDENDUM {count} (version {version.number}):\n{version.note.strip()}\n\n{signed(version.signature)}"
        for count, version in enumerate(later, start=1)
    ]
    head = "\n".join(heading(facts, "amended", history[-1].number))
    said = body(facts, Sections(final.sections))
    return _page(final.research, [head, said, TOLD, signed(final.signature), *addenda, final.ai_statement])


def withdrawn_text(facts: Facts, withdrawal: Version, history: Sequence[Version]) -> str:
    """What stands in place of a withdrawn report; the withdrawn words are kept in their own version, not repeated."""
    void = "; ".join(f"version {v.number} signed at {_moment(v.signed_at)} by {v.signature.name}" for v in history)
    sent = "; ".join(f"{e['format']} of version {e['version']} at {_moment(e['at'])}" for e in withdrawal.exports)
    block = (
        f"THIS REPORT WAS WITHDRAWN: ENTERED IN ERROR.\nReason: {withdrawal.note}\nWithdrawn: {void}."
        f"\nExports made before: {sent or 'none'}."
    )
    head = "\n".join(heading(facts, "withdrawn", withdrawal.number))
    return _page(withdrawal.research, [head, block, signed(withdrawal.signature)])


def body(facts: Facts, sections: Sections) -> str:
    """The sections in order; those a signed report must hold are never silently absent."""
    filled = {**default_sections(facts), "Indication": "Not stated."}
    if is_bedside(facts.films):
        filled["Lines and tubes"] = "Not stated."
    whole = {name: sections[name] if sections[name].strip() else filled.get(name, "") for name in SECTIONS}
    return Sections({**sections.texts, **whole}).as_text().strip()


def is_bedside(films: Sequence[Instance]) -> bool:
    """Whether a film was taken at the bedside (AP): its report has a Lines and tubes section (clinical-safety 2)."""
    return any(view_of(film).startswith("AP") for film in films)


def signed(signature: Signature) -> str:
    """Who signed, as what, when, and what it means."""
    return f"Signed by {signature.name} ({signature.role}) at {_moment(signature.at)}\n{signature.meaning}"


def _moment(at: str) -> str:
    """``2026-11-23T20:43:29.802Z`` -> ``2026-11-23 20:43:29 UTC``, to the second as people read it."""
    return f"{at[:10]} {at[11:19]} UTC"


def ai_statement(draft: Draft | None, used: bool) -> str:
    """Which model saw which films, and whether its words are in the report."""
    if draft is None:
        return "AI statement: no draft by a model was shown for this report."
    kind = "" if draft.model.clinical else ", a research model"
    seen = ", ".join(draft.sop_instance_uids) or NOT_STATED
    part = HOLDS if used else "None of its words were taken into this report"
    return (
        f"AI statement: a draft by {draft.model.id}{kind} (SHA-256 {draft.model.sha256[:16]}) was made from"
        f" SOP Instance {seen}. {part}; the signer has decided on every word."
    )


def dashed(value: str) -> str:
    """YYYYMMDD[HHMMSS] as YYYY-MM-DD [HH:MM[:SS]]; what is no date is shown as it came."""
    if not value:
        return NOT_STATED
    if len(value) < 8 or not value[:8].isdigit():
        return value
    date = f"{value[:4]}-{value[4:6]}-{value[6:8]}"
    time = ":".join(value[i : i + 2] for i in range(8, min(len(value), 14), 2))
    return f"{date} {time}".strip()


def _view(film: Instance) -> str:
    when = film.acquisition_date or film.study_date
    time = film.acquisition_time if film.acquisition_date else film.study_time
    return f"{spoken(view_of(film)) or 'view ' + NOT_STATED}, {dashed(when + time[:6]) if when else NOT_STATED}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _page(mark: bool, blocks: Sequence[str]) -> str:
    around = [RESEARCH_MARK] if mark else []
    return "\n\n".join([*around, *(block for block in blocks if block), *around]) + "\n"
