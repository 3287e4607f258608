"""The open study's priors: found in the store, offered to the films, their signed words under the films.

Films and reports do not know each other; here they meet, read only. A possible prior's report is not shown: it may be
another person's. Knows the store, the comparing kit and plain text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from workstation.errors import WorkstationError
from workstation.ui import style
from workstation.ui.viewer import hanging
from workstation.ui.viewer.hanging import Earlier
from workstation.ui.viewer.kits.comparing import Comparing

if TYPE_CHECKING:
    from workstation.storage.store import Store
    from workstation.ui.desk import Desk
    from workstation.ui.viewer.film_pane import FilmPane
    from workstation.workflow.version import Version
    from workstation.workflow.worklist import StudyRow

LINES_PX = 70  # of the report itself; more is scrolled
NONE_SIGNED = "no signed report is kept here"
NOT_PROVEN = "identity not proven, so its report is not shown"


class PriorReport(QWidget):
    """A slim page under the films, which stay as high as each other; takes no keys."""

    def __init__(self) -> None:
        super().__init__()
        self.head = QLabel()
        style.set_role(self.head, "careful")
        self.head.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.text = QPlainTextEdit(readOnly=True)
        self.text.setAccessibleName("Signed report of the prior")
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 4)
        column.setSpacing(3)
        column.addWidget(self.head)
        column.addWidget(self.text)
        self.text.setFixedHeight(LINES_PX)

    def show_words(self, head: str, words: str = "") -> None:
        """Another prior's report, from its first line; without words the head alone."""
        self.head.setText(head)
        self.head.setToolTip(head)
        self.text.setPlainText(words)
        self.text.setVisible(bool(words))
        self.show()


class PriorDesk(QObject):
    """Follows the desk from study to study. ``trouble`` carries what the store refused."""

    trouble = Signal(object)

    def __init__(self, store: Store, desk: Desk, film: FilmPane) -> None:
        super().__init__(desk)
        self._store, self._desk, self._film = store, desk, film
        self.kit = film.kit(Comparing)
        self.page = PriorReport()
        self.page.hide()
        column = film.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(column.indexOf(film.stage) + 1, self.page)
        desk.opened.connect(self.offer)
        self.kit.told.hung.connect(self._show_report)
        self.kit.told.study_asked.connect(desk.step)

    def offer(self, study: str) -> None:
        """Tell the films which priors ``study`` has."""
        from workstation.workflow import worklist

        try:
            row = worklist.study(self._store, study)
            priors, possible = self._earlier(row.priors, True), self._earlier(row.possible_priors, False)
        except WorkstationError as error:
            self.trouble.emit(error)
            return
        self.kit.offer(priors, possible, row.acquired or row.study_date)

    def _earlier(self, studies: Sequence[str], proven: bool) -> list[Earlier]:
        from workstation.workflow import worklist

        found = []
        for uid in studies:
            row, films = worklist.study(self._store, uid), hanging.hung(worklist.films(self._store, uid))
            if films:
                taken = row.acquired or row.study_date
                found.append(Earlier(uid, row.study_key, taken, tuple(films), proven, _who(row)))
        return found

    def _show_report(self, earlier: Earlier | None) -> None:
        if earlier is None:
            self.page.hide()
            return
        mark = hanging.mark(earlier, self.kit.today, self.kit.date_format)
        if not earlier.proven:
            self.page.show_words(f"{mark}: {NOT_PROVEN}")
            return
        try:
            words = self._words(earlier.study)
        except WorkstationError as error:
            self.trouble.emit(error)
            return
        self.page.show_words(f"{mark}: signed report" if words else f"{mark}: {NONE_SIGNED}", words)

    def _words(self, study: str) -> str:
        """What was signed, the newest last."""
        from workstation.workflow.reading import Reader, Reading

        versions = Reading(self._store, study, Reader("", "", "")).versions
        return "\n\n".join(_told(version) for version in versions)


def _who(row: StudyRow) -> str:
    return ", ".join(
        part for part in (row.patient_name or "no name", f"ID {row.patient_id}" if row.patient_id else "") if part
    )


def _told(version: Version) -> str:
    """One version: the findings and the impression, or what an addendum or a withdrawal says."""
    from workstation.reporting.report import RESEARCH_MARK
    from workstation.workflow.version import FINAL

    if version.kind != FINAL:
        return f"{version.kind.upper()}: {version.note}"
    sections = [
        f"{name.upper()}: {version.sections[name]}" for name in ("Findings", "Impression") if version.sections.get(name)
    ]
    return "\n".join([*sections, *([RESEARCH_MARK] if version.research else [])])
