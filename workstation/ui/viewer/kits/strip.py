"""The strip of thumbnails, by Ctrl+5: the study's films and its priors'. The pictures are made in the loader's thread.

What has been decoded once keeps its small picture for the session; what is missing is decoded after the films that are
waited for, and only while the strip is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from workstation.ui.dates import date_text
from workstation.ui.viewer.kits.comparing import Comparing
from workstation.ui.viewer.kits.kit import Kit
from workstation.ui.viewer.loading import Details, Key, key_of
from workstation.ui.viewer.thumbnails import Entry, Strip
from workstation.ui.viewer.tool_row import view_name

if TYPE_CHECKING:
    import numpy as np

    from workstation.dicom.records import Instance
    from workstation.ui.viewer.film_pane import FilmPane
    from workstation.ui.viewer.hanging import Earlier
    from workstation.ui.viewer.stage import Slot

KEPT = 400  # small pictures, 20 kB each


class Thumbnails(Kit):
    """Shown or not; what it shows follows the pane."""

    def __init__(self, pane: FilmPane) -> None:
        super().__init__(pane)
        self.strip = Strip()
        self.strip.hide()
        self._pictures: dict[Key, QImage] = {}
        self._of: list[Instance] = []
        self._laid_out = False

    def acts(self) -> Mapping[str, Callable[[], object]]:
        return {"view.thumbnails": self.toggle}

    def adopt(self, slot: Slot) -> None:
        if not self._laid_out:
            self._laid_out = True
            column = self.pane.layout()
            column.insertWidget(column.indexOf(self.pane.stage), self.strip)  # type: ignore[union-attr]
            self.pane.loader.detailed.connect(self._keep)

    def toggle(self) -> None:
        """Show or hide the strip."""
        self.show(self.strip.isHidden())
        self.pane.acted.emit("thumbnails", {"shown": not self.strip.isHidden()})

    def show(self, shown: bool) -> None:
        self.strip.setVisible(shown)
        self.made["view.thumbnails"].setChecked(shown)
        self.follow()

    def follow(self) -> None:
        if self.strip.isHidden():
            return
        films = self._films()
        if films != self._of:
            self._of = films
            self.strip.show_entries(self._entries())
        for thumb in self.strip.thumbs:
            picture = self._pictures.get(thumb.entry.key)
            if picture is not None and not thumb.has_picture:
                thumb.show_picture(picture)
        places = [self.pane.stage.of_study, self.pane.stage.prior]
        self.strip.mark(
            [key_of(place.instance) for place in places if place is not None and place.instance is not None]
        )
        self._ask_for_missing()

    def _own(self) -> list[Instance]:
        stage = self.pane.stage
        return [slot.instance for slot in stage.slots[: stage.used] if slot.instance is not None]

    def _films(self) -> list[Instance]:
        return [*self._own(), *(film for one in self.pane.kit(Comparing).priors for film in one.films)]

    def _entries(self) -> list[Entry]:
        own = [
            Entry(key_of(film), view_name(film, n), False, partial(self._bring, n))
            for n, film in enumerate(self._own())
        ]
        return [*own, *(entry for one in self.pane.kit(Comparing).priors for entry in self._prior_entries(one))]

    def _prior_entries(self, earlier: Earlier) -> list[Entry]:
        kit = self.pane.kit(Comparing)
        when = date_text(earlier.taken[:8], kit.date_format)
        return [
            Entry(key_of(film), f"PRIOR {when} {view_name(film, n)}", True, partial(kit.hang, earlier, film=n))
            for n, film in enumerate(earlier.films)
        ]

    def _bring(self, n: int) -> None:
        self.pane.stage.activate(n)
        self.follow()

    def _keep(self, details: Details) -> None:
        key = key_of(details.prepared.instance)
        if details.small is not None and key not in self._pictures:
            self._pictures[key] = _image(details.small)
            while len(self._pictures) > KEPT:
                self._pictures.pop(next(iter(self._pictures)))
            self.follow()

    def _ask_for_missing(self) -> None:
        loader = self.pane.loader
        missing = [film for film in self._of if key_of(film) not in self._pictures and loader.ready(film) is None]
        if missing:
            self.pane.want_also(*missing)


def _image(small: np.ndarray) -> QImage:
    """uint8 (rows, columns) or (rows, columns, 3) as a picture of its own."""
    form = QImage.Format.Format_Grayscale8 if small.ndim == 2 else QImage.Format.Format_RGB888
    return QImage(small.tobytes(), small.shape[1], small.shape[0], small.strides[0], form).copy()
