"""Furnishes the frame after its first paint and joins what stands in it: store, panes, drafts, desk, announcements.

The only place in the window where objects meet. Rooms are imported in a thread; widgets are made on the Qt thread.
"""

from __future__ import annotations

import gc
import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from workstation.errors import WorkstationError
from workstation.paths import Home, samples
from workstation.settings import Settings
from workstation.ui import actions
from workstation.ui.announcements import Announcements
from workstation.ui.empty import Welcome
from workstation.ui.jobs import Job
from workstation.ui.personal import Personal
from workstation.ui.window import MainWindow

if TYPE_CHECKING:
    from workstation.storage.store import Store
    from workstation.ui.furniture import Furniture
    from workstation.ui.help import HelpWindow
    from workstation.workflow.worklist import StudyRow

milestones = logging.getLogger("workstation.start")


class Workplace(QObject):
    """Lives as long as its window."""

    def __init__(
        self, application: QApplication, window: MainWindow, home: Home, settings: Settings, paths: list[str]
    ) -> None:
        super().__init__(window)
        self.application, self.window, self.home = application, window, home
        self.personal = Personal(window, home, settings)
        self._paths = paths
        self.announce = Announcements(window.status, window.banner)
        self.store: Store | None = None
        self.furniture: Furniture | None = None
        self._jobs: list[Job] = []
        self._wanted = ""
        self.help: HelpWindow | None = None
        has_samples = samples().is_dir() and any(samples().iterdir())
        self.welcome = Welcome(window.choose_files, self.open_samples if has_samples else None)
        window.columns.put("film", self.welcome)
        actions.ASSIGNMENT.changed.connect(window.fill_menus)
        window.painted.connect(self._painted)
        window.closing.connect(self.close)
        window.films_given.connect(self.take)
        window.worklist.opened.connect(self._remember_wish)
        window.status.reader.clicked.connect(self.personal.ask_reader)
        window.status.reader.setText(self.personal.reader_words())
        self._make_acts(has_samples)

    def _make_acts(self, has_samples: bool) -> None:
        """What needs no store; it works, too, while the store cannot be opened."""
        if has_samples:
            self.window.act("file.samples", self.open_samples)
        self.window.act("file.preferences", self.personal.show_preferences)
        self.window.act("file.keys", self.personal.show_keys)
        self.window.act("help.help", lambda: self._help("keys"))
        self.window.act("help.about", lambda: self._help("about"))
        self.window.fill_menus()

    def _help(self, part: str) -> None:
        from workstation.ui.help import HelpWindow

        self.help = self.help or HelpWindow(self.window)
        self.help.show_part(part)

    def say_trouble(self, message: str, remedy: str) -> None:
        """For the exception hook."""
        self.announce.line(message, remedy)

    def take(self, paths: list[str]) -> None:
        """Films from anywhere; they wait until the store is open."""
        if self.furniture is None:
            self._paths += paths
            self.announce.done("The films are taken in as soon as the store is open.")
        else:
            self.furniture.arrivals.take(paths)

    def open_samples(self) -> None:
        self.take([str(samples())])

    def start_job(self, job: Job) -> None:
        """A job that ends with the window at the latest."""
        self._jobs = [other for other in self._jobs if other.running]
        self._jobs.append(job.start())

    def close(self) -> None:
        """Everything saved, every thread ended, the worker gone."""
        for job in self._jobs:
            job.close()
        if self.furniture is not None:
            self.furniture.close()
            self.furniture = None
        if self.store is not None:
            self.store.close()
            self.store = None

    def _painted(self) -> None:
        milestones.info("first paint")
        self.start_job(Job("worklist", self._read, self._have_rows, self._cannot, parent=self))

    def _read(self, _job: Job) -> list[StudyRow]:
        """In a thread: the store's rooms are imported and its rows are read."""
        from workstation.storage.store import Store
        from workstation.workflow import worklist

        with Store.open(self.home) as store:
            return worklist.worklist(store)

    def _have_rows(self, rows: list[StudyRow]) -> None:
        from workstation.storage.store import Store

        try:
            self.store = Store.open(self.home)
        except WorkstationError as error:
            self._cannot(error)
            return
        self.personal.use_store(self.store)
        self.window.worklist.set_date_format(self.personal.settings["date_format"])
        self.window.worklist.set_rows(rows)
        milestones.info("worklist usable")
        self.start_job(Job("rooms", _import_rooms, self._furnish, parent=self))

    def _furnish(self, _nothing: Any) -> None:
        from workstation.ui.furniture import Furniture

        assert self.store is not None
        self.furniture = Furniture(self)
        self.window.fill_menus()
        milestones.info("furnished")
        gc.freeze()  # modules and widgets stay: walking through them at each collection would cost 50 ms and more
        paths, self._paths = self._paths, []
        if paths:
            self.take(paths)
        elif self._wanted:
            self.furniture.desk.open(self._wanted)

    def _cannot(self, error: WorkstationError) -> None:
        """Nothing can be kept: said before anybody types, and nothing to type into is shown."""
        self.announce.trouble(error, ("Try again", self._try_again))
        self.window.worklist.say("The worklist cannot be read.")
        self.welcome.setEnabled(False)

    def _try_again(self) -> None:
        self.announce.over()
        self.welcome.setEnabled(True)
        self.window.worklist.say("Reading the worklist…")
        QTimer.singleShot(0, self, self._painted)

    def _remember_wish(self, study: str) -> None:
        """A study clicked before the panes are there."""
        self._wanted = study


def _import_rooms(_job: Job) -> None:
    """numpy, OpenCV and the panes' modules, off the Qt thread."""
    import workstation.drafting.client
    import workstation.imaging.film
    import workstation.imaging.window
    import workstation.ui.furniture
    import workstation.ui.viewer.picture
    import workstation.ui.viewer.windowing
    import workstation.workflow.delivery
    import workstation.workflow.intake
    import workstation.workflow.reading  # noqa: F401
    from workstation.dicom.jpeg_process import warm_up

    with suppress(WorkstationError):  # without gdcm those films are refused when they are opened
        warm_up()
