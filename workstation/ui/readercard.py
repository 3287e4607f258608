"""Who reads: name, role and the short id of the log, asked once in a small card that blocks nothing."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from workstation.settings import Settings
from workstation.ui import style


class ReaderCard(QWidget):
    """``given(id, name, role)`` when the reader presses Use."""

    given = Signal(str, str, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Dialog)
        self.setWindowTitle("Who reads")
        self.name, self.role, self.short = QLineEdit(), QLineEdit(), QLineEdit()
        self.name.textEdited.connect(self._suggest)
        self._own_short = False
        self.short.textEdited.connect(self._keep_short)
        form = QFormLayout()
        form.addRow("Name under the report", self.name)
        form.addRow("Role", self.role)
        form.addRow("Short id in the log", self.short)
        self._line = QLabel("These stand under every report that you sign.", wordWrap=True)
        style.set_role(self._line, "secondary")
        use = QPushButton("Use", default=True)
        style.set_role(use, "primary")
        use.clicked.connect(self._use)
        close = QPushButton("Close  Esc")
        close.setShortcut("Esc")
        close.clicked.connect(self.hide)
        for field in (self.name, self.role, self.short):
            field.returnPressed.connect(self._use)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(close)
        buttons.addWidget(use)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addLayout(form)
        column.addWidget(self._line)
        column.addLayout(buttons)
        self.resize(420, 180)

    def show_reader(self, settings: Settings) -> None:
        """Open with what is known."""
        self.name.setText(settings["reader_name"])
        self.role.setText(settings["reader_role"])
        self.short.setText(settings["reader_id"])
        self._own_short = bool(settings["reader_id"])
        self.show()
        self.raise_()
        self.name.setFocus()

    def _suggest(self, name: str) -> None:
        """Initials, until the reader types an id of their own."""
        if not self._own_short:
            self.short.setText("".join(word[0] for word in name.split() if word[0].isalnum()).lower())

    def _keep_short(self, _text: str) -> None:
        self._own_short = True

    def _use(self) -> None:
        name, role, short = (field.text().strip() for field in (self.name, self.role, self.short))
        if not (name and role and short):
            style.set_role(self._line, "careful")
            self._line.setText("Name, role and short id are all needed: they stand under the report and in the log.")
            return
        self.given.emit(short, name, role)
        self.hide()
