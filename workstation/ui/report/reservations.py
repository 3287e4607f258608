"""What a draft was made in spite of, folded into one line: how many reservations and what each is about.

Unfolded, every sentence stands in full. Facts of the film itself are told on the film and not said twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from workstation.ui import actions, style
from workstation.ui.lines import act_button, show, small, tell

LONGEST = 40
ANYWAY = "The draft was made anyway."
# Words that stand in a sentence of the program -> what the folded line calls it.
_CALLED = (
    ("patient's age is not in the header", "age unknown"),
    ("view (PA, AP, lateral) is not", "view unknown"),
    ("which side is left", "sides unknown"),
    ("Sides are left", "sides left open"),
    ("called the film or an organ normal", "\u201cnormal\u201d taken out"),
    ("A denial was taken out", "denial taken out"),
    ("Words of comparison", "comparison taken out"),
    ("With them, words about", "findings lost with them"),
    ("Nothing that may be shown", "nothing left of it"),
    ("made on the processor", "made on the CPU"),
    ("header says otherwise", "age doubtful"),
)


def about_the_draft(warnings: Iterable[str], on_the_film: Iterable[str]) -> tuple[str, ...]:
    """Each reservation once, without what the film's own notes already tell."""
    told = set(on_the_film)
    return tuple(each for each in dict.fromkeys(warnings) if each not in told)


def called(reservation: str) -> str:
    """A few words for one reservation; the first of its own where the program has none."""
    for part, name in _CALLED:
        if part in reservation:
            return name
    clause = re.split(r"[;:(.]", reservation.strip(), maxsplit=1)[0].strip()
    short = clause if len(clause) <= LONGEST else f"{clause[:LONGEST].rsplit(' ', 1)[0]} ..."
    return f"{short}, drafted anyway" if reservation.endswith(ANYWAY) else short


def folded(reservations: Sequence[str]) -> str:
    """``3 reservations: age unknown, view unknown, sides unknown``."""
    several = "s" if len(reservations) > 1 else ""
    return f"{len(reservations)} reservation{several}: {', '.join(dict.fromkeys(map(called, reservations)))}"


class Reservations(QWidget):
    """One amber line with its button; opened, the sentences below it. Folded again with every draft."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line, self.full = small("careful"), small("careful")
        self.button = act_button("report.reservations", self.toggle, "Show")
        self.button.setStyleSheet(f"font-size: {style.SMALL_PX}px; padding: 0; border: none;")
        self.open = False
        self._all: tuple[str, ...] = ()
        row = QHBoxLayout(spacing=4)
        row.addWidget(self.line, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self, spacing=1)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addWidget(self.full)
        actions.print_key(self, self._write)

    def set_all(self, reservations: Sequence[str]) -> None:
        """The reservations of the draft that is shown; none takes no room."""
        self._all, self.open = tuple(reservations), False
        self._write()

    def toggle(self) -> None:
        """Fold or unfold; there must be something to show."""
        if self._all:
            self.open = not self.open
            self._write()

    def _write(self) -> None:
        tell(self.line, folded(self._all) if self._all else "")
        tell(self.full, "\n".join(self._all) if self.open else "")
        act_words = "Hide" if self.open else "Show"
        self.button.setText(f"{act_words} {actions.key_text('report.reservations')}")
        show(self, bool(self._all))
