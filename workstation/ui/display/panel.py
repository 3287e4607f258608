"""What can be entered for a monitor: which curve it has, its black, its white, the room's light, its pixels, a check.

Shows and asks; what is kept is the desk's. Knows curves, no film.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workstation.imaging.gsdf import calibrated_curve, deviation, gamma_curve
from workstation.imaging.patterns import PATTERNS
from workstation.ui import style
from workstation.ui.lines import tell, words

if TYPE_CHECKING:
    from workstation.imaging.gsdf import DisplayCurve

NONE, GAMMA, OWN, FILE = "Not calibrated", "Gamma 2.2, not measured", "Follows the GSDF by itself", "Measured file"
KINDS = (NONE, GAMMA, OWN, FILE)
MOST_SAID = 100_000.0  # a black of nothing has no ratio
LEAST_RATIO, MOST_DEVIATION = 250.0, 0.10  # AAPM TG18 and TG270, for diagnosis


class Panel(QWidget):
    """Everything but the pattern."""

    pattern_chosen = Signal(int)
    curve_changed = Signal(object)  # DisplayCurve or None: tried, not yet kept
    load_asked = Signal()
    kept = Signal(object)  # DisplayCurve or None
    measured = Signal(float)  # mm of the ruler's bar
    checked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._loaded: DisplayCurve | None = None
        self.monitor, self.state, self.last = words("title"), words("secondary"), words("secondary")
        self.patterns, self.look_for = QListWidget(), words("secondary")
        self.kind = QComboBox()
        self.black, self.white, self.room = (_light(name) for name in ("Black", "White", "Room light on the screen"))
        self.facts, self.told = words(), words("wrong")
        self.load, self.keep = QPushButton("Load a measured curve…"), QPushButton("Use on this monitor")
        self.bar, self.length = words("secondary"), QDoubleSpinBox(decimals=1, maximum=3000.0, suffix=" mm")
        self.save_length = QPushButton("Keep")
        self.check = QPushButton("Looked at today, all is well")
        style.set_role(self.keep, "primary")
        self._fill()
        self._lay_out()
        self._connect()

    def _fill(self) -> None:
        self.patterns.addItems([pattern.name for pattern in PATTERNS])
        self.patterns.setAccessibleName("Test patterns")
        self.patterns.setFixedHeight(self.patterns.sizeHintForRow(0) * len(PATTERNS) + 6)
        self.kind.addItems(KINDS)
        self.kind.setAccessibleName("Luminance curve of this monitor")
        self.length.setAccessibleName("Length of the bar")
        self.black.setRange(0.01, 20.0)
        self.white.setRange(10.0, 3900.0)
        self.room.setRange(0.0, 50.0)
        for field, value in ((self.black, 0.3), (self.white, 250.0), (self.room, 0.3)):
            field.setValue(value)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 4)
        for part in (self.monitor, self.state, self.patterns, self.look_for):
            column.addWidget(part)
        column.addWidget(self._curve_box())
        column.addWidget(self._size_box())
        column.addWidget(self.last)
        column.addWidget(self.check)
        column.addStretch()

    def _curve_box(self) -> QGroupBox:
        box = QGroupBox("Luminance, cd/m²")
        form = QFormLayout(box)
        form.addRow("Curve", self.kind)
        for name, field in (("Black", self.black), ("White", self.white), ("Room light", self.room)):
            form.addRow(name, field)
        for part in (self.facts, self.told, self.load, self.keep):
            form.addRow(part)
        return box

    def _size_box(self) -> QGroupBox:
        box = QGroupBox("Size of a pixel")
        column = QVBoxLayout(box)
        column.addWidget(self.bar)
        row = QHBoxLayout()
        row.addWidget(self.length, 1)
        row.addWidget(self.save_length)
        column.addLayout(row)
        return box

    def _connect(self) -> None:
        self.patterns.currentRowChanged.connect(self._choose)
        self.kind.currentIndexChanged.connect(self._changed)
        for field in (self.black, self.white, self.room):
            field.valueChanged.connect(self._changed)
        self.load.clicked.connect(self.load_asked)
        self.keep.clicked.connect(lambda: self.kept.emit(self.curve()))
        self.length.valueChanged.connect(lambda: self.patterns.setCurrentRow(len(PATTERNS) - 1))
        self.save_length.clicked.connect(lambda: self.measured.emit(self.length.value()))
        self.check.clicked.connect(self.checked)
        self.patterns.setCurrentRow(0)

    def curve(self) -> DisplayCurve | None:
        """The curve as it is entered now; None for none, or for values that no monitor has."""
        black, white, room = self.black.value(), self.white.value(), self.room.value()
        if self.kind.currentText() == FILE:
            return self._loaded
        if white <= black or self.kind.currentText() == NONE:
            return None
        make = gamma_curve if self.kind.currentText() == GAMMA else calibrated_curve
        return make(black, white, room)

    def refuse(self, words_: str) -> None:
        """Why something was not done, where it was asked for."""
        tell(self.told, words_)

    def show_curve(self, curve: DisplayCurve | None) -> None:
        """Enter a curve as it is kept, or as it was read from a file."""
        kinds = {"measured": FILE, "built in": GAMMA, "calibrated": OWN}
        for part in (self.kind, self.black, self.white, self.room):
            part.blockSignals(True)
        if curve is not None:
            self._loaded = curve if curve.kind == "measured" else None
            for field, value in (
                (self.black, curve.luminances[0]),
                (self.white, curve.luminances[-1]),
                (self.room, curve.ambient),
            ):
                field.setValue(value)
        self.kind.setCurrentText(NONE if curve is None else kinds.get(curve.kind, NONE))
        for part in (self.kind, self.black, self.white, self.room):
            part.blockSignals(False)
        self._changed()

    def _choose(self, at: int) -> None:
        if at >= 0:
            self.look_for.setText(PATTERNS[at].look_for)
            self.pattern_chosen.emit(at)

    def _changed(self) -> None:
        curve, kind = self.curve(), self.kind.currentText()
        for field in (self.black, self.white, self.room):
            field.setEnabled(kind in (GAMMA, OWN))
        self.keep.setEnabled(curve is not None or kind == NONE)
        tell(self.told, "")
        words_, role = _judged(curve, kind)
        self.facts.setText(words_)
        style.set_role(self.facts, role)
        self.curve_changed.emit(curve)


def _light(name: str) -> QDoubleSpinBox:
    field = QDoubleSpinBox(decimals=2, singleStep=0.1)
    field.setAccessibleName(f"{name}, candela per square metre")
    return field


def _judged(curve: DisplayCurve | None, kind: str) -> tuple[str, str]:
    """The curve's numbers in words, and whether they suffice for diagnosis (AAPM TG18, TG270)."""
    if curve is None:
        if kind == NONE:
            return "Grey values go to the monitor as they are; the film says that it is not calibrated.", "secondary"
        return ("Load a file first." if kind == FILE else "White must be brighter than black."), "careful"
    ratio, error = curve.ratio, deviation(curve)
    said_ratio = f"{ratio:.0f}" if ratio < MOST_SAID else f"above {MOST_SAID:.0f}"
    numbers = f"Luminance ratio {said_ratio}, {curve.just_noticeable:.0f} just noticeable steps."
    if ratio < LEAST_RATIO:
        return f"{numbers} Too little for diagnosis: a ratio of at least 250 is asked for.", "careful"
    if curve.kind == "calibrated":
        return numbers, "plain"
    suffices = error <= MOST_DEVIATION
    said = f"{numbers} Contrast is within {error * 100:.0f} % of the standard once it is used."
    return (said, "good") if suffices else (f"{said} More than the 10 % allowed for diagnosis.", "careful")
