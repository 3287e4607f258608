"""Study rows -> what the worklist shows: filter, search, counts, and the words for status and priority.

A list model over frozen StudyRow records; 5,000 rows are filtered in a few milliseconds. Paints nothing.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from workstation.ui.dates import age_text, date_text, time_text

if TYPE_CHECKING:
    from workstation.workflow.worklist import StudyRow

TO_READ, DRAFTED, SIGNED, ALL = "To read", "Drafted", "Signed", "All"
FILTERS = (TO_READ, DRAFTED, SIGNED, ALL)
ROW_ROLE = int(Qt.ItemDataRole.UserRole) + 1
_NO_PARENT = QModelIndex()
Index = QModelIndex | QPersistentModelIndex


def chips_of(row: StudyRow) -> tuple[str, ...]:
    """The filter chips that show this row."""
    if row.signed:
        return (SIGNED, ALL)
    return (TO_READ, DRAFTED, ALL) if row.has_draft else (TO_READ, ALL)


def urgency(row: StudyRow) -> str:
    """STAT, HIGH, ... for studies that go first, else ""."""
    return row.priority.upper() if row.urgent else ""


def folded(text: str) -> str:
    """Lower case without accents, so that "muller" finds "Müller"."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("^", " "))
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def _haystack(row: StudyRow) -> str:
    parts = (row.patient_name, row.patient_id, row.accession_number, row.description, row.study_date)
    return folded("\n".join(parts))


def spoken(row: StudyRow, date_format: str = "ISO") -> str:
    """The row as one line of words: for tooltips and screen readers."""
    facts = (
        row.patient_name or "no name",
        f"ID {row.patient_id}" if row.patient_id else "no ID",
        " ".join(part for part in (row.patient_sex, age_text(row.patient_age)) if part),
        date_text(row.study_date, date_format),
        time_text(row.study_time),
        row.description,
        f"accession {row.accession_number}" if row.accession_number else "no accession number",
        f"priority {row.priority.lower()}" if row.priority else "",
        row.status.value,
        f"signed by {row.signed_by}" if row.signed_by else "",
        "patient corrected" if row.corrected_at else "",
    )
    return ", ".join(fact for fact in facts if fact)


class WorklistRows(QAbstractListModel):
    """The filtered worklist; order is the store's. Counts are kept, not counted, and search texts made when needed."""

    def __init__(self) -> None:
        super().__init__()
        self._all: list[StudyRow] = []
        self._chips: list[tuple[str, ...]] = []  # for each row the chips that show it
        self._haystacks: dict[str, str] = {}
        self._shown: list[StudyRow] = []
        self._places: dict[str, int] = {}
        self._counts: Counter[str] = Counter()
        self.filter = TO_READ
        self.search = ""
        self.date_format = "ISO"

    def set_rows(self, rows: Sequence[StudyRow]) -> None:
        self._all = list(rows)
        self._chips = [chips_of(row) for row in rows]
        self._counts = Counter(name for names in self._chips for name in names)
        self._haystacks.clear()
        self._refilter()

    def set_row(self, row: StudyRow) -> None:
        """One study's new state, at its old place; an unknown study goes to the end."""
        uid = row.study_instance_uid
        place = next((i for i, old in enumerate(self._all) if old.study_instance_uid == uid), len(self._all))
        if place < len(self._all):
            self._counts.subtract(self._chips[place])
        self._all[place : place + 1] = [row]
        self._chips[place : place + 1] = [chips_of(row)]
        self._counts.update(self._chips[place])
        self._haystacks.pop(uid, None)
        shown, visible = self._places.get(uid), self._visible(row, self._chips[place], folded(self.search).split())
        if shown is not None and visible:
            self._shown[shown] = row
            self.dataChanged.emit(self.index(shown), self.index(shown))
        else:
            self._refilter()

    def set_filter(self, name: str, search: str) -> None:
        self.filter, self.search = name, search
        self._refilter()

    def counts(self) -> dict[str, int]:
        """How many studies each chip would show, before the search."""
        return {name: self._counts[name] for name in FILTERS}

    @property
    def shown(self) -> Sequence[StudyRow]:
        return self._shown

    @property
    def total(self) -> int:
        return len(self._all)

    def all_rows(self) -> Sequence[StudyRow]:
        return self._all

    def place(self, uid: str) -> int | None:
        """The shown row number of a study, or None."""
        return self._places.get(uid)

    def row(self, uid: str) -> StudyRow | None:
        return next((row for row in self._all if row.study_instance_uid == uid), None)

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid():
            return None
        row = self._shown[index.row()]
        if role == ROW_ROLE:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return row.patient_name
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return spoken(row, self.date_format)
        return None

    def _visible(self, row: StudyRow, chips: tuple[str, ...], words: list[str]) -> bool:
        if self.filter not in chips:
            return False
        if not words:
            return True
        haystack = self._haystacks.get(row.study_instance_uid)
        if haystack is None:
            haystack = self._haystacks[row.study_instance_uid] = _haystack(row)
        return all(word in haystack for word in words)

    def _refilter(self) -> None:
        words = folded(self.search).split()
        pairs = zip(self._all, self._chips, strict=True)
        self.beginResetModel()
        self._shown = [row for row, chips in pairs if self._visible(row, chips, words)]
        self._places = {row.study_instance_uid: place for place, row in enumerate(self._shown)}
        self.endResetModel()
