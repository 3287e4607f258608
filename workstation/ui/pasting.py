"""What lies on the clipboard -> films: files as if they were dropped, a picture as a PNG with its very pixels.

The PNG says of itself that it was pasted and when. It is written in a thread and removed once it was taken in.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication, QImage

from workstation.errors import FilmRefused
from workstation.imaging.raster import PASTED
from workstation.paths import Home
from workstation.ui.jobs import Job


class Pasting(QObject):
    """``given(paths)`` for films from the clipboard, ``trouble`` when there is none."""

    given = Signal(list)
    trouble = Signal(object)

    def __init__(self, home: Home, start_job: Callable[[Job], object], parent: QObject) -> None:
        super().__init__(parent)
        self._home, self._start_job = home, start_job
        self._written: list[Path] = []

    def paste(self) -> None:
        """Take whatever film is on the clipboard."""
        found = QGuiApplication.clipboard().mimeData()
        files = [url.toLocalFile() for url in found.urls() if url.isLocalFile()]
        picture = QImage() if files else QGuiApplication.clipboard().image()
        if files:
            self.given.emit(files)
        elif not picture.isNull():
            self._start_job(Job("paste", lambda _job: self._write(picture), self._have, self.trouble.emit, parent=self))
        else:
            self.trouble.emit(
                FilmRefused("There is no film on the clipboard.", "Copy a picture or its file, then paste.", "no_film")
            )

    def forget(self, paths: Iterable[str] | None = None) -> None:
        """These (or all) have been taken in, or never will be."""
        gone = [place for place in self._written if paths is None or str(place) in set(paths)]
        for place in gone:
            self._written.remove(place)
            shutil.rmtree(place.parent, ignore_errors=True)

    def _write(self, picture: QImage) -> Path:
        now = datetime.now().astimezone()
        folder = Path(tempfile.mkdtemp(prefix="pasted-", dir=self._home.cache))
        place = folder / "pasted.png"
        picture.setText(PASTED, now.strftime("%Y-%m-%d %H:%M"))
        if not picture.save(str(place)):
            shutil.rmtree(folder, ignore_errors=True)
            raise FilmRefused("The picture could not be kept.", "Free the disk, then paste again.", "full")
        return place

    def _have(self, place: Path) -> None:
        self._written.append(place)
        self.given.emit([str(place)])
