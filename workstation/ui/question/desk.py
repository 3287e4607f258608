"""Questions and answers of the open study: asked of the worker, kept per study for the session, logged as asked.

Joins the pane with film, report and worker. An answer goes into the pane and nowhere else; the log gets lengths and
hashes, never words.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from workstation.catalog import installed
from workstation.drafting.messages import AnswerEvent, AskRequest, FailedEvent, StateEvent, TokenEvent
from workstation.errors import ModelError
from workstation.reporting.draft import Answer
from workstation.settings import Settings
from workstation.ui import trouble
from workstation.ui.bridge import Bridge
from workstation.ui.question.pane import QuestionPane
from workstation.ui.question.talk import DIFFERENTIAL, QUESTION, Talk, Turn
from workstation.ui.viewer.tool_row import view_name

if TYPE_CHECKING:
    from workstation.dicom.records import Instance
    from workstation.ui.report.pane import ReportPane
    from workstation.ui.viewer.film_pane import FilmPane
    from workstation.workflow.reading import Reading

GATHER_MS = 30  # words that arrive faster than the screen are painted together
LONGEST = 2000  # characters of a question
NO_STUDY = "Open a study first: a question is about a film."
TOO_LONG = f"The question is longer than {LONGEST} characters; shorten it."
ONE_AT_A_TIME = "One question at a time: the model is still answering."
_DOING = {"starting": "waiting for the model", "loading": "loading the model", "encoding": "looking at the film"}


class QuestionDesk(QObject):
    """At most one question under way. ``trouble``: what the store refused."""

    trouble = Signal(object)

    def __init__(
        self, pane: QuestionPane, film: FilmPane, report: ReportPane, bridge: Bridge, settings: Callable[[], Settings]
    ) -> None:
        super().__init__(pane)
        self._pane, self._film, self._report = pane, film, report
        self._bridge, self._settings = bridge, settings
        self._reading: Reading | None = None
        self._talks: dict[str, Talk] = {}
        self._typed: dict[str, str] = {}
        self._request = ""
        self._turn: Turn | None = None
        self._of: Reading | None = None  # whose study the question under way is about
        self._gather = QTimer(self, singleShot=True, interval=GATHER_MS)
        self._gather.timeout.connect(self._show_words)
        self._connect()
        self._follow_film()

    def _connect(self) -> None:
        pane, bridge = self._pane, self._bridge
        pane.asked.connect(lambda words: self.ask(QUESTION, words))
        pane.differential.connect(lambda: self.ask(DIFFERENTIAL, ""))
        pane.stop.connect(self.stop)
        pane.anyway.connect(lambda turn: self.ask(turn.task, turn.question, anyway=True))
        bridge.state.connect(self._on_state)
        bridge.token.connect(self._on_token)
        bridge.answered.connect(self._on_answer)
        bridge.failed.connect(self._on_failed)
        self._film.stage.activated.connect(lambda _n: self._follow_film())
        self._film.film_shown.connect(lambda _film: self._follow_film())

    @property
    def busy(self) -> bool:
        return self._turn is not None

    def open_study(self, reading: Reading | None) -> None:
        """Another study: its own talk stands in the pane; the one before is kept for the session."""
        if self._reading is not None:
            self._typed[self._reading.study_instance_uid] = self._pane.field.toPlainText()
        self._reading = reading
        study = reading.study_instance_uid if reading is not None else ""
        self._pane.show_talk(self._talks.setdefault(study, Talk()), self._typed.get(study, ""))
        self._follow_film()
        self.follow_model()

    def follow_model(self) -> None:
        """Which model would answer, and whether it was trained to."""
        if self._reading is None:
            self._pane.set_model("", ())
            return
        try:
            manifest = installed.default(self._reading.store.home, self._settings()).manifest
        except ModelError as error:
            self._pane.set_model(str(error), ())
            return
        self._pane.set_model(manifest.id, manifest.tasks)

    def ask(self, task: str, question: str, anyway: bool = False) -> None:
        """Ask about the film on the screen, or say in the pane why not."""
        reading, film = self._reading, self._film.instance
        why_not = self._why_not(reading, film, question)
        if why_not:
            self._pane.say(why_not)
            return
        assert reading is not None and film is not None
        talk = self._talks[reading.study_instance_uid]
        turn = Turn(task, question, film.sop_instance_uid, self._name_of(film))
        talk.turns.append(turn)
        self._turn, self._of, self._request = turn, reading, uuid.uuid4().hex
        self._pane.add(turn)
        if task == QUESTION:
            self._pane.taken()
        self._pane.set_busy(True)
        self._send(turn, talk, film.path, anyway)

    def stop(self) -> None:
        """Stop at the next word; what is written so far stays."""
        if self.busy:
            self._bridge.cancel(self._request)

    def close(self) -> None:
        """No more."""
        self._turn, self._request = None, ""

    def _why_not(self, reading: Reading | None, film: Instance | None, question: str) -> str:
        if self.busy:
            return ONE_AT_A_TIME
        if reading is None or film is None:
            return NO_STUDY
        return TOO_LONG if len(question) > LONGEST else self._report.drafts.hidden_words()

    def _send(self, turn: Turn, talk: Talk, path: str, anyway: bool) -> None:
        settings = self._settings()
        request = AskRequest(
            id=self._request,
            path=path,
            task=turn.task,
            question=turn.question,
            turns=talk.before(turn),
            model=settings["model"] or None,
            backend=_chosen(settings["backend"]),
            device=_chosen(settings["device"]),
            anyway=anyway,
        )
        self._note("question_asked", task=turn.task, turn=len(request.turns) + 1, anyway=anyway, **_size(turn.question))
        self._bridge.ask(request)

    def _on_state(self, event: StateEvent) -> None:
        if self._turn is not None and event.id == self._request:
            self._turn.doing = _DOING.get(event.state, "answering")
            self._pane.refresh(self._turn)

    def _on_token(self, event: TokenEvent) -> None:
        if self._turn is not None and event.id == self._request:
            self._turn.text += event.text
            if not self._gather.isActive():
                self._gather.start()

    def _show_words(self) -> None:
        if self._turn is not None:
            self._pane.refresh(self._turn)

    def _on_answer(self, event: AnswerEvent) -> None:
        turn = self._ended(event.id)
        if turn is None:
            return
        answer = turn.answer = Answer.from_json(event.answer)
        turn.text = answer.text
        model = answer.model
        self._note(
            "question_answered",
            model=model.id,
            model_sha256=model.sha256,
            seed=answer.seed,
            tokens=answer.tokens,
            stopped_by=answer.stopped_by,
            seconds_total=answer.seconds.total,
            **_size(answer.text),
        )
        self._pane.refresh(turn)

    def _on_failed(self, event: FailedEvent) -> None:
        turn = self._ended(event.id)
        if turn is None:
            return
        stopped = event.code == "stopped"
        turn.wrong, turn.remedy = ("Stopped.", "") if stopped else (event.message, event.remedy)
        turn.code = event.code
        self._note("question_failed", code=event.code)
        self._pane.refresh(turn)

    def _ended(self, request: str) -> Turn | None:
        if not self._request or request != self._request:
            return None
        turn, self._turn, self._request = self._turn, None, ""
        self._gather.stop()
        self._pane.set_busy(False)
        return turn

    def _note(self, kind: str, **facts: Any) -> None:
        reading = self._of
        if reading is not None:
            trouble.done(lambda: reading.note(kind, **facts), self.trouble.emit)

    def _follow_film(self) -> None:
        film = self._film.instance
        self._pane.set_film(self._name_of(film) if film is not None and self._reading is not None else "")

    def _name_of(self, film: Instance) -> str:
        return view_name(film, self._film.stage.active)


def _chosen(value: str) -> str | None:
    return None if value == "auto" else value


def _size(text: str) -> dict[str, Any]:
    """What the log says of words: how many characters and their SHA-256."""
    sha256 = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return {"characters": len(text), "text_sha256": sha256}
