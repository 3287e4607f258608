"""A sentence as the model wrote it -> what of it a reader may be shown (clinical-safety 2, 4 and 5).

Words are only ever taken out or opened to a choice, never put in. Knows findings and rules; no film, no model.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from workstation.reporting.findings import Presence, mentions

SIDE_CHOICE = "[right/left]"
EVERYTHING = "everything"

_COMPARED = re.compile(
    r"\b(?:unchanged|stable|stability|again|interval(?:ly)?|prior|previous(?:ly)?|earlier|former(?:ly)?|since"
    r"|compar(?:ed|ison|able)|new(?:ly)?|improv\w+|worse(?:n\w*)?|progress\w*|regress\w*|persist\w*|resol(?:v\w+|ution)"
    r"|(?:has|have|had) (?:\w+ )?(?:increased|decreased|become)|(?:increas|decreas)ing"
    r"|(?:in|de)creased (?:in size|from|since)"
    r"|no longer|re-?demonstrat\w*|evolv\w+|(?:no|without) (?:significant |definite |appreciable |interval )*changes?"
    r"|changed|remain\w*|enlarging|growing|as before)\b",
    re.IGNORECASE,
)
_SINCE = re.compile(
    r"(?:,\s*(?:(?:slightly|mildly|markedly|now) )?(?:(?:in|de)creased|larger|smaller) )?"
    r",?\s*\b(?:(?:as|when) )?(?:(?:in )?compar(?:ed|ison) (?:to|with)|since|from)"
    r" (?:an? |the )?(?:prior|previous|last|earlier)\b[^.;,]*",
    re.IGNORECASE,
)
_GRADED = re.compile(r"\b(?:(?:in|de)creased|larger|smaller)\b", re.IGNORECASE)  # by itself no comparison
_AGAIN = re.compile(r"\bagain (?=seen|noted|shown|demonstrated|identified|visible|present)", re.IGNORECASE)
_ADJECTIVE = re.compile(
    r"\b(?:(an?) )?(?:stable|unchanged|persist(?:ent|ing)|new|(?:in|de)creasing|worsening|improving|progressive)"
    r" (?!(?:in|on|at|to|as|and|or|of|from|with|when|since|compared)\b)(?=[a-z])",
    re.IGNORECASE,
)
_NEGATIVE = re.compile(r"\b(?:no|not|without|never|nor|neither|none|absen\w+|free of)\b", re.IGNORECASE)
_ORGAN = (
    r"\b(?:lungs?|lung fields?|lung bases|chest|thorax|pleura\w*|hila\w*|mediastin\w+|bon\w+|osseous|skelet\w+|ribs?"
    r"|diaphragm\w*|vascula\w+|airways?|parenchyma|study|film|exam\w*|radiograph)\b"
)
_BARE = re.compile(r"(?:(?:the|there|this|these|both|is|are|an?|it|in|on|of)\b\s*)+", re.IGNORECASE)
_BARE_NO = re.compile(
    r"\b(?:no|nope|not|none|never|negative|absent|neither|nor|nothing|cannot)\b|n['’]t\b", re.IGNORECASE
)
_ABOUT_ITSELF = re.compile(r"\b(?:assess\w*|exclud\w*|judge\w*|able|unable|trained|named)\b", re.IGNORECASE)
_MAY_DENY = re.compile(rf"{_ORGAN}|{_NEGATIVE.pattern}|\b(?:clear|normal|unremarkable|negative)\b", re.IGNORECASE)
# Sentences that deny everything, or a whole organ, without naming a finding.
_BLANKET = re.compile(
    r"\b(?:no|without)\b(?: [\w-]+){0,5} (?:diseases?|abnormalit\w+|processe?s?|findings?|patholog\w+|changes)\b"
    r"|\b(?:lungs?|lung fields?|lung bases|chest|thorax|pleura\w*|hila\w*|mediastin\w+|bon\w+|osseous|skelet\w+|ribs?"
    r"|diaphragm\w*|vascula\w+|airways?|parenchyma)\b[^.;]*\b(?<!not )(?:clear|normal|unremarkable|negative|intact"
    r"|well[- ]aerated|within (?:normal )?limits)\b"
    r"|\b(?:clear|normal|unremarkable|negative) (?:lungs?|chest|study|film|exam\w*|radiograph|hila|mediastin\w+"
    r"|pleura)\b"
    r"|\b(?:study|film|exam\w*|radiograph) (?:is|was) (?:normal|negative|unremarkable)\b",
    re.IGNORECASE,
)
_SIDE = re.compile(r"\b(?:[RL](?P<lobe>[UML])L|(?i:right|left)(?=\b|(?i:wards?)\b)(?! (?i:ventric|atri|heart\b)))")
_SIDED_WORDS = re.compile(r"\b(?:middle lobe|lingular?)\b", re.IGNORECASE)
_LOBES = {"U": "upper lobe", "M": "middle lobe", "L": "lower lobe"}
_PARTS = re.compile(r"\s*;\s*|,?\s+\b(?:but|however|although)\b,?\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rules:
    """What this draft may say: absence of ``deniable`` findings, comparison, sides.

    ``asked``: of an answer, the findings that a bare "No." would deny; None for a report, where it denies nothing.
    """

    deniable: frozenset[str] = frozenset()
    prior_given: bool = False
    sides_known: bool = False
    asked: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Worded:
    """What is left of a sentence ("" = nothing), and what was done to it."""

    text: str
    comparison: bool = False
    side: bool = False
    denied: tuple[str, ...] = ()  # findings whose denial was taken out; `EVERYTHING` for a blanket denial
    lost: tuple[str, ...] = ()  # findings affirmed in a part that had to go


def word(sentence: str, rules: Rules) -> Worded:
    """Apply all rules to one sentence."""
    if (unsaid := _bare_denial(sentence, rules)) is not None:
        return Worded("" if unsaid else sentence, denied=unsaid)
    kept, denied = _without_denials(sentence, rules.deniable)
    text = kept if rules.prior_given else _without_comparison(kept)
    compared = text != kept
    sided = text if rules.sides_known else _with_open_sides(text)
    return Worded(sided, compared, sided != text, denied, _lost(sentence, sided))


def must_wait(words: str, rules: Rules) -> bool:
    """Whether the beginning of a sentence may turn into something that has to go, and must not be shown yet."""
    if _BARE.fullmatch(words) or _MAY_DENY.search(words) or (not rules.prior_given and _COMPARED.search(words)):
        return True
    return word(words, rules).text != words


def _bare_denial(sentence: str, rules: Rules) -> tuple[str, ...] | None:
    """What a short answer ("No.", "It is not seen.") denies and may not; None when it is no such answer."""
    if rules.asked is None or mentions(sentence) or _ABOUT_ITSELF.search(sentence) or not _BARE_NO.search(sentence):
        return None
    if not rules.asked:
        return () if "no finding" in rules.deniable else (EVERYTHING,)
    return tuple(finding for finding in rules.asked if finding not in rules.deniable)


def _without_denials(sentence: str, deniable: frozenset[str]) -> tuple[str, tuple[str, ...]]:
    denied = _denied(sentence, deniable)
    if not denied:
        return sentence, ()
    parts = [part for part in _PARTS.split(sentence.rstrip(". ")) if part and not _denied(part, deniable)]
    return _sentence("; ".join(part for part in parts if mentions(part))), denied


def _denied(text: str, deniable: frozenset[str]) -> tuple[str, ...]:
    """Findings that ``text`` denies and may not."""
    said = [finding for finding, presence in mentions(text).items() if presence is Presence.ABSENT]
    blanket = (EVERYTHING,) if "no finding" not in deniable and _BLANKET.search(text) else ()
    return (*(finding for finding in said if finding not in deniable), *blanket)


def _without_comparison(sentence: str) -> str:
    if not _COMPARED.search(sentence):
        return sentence
    if _NEGATIVE.search(sentence):  # "no new effusion" must not turn into "no effusion"
        return ""
    text = _SINCE.sub("", sentence)
    if text != sentence and _GRADED.search(text):  # "is larger", whose "than before" has just gone
        return ""
    text = _ADJECTIVE.sub(_article, _AGAIN.sub("", text))
    return "" if _COMPARED.search(text) else _sentence(text)


def _article(match: re.Match[str]) -> str:
    if not match.group(1):
        return ""
    follows = match.string[match.end() : match.end() + 1].lower()
    article = "an" if follows in "aeio" else "a"
    return f"{article.capitalize() if match.group(1)[0].isupper() else article} "


def _with_open_sides(sentence: str) -> str:
    text = _SIDE.sub(_choice, sentence)
    return _SIDED_WORDS.sub("[middle lobe/lingula]", text) if text == sentence else text


def _choice(match: re.Match[str]) -> str:
    return f"{SIDE_CHOICE} {_LOBES[match['lobe']]}" if match["lobe"] else SIDE_CHOICE


def _lost(before: str, after: str) -> tuple[str, ...]:
    left = mentions(after)
    spoken = mentions(before).items()
    return tuple(finding for finding, presence in spoken if presence is not Presence.ABSENT and finding not in left)


def _sentence(text: str) -> str:
    """``text`` with a capital and one full stop; "" stays ""."""
    text = re.sub(r"\s+([,.;])", r"\1", re.sub(r"\s{2,}", " ", text)).strip(" ,;")
    if not re.search(r"\w", text):
        return ""
    text = text[0].upper() + text[1:]
    return text if text[-1] in ".!?" else text + "."
