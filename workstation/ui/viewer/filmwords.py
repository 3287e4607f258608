"""The band over one film that no key takes away: which film of which day this is. It covers nothing of the film."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from workstation.ui import style

HEIGHT_PX = 36  # two lines, so that the film does not move when the words change


class FilmWords(QLabel):
    """What the film in its place is; while another is laid over it, what that is instead."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._own = self._over = ("", style.ON_FILM.TEXT)
        self.setFixedHeight(HEIGHT_PX)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(style.font(style.SMALL_PX, bold=True))
        self.hide()

    @property
    def words(self) -> str:
        """What stands there now."""
        return self._over[0] or self._own[0]

    def say(self, words: str, colour: str = style.ON_FILM.AMBER) -> None:
        """What the film in this place is; "" where that needs no saying."""
        self._own = words, colour
        self._show()

    def say_over(self, words: str, colour: str = style.ON_FILM.AMBER) -> None:
        """What is laid over it; "" when nothing is any more."""
        self._over = words, colour
        self._show()

    def _show(self) -> None:
        words, colour = self._over if self._over[0] else self._own
        sheet = f"background: {style.FILM}; color: {colour}; font-size: {style.SMALL_PX}px; font-weight: 600;"
        self.setStyleSheet(sheet)
        self.setText(words)
        self.setToolTip(words)
        self.setVisible(bool(words))
