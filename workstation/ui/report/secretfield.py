"""The secret of a registered reader, typed where the signature is asked for; it is passed on and never kept."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from workstation.ui.lines import words


class SecretField(QWidget):
    """``given(secret)`` on Return or the button; Esc puts it away."""

    given = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit = QLineEdit(placeholderText="Your secret", echoMode=QLineEdit.EchoMode.Password)
        self.edit.setAccessibleName("Secret of the signer")
        self.edit.returnPressed.connect(self._give)
        self.button = QPushButton("Sign with it", clicked=lambda: self._give())
        row = QHBoxLayout(spacing=4)
        row.addWidget(self.edit, 1)
        row.addWidget(self.button)
        column = QVBoxLayout(self, spacing=3)
        column.setContentsMargins(0, 0, 0, 0)
        self.said = words("careful")
        column.addWidget(self.said)
        column.addLayout(row)
        self.hide()

    def ask(self, reader: str) -> None:
        """Empty, and with the keyboard: the reader has just asked to sign."""
        self.said.setText(f"{reader} is in the register of readers: sign with the secret.")
        self.edit.clear()
        self.show()
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def put_away(self) -> None:
        self.edit.clear()
        self.hide()

    def _give(self) -> None:
        secret = self.edit.text()
        self.edit.clear()
        if secret:
            self.given.emit(secret)
