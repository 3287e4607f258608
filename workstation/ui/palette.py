"""The two palettes, night and day: every colour of the chrome by its name. The film's ground is black in both.

State colours (GREEN, AMBER, RED) never stand alone: a word or a mark goes with them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Palette:
    """Grounds, lines and inks; every ink reads on every ground with a contrast of at least 4.5:1."""

    GROUND: str  # fields, the window behind its panels
    PANEL: str
    RAISED: str  # buttons, menus, cards
    LINE: str
    TEXT: str
    SECONDARY: str
    ACCENT: str  # "here, now"
    GREEN: str
    AMBER: str
    RED: str
    DRAFT_TINT: str  # behind drafted words
    SELECTED: str  # the row or sentence that is "here, now"
    PRIMARY: str  # the one button that ends the task; TEXT_ON_PRIMARY on it is >= 4.5:1
    PRIMARY_HOVER: str
    HOVER: str
    DISABLED: str
    HANDLE: str  # of scroll bars; also the hill of a histogram
    HANDLE_HOVER: str
    TEXT_ON_PRIMARY: str = "#ffffff"
    FILM: str = "#000000"


NIGHT = Palette(
    GROUND="#16181b",
    PANEL="#1d2024",
    RAISED="#25292e",
    LINE="#31363c",
    TEXT="#d6d9dd",
    SECONDARY="#8b929b",
    ACCENT="#5aa9e6",
    GREEN="#6dbb83",
    AMBER="#e0a84a",
    RED="#ec7a74",
    DRAFT_TINT="#202c38",
    SELECTED="#222a32",
    PRIMARY="#2b6ca3",
    PRIMARY_HOVER="#32669a",
    HOVER="#2d3238",
    DISABLED="#6a717a",
    HANDLE="#3c434b",
    HANDLE_HOVER="#525a64",
)
DAY = Palette(
    GROUND="#f7f8f9",
    PANEL="#eceef0",
    RAISED="#fdfdfd",
    LINE="#c3c8ce",
    TEXT="#1b1e22",
    SECONDARY="#4a5159",
    ACCENT="#0a568f",
    GREEN="#1b6434",
    AMBER="#734b00",
    RED="#a1231c",
    DRAFT_TINT="#dbe7f3",
    SELECTED="#dde6ee",
    PRIMARY="#1f6aa8",
    PRIMARY_HOVER="#1a5c92",
    HOVER="#e3e7ea",
    DISABLED="#80868e",
    HANDLE="#b5bbc2",
    HANDLE_HOVER="#98a0a8",
)
THEMES = {"night": NIGHT, "day": DAY}
