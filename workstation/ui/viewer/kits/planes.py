"""What a file holds beyond its first picture: overlay planes, shutter, padding, further frames; and their keys.

Planes and shutter are shown whenever a study is opened; while something is hidden, the film says so. Knows the pane.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from workstation.ui import style
from workstation.ui.actions import key_text
from workstation.ui.viewer.corners import Line
from workstation.ui.viewer.frames import FrameLoader
from workstation.ui.viewer.kits.kit import Kit
from workstation.ui.viewer.laid import PlanesPainter, ShutterPainter

if TYPE_CHECKING:
    from workstation.dicom.shutter import Shutter
    from workstation.imaging.film import Film
    from workstation.settings import Settings
    from workstation.ui.viewer.film_pane import FilmPane
    from workstation.ui.viewer.loading import Failure, Prepared
    from workstation.ui.viewer.stage import Slot

MEGABYTE = 1 << 20
PLANES, SHUTTER, NEXT, PREVIOUS = "film.planes", "film.shutter", "film.next_frame", "film.previous_frame"


class Planes(Kit):
    """The reader's hand on what the file lays over its film, and on its frames."""

    def __init__(self, pane: FilmPane) -> None:
        super().__init__(pane)
        self.shows_planes = self.shows_shutter = True
        self._painters: dict[Slot, tuple[ShutterPainter, PlanesPainter]] = {}
        self._wanted: dict[Slot, int] = {}
        self._laid: dict[Slot, Shutter] = {}  # by a presentation state, in place of the film's own
        self._frames = FrameLoader(64 * MEGABYTE, pane)
        self._frames.loaded.connect(self._frame_loaded)
        self._frames.failed.connect(self._frame_failed)

    def acts(self) -> Mapping[str, Callable[[], object]]:
        return {
            PLANES: self.toggle_planes,
            SHUTTER: self.toggle_shutter,
            NEXT: lambda: self.step(1),
            PREVIOUS: lambda: self.step(-1),
        }

    def adopt(self, slot: Slot) -> None:
        laid = ShutterPainter(), PlanesPainter()
        self._painters[slot] = laid
        slot.view.overlays[:0] = laid

    def study_came(self) -> None:
        self.shows_planes = self.shows_shutter = True
        self._wanted.clear()
        self._laid.clear()
        self._frames.forget()
        for slot in self._painters:
            slot.view.legend.added.pop("laid", None)

    def film_came(self, slot: Slot) -> None:
        self._wanted.pop(slot, None)
        self._laid.pop(slot, None)
        self._show(slot)

    def follow(self) -> None:
        film = self.pane.view.film
        self.made[PLANES].setEnabled(film is not None and bool(film.planes))
        self.made[SHUTTER].setEnabled(film is not None and self._hides(self.pane.stage.current, film))
        self.made[PLANES].setChecked(self.shows_planes)
        self.made[SHUTTER].setChecked(self.shows_shutter)
        for act in (NEXT, PREVIOUS):
            self.made[act].setEnabled(film is not None and film.instance.number_of_frames > 1)

    def apply_settings(self, settings: Settings) -> None:
        self._frames.budget_bytes = int(settings["film_memory_mb"]) * MEGABYTE // 4

    def close(self) -> None:
        self._frames.close()

    # planes and shutter

    def toggle_planes(self) -> None:
        """The overlay planes of every film."""
        self.shows_planes = not self.shows_planes
        self._show_all()
        self.pane.acted.emit("overlay planes", {"shown": self.shows_planes})

    def toggle_shutter(self) -> None:
        """Shutters and padding of every film."""
        self.shows_shutter = not self.shows_shutter
        self._show_all()
        self.pane.acted.emit("shutter", {"shown": self.shows_shutter})

    def lay_shutter(self, slot: Slot, shutter: Shutter) -> None:
        """A presentation state's shutter, in place of the film's own while the film stands here; it is closed."""
        self._laid[slot] = shutter
        self.shows_shutter = True
        self._show_all()

    def _hides(self, slot: Slot, film: Film) -> bool:
        return slot in self._laid or film.shutter is not None or film.padding is not None

    def _show_all(self) -> None:
        for slot in self._painters:
            self._show(slot)
        self.follow()

    def _show(self, slot: Slot) -> None:
        """Everything that belongs to the frame that stands in ``slot``."""
        shutter, planes = self._painters[slot]
        film, picture = slot.view.film, slot.view.picture
        if film is None or picture is None:
            return
        shutter.shutter, shutter.shown = self._laid.get(slot, film.shutter), self.shows_shutter
        planes.take(film.lettering)
        planes.shown = self.shows_planes
        if picture.padding_is_black != self.shows_shutter:
            picture.padding_is_black = self.shows_shutter
            slot.view.relight()
        self._say_hidden(slot, film)
        slot.view.update()

    def _say_hidden(self, slot: Slot, film: Film) -> None:
        hidden = []
        if film.planes and not self.shows_planes:
            hidden.append(f"Overlay hidden ({key_text(PLANES)}): {', '.join(plane.name for plane in film.planes)}")
        if self._hides(slot, film) and not self.shows_shutter:
            hidden.append(f"Shutter open ({key_text(SHUTTER)})")
        added = slot.view.legend.added
        added.pop("laid", None)
        if hidden:
            added["laid"] = Line("   ".join(hidden), style.ON_FILM.AMBER)
        elif film.planes:
            added["laid"] = Line(f"Overlay: {', '.join(plane.name for plane in film.planes)}")

    # frames

    def step(self, by: int) -> None:
        """The next or previous frame of the active film, as soon as it is decoded."""
        slot = self.pane.stage.current
        film = slot.view.film
        if film is None:
            return
        now = self._wanted.get(slot, film.frame)
        frame = min(max(now + by, 0), film.instance.number_of_frames - 1)
        if frame == now:
            slot.view.say("This is the last frame." if by > 0 else "This is the first frame.")
            return
        self._wanted[slot] = frame
        if (prepared := self._frames.ready(film.instance, frame)) is not None:
            self._take(slot, prepared)
        self._frames.view = self.pane.stage.view_size()
        self._frames.want(film.instance, frame, by)

    def _frame_loaded(self, prepared: Prepared) -> None:
        for slot, frame in list(self._wanted.items()):
            if slot.holds(prepared.instance) and frame == prepared.film.frame:
                self._take(slot, prepared)

    def _frame_failed(self, failure: Failure) -> None:
        for slot in list(self._wanted):
            if slot.holds(failure.instance):
                del self._wanted[slot]
                slot.view.say(f"This frame cannot be shown. {failure.message}")

    def _take(self, slot: Slot, prepared: Prepared) -> None:
        if slot.view.film is None or slot.view.film.frame == prepared.film.frame:
            return
        slot.show_frame(prepared)
        self._show(slot)
        self.pane.frame_came(slot)
        self.pane.acted.emit("frame", {"frame": prepared.film.frame + 1})
