"""The cardiothoracic ratio in the reader's hands: three clicks with proposed walls, or all of it proposed.

What the program found is amber and dashed until the reader accepts or moves it. The film is looked at in a thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from workstation.errors import WorkstationError
from workstation.imaging.annotation import Annotation, Kind, Point
from workstation.imaging.geometry import OnScreen, Orientation
from workstation.imaging.projection import projection
from workstation.ui.jobs import Job
from workstation.ui.viewer.measuring.book import Book
from workstation.ui.viewer.measuring.hand import Hand
from workstation.ui.viewer.measuring.sheet import Sheet, Sketch
from workstation.ui.viewer.measuring.tools import TOOLS

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from workstation.imaging.film import Film
    from workstation.imaging.heart import Chest
    from workstation.ui.viewer.stage import Slot

RATIO = TOOLS["cardiothoracic ratio"]
BY_HAND = replace(
    RATIO,
    points=4,
    hints=(
        *RATIO.hints[:2],
        "Cardiothoracic ratio: the inner wall of the thorax on one side, where it is widest",
        "Cardiothoracic ratio: the inner wall on the other side",
    ),
)
_LATERAL = "This is a lateral film: a cardiothoracic ratio is measured on a frontal one."
_NO_WALLS = "The inner walls are not found at this level: set each of them with a click."


@dataclass(frozen=True, slots=True)
class Place:
    """One view's drawings and the hand that makes them."""

    slot: Slot
    sheet: Sheet
    hand: Hand


class Ratios:
    """Keeps what was found on the film last looked at."""

    def __init__(self, parent: QObject, say: Callable[[str], object]) -> None:
        self._parent, self._say = parent, say
        self._jobs: list[Job] = []
        self._seen: tuple[tuple[Film, Orientation], Chest | WorkstationError] | None = None
        self._looking: tuple[Film, Orientation] | None = None
        self._then: Callable[[], object] | None = None

    def forget(self) -> None:
        """Another study."""
        self._seen = self._looking = self._then = None

    def close(self) -> None:
        for job in self._jobs:
            job.close()

    def begin(self, place: Place) -> bool:
        """The tool was taken: look at the film meanwhile. False (and told) on a lateral."""
        if place.sheet.film is not None and projection(place.sheet.film.instance) == "lateral":
            self._say(_LATERAL)
            return False
        self._look(place, None)
        return True

    def propose(self, place: Place, book: Book) -> None:
        """Everything from the film; an earlier proposal on it goes."""
        if self.begin(place):
            self._look(place, lambda: self._put(place, book))

    def completed(self, place: Place, points: tuple[Point, ...], on: OnScreen) -> Annotation | None:
        """Two borders and a level, or all four points by hand; None while the film is still being looked at."""
        if len(points) == 4:
            return place.hand.new(Kind.CARDIOTHORACIC_RATIO, _ordered(points))
        film = place.sheet.film
        self._look(place, lambda: self._with_walls(place, film, points))
        return None

    def _with_walls(self, place: Place, film: Film | None, points: tuple[Point, ...]) -> None:
        """The level was clicked; by now the reader may have taken another tool, but not another film."""
        if place.sheet.film is not film:
            return
        chest = self._seen[1] if self._seen is not None else None
        walls = None if chest is None or isinstance(chest, WorkstationError) else chest.walls_at(points[2])
        if walls is None:
            self._say(_NO_WALLS)
            if place.sheet.sketch is None and place.slot.view.tool == RATIO.name:
                place.sheet.sketch = Sketch(BY_HAND, points[:2])
        else:
            four = _ordered((*points[:2], *walls))
            place.hand.keep(place.hand.new(Kind.CARDIOTHORACIC_RATIO, four, source="proposed"))
        place.slot.view.update()

    def _put(self, place: Place, book: Book) -> None:
        from workstation.imaging.heart import ratio_of

        assert self._seen is not None
        found = self._seen[1]
        try:
            if isinstance(found, WorkstationError):
                raise found
            points = _ordered(ratio_of(found))
        except WorkstationError as error:
            self._say(f"{error.message} {error.remedy}")
            return
        kind = Kind.CARDIOTHORACIC_RATIO
        for one in place.sheet.drawings():
            if one.kind is kind and one.source == "proposed":
                book.remove(one.id)
        place.hand.keep(place.hand.new(kind, points, source="proposed"))

    def _look(self, place: Place, then: Callable[[], object] | None) -> None:
        """Find the chest of this film as it stands on the screen, then go on; at once when it is known."""
        on, film = place.slot.view.on_screen, place.sheet.film
        if on is None or film is None:
            return
        wanted = (film, on.orientation)
        if self._seen is not None and self._seen[0] == wanted:
            if then is not None:
                then()
            return
        self._then = then or self._then
        if self._looking != wanted:
            self._looking = wanted
            self._jobs = [job for job in self._jobs if job.running]
            self._jobs.append(Job("heart", lambda _job: _found(*wanted), self._came, parent=self._parent).start())

    def _came(self, found: tuple[tuple[Film, Orientation], Chest | WorkstationError]) -> None:
        if found[0] != self._looking:
            return
        self._seen, self._looking = found, None
        then, self._then = self._then, None
        if then is not None:
            then()


def _found(film: Film, orientation: Orientation) -> tuple[tuple[Film, Orientation], Chest | WorkstationError]:
    """In a thread: the chest, or why there is none."""
    from workstation.imaging.heart import chest_of

    try:
        return (film, orientation), chest_of(film, orientation)
    except WorkstationError as error:
        return (film, orientation), error


def _ordered(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """Each pair from the stored left to the right (from top to bottom on a film that is stored on its side)."""
    down, across = (abs(points[3][axis] - points[2][axis]) for axis in (0, 1))
    axis = 1 if across >= down else 0
    return (*sorted(points[:2], key=lambda p: p[axis]), *sorted(points[2:], key=lambda p: p[axis]))
