"""The top line of the report: its state in words, when it was saved, which version it is."""

from __future__ import annotations

import time

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from workstation.errors import WorkstationError
from workstation.ui.lines import tell, words

STEP_S = 10  # the age of the last save is told in steps, so that no clock runs beside the text


class StateLine(QWidget):
    """Words only; it decides nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.state = words("title", "Report", wrap=False), words("secondary")
        self.version, self.trouble = words("secondary", wrap=False), words("wrong")
        row = QHBoxLayout(spacing=8)
        for part, stretch in ((self.title, 0), (self.state, 1), (self.version, 0)):
            row.addWidget(part, stretch)
        column = QVBoxLayout(self, spacing=2)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addWidget(self.trouble)
        self.trouble.hide()
        self._status = ""
        self._saved_at: float | None = None
        self._timer = QTimer(self, interval=STEP_S * 1000)
        self._timer.timeout.connect(self._write)

    def show_status(self, status: str, version: str = "") -> None:
        """A study's own state; nothing has been saved yet in this sitting."""
        self._status, self._saved_at = status, None
        self._timer.stop()
        self.version.setText(version)
        tell(self.trouble, "")
        self._write()

    def set_status(self, status: str) -> None:
        self._status = status
        self._write()

    def saved(self) -> None:
        tell(self.trouble, "")
        self._saved_at = time.monotonic()
        self._timer.start()
        self._write()

    def not_saved(self, error: WorkstationError) -> None:
        tell(self.trouble, f"Not saved: {error.message} {error.remedy} Your text stays here; saving is tried again.")

    def unsaved_elsewhere(self, studies: int) -> None:
        """Texts that the store refused when their study was left."""
        if studies:
            kept = "text of an earlier study is" if studies == 1 else f"texts of {studies} earlier studies are"
            tell(self.trouble, f"The {kept} not saved yet and kept here: open it again once the store can be written.")

    def _write(self) -> None:
        parts = [self._status]
        if self._saved_at is not None:
            parts.append(f"autosaved {_ago(time.monotonic() - self._saved_at)}")
        self.state.setText(", ".join(part for part in parts if part))


def _ago(seconds: float) -> str:
    if seconds < STEP_S:
        return "1 s ago"
    return f"{int(seconds // STEP_S) * STEP_S} s ago" if seconds < 60 else f"{int(seconds // 60)} min ago"
