"""How a draft comes into the report: as a guest. It takes only untouched places, and never the reader's words.

While it is written it is a ghost in an untouched section, else an offer under the reader's words; complete, it lands
or is offered. Knows no store and no reveal policy: what it is given may be seen.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from workstation.reporting.draft import Draft
from workstation.reporting.marks import DRAFTED, KEPT
from workstation.reporting.report import DRAFTED_SECTIONS
from workstation.ui.report import acts, ink
from workstation.ui.report.body import ReportBody
from workstation.ui.report.manuscript import drafted_sections, sentence_marks
from workstation.ui.report.section import SectionEdit

GATHER_MS = 30  # words that arrive faster than the screen are painted together


class Guest(QObject):
    """Streams, lands, offers. ``changed``: something of it came or went."""

    changed = Signal()

    def __init__(self, body: ReportBody) -> None:
        super().__init__(body)
        self._body = body
        self._heard: dict[str, str] = {}
        self._offered: dict[str, str] = {}
        self._timer = QTimer(self, interval=GATHER_MS, singleShot=True)
        self._timer.timeout.connect(self._show_heard)
        body.typed.connect(lambda name, *_: self.make_room(name))
        for name, offer in body.offers.items():
            offer.asked.connect(lambda name=name: self.insert(name))
            offer.dismissed.connect(lambda name=name: self._withdraw(name))

    # while it is written

    def hear(self, section: str, text: str) -> None:
        """New words at the end of a section ("findings" or "impression")."""
        name = section.capitalize()
        if name in DRAFTED_SECTIONS:
            self._heard[name] = self._heard.get(name, "") + text
            if not self._timer.isActive():
                self._timer.start()

    @property
    def heard_characters(self) -> int:
        return sum(map(len, self._heard.values()))

    def forget(self) -> None:
        """The writing ended without a draft, or begins anew: nothing of it stays."""
        self._timer.stop()
        self._heard.clear()
        with self._body.still():
            for name in DRAFTED_SECTIONS:
                self._body.edits[name].clear_ghost()
                if name not in self._offered:
                    self._body.offers[name].withdraw()
        self.changed.emit()

    def clear(self) -> None:
        """Another study."""
        self._offered.clear()
        self.forget()

    def _show_heard(self) -> None:
        with self._body.still():
            for name in self._heard:
                self._show_one(name)
        self.changed.emit()

    def _show_one(self, name: str) -> None:
        edit, offer, text = self._body.edits[name], self._body.offers[name], self._heard[name].strip()
        if edit.is_untouched():
            offer.withdraw()
            edit.show_ghost(text, sentence_marks(name, text))
        else:
            edit.clear_ghost()
            offer.offer(text, complete=False)

    def make_room(self, name: str) -> None:
        """The reader begins to write where the ghost stands: it steps back under the words."""
        if name in self._heard and self._body.edits[name].shows_ghost:
            with self._body.still():
                self._show_one(name)

    # when it is complete

    def land(self, draft: Draft) -> None:
        """Into untouched sections; elsewhere it is offered."""
        with self._body.still():
            self.clear()
            for name, text in drafted_sections(draft).items():
                edit = self._body.edits[name]
                if edit.is_untouched():
                    marks = sentence_marks(name, text)
                    edit.write(text, marks, [(mark.start, mark.end) for mark in marks])
                    self._body.offers[name].withdraw()
                elif not _stands(edit, name, text):
                    self._offer(name, text)
                else:
                    self._body.offers[name].withdraw()

    def come_back(self, draft: Draft) -> None:
        """A draft that was shown before: what the reader did with it stands; what was only offered is offered again."""
        with self._body.still():
            for name, text in drafted_sections(draft).items():
                edit = self._body.edits[name]
                if not ink.all_marks(edit.document()) and edit.text().strip():
                    self._offer(name, text)

    def insert(self, name: str | None = None) -> None:
        """Put the offered words under the reader's own: of this section, of the one with the caret, or the first."""
        waiting = [name for name in DRAFTED_SECTIONS if name in self._offered]
        chosen = name or (self._body.active if self._body.active in waiting else next(iter(waiting), None))
        if chosen is None or chosen not in self._offered:
            return
        text = self._offered.pop(chosen)
        with self._body.still():
            acts.insert_draft(self._body.edits[chosen], text, sentence_marks(chosen, text))
            self._body.offers[chosen].withdraw()

    def _offer(self, name: str, text: str) -> None:
        if text:
            self._offered[name] = text
            self._body.offers[name].offer(text, complete=True)

    def _withdraw(self, name: str) -> None:
        self._offered.pop(name, None)
        with self._body.still():
            self._body.offers[name].withdraw()


def _stands(edit: SectionEdit, name: str, text: str) -> bool:
    """Whether every sentence of ``text`` is in the section already as the model wrote it: nothing new to offer."""
    standing = {mark.words for mark in ink.all_marks(edit.document()) if mark.state in (DRAFTED, KEPT)}
    return all(mark.words in standing for mark in sentence_marks(name, text))
