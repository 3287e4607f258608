"""The row above the film: what the left button does, the common acts with their keys, and which film is active.

Knows acts and names of films; what an act does is the pane's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from workstation.dicom.records import Instance
from workstation.ui.viewer.foldingrow import FoldingRow
from workstation.ui.viewer.keybutton import KeyButton

# The act and how dearly its button is needed when room is short; its key works without the button.
BUTTONS = (
    ("film.tool_window", 90),
    ("film.tool_pan", 50),
    ("film.tool_zoom", 50),
    ("film.invert", 80),
    ("film.fit", 70),
    ("film.one_to_one", 60),
    ("film.text", 40),
)
_LATERAL = {"LL": "Lat", "RL": "Lat", "LATERAL": "Lat", "LLD": "Decub L", "RLD": "Decub R"}


def view_name(instance: Instance, n: int) -> str:
    """A short name for a film on its button: PA, AP, Lat, or its number."""
    view = instance.view_position.strip().upper()
    return _LATERAL.get(view, view) or f"Film {n + 1}"


class ToolRow(FoldingRow):
    """Buttons for acts on the left; films of the study on the right, when there are several."""

    def __init__(
        self, acts: Mapping[str, QAction], activate: Callable[[int], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, height=34)
        self._activate = activate
        self._films: list[tuple[QAction, KeyButton]] = []
        for name, need in BUTTONS:
            self.add(KeyButton(acts[name], text="Text" if name == "film.text" else ""), need)
        self._layout_button = KeyButton(acts["film.layout"])
        self.add(self._layout_button, 55, right=True)
        self.want(self._layout_button, False)

    def show_films(self, names: Sequence[str]) -> None:
        """One button a film; none where there is only one."""
        for act, button in self._films:
            self.remove(button)
            act.deleteLater()
        self._films = []
        for n in reversed(range(len(names) if len(names) > 1 else 0)):
            act = QAction(names[n], self)
            act.setCheckable(True)
            act.setToolTip(f"Film {n + 1} of {len(names)} (arrow keys)")
            act.triggered.connect(lambda _checked=False, n=n: self._press(n))
            button = KeyButton(act)
            self._films.insert(0, (act, button))
            self.add(button, 85, right=True)
        self.want(self._layout_button, len(names) > 1)

    def _press(self, n: int) -> None:
        self._activate(n)
        self._films[n][0].setChecked(True)

    def follow(self, active: int, shown: Collection[int]) -> None:
        """Mark the active film."""
        for n, (act, _button) in enumerate(self._films):
            act.setChecked(n == active)
