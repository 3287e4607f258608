"""The exchange kit: pictures of the film to a file, the clipboard or paper.

Before anything leaves, the reader is told what of it may name the patient. Knows instances and views; who keeps the log
hears of it through ``voice``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QFileDialog

from workstation.dicom.burnt_in import burnt_in
from workstation.errors import WorkstationError
from workstation.imaging.annotation import Kind
from workstation.imaging.deliver import write_picture
from workstation.ui.jobs import Job
from workstation.ui.viewer.kits.kit import Kit
from workstation.ui.viewer.kits.measuring import MeasuringKit
from workstation.ui.viewer.outgoing.errand import errand_of
from workstation.ui.viewer.outgoing.page import page_of
from workstation.ui.viewer.outgoing.panel import Choice, Panel
from workstation.ui.viewer.outgoing.portrait import Exposed, Wish, develop, expose
from workstation.ui.viewer.outgoing.printing import new_printer, print_films
from workstation.workflow.deidentifying import doubts

if TYPE_CHECKING:
    from workstation.dicom.records import Instance
    from workstation.ui.viewer.film_pane import FilmPane
    from workstation.ui.viewer.film_view import FilmView

KINDS_OF_FILE = "PNG (*.png);;JPEG (*.jpg);;TIFF (*.tif)"
NAMES_IN_WORDS = "The corner text names the patient."
WORDS_DRAWN = "Texts are drawn on this film: look whether one of them names the patient."
LOSES = "A JPEG loses detail; PNG and TIFF keep every grey level."
COVERED = "Another film is shown in this one's place: end the comparison first, then save, copy or print."
LOOKED = "looked at"
BASIC_PROFILE = (
    "Every film of the study is copied without names, dates, numbers, private elements and overlay planes"
    " (PS3.15 basic profile). Drawings and reports stay here."
)
STORED_ONLY = "The stored values leave alone: no window, no turn, no filter, no drawing."


class Voice(QObject):
    """What others may want to hear."""

    left = Signal(str, dict)  # StudyInstanceUID, and what left: for the log, without places and names
    markings = Signal(object)  # Errand: what of a study shall leave as DICOM
    nameless = Signal(str, str, bool)  # StudyInstanceUID, folder, whether the reader has looked at the films
    said = Signal(str)
    trouble = Signal(object)  # WorkstationError


class ExchangeKit(Kit):
    """Acts on the active film, whichever study it is of."""

    def __init__(self, pane: FilmPane) -> None:
        super().__init__(pane)
        self.voice = Voice(pane)
        self.folder = str(Path.home())
        self.panel: Panel | None = None
        self.chosen: Callable[[QPrinter], bool] = self._choose_printer
        self._jobs: list[Job] = []

    def acts(self) -> Mapping[str, Callable[[], object]]:
        return {
            "exchange.save_picture": self.ask_picture,
            "exchange.copy_picture": self.copy_picture,
            "exchange.print": self.print_films,
            "exchange.markings": self.save_markings,
            "exchange.deidentify": self.ask_deidentified,
        }

    def follow(self) -> None:
        for act in self.made.values():
            act.setEnabled(self.pane.view.film is not None)

    def close(self) -> None:
        for job in self._jobs:
            job.close()

    # pictures

    def ask_picture(self) -> None:
        """The panel: what shall be on the picture; then where to."""
        film = self.pane.view.film
        if film is None or self._covered(self.pane.view):
            return
        deep = film.colour is None and film.instance.bits_stored > 8
        choices = [
            Choice("film size", "At the film's own size (else as on the screen)", True),
            Choice("drawings", "With drawings and measurements", True),
            Choice("words", "With the text of the corners"),
            Choice("stored", "Stored values of 16 bits instead (PNG, TIFF)", possible=deep),
        ]
        warn = partial(self._warnings, film.instance)
        self._show("Save picture", "Choose a file…", choices, warn, partial(self._save, self.pane.view))

    def _covered(self, view: FilmView) -> bool:
        """Whether another film is shown in this one's place: its picture would leave under the wrong name."""
        if view.legend.hidden:
            self.voice.said.emit(COVERED)
        return view.legend.hidden

    def _show(
        self,
        title: str,
        go: str,
        choices: list[Choice],
        warn: Callable[[set[str]], list[str]],
        done: Callable[[set[str]], object],
        about: str = "",
    ) -> None:
        self.panel = Panel(self.pane, title, go, choices, warn, done, about)
        self.panel.finished.connect(self._forget_panel)
        self.panel.open()

    def _forget_panel(self) -> None:
        self.panel = None

    def _warnings(self, instance: Instance, ticked: set[str]) -> list[str]:
        """What the reader should know before this leaves."""
        said = [burnt_in(instance)]
        if "stored" in ticked:
            return [each for each in (*said, STORED_ONLY) if each]
        if "words" in ticked and (instance.patient_name or instance.patient_id):
            said.append(NAMES_IN_WORDS)
        if "drawings" in ticked and self._has_texts(instance):
            said.append(WORDS_DRAWN)
        return [each for each in said if each]

    def _has_texts(self, instance: Instance) -> bool:
        markings = self.pane.kit(MeasuringKit).markings_of(instance.study_instance_uid)
        written = (Kind.TEXT, Kind.ARROW)
        return any(one.kind in written and one.text for one in markings.of(instance.sop_instance_uid))

    def _save(self, view: FilmView, ticked: set[str]) -> None:
        name, kind = QFileDialog.getSaveFileName(
            self.pane, "Save picture", str(Path(self.folder) / "film.png"), KINDS_OF_FILE
        )
        if not name or view.film is None:
            return
        path = _ended(name, kind)
        self.folder = str(path.parent)
        wish = Wish("film size" in ticked, "drawings" in ticked, "words" in ticked, "stored" in ticked)
        instance = view.film.instance
        facts = {"drawings": wish.drawings, "words": wish.words, "stored": wish.stored, "film_size": wish.film_size}
        work = partial(_write, path, expose(view, wish))
        self._begin("save picture", work, partial(self._has_left, instance, facts | {"format": path.suffix[1:]}))

    def _begin(self, name: str, work: Callable[[Job], Any], done: Callable[[Any], object]) -> None:
        self._jobs = [job for job in self._jobs if job.running]
        self._jobs.append(Job(name, work, done, self.voice.trouble.emit, parent=self.voice).start())

    def _has_left(self, instance: Instance, facts: dict[str, Any], sha256: str) -> None:
        self.voice.left.emit(instance.study_instance_uid, {**facts, "sha256": sha256})
        self.voice.said.emit("The picture was saved.")

    def copy_picture(self) -> None:
        """What is seen of the film, into the clipboard; no text of the corners."""
        view = self.pane.view
        if view.film is None or self._covered(view):
            return
        image = expose(view, Wish(film_size=False))
        assert isinstance(image, QImage)
        QGuiApplication.clipboard().setImage(image)
        facts = {"format": "clipboard", "sha256": hashlib.sha256(develop(image).tobytes()).hexdigest()}
        self.voice.left.emit(view.film.instance.study_instance_uid, facts)
        doubt = burnt_in(view.film.instance)
        self.voice.said.emit(f"The picture is in the clipboard, without the text of the corners. {doubt}".strip())

    # paper

    def print_films(self) -> None:
        """The films on the screen, each on a page of its own."""
        seen = [slot.view for slot in self.pane.stage.slots if slot.isVisible() and slot.view.film is not None]
        if not seen or any(self._covered(view) for view in seen):
            return
        printer = new_printer()
        if not self.chosen(printer):
            return
        sheets = [page_of(view) for view in seen]
        try:
            print_films(printer, sheets)
        except WorkstationError as error:
            self.voice.trouble.emit(error)
            return
        for view in seen:
            assert view.film is not None
            self.voice.left.emit(view.film.instance.study_instance_uid, {"format": "print", "pages": len(sheets)})
        self.voice.said.emit(f"{len(sheets)} {'page was' if len(sheets) == 1 else 'pages were'} printed.")

    def _choose_printer(self, printer: QPrinter) -> bool:
        """The system's own dialog."""
        return QPrintDialog(printer, self.pane).exec() == QPrintDialog.DialogCode.Accepted

    # DICOM

    def ask_deidentified(self) -> None:
        """The panel: what is done, and what the reader has to look at first; then where to."""
        instance = self.pane.instance
        if instance is None:
            return
        study = instance.study_instance_uid
        films = [slot.instance for slot in self.pane.stage.slots if slot.instance is not None]
        doubt = doubts([film for film in films if film.study_instance_uid == study])
        looked = [Choice(LOOKED, "I have looked at every film: no name is in the picture", must=True)] if doubt else []
        done = partial(self._deidentify, study)
        self._show("De-identified DICOM", "Choose a folder…", looked, lambda _ticked: [*doubt], done, BASIC_PROFILE)

    def _deidentify(self, study: str, ticked: set[str]) -> None:
        folder = QFileDialog.getExistingDirectory(self.pane, "Save de-identified DICOM", self.folder)
        if folder:
            self.folder = folder
            self.voice.nameless.emit(study, folder, LOOKED in ticked)

    def save_markings(self) -> None:
        """Drawings, numbers, windows, turns and key images of the study, as DICOM files into a folder."""
        study = self.pane.instance
        if study is None:
            return
        folder = QFileDialog.getExistingDirectory(self.pane, "Save markings as DICOM", self.folder)
        if folder:
            self.folder = folder
            self.voice.markings.emit(errand_of(self.pane, study.study_instance_uid, folder))


def _write(path: Path, exposed: Exposed, _job: Job) -> str:
    return write_picture(path, develop(exposed))


def _ended(name: str, kind: str) -> Path:
    """With the ending of the chosen kind where the reader typed none."""
    path = Path(name)
    ending = kind.partition("*")[2].rstrip(")") or ".png"
    return path if path.suffix else path.with_suffix(ending)
