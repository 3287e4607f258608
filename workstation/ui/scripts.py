"""Names -> the scripts that this machine has no font for, told in the status line: boxes instead of a name are no name.

Knows Unicode's blocks and Qt's fonts; no films.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from PySide6.QtGui import QFontDatabase

from workstation.ui.statusline import StatusLine

_System = QFontDatabase.WritingSystem
# What a font must be able to write, and the first and last character of the blocks that need it.
SCRIPTS: dict[str, tuple[tuple[QFontDatabase.WritingSystem, ...], tuple[tuple[int, int], ...]]] = {
    "Greek": ((_System.Greek,), ((0x370, 0x3FF),)),
    "Cyrillic": ((_System.Cyrillic,), ((0x400, 0x52F),)),
    "Hebrew": ((_System.Hebrew,), ((0x590, 0x5FF),)),
    "Arabic": ((_System.Arabic,), ((0x600, 0x6FF), (0x750, 0x77F), (0xFB50, 0xFDFF))),
    "Thai": ((_System.Thai,), ((0xE00, 0xE7F),)),
    "Korean": ((_System.Korean,), ((0x1100, 0x11FF), (0x3130, 0x318F), (0xAC00, 0xD7AF))),
    "Japanese": ((_System.Japanese,), ((0x3040, 0x30FF), (0xFF66, 0xFF9F))),
    "Chinese": (
        (_System.SimplifiedChinese, _System.TraditionalChinese, _System.Japanese),
        ((0x3400, 0x4DBF), (0x4E00, 0x9FFF)),
    ),
}


def scripts_of(text: str) -> set[str]:
    """The scripts of `SCRIPTS` that occur in a text."""
    if text.isascii():
        return set()
    signs = [ord(sign) for sign in text]
    return {
        name
        for name, (_, blocks) in SCRIPTS.items()
        if any(first <= sign <= last for sign in signs for first, last in blocks)
    }


@cache
def unwritable() -> frozenset[str]:
    """The scripts that no font of this machine can write."""
    there = set(QFontDatabase.writingSystems())
    return frozenset(name for name, (systems, _) in SCRIPTS.items() if not there & set(systems))


def missing(texts: Iterable[str]) -> list[str]:
    """The scripts of these texts that would be shown as boxes."""
    found: set[str] = set()
    for text in texts:
        found |= scripts_of(text)
    return sorted(found & unwritable())


def tell(texts: Iterable[str], status: StatusLine) -> None:
    """Say in the status line which fonts are missing for these texts, or nothing when none are."""
    names = missing(texts)
    said = f"no font for {', '.join(names)}" if names else ""
    remedy = "Names in that script are shown as boxes. Install a font for it (Noto has one), then start again."
    status.set_fact("fonts", said, "careful", remedy)
