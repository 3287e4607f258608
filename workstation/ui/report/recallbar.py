"""The minute after a signature: whose report was signed, and a button that takes it back and counts down.

It stays when the next study is already open. No other clock runs anywhere.
"""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from workstation.ui import actions
from workstation.ui.lines import words
from workstation.workflow.reading import Reading


class RecallBar(QWidget):
    """``asked``: call it back. ``over``: the minute has ended or the report has left."""

    asked = Signal()
    over = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.reading: Reading | None = None
        self.patient = words("good")
        self.button = QPushButton()
        actions.print_key(self.button, lambda: self.button.setToolTip(actions.tooltip("report.recall")))
        self.button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.button.clicked.connect(self.asked)
        row = QHBoxLayout(self, spacing=8)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.patient, 1)
        row.addWidget(self.button)
        self._timer = QTimer(self, interval=1000)
        self._timer.timeout.connect(self.refresh)
        self.hide()

    def watch(self, reading: Reading) -> None:
        """Count down for a report that was just signed."""
        self.reading = reading
        study = reading.study
        name, number = study.patient_name or "name not stated", study.patient_id or "not stated"
        self.patient.setText(f"Signed: {name}, ID {number}")
        self.refresh()

    def refresh(self) -> None:
        """What the store says is left; exports elsewhere end it too."""
        left = self.reading.seconds_to_recall() if self.reading is not None else 0.0
        if left <= 0:
            self.forget()
            return
        self.button.setText(f"Call back ({math.ceil(left)} s)  {actions.key_text('report.recall')}")
        self.show()
        if not self._timer.isActive():
            self._timer.start()

    def forget(self) -> None:
        watched, self.reading = self.reading, None
        self._timer.stop()
        self.hide()
        if watched is not None:
            self.over.emit()
