"""The line above the films that offers priors: buttons for surely the same person, words for the merely possible.

A possible prior is opened by a button that says what it is. Knows what an earlier study is called, no store.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from workstation.ui import style
from workstation.ui.actions import key_text
from workstation.ui.dates import date_text
from workstation.ui.viewer.hanging import Earlier, interval

BUTTONS = 3  # more priors go into a menu


class OfferLine(QWidget):
    """``chosen(Earlier)``: the reader wants this one beside the film, or away if it hangs."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.date_format = "ISO"
        self.buttons: list[QPushButton] = []
        self.possible = QLabel()
        self.possible.setWordWrap(True)
        style.set_role(self.possible, "careful")
        self.possible.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.open_possible = QPushButton("Open as possible prior")
        self.open_possible.setToolTip("Hangs it beside the film, marked as not proven; the log says so")
        style.set_role(self.open_possible, "chip")
        self.open_possible.clicked.connect(self._choose_possible)
        self._possible: tuple[Earlier, ...] = ()
        self._told = "", ""
        self.more = QToolButton(popupMode=QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setText("More priors")
        style.set_role(self.more, "chip")
        self.more.setMenu(QMenu(self.more))
        self._row = self._lay_out()
        self._of: list[tuple[Earlier, QPushButton]] = []
        self.offer((), (), "")

    def _lay_out(self) -> QHBoxLayout:
        """Priors above, possible priors below: the words of the one never push out the other's."""
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 3, 8, 3)
        column.setSpacing(3)
        row, below = QHBoxLayout(), QHBoxLayout()
        for line in (row, below):
            line.setSpacing(6)
            column.addLayout(line)
        row.addWidget(self.more)
        row.addStretch()
        below.addWidget(self.possible, 1)
        below.addWidget(self.open_possible)
        return row

    def offer(self, proven: Sequence[Earlier], possible: Sequence[Earlier], today: str) -> None:
        """Show what there is; nothing at all without priors."""
        for _, button in self._of:
            self._row.removeWidget(button)
            button.deleteLater()
        self._of = [(earlier, self._button(earlier, n, today)) for n, earlier in enumerate(proven[:BUTTONS])]
        self.buttons = [button for _, button in self._of]
        for n, button in enumerate(self.buttons):
            self._row.insertWidget(n, button)
        self._fill_menu(self.more, proven[BUTTONS:], today)
        self._offer_possible(possible, today)
        self.setVisible(bool(proven or possible))

    def mark_hung(self, hung: Earlier | None) -> None:
        """Which one hangs now."""
        for earlier, button in self._of:
            button.setChecked(hung is not None and earlier.study == hung.study)
        opened = hung is not None and not hung.proven
        self.possible.setText(("opened by you" if opened else "not hung").join(self._told))

    def _button(self, earlier: Earlier, n: int, today: str) -> QPushButton:
        newest = f"{self._name('Prior', earlier, today)}  {key_text('compare.prior')}"
        button = QPushButton(newest if not n else f"Prior {self._date(earlier)}")
        button.setCheckable(True)
        button.setToolTip("Hang this prior beside the film, or put it away")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        style.set_role(button, "chip")
        button.clicked.connect(lambda: self.chosen.emit(earlier))
        return button

    def _fill_menu(self, button: QToolButton, earlier: Sequence[Earlier], today: str) -> None:
        button.menu().clear()
        for one in earlier:
            act = button.menu().addAction(self._name("Prior", one, today))
            act.triggered.connect(lambda _checked=False, one=one: self.chosen.emit(one))
        button.setVisible(bool(earlier))

    def _offer_possible(self, possible: Sequence[Earlier], today: str) -> None:
        """In words, and a deliberate press for one of them."""
        words = "; ".join(f"{one.who}, {self._name('', one, today)}" for one in possible)
        plural = "prior" if len(possible) == 1 else "priors"
        self._told = f"{len(possible)} possible {plural}, identity not proven, ", f": {words}"
        self.possible.setText("not hung".join(self._told))
        menu = None
        if len(possible) > 1:
            menu = QMenu(self.open_possible)
            for one in possible:
                act = menu.addAction(f"{one.who}, {self._name('', one, today)}")
                act.triggered.connect(lambda _checked=False, one=one: self.chosen.emit(one))
        self.open_possible.setMenu(menu)  # type: ignore[arg-type]
        self._possible = tuple(possible)
        self.possible.setVisible(bool(possible))
        self.open_possible.setVisible(bool(possible))

    def _choose_possible(self) -> None:
        """One possible prior needs no menu."""
        if len(self._possible) == 1:
            self.chosen.emit(self._possible[0])

    def _name(self, word: str, earlier: Earlier, today: str) -> str:
        named = f"{word} {self._date(earlier)}".strip()
        return f"{named}, {since}" if (since := interval(earlier.taken, today)) else named

    def _date(self, earlier: Earlier) -> str:
        return date_text(earlier.taken[:8], self.date_format) or "without a date"
