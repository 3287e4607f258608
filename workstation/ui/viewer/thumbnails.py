"""A strip of small pictures: the study's films and its proven priors'; a press brings one to the place it belongs.

Takes pictures and names; the priors' names are amber. Knows neither films nor studies.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QImage, QKeyEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QToolButton, QWidget

from workstation.ui import style

SIDE_PX = 72


@dataclass(frozen=True, slots=True)
class Entry:
    """One film of the strip; ``key`` is what names it to whoever makes the picture."""

    key: tuple[str, str]
    name: str
    prior: bool
    chosen: Callable[[], object]


class Thumb(QToolButton):
    """One small picture with its name below; the arrow keys go along the strip, Return is a press."""

    def __init__(self, entry: Entry) -> None:
        super().__init__()
        self.entry = entry
        self.setText(entry.name)
        self.setCheckable(True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        self.setIconSize(QSize(SIDE_PX, SIDE_PX))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(f"{'Prior film' if entry.prior else 'Film'} {entry.name}")
        self.has_picture = False
        self.clicked.connect(lambda: entry.chosen())
        style.keep_sheet(self, self._sheet)
        self.show_picture(None)

    def show_picture(self, image: QImage | None) -> None:
        """The picture, or a black place until it comes."""
        pixmap = QPixmap(SIDE_PX, SIDE_PX)
        pixmap.fill(Qt.GlobalColor.black)
        if image is not None:
            self.has_picture = True
            size = QSize(SIDE_PX, SIDE_PX) * self.devicePixelRatioF()
            kept = Qt.AspectRatioMode.KeepAspectRatio
            pixmap = QPixmap.fromImage(image.scaled(size, kept, Qt.TransformationMode.SmoothTransformation))
            pixmap.setDevicePixelRatio(self.devicePixelRatioF())
        self.setIcon(QIcon(pixmap))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.focusNextPrevChild(key == Qt.Key.Key_Right)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def _sheet(self) -> str:
        colour = style.AMBER if self.entry.prior else style.TEXT
        return f"QToolButton {{ color: {colour}; font-size: {style.SMALL_PX}px; padding: 2px; }}"


class Strip(QScrollArea):
    """The small pictures in a row."""

    def __init__(self) -> None:
        super().__init__()
        self.thumbs: list[Thumb] = []
        self.setWidgetResizable(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(SIDE_PX + 38)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        self._row = QHBoxLayout(inside)
        self._row.setContentsMargins(6, 2, 6, 2)
        self._row.setSpacing(4)
        self._row.addStretch()
        self.setWidget(inside)

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """These, in this order."""
        for thumb in self.thumbs:
            self._row.removeWidget(thumb)
            thumb.hide()
            thumb.deleteLater()
        self.thumbs = [Thumb(entry) for entry in entries]
        for n, thumb in enumerate(self.thumbs):
            self._row.insertWidget(n, thumb)

    def mark(self, shown: Sequence[tuple[str, str]]) -> None:
        """Which of them are on the screen."""
        for thumb in self.thumbs:
            thumb.setChecked(thumb.entry.key in shown)
