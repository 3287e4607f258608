"""A row of small widgets that never forces the window wider: what does not fit is folded away, least needed first.

Knows only sizes. Everything that is folded away stays within reach by its key or the menu.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

GAP, SIDE = 4, 6


@dataclass(slots=True)
class _Item:
    widget: QWidget
    need: int
    right: bool
    wanted: bool = True


class FoldingRow(QWidget):
    """Widgets from the left and from the right; the smallest ``need`` goes first when room is short."""

    def __init__(self, parent: QWidget | None = None, height: int = 34) -> None:
        super().__init__(parent)
        self._items: list[_Item] = []
        self.setFixedHeight(height)

    def add(self, widget: QWidget, need: int, right: bool = False) -> None:
        """Append ``widget``; those on the right are given from the outside inwards."""
        widget.setParent(self)
        self._items.append(_Item(widget, need, right))
        self.arrange()

    def want(self, widget: QWidget, wanted: bool) -> None:
        """Whether ``widget`` has anything to say just now."""
        for item in self._items:
            if item.widget is widget and item.wanted != wanted:
                item.wanted = wanted
                self.arrange()

    def remove(self, widget: QWidget) -> None:
        """Take ``widget`` out for good."""
        self._items = [item for item in self._items if item.widget is not widget]
        widget.hide()
        widget.deleteLater()

    def sizeHint(self) -> QSize:
        return QSize(_width([item for item in self._items if item.wanted]), self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.arrange()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.arrange()
        return super().event(event)

    def arrange(self) -> None:
        """Place what fits, hide the rest."""
        shown: list[_Item] = []
        for item in sorted((item for item in self._items if item.wanted), key=lambda item: -item.need):
            if _width([*shown, item]) <= self.width():
                shown.append(item)
        left, right = SIDE, self.width() - SIDE
        for item in self._items:
            item.widget.setVisible(item in shown)
        for item in (item for item in self._items if item in shown):
            size = item.widget.sizeHint()
            top = (self.height() - size.height()) // 2
            if item.right:
                right -= size.width()
            item.widget.setGeometry(right if item.right else left, top, size.width(), size.height())
            if item.right:
                right -= GAP
            else:
                left += size.width() + GAP


def _width(items: list[_Item]) -> int:
    return sum(item.widget.sizeHint().width() + GAP for item in items) + 2 * SIDE
