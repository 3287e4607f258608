"""A radiologist's report -> one to learn from: no devices, no comparisons, no identifiers, the findings as they were.

What GPT-4 did in the paper (cxr-llava.md 2), by rules. Sentences are cut, not rewritten, and a cut is taken back when
our labeler would then read any finding otherwise (devices apart): what a report says is never bent to make it tidy.
"""

from __future__ import annotations

import csv
import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from workstation.errors import TrainingError
from workstation.reporting.labeler import label
from workstation.reporting.sentences import sentence_spans
from workstation.vlm.training.datasets.table import missing

DEVICES = "support devices"
_FILM = (
    r"(?:chest )?(?:stud(?:y|ies)|exam(?:ination)?s?|films?|radiographs?|x-?rays?|images?|imaging|CXRs?|CTs?|scans?)"
)
_PRIOR = rf"(?:the |a |an |any )?(?:most )?(?:prior|previous|recent|last|earlier|old|outside|comparison)(?: {_FILM})?"
_WHEN = (
    r"(?:,? (?:dated|from|of|on|performed|obtained|at)(?: on)? (?:[\d/.:_-]+|XXXX|_+)(?: (?:at )?[\d:]+(?: ?[ap]m)?)?)?"
)
_CUTS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf",? ?(?:(?:when|as) )?(?:in comparison|compared|comparing)(?: (?:to|with))? {_PRIOR}{_WHEN}",
        rf",? ?(?:as )?(?:similar|relative|identical) (?:in \w+ )?to {_PRIOR}{_WHEN}",
        rf",? ?(?:since|from|than|on|over|to|with) {_PRIOR}{_WHEN}(?=[\s,.;]|$)",
        r",? ?(?:in|over|during) the interval",
        r"\b(?:interval|serial) (?:increase|decrease|improvement|worsening|progression|development|change|reduction)"
        r"(?: in size)? (?:of|in) (?:the )?",
        r"\binterval\b ?",
        r",? ?(?:(?:is|are|has been|have been|was|were) )?(?:essentially |relatively |grossly |largely |otherwise )?"
        r"(?:stable|unchanged|not (?:significantly )?changed)(?: in (?:appearance|position|size))?(?=[,.;]|$)",
        r"\b(?:essentially |relatively |grossly |overall )?(?:stable|unchanged)"
        r"(?:[- ]appearing| appearance of(?: the)?)? ",
        r"\b(?:new(?:ly)?|worsening|worsened|increasing|decreasing|improving|improved|persistent|persisting|slightly "
        r"(?:larger|smaller|increased|decreased)) (?=[a-z])",
        r"(?<=\bis )again |(?<=\bare )again |\bagain(?: (?=seen|noted|demonstrated|identified|visualized))",
        r"\bonce again,? ?",
    )
)
_COMPARES = re.compile(
    rf"\b(?:compar\w+|unchanged|stable|interval|{_PRIOR.replace('(?: ' + _FILM + ')?', ' ' + _FILM)}|since|again)\b",
    re.IGNORECASE,
)
_DEVICE = re.compile(
    r"\b(?:(?:endotracheal|tracheostomy|nasogastric|orogastric|enteric|feeding|chest|ET|NG|OG|gastric|dobbhoff) tubes?"
    r"|ETT|NGT|PICC|port-?a-?caths?|mediports?|catheters?|central (?:venous )?lines?|(?:IJ|PICC|subclavian) lines?"
    r"|jugular lines?|pace-?makers?|pacers?|defibrillators?|ICDs?|AICDs?|(?:pacing )?leads?|wires|stents?"
    r"|swan-?ganz|tracheostom(?:y|ies)|(?:surgical |cholecystectomy )?clips?|prosthe(?:sis|tic)(?: valves?)?|IABP"
    r"|(?:valve|joint) replacements?|support devices?|tubes? and lines?|lines and tubes?|drains?|spinal hardware"
    r"|(?:orthopedic |surgical |fixation )?hardware|sutures?(?: material)?|EKG|electrodes?)\b",
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"\b(?:discussed with|communicated|notified|telephoned|phone[d]?|paged|dictated by|signed by|attending|resident|"
    r"accession|MRN|medical record|was informed|were informed|Drs?\. )",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"XXXX|_{2,}|\[\*\*.*?\*\*\]")
_NOUN = re.compile(r"(?:XXXX|_{2,})(?=\W*$|[,.;]| (?:is|are|was|were|appears?|within|in|of|at|and|or|tip)\b)")
_DATE = re.compile(
    r"\b(?:on |dated |of |from )?(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d{2}-\d{2}"
    r"|(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.? \d{1,2},? \d{4})\b(?:,? at)?"
    r"(?: \d{1,2}:\d{2}(?: ?[ap]\.?m\.?)?)?",
    re.IGNORECASE,
)
_PLACE = re.compile(r"[^,;]*")
_HEADING = re.compile(r"^[A-Z][A-Za-z /]*:$")


def refine(text: str) -> str:
    """One report, refined; its findings as `reporting.labeler` reads them stay equal, support devices apart.

    Empty sections and the numbers of a list go first: they hold no word.
    """
    pieces = [text[start:end] for start, end in sentence_spans(text)]
    pieces = [piece for piece in pieces if not re.fullmatch(r"\d{1,2}[.)]", piece)]
    wanted = _findings(_joined(pieces))
    edited = [_edited(piece) for piece in pieces]
    whole = _joined(edited)
    if _findings(whole) == wanted:
        return whole
    kept = list(pieces)
    for at, piece in enumerate(edited):
        for tried in dict.fromkeys((piece, *_weaker(pieces[at]))):
            before, kept[at] = kept[at], tried
            if _findings(_joined(kept)) == wanted:
                break
            kept[at] = before
    return _joined(kept)


def compares(text: str) -> bool:
    """Whether words of comparison are left."""
    return bool(_COMPARES.search(text))


def names_devices(text: str) -> bool:
    """Whether a device is named."""
    return bool(_DEVICE.search(text))


def _findings(text: str) -> dict[str, str]:
    return {name: str(presence) for name, presence in label(text).findings.items() if name != DEVICES}


def _edited(sentence: str) -> str:
    """A sentence cut as far as its own findings allow; "" = left out."""
    if _HEADING.match(sentence):
        return sentence
    if not (_DEVICE.search(sentence) or _COMPARES.search(sentence) or _TOLD.search(sentence) or _marked(sentence)):
        return sentence
    wanted = _findings(sentence)
    return next(tried for tried in (*_stronger(sentence), sentence) if _findings(tried) == wanted)


def _marked(sentence: str) -> bool:
    return bool(_HIDDEN.search(sentence) or _DATE.search(sentence) or any(cut.search(sentence) for cut in _CUTS))


def _stronger(sentence: str) -> Iterator[str]:
    """Ways to cut, the most wanted first."""
    words = len(sentence.split())
    if (
        _TOLD.search(sentence)
        or 3 * len(_HIDDEN.findall(sentence)) > words
        or _DEVICE.search(sentence)
        or _NOUN.search(sentence)
    ):
        yield ""
    if re.search(r"\b(?:is|are|remains?|appears?) (?:\w+ly )?(?:stable|unchanged)\W*$", sentence, re.IGNORECASE):
        yield ""
        yield _tidy(re.sub(r"(?:stable|unchanged)(?=\W*$)", "seen", re.sub(r"\bremains?\b", "is", sentence)))
    yield _tidy(_without_comparison(_without_marks(_without_devices(sentence))))
    yield from _weaker(sentence)


def _weaker(sentence: str) -> Iterator[str]:
    yield _tidy(_without_comparison(_without_marks(sentence)))
    yield _tidy(_without_marks(_without_devices(sentence)))
    yield _tidy(_without_comparison(sentence))
    yield _tidy(_without_marks(sentence))


def _without_devices(sentence: str) -> str:
    """The clauses that name no device."""
    clauses = [piece for piece in _PLACE.findall(sentence) if piece.strip(" .")]
    kept = [clause for clause in clauses if not _DEVICE.search(clause)]
    return ",".join(kept) if kept and len(kept) < len(clauses) else sentence


def _without_comparison(sentence: str) -> str:
    for cut in _CUTS:
        sentence = cut.sub(" ", sentence)
    return sentence


def _without_marks(sentence: str) -> str:
    sentence = re.sub(r"\bx-XXXX", "x-ray", sentence)
    sentence = re.sub(r"\b(?:of|by|from|on|to|at|in|with) (?:the )?(?:XXXX|_{2,})(?=[\s,.;]|$)", "", sentence)
    return _DATE.sub("", _HIDDEN.sub("", sentence))


def _tidy(sentence: str) -> str:
    """Blanks, stray commas, and a capital at the beginning; "" where no sentence is left."""
    text = re.sub(r"\s+", " ", sentence).strip(" ,;")
    text = re.sub(r"[ ,]+(?=[.;])| (?=,)|(?<=,),", "", text)
    text = re.sub(r"\b(?:is|are|was|were|has been|have been)(?=\.?$)", "", text).strip()
    text = re.sub(r"\b[Aa]n? (?=[A-Z]?[a-z]+s\b are)", "", text)
    text = re.sub(r"^(?:and|but|or|with|also) ", "", text, flags=re.IGNORECASE)
    if not re.search(r"[A-Za-z]{4}", text):
        return ""
    return text[0].upper() + text[1:] + ("" if text[-1] in ".:!?" else ".")


def _joined(pieces: Sequence[str]) -> str:
    """Sentences, a heading on a line of its own where something follows it."""
    lines: list[str] = []
    heading, body = "", list[str]()
    for piece in [*pieces, None]:
        if piece is None or _HEADING.match(piece):
            if body:
                lines.append(f"{heading}\n{' '.join(body)}".strip())
            heading, body = piece or "", []
        elif piece:
            body.append(piece)
    return "\n\n".join(lines)


def refine_table(source: Path, out: Path, column: str = "") -> dict[str, Any]:
    """A CSV of reports -> the same rows with refined reports; counts what was read, kept, changed and left out.

    Raises
    ------
    TrainingError
        no such file, no column of reports, the disk refuses.
    """
    try:
        with source.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            names = list(reader.fieldnames or ())
            chosen = _column(source, names, column)
            rows = list(reader)
    except FileNotFoundError as error:
        raise missing(source) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise TrainingError(f"{source.name} is not a table.", "Give a CSV file in UTF-8.", "dataset_table") from error
    left, kept, changed = Counter[str](), [], 0
    for row in rows:
        text = refine(row[chosen] or "")
        if not text:
            left["an empty report" if not (row[chosen] or "").strip() else "nothing left to learn from"] += 1
            continue
        changed += text != row[chosen]
        kept.append({**row, chosen: text})
    _write(out, names, kept)
    reasons = [{"reason": reason, "count": count} for reason, count in left.most_common()]
    return {"read": len(rows), "kept": len(kept), "changed": changed, "left_out": reasons}


def _column(source: Path, names: Sequence[str], column: str) -> str:
    for name in (column,) if column else ("report", "text"):
        if name in names:
            return name
    raise TrainingError(
        f"{source.name} has no column {column or 'report or text'}.", "Name the column of reports with --column.",
        "dataset_columns",
    )  # fmt: skip


def _write(out: Path, names: Sequence[str], rows: Sequence[dict[str, str]]) -> None:
    part = out.with_name(f"{out.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, names, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
            file.flush()
            os.fsync(file.fileno())
        part.replace(out)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise TrainingError(
            f"{out.name} could not be written.", "Free the disk or choose another place.", "disk"
        ) from error
