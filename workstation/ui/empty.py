"""What stands in the film column before there is a film: how to get one in, and a button that does it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from workstation.ui import actions, style


class Welcome(QWidget):
    """The designed empty state. The samples button is there only when samples are."""

    def __init__(self, open_files: Callable[[], object], open_samples: Callable[[], object] | None) -> None:
        super().__init__()
        style.keep_sheet(self, lambda: f"Welcome {{ background: {style.GROUND}; }}")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        title = QLabel("Drop films here", alignment=Qt.AlignmentFlag.AlignCenter)
        title.setFont(style.font(22))
        title.setStyleSheet("font-size: 22px;")
        words = QLabel(
            "Files, folders, discs or ZIP archives: DICOM, PNG, JPEG, TIFF or BMP.\nThey stay on this machine.",
            alignment=Qt.AlignmentFlag.AlignCenter,
            wordWrap=True,
        )
        style.set_role(words, "secondary")
        self.open_button = QPushButton()
        actions.print_on(self.open_button, "file.open")
        self.open_button.clicked.connect(lambda: open_files())
        self.samples_button = QPushButton()
        actions.print_on(self.samples_button, "file.samples")
        self.samples_button.setVisible(open_samples is not None)
        if open_samples is not None:
            self.samples_button.clicked.connect(lambda: open_samples())
            style.set_role(self.samples_button, "primary")
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addStretch()
        buttons.addWidget(self.open_button)
        buttons.addWidget(self.samples_button)
        buttons.addStretch()
        column = QVBoxLayout(self)
        column.setSpacing(14)
        column.addStretch(3)
        for part in (title, words):
            column.addWidget(part)
        column.addLayout(buttons)
        column.addStretch(4)
