"""The models window at work: what is there, which one drafts, import, convert, verify, remove; memory as it stands.

Joins the window with catalog, settings and worker. The catalog is read and a model removed in a job of its own.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QFileDialog, QWidget

from workstation.catalog import importing, removing
from workstation.drafting.messages import FailedEvent, JobRequest, StatusEvent, StatusRequest
from workstation.errors import WorkstationError
from workstation.paths import Home
from workstation.ui.bridge import Bridge
from workstation.ui.jobs import Job
from workstation.ui.models.facts import ModelFacts, gather, loaded_words
from workstation.ui.models.window import ModelsWindow
from workstation.ui.models.work import Work

if TYPE_CHECKING:
    from workstation.ui.personal import Personal

ASK_STATUS_MS = 2000
_DOING = {"import": "Importing", "convert": "Converting", "verify": "Verifying"}


class ModelDesk(QObject):
    """The window is made when it is first asked for."""

    def __init__(
        self, parent: QWidget, home: Home, bridge: Bridge, personal: Personal, start_job: Callable[[Job], None]
    ) -> None:
        super().__init__(parent)
        self._parent, self._home, self._bridge = parent, home, bridge
        self._personal, self._start = personal, start_job
        self.window: ModelsWindow | None = None
        self.work = Work(bridge, self)
        self._models: dict[str, ModelFacts] = {}
        self._shown = ""  # the id of the page
        self._folder = str(Path.home())
        self._asked = ""  # the status request under way
        self._loaded: Mapping[str, Any] | None = None
        self._at_work = False
        self._timer = QTimer(self, interval=ASK_STATUS_MS)
        self._timer.timeout.connect(self._ask_status)
        bridge.status_told.connect(self._on_status)
        self.work.told.connect(self._on_told)
        self.work.done.connect(self._on_done)
        self.work.failed.connect(self._on_failed)
        personal.changed.connect(lambda _settings: self.refresh())

    def show(self) -> None:
        """Bring the window up with what is there now."""
        if self.window is None:
            self.window = self._make_window()
        self._show_keep_warm()
        self.refresh()
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()

    def refresh(self) -> None:
        """Read the catalog anew, off the Qt thread."""
        if self.window is not None:
            home, settings = self._home, self._personal.settings
            self._start(Job("models", lambda _job: gather(home, settings), self._have, self._trouble, parent=self))

    def close(self) -> None:
        """Nothing is asked any more; a work under way is given up by its process when the window goes."""
        self._timer.stop()
        self.work.cancel()
        if self.window is not None:
            self.window.close()

    def _make_window(self) -> ModelsWindow:
        window = ModelsWindow(self._parent)
        window.chosen.connect(self._show_page)
        window.keep_warm.connect(lambda minutes: self._personal.change("keep_warm_s", minutes * 60))
        window.import_asked.connect(self._ask_folder)
        window.cancel.connect(self.work.cancel)
        window.seen.connect(self._watch)
        page, importing_page = window.page, window.import_page
        page.use.connect(lambda: self._personal.change("model", self._shown))
        page.verify.connect(lambda: self._begin("verify", model=self._shown))
        page.convert.connect(lambda name: self._begin("convert", model=self._shown, quantisation=name))
        page.remove.connect(self._remove)
        importing_page.taken.connect(lambda folder: self._begin("import", folder=folder, accepted_terms=True))
        importing_page.given_up.connect(self._show_models)
        return window

    def _show_keep_warm(self) -> None:
        assert self.window is not None
        minutes = self.window.minutes
        minutes.blockSignals(True)
        minutes.setValue(round(self._personal.settings["keep_warm_s"] / 60))
        minutes.blockSignals(False)

    # the list and the page

    def _have(self, models: list[ModelFacts]) -> None:
        self._models = {facts.id: facts for facts in models}
        if self._shown not in self._models:
            self._shown = next((facts.id for facts in models if facts.chosen), next(iter(self._models), ""))
        if self.window is not None:
            self.window.show_models(models, self._shown)
            self._show_page(self._shown, keep_import=True)

    def _show_page(self, model_id: str, keep_import: bool = False) -> None:
        window = self.window
        if window is None or model_id not in self._models:
            return
        self._shown = model_id
        window.page.show_model(self._models[model_id], self._loaded_words())
        window.set_busy(self.work.busy)
        if not keep_import:
            self._show_models()

    def _show_models(self) -> None:
        if self.window is not None:
            self.window.pages.setCurrentWidget(self.window.page)

    # what is in memory

    def _watch(self, visible: bool) -> None:
        """The worker is asked only while somebody looks."""
        if visible:
            self._ask_status()
            self._timer.start()
        else:
            self._timer.stop()

    def _ask_status(self) -> None:
        if not self._bridge.running:
            self._loaded, self._at_work = None, False
            self._tell_loaded()
            return
        self._asked = uuid.uuid4().hex
        self._bridge.status(StatusRequest(self._asked))

    def _on_status(self, event: StatusEvent) -> None:
        if event.id == self._asked:
            self._loaded, self._at_work = event.loaded, bool(event.busy)
            self._tell_loaded()

    def _tell_loaded(self) -> None:
        if self.window is not None and self._shown in self._models:
            self.window.page.show_loaded(self._loaded_words())

    def _loaded_words(self) -> str:
        return loaded_words(self._shown, self._loaded, self._at_work)

    # import

    def _ask_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self.window, "The folder of the downloaded model", self._folder)
        if folder:
            self.look_into(folder)

    def look_into(self, folder: str) -> None:
        """Show what a folder holds and on which terms; nothing is copied."""
        assert self.window is not None
        self._folder = str(Path(folder).parent)
        page = self.window.import_page
        page.look(folder)
        self.window.pages.setCurrentWidget(page)
        refuse = lambda error: page.refuse(error.message, error.remedy)  # noqa: E731
        path = Path(folder)
        self._start(Job("look", lambda _job: importing.examine(path), page.show_candidate, refuse, parent=self))

    # work

    def _begin(self, verb: str, **what: Any) -> None:
        assert self.window is not None
        self.window.say("")
        self.window.page.notice.clear()
        self.window.import_page.notice.clear()
        if self.work.begin(verb, **what):
            self.window.set_busy(True)
            self.window.import_page.setEnabled(False)

    def _on_told(self, doing: str, fraction: float | None) -> None:
        request = self.work.request
        if self.window is not None and request is not None:
            of = request.model or Path(request.folder).name
            share = f" {round(fraction * 100)} %" if fraction is not None else ""
            self.window.tell_work(f"{_DOING[request.verb]} {of}: {doing}{share}", fraction)

    def _ended(self) -> None:
        if self.window is not None:
            self.window.tell_work("", None)
            self.window.set_busy(False)
            self.window.import_page.setEnabled(True)
        self.refresh()

    def _on_done(self, request: JobRequest, result: Mapping[str, Any]) -> None:
        if request.verb == "import":
            self._shown = str(result.get("id") or self._shown)
            self._show_models()
        self._ended()
        if self.window is not None:
            good = result.get("ok", True) and not result.get("warnings")
            self.window.say(done_words(request, result), "good" if good else "careful")

    def _on_failed(self, request: JobRequest, event: FailedEvent) -> None:
        self._ended()
        window = self.window
        if window is None:
            return
        if event.code == "stopped":
            window.say("Cancelled; nothing half done was kept.", "secondary")
        elif request.verb == "import":
            window.import_page.notice.tell(event.message, event.remedy, "wrong")
        else:
            window.page.notice.tell(event.message, event.remedy, "wrong")

    # remove

    def _remove(self) -> None:
        home, model_id = self._home, self._shown
        self._start(
            Job("remove", lambda _job: removing.remove(home, model_id), self._removed, self._not_removed, parent=self)
        )

    def _removed(self, _nothing: object) -> None:
        if self._personal.settings["model"] == self._shown:
            self._personal.change("model", "")
        if self.window is not None:
            self.window.say(f"{self._shown} was removed.")
        self.refresh()

    def _not_removed(self, error: WorkstationError) -> None:
        if self.window is not None:
            self.window.page.notice.tell(error.message, error.remedy, "wrong")

    def _trouble(self, error: WorkstationError) -> None:
        if self.window is not None:
            self.window.say(str(error), "wrong")


def done_words(request: JobRequest, result: Mapping[str, Any]) -> str:
    """How a work ended, in one or two sentences."""
    name = result.get("id", request.model)
    if request.verb == "verify":
        bad = "; ".join(f"{file} {problem}" for file, problem in result.get("bad", ()))
        words = f"{name}: every byte is as its manifest says." if result.get("ok") else f"{name} is damaged: {bad}."
    elif request.verb == "convert":
        again = "was there already" if result.get("status") == "already" else "is ready"
        words = f"{name}: {result.get('quantisation', request.quantisation)} for llama.cpp {again}."
    else:
        again = "was here already" if result.get("status") == "already" else "was imported, every byte hashed"
        words = f"{name} {again}. Press Use for drafts to draft with it."
    return " ".join([words, *result.get("warnings", ())])
