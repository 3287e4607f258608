"""The models window: the list, the page of the one that is chosen, and the line of the work under way.

Shows and asks; what is done about it is the desk's. Stands beside the work, Esc closes it.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from workstation.ui import style
from workstation.ui.lines import show, small, tell, words
from workstation.ui.models.facts import ModelFacts, size_words
from workstation.ui.models.importing import ImportPage
from workstation.ui.models.page import ModelPage

LIST_PX, ROW_PX = 270, 50


class ModelsWindow(QWidget):
    """``chosen(id)``: another row; ``keep_warm(minutes)``; ``import_asked``, ``cancel``; ``seen(visible)``."""

    chosen = Signal(str)
    keep_warm = Signal(int)
    import_asked = Signal()
    cancel = Signal()
    seen = Signal(bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle("Models")
        self.list = QListWidget()
        self.list.setAccessibleName("Models on this machine")
        style.keep_sheet(self.list, _list_sheet)
        self.list.currentItemChanged.connect(lambda now, _before: self._choose(now))
        self.page, self.import_page = ModelPage(), ImportPage()
        self.pages = QStackedWidget()
        self.pages.addWidget(self.page)
        self.pages.addWidget(self.import_page)
        self.import_button = QPushButton("Import folder…", clicked=lambda: self.import_asked.emit())
        self.import_button.setToolTip("Take in a model that was downloaded; its terms are shown first")
        self.minutes = QSpinBox(minimum=0, maximum=1440, suffix=" min", keyboardTracking=False)
        self.minutes.setToolTip("How long the model stays in memory after its last draft or answer")
        self.minutes.setAccessibleName("Keep the model in memory, minutes")
        self.minutes.valueChanged.connect(self.keep_warm)
        self.doing, self.bar = words(wrap=False), QProgressBar(textVisible=False)
        self.bar.setFixedHeight(8)
        self.cancel_button = QPushButton("Cancel", clicked=lambda: self.cancel.emit())
        self.told = words()
        self._lay_out()
        self.tell_work("", None)
        self.resize(920, 640)

    def _lay_out(self) -> None:
        warm = QHBoxLayout(spacing=6)
        warm.addWidget(small())
        label = words("secondary", "Keep in memory", wrap=False)
        label.setBuddy(self.minutes)
        warm.insertWidget(0, label)
        warm.addWidget(self.minutes)
        left = QVBoxLayout(spacing=8)
        left.addWidget(self.list, 1)
        left.addLayout(warm)
        left.addWidget(self.import_button)
        side = QWidget()
        side.setLayout(left)
        side.setFixedWidth(LIST_PX)
        left.setContentsMargins(0, 0, 0, 0)
        self.work_row = QWidget()
        work = QHBoxLayout(self.work_row, spacing=8)
        work.setContentsMargins(0, 0, 0, 0)
        work.addWidget(self.doing)
        work.addWidget(self.bar, 1)
        work.addWidget(self.cancel_button)
        close = QPushButton("Close  Esc", clicked=lambda: self.hide())
        close.setShortcut("Esc")
        foot = QHBoxLayout(spacing=8)
        foot.addWidget(self.told, 1)
        foot.addWidget(close)
        right = QVBoxLayout(spacing=8)
        right.addWidget(self.pages, 1)
        right.addWidget(self.work_row)
        right.addLayout(foot)
        row = QHBoxLayout(self, spacing=16)
        row.setContentsMargins(14, 14, 14, 14)
        row.addWidget(side)
        row.addLayout(right, 1)

    # what is shown

    def show_models(self, models: Sequence[ModelFacts], chosen: str) -> None:
        """The list anew; ``chosen`` keeps its row."""
        self.list.blockSignals(True)
        self.list.clear()
        for facts in models:
            item = QListWidgetItem(self.list)
            item.setData(Qt.ItemDataRole.UserRole, facts.id)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{facts.name}, {line_of(facts)}")
            row = _row(facts)
            item.setSizeHint(QSize(LIST_PX - 20, ROW_PX))
            self.list.setItemWidget(item, row)
            if facts.id == chosen:
                self.list.setCurrentItem(item)
        self.list.blockSignals(False)

    def tell_work(self, doing: str, fraction: float | None) -> None:
        """What is being done and how far it is; "" = nothing is."""
        tell(self.doing, doing)
        self.bar.setRange(0, 0 if fraction is None else 1000)
        self.bar.setValue(round((fraction or 0.0) * 1000))
        show(self.work_row, bool(doing))

    def say(self, text: str, role: str = "good") -> None:
        """How the last work ended."""
        tell(self.told, text, role)

    def set_busy(self, busy: bool) -> None:
        self.page.set_able(busy)
        self.import_button.setEnabled(not busy)

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.seen.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.seen.emit(False)


def _list_sheet() -> str:
    return f"""
    QListWidget {{ background: {style.GROUND}; border: 1px solid {style.LINE}; border-radius: 4px; }}
    QListWidget::item {{ border-bottom: 1px solid {style.LINE}; }}
    QListWidget::item:selected {{ background: {style.SELECTED}; border-left: 3px solid {style.ACCENT}; }}
    QListWidget:focus {{ border-color: {style.ACCENT}; }}
"""


def line_of(facts: ModelFacts) -> str:
    """The second line of a row: status, size, fit."""
    if facts.manifest is None:
        return f"{facts.status}: cannot be used"
    fit = {"gpu": "fits the GPU", "cpu": "runs on the CPU", "no": "does not fit"}.get(facts.fits, "")
    return ", ".join(part for part in (facts.status, size_words(facts.manifest.bytes), fit) if part)


def _row(facts: ModelFacts) -> QWidget:
    row = QWidget()
    row.setStyleSheet("background: transparent;")
    name, line = words("", facts.name, wrap=False), small()
    name.setStyleSheet("font-weight: 600;")
    mark = words("here", "✓ drafts", wrap=False)
    mark.setToolTip("This model writes the drafts")
    mark.setVisible(facts.chosen)
    tell(line, line_of(facts), "secondary" if facts.usable else "wrong")
    for label in (name, line, mark):
        label.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
    top = QHBoxLayout()
    top.addWidget(name, 1)
    top.addWidget(mark)
    column = QVBoxLayout(row, spacing=2)
    column.setContentsMargins(10, 7, 8, 7)
    column.addLayout(top)
    column.addWidget(line)
    return row
