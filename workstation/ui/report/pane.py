"""The report column: one reading from draft to signature. The window gives it readings and the worker's events.

Joins the pieces of this room; each of them knows nothing of the others.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QApplication, QStackedWidget, QVBoxLayout, QWidget

from workstation.drafting.messages import FailedEvent, StateEvent, TokenEvent
from workstation.reporting.decision import Grade, compare
from workstation.reporting.draft import Draft
from workstation.reporting.report import Sections
from workstation.settings import Settings, load_settings
from workstation.ui import actions
from workstation.ui.report import acts
from workstation.ui.report.autosave import Autosave
from workstation.ui.report.body import ReportBody, is_bedside
from workstation.ui.report.draftdesk import DraftDesk
from workstation.ui.report.drafthead import DraftHead
from workstation.ui.report.judge import Judge
from workstation.ui.report.pages import column_of, empty_page, rule
from workstation.ui.report.recallbar import RecallBar
from workstation.ui.report.sentences import Sentences
from workstation.ui.report.signdesk import SignDesk
from workstation.ui.report.signed import EXPORTS, SignedView
from workstation.ui.report.signrow import SignRow
from workstation.ui.report.stateline import StateLine
from workstation.ui.report.typinglog import TypingLog
from workstation.workflow.reading import Reading
from workstation.workflow.working import Working

DIFFERENCE_MS = 250
LEAST_PX = 560


class ReportPane(QWidget):
    """`show_reading` opens a study here or, with None, puts it away; everything typed is saved by then."""

    stop_requested = Signal()
    redo_requested = Signal(bool)
    signed = Signal(str)
    recalled = Signal(str)
    typed = Signal()
    status_changed = Signal(str)  # a study's: begun, amended, withdrawn
    reader_named = Signal(object)
    about_to_sign = Signal()  # what belongs to the study is to be kept now

    def __init__(self, settings: Settings | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.settings = settings or Settings({})
        self.reading: Reading | None = None
        self._begun: Reading | None = None
        self._measured: Reading | None = None  # a measurement was put into this one's report
        self._unsaved: dict[str, Working] = {}  # what the store refused, until its study is opened again
        self._build()
        self._connect()
        self._make_acts()
        self.show_reading(None)

    # building

    def _build(self) -> None:
        self.head, self.draft_head, self.body = StateLine(), DraftHead(), ReportBody()
        self.judge, self.sign_row = Judge(), SignRow()
        self.signed_view, self.recall_bar = SignedView(), RecallBar()
        self.autosave = Autosave(self._collect, self)
        self.typing = TypingLog(self.autosave)
        self.sentences = Sentences(self.body, self.autosave.note)
        self.drafts = DraftDesk(self.body, self.draft_head, self.autosave.note)
        self.sign_desk = SignDesk(self.sign_row, self.judge, self.signed_view, self._save_for_signing)
        self.pages = QStackedWidget()
        self.empty_page = empty_page()
        self.writing_page = column_of(self.draft_head, self.body, rule(), self.judge, self.sign_row)
        for page in (self.empty_page, self.writing_page, self.signed_view):
            self.pages.addWidget(page)
        column = QVBoxLayout(self, spacing=8)
        column.setContentsMargins(12, 10, 12, 10)
        column.addWidget(self.head)
        column.addWidget(self.pages, 1)
        column.addWidget(self.recall_bar)
        self._difference = QTimer(self, singleShot=True, interval=DIFFERENCE_MS)

    def _connect(self) -> None:
        self.body.typed.connect(self._on_typed)
        self.body.left.connect(self.autosave.hurry)
        self.autosave.saved.connect(self._on_saved)
        self.autosave.failed.connect(self.head.not_saved)
        self.draft_head.stop.connect(self.stop_requested)
        self.draft_head.redo.connect(lambda: self.redo_requested.emit(False))
        self.drafts.redo.connect(self.redo_requested)
        self.drafts.guest.changed.connect(self.sentences.refresh)
        self.drafts.landed.connect(self._on_landed)
        self.sign_desk.signed.connect(self._on_signed)
        self.sign_desk.recalled.connect(self._on_recalled)
        self.sign_desk.changed.connect(self._on_delivered)
        self.sign_desk.named.connect(self.reader_named)
        self.recall_bar.asked.connect(self._recall)
        self.recall_bar.over.connect(lambda: self.signed_view.set_recallable(False))
        self._difference.timeout.connect(self._show_difference)

    def _make_acts(self) -> None:
        slots: dict[str, Callable[[], object]] = {
            "report.reveal": self.drafts.reveal,
            "report.redo": lambda: self._if_writing(lambda: self.redo_requested.emit(False)),
            "report.stop": self.stop_requested.emit,
            "report.next_sentence": lambda: self.sentences.go(1),
            "report.previous_sentence": lambda: self.sentences.go(-1),
            "report.insert_draft": self.drafts.guest.insert,
            "report.probabilities": self.draft_head.bands.toggle,
            "report.reservations": self.draft_head.reservations.toggle,
            "report.sign": lambda: self._if_writing(self.sign_desk.sign),
            "report.recall": self._recall,
            "report.addendum": lambda: self._if_signed(self.signed_view.open_addendum),
            "report.withdraw": lambda: self._if_signed(self.signed_view.open_withdrawal),
        }
        for act in ("report.keep", "report.edit", "report.reject"):
            slots[act] = partial(self._if_writing, partial(self.sentences.do, act))
        for act in EXPORTS:
            slots[act] = partial(self.sign_desk.export, act)
        for grade in Grade:
            slots[f"report.grade_{grade.value.lower()}"] = partial(self.judge.give, grade)
        for act, slot in slots.items():
            actions.make(act, self, slot)

    # readings

    def show_reading(self, reading: Reading | None) -> None:
        """Open a study; the one before is saved first."""
        self.typing.settle()
        if not self._save_all() and self.reading is not None:
            self._unsaved[self.reading.study_instance_uid] = self.body.working()
        if self._has_keyboard():
            self.setFocus(Qt.FocusReason.OtherFocusReason)  # else Qt hands it to whatever the next page shows first
        self.reading = reading
        self.typing.begin()
        self._difference.stop()
        writing = reading if reading is not None and reading.editable else None
        self.autosave.attach(writing)
        self.judge.forget()
        self.sign_desk.attach(reading)
        if reading is not None:
            self.settings = load_settings(reading.store.home).of_reader(self.settings.own)
        if writing is not None:
            self._write(writing)
            self.head.unsaved_elsewhere(len(self._unsaved))
            return
        self.drafts.attach(None, "")
        self.sentences.know(None)
        self.head.show_status("")
        self.pages.setCurrentWidget(self.empty_page)
        if reading is not None:
            self._show_signed(reading)

    def _has_keyboard(self) -> bool:
        """Whether the focus is inside the column."""
        focus = QApplication.focusWidget()
        return focus is not None and focus is not self and self.isAncestorOf(focus)

    def _write(self, reading: Reading) -> None:
        study = reading.study
        self.head.show_status(study.status.value)
        unsaved = self._unsaved.pop(reading.study_instance_uid, None)
        self.body.show_working(unsaved or reading.working, is_bedside(study.views, study.description))
        self.judge.ask(False, False)
        self.sentences.know(None)
        self.drafts.attach(reading, self.settings["reveal"])
        self.sentences.refresh()
        if unsaved is not None:
            self.autosave.touch()
        self.pages.setCurrentWidget(self.writing_page)  # last: filled unseen, it is laid out once

    def _show_signed(self, reading: Reading) -> None:
        versions = reading.versions
        self.head.show_status(reading.status.value, f"version {versions[-1].number}" if versions else "")
        if not versions:
            return
        self.signed_view.show_versions(versions)
        self.signed_view.restore_addendum(reading.kept_addendum)
        self.pages.setCurrentWidget(self.signed_view)
        if reading.seconds_to_recall() > 0 and versions[-1].signature.reader == reading.reader.id:
            self.recall_bar.watch(reading)
        mine = self.recall_bar.reading
        self.signed_view.set_recallable(mine is not None and mine.study_instance_uid == reading.study_instance_uid)

    # the worker

    def draft_state(self, event: StateEvent) -> None:
        self.drafts.state(event)
        self._tell_status()

    def draft_text(self, event: TokenEvent) -> None:
        self.drafts.token(event)

    def draft_done(self, draft: Draft) -> None:
        """The draft is complete and already kept in the store."""
        self.drafts.done(draft)
        self._tell_status()

    def draft_failed(self, event: FailedEvent) -> None:
        self.drafts.failed(event)
        self._tell_status()

    def _tell_status(self) -> None:
        if self.reading is not None:
            self.head.set_status(self.reading.status.value)

    def _on_landed(self, draft: Draft) -> None:
        assert self.reading is not None
        self.sentences.know(draft)
        self.judge.ask(True, bool(self.settings["ask_grade"]))
        self.autosave.note("draft_shown", draft=self.reading.draft_id, in_front=self.window().isActiveWindow())
        self.autosave.touch()
        self._show_difference()

    def insert_measurement(self, sentence: str, former: str = "") -> bool:
        """Put a sentence from the film into the Findings; the focus stays. False when nothing is being written here.

        ``former``: what the same drawing said before; it is replaced, so that the report never holds both.
        """
        if self.pages.currentWidget() is not self.writing_page or not self.isEnabled():
            return False
        with self.body.still():
            self.body.edits["Findings"].insert_measurement(sentence, former)
            self.drafts.guest.make_room("Findings")
        self._measured = self.reading
        self.autosave.note("measurement_inserted", section="Findings", characters=len(sentence))
        self.autosave.touch()
        self._difference.start()
        return True

    # typing and saving

    def _on_typed(self, section: str, put_in: int, taken_out: int) -> None:
        if self.reading is None:
            return
        self.typing.typed(section, put_in, taken_out)
        self.autosave.touch()
        self._difference.start()
        self.typed.emit()
        if section == "Impression":
            self.drafts.tell_waiting()

    def _collect(self) -> Working:
        return self.body.working()

    def _on_saved(self) -> None:
        self.head.saved()
        if self.reading is not None and (self.typing.began or self._measured is self.reading):
            self.head.set_status("in progress")
            if self._begun is not self.reading:
                self._begun = self.reading
                self.status_changed.emit(self.reading.study_instance_uid)

    def _save_all(self) -> bool:
        """Everything typed is in the store; False (and told) when the store refused."""
        return self.autosave.flush()

    def _save_for_signing(self, tidy: bool) -> bool:
        self.about_to_sign.emit()
        if tidy:
            self.typing.end()
            for edit in self.body.shown_edits():
                acts.tidy(edit)
        return self._save_all()

    def _show_difference(self) -> None:
        draft = self.drafts.shown
        if draft is not None:
            self.judge.show_difference(compare(draft, Sections(self.body.working().sections)))

    # signing

    def _on_signed(self, reading: Reading) -> None:
        self.autosave.attach(None)
        self.recall_bar.watch(reading)
        here = self._has_keyboard()
        self.show_reading(reading)
        self.signed.emit(reading.study_instance_uid)
        if here and self.pages.currentWidget() is self.writing_page:
            self.body.active_edit.setFocus(Qt.FocusReason.OtherFocusReason)  # the reader signed from here: go on here

    def _recall(self) -> None:
        self.sign_desk.recall(self.recall_bar.reading)

    def _on_recalled(self, reading: Reading) -> None:
        self.recall_bar.forget()
        if self.reading is not None and self.reading.study_instance_uid == reading.study_instance_uid:
            self.show_reading(self.reading)
        self.recalled.emit(reading.study_instance_uid)

    def _on_delivered(self) -> None:
        self.recall_bar.refresh()
        if self.reading is not None:
            versions = self.reading.versions
            self.head.show_status(self.reading.status.value, f"version {versions[-1].number}" if versions else "")
            self.status_changed.emit(self.reading.study_instance_uid)

    def _if_writing(self, act: Callable[[], object]) -> None:
        if self.pages.currentWidget() is self.writing_page and self.isEnabled():
            act()

    def _if_signed(self, act: Callable[[], object]) -> None:
        if self.pages.currentWidget() is self.signed_view:
            act()

    # leaving

    def minimumSizeHint(self) -> QSize:
        """Never so tall that the window would grow past a laptop's screen, whatever has to be told."""
        return super().minimumSizeHint().boundedTo(QSize(320, LEAST_PX))

    def hideEvent(self, event: QHideEvent) -> None:
        self.autosave.hurry()
        super().hideEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.ActivationChange:
            self.autosave.hurry()
        super().changeEvent(event)

    def shut_down(self) -> None:
        """Save, and end the saving thread; for the window's end."""
        self.show_reading(None)
        self.recall_bar.forget()
        self.autosave.close()
