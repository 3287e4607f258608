"""The vocabulary of findings, and which of them a sentence affirms, denies or doubts.

Names are CONTRACT's: the 14 of CheXpert (Irvin 2019) and the further classes of NIH ChestX-ray14 (Wang 2017).
`mentions` is the small reader that keeps drafts honest; the measured labeler comes with the evaluation room.
"""

from __future__ import annotations

import re
from enum import StrEnum

from workstation.reporting.sentences import split_sentences

CHEXPERT = (
    "no finding",
    "enlarged cardiomediastinum",
    "cardiomegaly",
    "lung opacity",
    "lung lesion",
    "edema",
    "consolidation",
    "pneumonia",
    "atelectasis",
    "pneumothorax",
    "pleural effusion",
    "pleural other",
    "fracture",
    "support devices",
)
NIH_FURTHER = ("infiltration", "mass", "nodule", "emphysema", "fibrosis", "pleural thickening", "hernia")
FINDINGS = CHEXPERT + NIH_FURTHER
PAPER_SIX = ("cardiomegaly", "consolidation", "edema", "pleural effusion", "pneumonia", "pneumothorax")


class Presence(StrEnum):
    """What a text says of a finding."""

    PRESENT = "present"
    ABSENT = "absent"
    UNCERTAIN = "uncertain"
    NOT_MENTIONED = "not mentioned"


_PHRASES: dict[str, str] = {
    "enlarged cardiomediastinum": r"(?:widened|wide|enlarged) (?:cardio)?mediastin\w+"
    r"|mediastinal (?:widening|enlargement)"
    r"|mediastin\w+ (?:is |are )?(?:not )?(?:widened|enlarged)",
    "cardiomegaly": r"cardiomegaly|enlarged heart|(?:heart|cardiac (?:silhouette|contour|shadow))[^.;]*?"
    r"(?:enlarged|enlargement|normal|large)|cardiac enlargement|enlarged cardiac|enlargement of the (?:heart|cardiac)",
    "lung opacity": r"opaci(?:ty|ties|fication)|airspace disease|air-space disease",
    "lung lesion": r"lung lesions?|pulmonary lesions?|lesions? (?:in|of) the lung",
    "edema": r"o?edema|vascular congestion|pulmonary congestion|fluid overload",
    "consolidation": r"consolidat\w+",
    "pneumonia": r"pneumonia|pneumonic",
    "atelectasis": r"atelecta\w+|volume loss",
    "pneumothorax": r"pneumothora\w+",
    "pleural effusion": r"(?<!pericardial )effusions?|pleural fluid|costophrenic angles?[^.;]*?(?:blunt\w+|sharp|clear)"
    r"|blunt\w+ of the[^.;]*?costophrenic",
    "pleural other": r"pleural (?:plaques?|calcifications?|scar\w*)",
    "fracture": r"fractures?",
    "support devices": r"catheter|endotracheal tube|pacemaker|pacer|central line|picc|nasogastric tube|sternotomy wires"
    r"|chest tube|drain\b|support devices?",
    "infiltration": r"infiltrat\w+",
    "mass": r"\bmass(?:es)?\b",
    "nodule": r"nodul\w+",
    "emphysema": r"emphysema\w*|hyperinflat\w+",
    "fibrosis": r"fibro\w+",
    "pleural thickening": r"pleural thickening|thickening of the pleura|thickened pleura|pleura[^.;]*thickened",
    "hernia": r"hernia\w*",
}
_PATTERNS = {finding: re.compile(pattern, re.IGNORECASE) for finding, pattern in _PHRASES.items()}
_NEGATION = re.compile(
    r"\b(?:no|not|without|free of|absent|absence of|negative for|nor|neither|none|excluded|rules? out|resolved"
    r"|fails? to show|lacks?)\b",
    re.IGNORECASE,
)
_NORMAL = re.compile(r"\b(?:normal|unremarkable|not enlarged|within (?:normal )?limits|sharp|clear)\b", re.IGNORECASE)
_DOUBT = re.compile(
    r"\b(?:possibl[ey]|probabl[ey]|may|might|could|cannot (?:be )?exclude\w*|can(?:no|')t (?:be )?rule\w* out"
    r"|suspect\w*|suspicious"
    r"|suggest\w*|questionable|likely|borderline|versus|uncertain|not (?:be )?excluded|equivocal)\b",
    re.IGNORECASE,
)
_BREAK = re.compile(
    r";|\bbut\b|\bhowever\b|\balthough\b|\bwhile\b|\bwith (?:a |an )?(?:small|large|mild|moderate|adjacent)\b",
    re.IGNORECASE,
)
_NEGATED_AFTER = re.compile(
    r"\b(?:is|are|was|were)?\s*(?:not (?:seen|present|identified|visible|evident)|absent|excluded|resolved)\b",
    re.IGNORECASE,
)


def mentions(text: str) -> dict[str, Presence]:
    """Findings that ``text`` speaks of. Over sentences, present wins over uncertain, uncertain over absent."""
    found: dict[str, Presence] = {}
    for sentence in split_sentences(text):
        for clause in _BREAK.split(sentence):
            for finding, presence in _of_clause(clause).items():
                found[finding] = _stronger(found.get(finding), presence)
    return found


def _of_clause(clause: str) -> dict[str, Presence]:
    found = {}
    for finding, pattern in _PATTERNS.items():
        match = pattern.search(clause)
        if match:
            found[finding] = _presence(clause, match.start(), match.group())
    return found


def _presence(clause: str, start: int, phrase: str) -> Presence:
    if _DOUBT.search(clause):
        return Presence.UNCERTAIN
    if _NEGATION.search(clause[:start]) or _NORMAL.search(phrase) or _NEGATION.search(phrase):
        return Presence.ABSENT
    if _NEGATED_AFTER.search(clause, start + len(phrase)):
        return Presence.ABSENT
    return Presence.PRESENT


def _stronger(old: Presence | None, new: Presence) -> Presence:
    order = (Presence.ABSENT, Presence.UNCERTAIN, Presence.PRESENT)
    return new if old is None or order.index(new) > order.index(old) else old
