"""Keys as hands know them from other viewers: only what differs from the declared ones, and whom it displaces.

After their published defaults (Weasis: its shortcut page; Horos and OsiriX: its default table). What those programs do
not have keeps its own key.
"""

from __future__ import annotations

from collections.abc import Mapping

from workstation.ui.keymap import Keymap

WEASIS: Mapping[str, tuple[str, ...]] = {
    "film.tool_pan": ("T",),
    "measure.text": ("P",),
    "film.fit": ("Ctrl+Return", "F"),
    "film.zoom_in": ("Ctrl++", "+", "="),
    "film.zoom_out": ("Ctrl+-", "-"),
    "film.rotate_right": ("Alt+R", "R"),
    "film.rotate_left": ("Alt+L", "L"),
    "film.flip_across": ("Alt+F", "H"),
}
HOROS: Mapping[str, tuple[str, ...]] = {
    "film.tool_pan": ("M",),
    "film.seen": ("P",),
    "measure.length": ("L",),
    "film.rotate_left": ("D",),
}
PRESETS = {"Weasis": Keymap(dict(WEASIS)), "Horos, OsiriX": Keymap(dict(HOROS))}
