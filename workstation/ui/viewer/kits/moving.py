"""Turning a film, its true size, the magnifier, and how pixels are drawn larger: keys -> the active film's view.

What is turned is what the eye sees: neither stored values nor what a model is given. Knows the pane.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from workstation.ui.viewer.kits.kit import Kit

if TYPE_CHECKING:
    from workstation.imaging.calibration import Scale
    from workstation.settings import Settings
    from workstation.ui.viewer.film_pane import FilmPane
    from workstation.ui.viewer.film_view import FilmView
    from workstation.ui.viewer.stage import Slot

LENS = ("film.lens", "film.lens_freeze")


class Moving(Kit):
    """The reader's hands on where and how a film stands."""

    def __init__(self, pane: FilmPane) -> None:
        super().__init__(pane)
        self.interpolation = "linear"
        self._round = True
        self._views: list[FilmView] = []
        # Whoever knows of a calibration by hand says so; until then the header alone is asked.
        self.scale_of: Callable[[FilmView], Scale] = _header_scale

    def acts(self) -> Mapping[str, Callable[[], object]]:
        return {
            "film.rotate_right": lambda: self.pane.view.turn_by(1),
            "film.rotate_left": lambda: self.pane.view.turn_by(-1),
            "film.flip_across": lambda: self.pane.view.flip_across(),
            "film.flip_down": lambda: self.pane.view.flip_down(),
            "film.true_size": self.true_size,
            "film.lens": self.toggle_lens,
            "film.lens_freeze": self.toggle_frozen,
            "film.interpolation": self.next_interpolation,
        }

    def adopt(self, slot: Slot) -> None:
        view = slot.view
        self._views.append(view)
        view.lens_left.connect(self.toggle_lens)
        view.lens.on = self.shows_lens
        self._prefer(view)

    def film_came(self, slot: Slot) -> None:
        slot.view.set_interpolation(self.interpolation)

    def follow(self) -> None:
        for act in self.made.values():
            act.setEnabled(self.pane.view.film is not None)
        self._tick()

    def apply_settings(self, settings: Settings) -> None:
        self.interpolation = str(settings["interpolation"])
        self._round = settings["lens_shape"] == "round"
        for view in self._views:
            self._prefer(view)

    def _prefer(self, view: FilmView) -> None:
        view.lens.round = self._round
        view.set_interpolation(self.interpolation)

    # true size

    def true_size(self) -> None:
        """As large on the monitor as in the plane that the film's scale is of."""
        from workstation.ui.viewer import monitor
        from workstation.ui.viewer.truesize import true_size

        view = self.pane.view
        if view.film is not None:
            view.size_truly(true_size(self.scale_of(view), monitor.pixel_size(view.screen())))

    # the magnifier

    @property
    def shows_lens(self) -> bool:
        """Whether the magnifier is out, on any film."""
        return any(view.lens.on for view in self._views)

    def toggle_lens(self) -> None:
        """The magnifier on every film, under the cursor; or none."""
        wanted = not self.shows_lens
        for view in self._views:
            view.show_lens(wanted)
        self._tick()
        self.pane.acted.emit("lens", {"on": wanted})

    def toggle_frozen(self) -> None:
        """The magnifier keeps the film's present window, or follows it again."""
        if not self.shows_lens:
            self.toggle_lens()
        freeze = self.pane.view.lens.frozen is None
        for view in self._views:
            view.lens.frozen = view.presentation if freeze else None
            view.update()
        self._tick()
        self.pane.acted.emit("lens_window", {"frozen": freeze})

    def _tick(self) -> None:
        lens = self.pane.view.lens
        for name, on in zip(LENS, (lens.on, lens.frozen is not None), strict=True):
            self.made[name].setChecked(on)

    # interpolation

    def next_interpolation(self) -> None:
        """Nearest, linear, cubic, Lanczos, nearest."""
        from workstation.imaging.enlarge import INTERPOLATIONS

        names = tuple(INTERPOLATIONS)
        self.interpolation = names[(names.index(self.interpolation) + 1) % len(names)]
        for view in self._views:
            view.set_interpolation(self.interpolation)
        self.pane.acted.emit("interpolation", {"to": self.interpolation})


def _header_scale(view: FilmView) -> Scale:
    from workstation.imaging.calibration import scale_of

    assert view.film is not None
    return scale_of(view.film.instance)
