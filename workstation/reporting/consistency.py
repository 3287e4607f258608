"""A report's own words held against each other and against the film's header: contradictions, sides, sex, age, gaps.

Each doubt is a sentence that quotes the words it is about. Reads English through the labeler; of other languages only
gaps and units are seen. A doubt is an estimate: the reader decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from workstation.reporting.labeler import Labels, label
from workstation.reporting.presence import Presence
from workstation.reporting.sentences import sentence_spans

_SIDE = re.compile(r"\b(?:(right)|(left)|(bilateral(?:ly)?|both|bibasilar|biapical))(?:[- ]sided)?\b", re.IGNORECASE)
# Films, fractures and implants have an age too.
_OF_A_THING = (
    r"(?!\s+(?:\w+\s+)?(?:film|radiograph|x-?ray|stud|exam|image|scan|ct\b|fractur|injur|scar|implant|pacemaker|prior))"
)
_AGE = re.compile(
    rf"\b(\d{{1,3}})[- ](?:years?|yrs?)[- ]old\b{_OF_A_THING}|\b(\d{{1,3}})\s?(?:y/?o|yo)\b{_OF_A_THING}", re.IGNORECASE
)
_CHILD = re.compile(r"(?<!as a )(?<!as an )(?<!since )\b(?:neonate|newborn|infant|toddler)s?\b", re.IGNORECASE)
_GAP = re.compile(r"\[\s*(?:\.{3}|…|\?+)?\s*\]|_{3,}|\{\{[^{}]*\}\}|<<[^<>]*>>")
_UNIT = r"(?:mm|cm|millimet|centimet|%|degree|°|ml|hu\b|inch|µm)"
_NUMBER = r"\d[\d.,]*"
_MEASURED = re.compile(
    rf"(?<!ratio )(?<!index )\bmeasur(?:es|ing)\s+(?:approximately |about |up to )?{_NUMBER}"
    rf"(?:\s?(?:x|×|to|-|by)\s?{_NUMBER})*",
    re.IGNORECASE,
)
_HAS_UNIT = re.compile(rf"^[\s-]*{_UNIT}", re.IGNORECASE)
_OF_WOMEN = r"woman|female|she|her|hers|uterus|uterine|ovar(?:y|ies|ian)|pregnan(?:t|cy)|hysterectomy"
_OF_MEN = r"man(?!-made)|male|he|his|him|prostate|prostatic|prostatectomy|testic(?:le|ular)|scrot(?:um|al)"
_OF_OTHER_SEX = {
    "M": re.compile(rf"\b(?:{_OF_WOMEN})\b", re.IGNORECASE),
    "F": re.compile(rf"\b(?:{_OF_MEN})\b", re.IGNORECASE),
}
# Names that hold several things, of which one may well be there and another not.
_BROAD = frozenset({"no finding", "support devices", "lung lesion", "enlarged cardiomediastinum"})
_ACUTE = frozenset({"pneumothorax", "pleural effusion", "edema", "consolidation", "pneumonia"})
_NOTHING_ACUTE = re.compile(r"\b(?:acute(?:ly)?|active|focal|evidence)\b", re.IGNORECASE)
_NORMAL = re.compile(r"\b(?:normal|unremarkable|negative|healthy|no abnormalit)", re.IGNORECASE)
_OLD = re.compile(
    r"\b(?:old|healed|healing|remote|calcif\w*|chronic\w*|stable|unchanged|scar\w*|granulom\w*|minimal|trace|tiny)\b",
    re.IGNORECASE,
)
_QUALIFIED = re.compile(
    r"\b(?:large|acute|suspicious|definite(?:ly)?|new|displaced|residual|remov(?:al|ed)|resol\w+|clear(?:ed|ing)|decrease\w*"
    r"|previous(?:ly)?|prior|compatible|calcif\w*|old|healed)\b",
    re.IGNORECASE,
)
ADULT = 18


@dataclass(frozen=True, slots=True)
class Doubt:
    """``check`` as in the checks before signing, and one sentence."""

    check: str
    message: str


def doubts(sections: dict[str, str], sex: str = "", age_years: float | None = None) -> list[Doubt]:
    """Everything doubtful in these sections; ``sex`` as in DICOM (M, F, O or "")."""
    findings, impression = sections.get("Findings", ""), sections.get("Impression", "")
    whole = "\n".join(text for name, text in sections.items() if name != "Comparison")
    return [
        *_contradictions(findings, impression),
        *_sides(findings, impression),
        *_sex(whole, sex),
        *_age(whole, age_years),
        *_gaps("\n".join(sections.values())),
        *_units(whole),
    ]


def _contradictions(findings: str, impression: str) -> Iterator[Doubt]:
    """A finding that one section affirms and the other denies."""
    first, second = label(findings), label(impression)
    against = [name for name in first.findings if _opposed(name, (findings, first), (impression, second))]
    for name in against:
        said, other = ("affirm", "denies") if first.findings[name] is Presence.PRESENT else ("deny", "affirms")
        yield Doubt("contradiction", f"Findings {said} {name}, Impression {other} it.")
    if not against and second.findings["no finding"] is Presence.PRESENT:
        unsaid = [name for name in _present(first) if second.findings[name] is Presence.NOT_MENTIONED]
        if named := [name for name in unsaid if _against_normal(name, _words(findings, first, name), impression)]:
            yield Doubt("contradiction", f"Impression calls the film normal, but Findings affirm {', '.join(named)}.")


def _opposed(name: str, *read: tuple[str, Labels]) -> bool:
    """Whether one says present and the other absent, of the same thing: "no large effusion" denies no small one."""
    by_presence = {labels.findings[name]: _words(text, labels, name) for text, labels in read}
    if name in _BROAD or set(by_presence) != {Presence.PRESENT, Presence.ABSENT}:
        return False
    of_same_word = name != "lung opacity" or all("opacit" in words.lower() for words in by_presence.values())
    return of_same_word and not any(_QUALIFIED.search(words) for words in by_presence.values())


def _against_normal(name: str, words: str, impression: str) -> bool:
    """Beside "no acute disease" stands all that is old or slight; beside "normal chest" only what is old."""
    normal = _NORMAL.search(impression) and not _NOTHING_ACUTE.search(impression)
    return not _OLD.search(words) and bool(normal or name in _ACUTE)


def _words(text: str, labels: Labels, name: str) -> str:
    return " ".join(_sentence(text, start) for start, _end in labels.evidence.get(name, ()))


def _present(labels: Labels) -> list[str]:
    harmless = ("no finding", "support devices")
    return [name for name, presence in labels.findings.items() if presence is Presence.PRESENT and name not in harmless]


def _sides(findings: str, impression: str) -> Iterator[Doubt]:
    """The same finding on one side here and on the other there."""
    first, second = _sided(findings), _sided(impression)
    for name in first:
        if name in second and first[name] and second[name] and not first[name] & second[name]:
            here, there = (" and ".join(sorted(sides)) for sides in (first[name], second[name]))
            yield Doubt("side_conflict", f"Findings place {name} on the {here}, Impression on the {there}.")


def _sided(text: str) -> dict[str, set[str]]:
    """The sides named in the sentences that affirm each finding; empty where a sentence names none."""
    labels, found = label(text), {}
    for name in _present(labels):
        sides: set[str] = set()
        for start, _end in labels.evidence.get(name, ()):
            sides |= _sides_of(_sentence(text, start))
        found[name] = sides
    return found


def _sentence(text: str, at: int) -> str:
    return next((text[start:end] for start, end in sentence_spans(text) if start <= at < end), "")


def _sides_of(sentence: str) -> set[str]:
    sides: set[str] = set()
    for match in _SIDE.finditer(sentence):
        sides |= {"right", "left"} if match[3] else {"right" if match[1] else "left"}
    return sides


def _sex(text: str, sex: str) -> Iterator[Doubt]:
    pattern = _OF_OTHER_SEX.get(sex)
    if pattern is not None and (match := pattern.search(text)):
        header = {"M": "male", "F": "female"}[sex]
        yield Doubt("sex_conflict", f'The report says "{match[0]}", but the header says that the patient is {header}.')


def _age(text: str, age_years: float | None) -> Iterator[Doubt]:
    if age_years is None:
        return
    for match in _AGE.finditer(text):
        said = int(match[1] or match[2])
        if abs(said - age_years) > 1.5:
            yield _of_age(match[0], age_years)
            return
    if age_years >= ADULT and (child := _CHILD.search(text)):
        yield _of_age(child[0], age_years)


def _of_age(words: str, age_years: float) -> Doubt:
    return Doubt("age_conflict", f'The report says "{words}", but the film was taken at {age_years:.0f} years.')


def _gaps(text: str) -> Iterator[Doubt]:
    if match := _GAP.search(text):
        yield Doubt("unfilled", f"A place of the report is still to be filled in: {match[0]}")


def _units(text: str) -> Iterator[Doubt]:
    for match in _MEASURED.finditer(text):
        if not _HAS_UNIT.match(text[match.end() :]):
            yield Doubt("unit_missing", f'A measurement has no unit: "{match[0].rstrip(" .,")}".')
            return
