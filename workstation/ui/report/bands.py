"""The finding head's scores, folded away, in three coarse bands (`reporting.bands`): never a number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtWidgets import QVBoxLayout, QWidget

from workstation.reporting.bands import BANDS, USUAL_POINT, band
from workstation.ui import style
from workstation.ui.lines import act_button, show, tell, words


@dataclass(frozen=True, slots=True)
class BandText:
    """Findings by band, strongest first."""

    high: tuple[str, ...]
    middle: tuple[str, ...]
    low: tuple[str, ...]


def banded(probabilities: Mapping[str, float] | None, thresholds: Mapping[str, float]) -> BandText | None:
    """All scores by band; None without a finding head."""
    if not probabilities:
        return None
    order = sorted(probabilities, key=lambda finding: -probabilities[finding])
    bands = {f: band(probabilities[f], thresholds.get(f, USUAL_POINT)) for f in order}
    return BandText(*(tuple(f for f in order if bands[f] == name) for name in BANDS))


class Bands(QWidget):
    """One folded line; opened it shows three."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.button = act_button("report.probabilities", self.toggle, "Finding scores")
        self.button.setStyleSheet(f"font-size: {style.SMALL_PX}px; padding: 0; border: none;")
        self.lines = {name: words("" if name == "high" else "small") for name in BANDS}
        self._text: BandText | None = None
        self.open = False
        column = QVBoxLayout(self, spacing=1)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.button)
        for line in self.lines.values():
            column.addWidget(line)
        self.set_text(None)

    def set_text(self, text: BandText | None) -> None:
        self._text = text
        show(self, text is not None)
        self._write()

    def toggle(self) -> None:
        """Show or hide the bands; they stay as the reader left them from study to study."""
        if self._text is not None:
            self.open = not self.open
            self._write()

    def _write(self) -> None:
        for name, line in self.lines.items():
            findings = getattr(self._text, name) if self._text is not None and self.open else ()
            tell(line, f"{name}: {', '.join(findings)}" if findings else "")
