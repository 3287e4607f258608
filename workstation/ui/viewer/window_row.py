"""The row under the film: centre and width as numbers, the named windows on their keys, auto, reset, histogram.

Shows what the film's presentation is and passes on what the reader types. Knows one film view, no study.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QWidget

from workstation.ui import style
from workstation.ui.viewer.facts import pair
from workstation.ui.viewer.foldingrow import FoldingRow
from workstation.ui.viewer.histogram import Histogram
from workstation.ui.viewer.keybutton import KeyButton
from workstation.ui.viewer.numberfield import NumberField

if TYPE_CHECKING:
    from workstation.dicom.records import Window
    from workstation.imaging.window import Presentation
    from workstation.ui.viewer.film_view import FilmView
    from workstation.ui.viewer.loading import Prepared

LONGEST_NAME = 18
# How dearly each is needed: the first windows of the file, ours, the hill, the rest.
FIRST_CHOICES_NEED, PRESET_NEED, HISTOGRAM_NEED = 79, 69, 64


class WindowRow(FoldingRow):
    """Follows one film view at a time."""

    left = Signal()  # the reader has done typing

    def __init__(self, choices: Sequence[QAction], others: Sequence[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent, height=38)
        self._view: FilmView | None = None
        self._prepared: Prepared | None = None
        self._dragged_from: Window | None = None
        self._choices = list(choices)
        self.centre, self.width_field = NumberField("Window centre"), NumberField("Window width")
        self.histogram = Histogram()
        self.histogram.moved.connect(self._drag_ends)
        self.histogram.released.connect(self._tell_drag)
        self._add_field("Centre", self.centre)
        self._add_field("Width", self.width_field)
        self.centre.hop.connect(self.width_field.take_keys)
        self.width_field.hop.connect(self.centre.take_keys)
        self.chips = [KeyButton(act) for act in self._choices]
        for n, chip in enumerate(self.chips):
            self._choices[n].setCheckable(True)
            self.add(chip, (FIRST_CHOICES_NEED if 0 < n <= 3 else 60) - n)
        for act in others:
            self.add(KeyButton(act, text=act.text().split()[0]), 70)
        self.add(self.histogram, HISTOGRAM_NEED, right=True)
        self._name_choices()
        self.refresh()

    def add_presets(self, acts: Sequence[QAction]) -> None:
        """Windows that are found in the film itself; where room is short the last go first, after the histogram."""
        for n, act in enumerate(acts):
            self.add(KeyButton(act, text=act.text().split()[0]), PRESET_NEED - n)

    def _add_field(self, name: str, field: NumberField) -> None:
        label = QLabel(name)
        style.set_role(label, "secondary")
        self.add(label, 80)
        self.add(field, 90)
        field.entered.connect(self._typed)
        field.left.connect(self.left)

    def follow(self, view: FilmView | None, prepared: Prepared | None) -> None:
        """Show this view's window from now on."""
        if (view, prepared) == (self._view, self._prepared):
            return
        self._view, self._prepared = view, prepared
        self._name_choices()
        grey = view is not None and view.can_window()
        for field in (self.centre, self.width_field):
            field.setEnabled(grey)
        self.show_histogram()
        self.refresh()

    def _name_choices(self) -> None:
        """Chips: 1 to 9 by their explanations where the file offers several, else 0 alone."""
        prepared = self._prepared
        names = [choice.label for choice in prepared.choices] if prepared else []
        several = len(names) > 1
        for n, (act, chip) in enumerate(zip(self._choices, self.chips, strict=True)):
            act.setEnabled(prepared is not None and n <= len(names))
            act.setText(_short(names[n - 1]) if 0 < n <= len(names) else "Default" if n == 0 else "")
            self.want(chip, act.isEnabled() and (n > 0) == several)

    def show_histogram(self) -> None:
        """The hill, once it has been counted."""
        if self._view is not None and self._view.can_window() and self._prepared is not None:
            self.histogram.show_film(self._prepared.counts, self._curve, self._ends)
        else:
            self.histogram.clear()

    def refresh(self) -> None:
        """The view's presentation has changed."""
        shown = self._view.presentation if self._view else None
        for n, act in enumerate(self._choices):
            act.setChecked(shown is not None and self._is_choice(n, shown))
        if self._view is None or shown is None or not self._view.can_window():
            self.centre.clear()
            self.width_field.clear()
            return
        self._show_numbers(self._view.linear_window())
        self.histogram.update()

    def _show_numbers(self, window: Window) -> None:
        for field, value in ((self.centre, window.center), (self.width_field, window.width)):
            field.step_of = window.width
            field.set_value(value)

    def _is_choice(self, n: int, shown: Presentation) -> bool:
        if self._prepared is None or n > len(self._prepared.choices):
            return False
        choice = self._prepared.choices[n - 1] if n else self._prepared.presentation
        return (choice.window, choice.voi_lut) == (shown.window, shown.voi_lut)

    def _curve(self) -> Sequence[int]:
        view = self._view
        return view.picture.curve(view.presentation) if view and view.picture and view.presentation else []

    def _ends(self) -> tuple[float, float] | None:
        from workstation.imaging.adjust import ends_of

        view = self._view
        return ends_of(view.film, view.linear_window()) if view is not None and view.film is not None else None

    def _drag_ends(self, low: float, high: float) -> None:
        """The hand on the histogram; told once, when it lets go."""
        view = self._view
        if view is None or view.film is None or view.presentation is None:
            return
        from workstation.imaging.adjust import between_ends
        from workstation.ui.viewer.windowing import with_window

        now = view.linear_window()
        self._dragged_from = self._dragged_from or now
        view.set_presentation(with_window(view.presentation, between_ends(view.film, now, low, high)))

    def _tell_drag(self) -> None:
        before, self._dragged_from = self._dragged_from, None
        if before is not None and self._view is not None and self._view.film is not None:
            moved = {"how": "histogram", "from": pair(before), "to": pair(self._view.linear_window())}
            self._view.acted.emit("window", moved)

    def _typed(self, value: float) -> None:
        if self._view is None or self._view.presentation is None:
            return
        now = self._view.linear_window()
        if self.sender() is self.centre:
            self._view.set_window(value, now.width)
        else:
            self._view.set_window(now.center, value)
        self.refresh()


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"
