"""One view's display filter: which the reader wants, which is on the screen, and the thread that makes it.

The name stands on the film only with the filtered pixels themselves. The last result is kept while its film stays, so
that off and on again are instant. Knows one view; keys are the kit's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from workstation.ui.jobs import Job

if TYPE_CHECKING:
    import numpy as np

    from workstation.imaging.film import Film
    from workstation.ui.viewer.film_view import FilmView

ONLY_GREY = "Display filters work on grey films only; this one is in colour."
NOTHING_TO_FILTER = "Every pixel of this film has the same value: there is nothing to filter."
NO_MEMORY = "There is not enough memory to filter this film."
MARK = "{} (display only)"


class Wish(NamedTuple):
    """A film, a filter of `imaging.enhance`, its strength."""

    film: Film
    name: str
    strength: float


class Filtering:
    """Turns filters of one view on and off; ``changed`` is called when another one is wanted."""

    def __init__(self, view: FilmView, changed: Callable[[], object]) -> None:
        self._view, self._changed = view, changed
        self.strengths: Mapping[str, float] = {}
        self.name = ""  # of the filter that is wanted, on the screen or on its way
        self.last = ""  # what `toggle` brings back
        self.by_preset = False  # a window brought it, and takes it away again
        self._made: tuple[Wish, np.ndarray] | None = None
        self._told: tuple[str, float] | None = None  # what the log knows to be on
        self._job: Job | None = None

    @property
    def busy(self) -> bool:
        """Whether a thread is at work."""
        return self._job is not None

    def toggle(self, name: str = "") -> None:
        """This filter (the last one, without a name) on, or off if it is on already."""
        name = name or self.name or self.last
        if name:
            self.put("" if name == self.name else name)

    def put(self, name: str, by_preset: bool = False) -> None:
        """This filter and no other; "" for the film as it is."""
        film = self._view.film
        if film is None or (name and not self._can(film)):
            return
        self.by_preset = by_preset and bool(name)
        if name == self.name:
            return
        before, self.name, self.last = self.name, name, name or self.name
        self._show()
        if not name:
            self._told = None
            self._view.acted.emit("filter", {"name": before, "on": False})
        self._changed()

    def refresh(self) -> None:
        """The strengths may have changed."""
        if self.name:
            self._show()

    def film_came(self) -> None:
        """Another film stands in the view, as it is."""
        self.name = self.last = ""
        self.by_preset, self._made, self._told = False, None, None

    def frame_came(self) -> None:
        """Another frame of the same film: the filter that was on stays on."""
        self.refresh()

    def close(self) -> None:
        """End the thread."""
        if self._job is not None:
            self._job.close()

    def _can(self, film: Film) -> bool:
        if film.colour is None and film.high > film.low:
            return True
        self._view.say(NOTHING_TO_FILTER if film.colour is None else ONLY_GREY)
        return False

    def _wish(self) -> Wish | None:
        film = self._view.film
        return Wish(film, self.name, self.strengths[self.name]) if film is not None and self.name else None

    def _show(self) -> None:
        """What is wanted, if it is made; else the film as it is, and the thread begins."""
        wish = self._wish()
        if wish is not None and self._made is not None and self._made[0] == wish:
            self._put_on(wish, self._made[1])
            return
        self._view.enhance(None)
        if wish is not None and self._job is None:
            self._job = Job("filter", lambda _job: _filtered(wish), lambda found: self._come(wish, found))
            self._job.start()

    def _come(self, wish: Wish, found: np.ndarray | None) -> None:
        self._job = None
        if found is None:
            self.name, self._told = "", None
            self._view.say(NO_MEMORY)
            self._changed()
            return
        self._made = (wish, found)
        if self.name:
            self._show()

    def _put_on(self, wish: Wish, pixels: np.ndarray) -> None:
        from workstation.imaging.enhance import FILTERS

        picture = self._view.picture
        if picture is not None and picture.pixels is not pixels:
            self._view.enhance(pixels, MARK.format(FILTERS[wish.name].label))
        if self._told != wish[1:]:
            self._told = wish[1:]
            self._view.acted.emit("filter", {"name": wish.name, "on": True, "strength": wish.strength})


def _filtered(wish: Wish) -> np.ndarray | None:
    """None where there is not the memory."""
    from workstation.imaging.enhance import enhance

    try:
        return enhance(*wish)
    except MemoryError:
        return None
