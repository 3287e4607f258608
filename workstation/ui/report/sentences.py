"""Keep, Edit, Reject on the sentence with the caret: shows the strip there, does the act, tells the log.

Knows the body and its documents; the keys are the pane's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QCursor

from workstation.reporting.draft import Draft
from workstation.reporting.marks import DRAFTED, Mark
from workstation.reporting.report import DRAFTED_SECTIONS
from workstation.ui.report import acts, tint
from workstation.ui.report.body import ReportBody
from workstation.ui.report.section import SectionEdit
from workstation.ui.report.strip import Strip


class Sentences(QObject):
    """``note(kind, **facts)`` writes the log. ``evidence(held)``: what changes the score is asked for by the mouse."""

    evidence = Signal(bool)

    def __init__(self, body: ReportBody, note: Callable[..., Any]) -> None:
        super().__init__(body)
        self._body, self._note = body, note
        self._contradicts: dict[str, tuple[str, ...]] = {}
        self.strip = Strip(body.edits[DRAFTED_SECTIONS[0]].viewport())
        self.strip.asked.connect(self.do)
        self.strip.evidence.connect(self.evidence)
        body.moved.connect(self.refresh)
        body.typed.connect(lambda *_: self.refresh())
        body.resized.connect(self.refresh)

    def know(self, draft: Draft | None) -> None:
        """What speaks against which drafted sentence; only of a draft that is shown."""
        found = {each.text: tint.reservations(each) for each in (draft.sentences if draft is not None else ())}
        self._contradicts = {text: phrases for text, phrases in found.items() if phrases}
        for edit in self._body.edits.values():
            edit.set_disagreeing(self._contradicts)
        self.refresh()

    def at_hand(self) -> Mark | None:
        """The drafted sentence that has the caret; else the one under the mouse; else the one that had the caret."""
        edit = self._body.active_edit
        here = acts.sentence_here(edit)
        if here is not None and edit.hasFocus():
            return here
        return self._under_mouse() or here

    def _under_mouse(self) -> Mark | None:
        for edit in self._body.shown_edits():
            point = edit.viewport().mapFromGlobal(QCursor.pos())
            if edit.isVisible() and edit.viewport().rect().contains(point):
                return edit.mark_at(point)
        return None

    def refresh(self) -> None:
        """The strip stands under the sentence with the caret, or nowhere."""
        edit = self._body.active_edit
        mark = acts.sentence_here(edit) if not edit.shows_ghost else None
        for other in self._body.edits.values():
            here = mark if other is edit else None
            if other.here != here:
                other.here = here
                other.viewport().update()
        if mark is None or edit.isHidden():
            self.strip.hide()
        else:
            self.strip.show_for(edit, mark, self._contradicts.get(mark.words, ()))

    def do(self, act: str) -> None:
        """``act``: report.keep, report.edit or report.reject; without a drafted sentence at the caret, go to one."""
        edit = self._body.active_edit
        mark = acts.sentence_here(edit)
        if mark is None:
            self.go(1)
            return
        with self._body.still():
            self._act(act, edit, mark)
        self.refresh()

    def _act(self, act: str, edit: SectionEdit, mark: Mark) -> None:
        told = act.removeprefix("report.")
        if act == "report.keep":
            told = "keep" if mark.state == DRAFTED else "restore"
            acts.keep(edit, mark)
        elif act == "report.edit":
            acts.edit_sentence(edit, mark)
        else:
            acts.reject(edit, mark)
        self._note("sentence", act=told, section=edit.name, sentence=mark.sentence, was=mark.state)
        if act == "report.keep":
            self.go(1)
        else:
            self._body.go_to_caret(edit)

    def go(self, step: int) -> None:
        """To the next (or previous) drafted sentence that the reader has not judged."""
        edit = self._body.active_edit
        here = acts.sentence_here(edit)
        if here is not None and here.state == DRAFTED and not edit.hasFocus():
            self._body.go_to(edit, here.start)  # the reader comes from elsewhere: begin where the caret was left
            return
        found = acts.next_open(self._body.shown_edits(), edit, step)
        if found is not None:
            self._body.go_to(found[0], found[1].start)
