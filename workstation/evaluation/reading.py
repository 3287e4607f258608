"""Texts and label lists -> what they say of each finding, as small numbers in arrays. The labeler reads the texts.

"no finding" is no finding of its own here: it would reward a model for calling every film normal.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from functools import lru_cache

import numpy as np

from workstation.reporting.findings import FINDINGS, Presence
from workstation.reporting.labeler import label

NORMAL = "no finding"
NAMES = tuple(name for name in FINDINGS if name != NORMAL)
COLUMN = {name: i for i, name in enumerate(NAMES)}
UNJUDGED, ABSENT, PRESENT, UNCERTAIN, SILENT = range(5)
CODES = {
    Presence.ABSENT: ABSENT,
    Presence.PRESENT: PRESENT,
    Presence.UNCERTAIN: UNCERTAIN,
    Presence.NOT_MENTIONED: SILENT,
}
LONGEST_TEXT = 100_000


@lru_cache(maxsize=4096)
def _read(text: str) -> bytes:
    found = label(text).findings
    return bytes(CODES[found.get(name, Presence.NOT_MENTIONED)] for name in NAMES)


def read_text(text: str) -> np.ndarray:
    """What a report says of each of `NAMES`: (20,) uint8 of ABSENT, PRESENT, UNCERTAIN or SILENT."""
    return np.frombuffer(_read(text), np.uint8) if text.strip() else np.full(len(NAMES), SILENT, np.uint8)


def listed(codes: np.ndarray, wanted: int) -> str:
    """The findings of one code as a semicolon list."""
    return ";".join(name for name, code in zip(NAMES, codes, strict=True) if code == wanted)


def parse_list(cell: str) -> tuple[list[str], list[str]]:
    """A semicolon list -> names of `FINDINGS`, and what is none of them."""
    names = [name for name in (_plain(piece) for piece in cell.split(";")) if name]
    return [name for name in names if name in FINDINGS], [name for name in names if name not in FINDINGS]


def _plain(piece: str) -> str:
    return " ".join(piece.replace("_", " ").lower().split())


def suggestion(unknown: Iterable[str]) -> str:
    """A remedy for names that are no findings."""
    near = [match for name in unknown for match in difflib.get_close_matches(name, FINDINGS, 1)]
    hint = f"Did you mean {', '.join(near)}? " if near else ""
    return f"{hint}Use the program's names of findings, separated by semicolons."


def columns_of(names: Iterable[str]) -> list[int]:
    """Columns of findings; "no finding" has none."""
    return [COLUMN[name] for name in names if name in COLUMN]
