"""The lowest line: on the left what just happened or is under way, on the right what always holds, in words.

One notice at a time; a notice never moves anything else and never takes the focus. Knows no room.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QWidget

from workstation.ui import style

WHOLE_PX = (
    170  # a fact is shortened to no less than this, so that the line never makes the window wider than its screen
)


class ElidedLabel(QLabel):
    """A label that shortens its words to the room there is; the tooltip has them whole."""

    def __init__(self) -> None:
        super().__init__()
        self._words = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setTextFormat(Qt.TextFormat.PlainText)

    def say(self, words: str) -> None:
        self._words = words
        self.setToolTip(words)
        self._elide()

    @property
    def words(self) -> str:
        return self._words

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        self.setText(self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, self.width()))


class Fact(ElidedLabel):
    """A lasting fact: in full where there is room, so that short ones always are."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def say(self, words: str) -> None:
        super().say(words)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self._words) + 2, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint().boundedTo(QSize(WHOLE_PX, 9999))


class StatusLine(QFrame):
    """Facts on the right by name (``set_fact``), a notice with an optional bar and button on the left."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("status_line")
        style.keep_sheet(self, lambda: f"#status_line {{ background: {style.GROUND}; }} ")
        self.notice = ElidedLabel()
        self.bar = QProgressBar(textVisible=False)
        self.bar.setFixedSize(110, 8)
        self.button = QPushButton()
        style.set_role(self.button, "flat")
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.clicked.connect(self._press)
        self.reader = QPushButton("Reading as: nobody yet")
        style.set_role(self.reader, "flat")
        self.reader.setToolTip("Set the name and role that stand under your reports")
        self._facts: dict[str, Fact] = {}
        self._act: Callable[[], object] | None = None
        self._fade = QTimer(self)
        self._fade.setSingleShot(True)
        self._fade.timeout.connect(self.clear)
        self._row = QHBoxLayout(self)
        self._row.setSpacing(16)
        self._row.setContentsMargins(10, 2, 12, 2)
        for widget, stretch in ((self.notice, 1), (self.bar, 0), (self.button, 0), (self.reader, 0)):
            self._row.addWidget(widget, stretch)
        self.setFixedHeight(28)
        self.clear()

    def say(self, words: str, role: str = "", seconds: float = 0, act: tuple[str, Callable[[], object]] | None = None,
            fraction: float | None = None) -> None:  # fmt: skip
        """Show a notice, for ``seconds`` (0 = until the next); ``act`` is a button beside it, ``fraction`` a bar."""
        style.set_role(self.notice, role or "plain")
        self.notice.say(words)
        self._act = act[1] if act else None
        self.button.setText(act[0] if act else "")
        self.button.setVisible(act is not None)
        self.bar.setVisible(fraction is not None)
        if fraction is not None:
            self.bar.setRange(0, 1000)
            self.bar.setValue(int(fraction * 1000))
        self._fade.stop()
        if seconds:
            self._fade.start(int(seconds * 1000))

    def clear(self) -> None:
        self.say("")

    def set_fact(self, name: str, words: str, role: str = "secondary", tooltip: str = "") -> None:
        """A lasting fact on the right; "" hides it."""
        label = self._facts.get(name)
        if label is None:
            label = self._facts[name] = Fact()
            self._row.addWidget(label)
        style.set_role(label, role)
        label.say(words)
        label.setToolTip("\n".join(part for part in (words, tooltip) if part))
        label.setVisible(bool(words))

    def fact(self, name: str) -> str:
        return self._facts[name].words if name in self._facts else ""

    def _press(self) -> None:
        if self._act is not None:
            self._act()


class Banner(QFrame):
    """A lasting line at the top for what stands in the way of work, with its remedy and, if there is one, an act."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        style.keep_sheet(self, lambda: f"#banner {{ background: {style.RAISED}; border-left: 4px solid {style.RED}; }}")
        self._message = QLabel(wordWrap=True)
        self._message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._button = QPushButton()
        self._button.clicked.connect(self._press)
        self._act: Callable[[], object] | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.addWidget(self._message, 1)
        row.addWidget(self._button)
        self.hide()

    def say(self, message: str, remedy: str, act: tuple[str, Callable[[], object]] | None = None) -> None:
        self._message.setText(f"▲ {message} {remedy}".strip())
        self._act = act[1] if act else None
        self._button.setText(act[0] if act else "")
        self._button.setVisible(act is not None)
        self.show()

    @property
    def words(self) -> str:
        return self._message.text() if not self.isHidden() else ""

    def _press(self) -> None:
        if self._act is not None:
            self._act()
