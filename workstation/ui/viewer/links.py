"""Films whose windows and places follow each other: one changes, the others change by as much.

By as much, not to the same: two films have other values and other sizes, so the window follows in parts of its own
width, the zoom in parts of the fitted one, the place in millimetres from the middle (in parts of the film where a film
does not know its millimetres). Knows views, no study.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from workstation.dicom.records import VoiLutFunction, Window

if TYPE_CHECKING:
    from workstation.imaging.film import Film
    from workstation.imaging.geometry import OnScreen
    from workstation.imaging.window import Presentation
    from workstation.ui.viewer.film_view import FilmView


@dataclass(frozen=True, slots=True)
class Stand:
    """How a film stands: zoom in parts of the fitted one; how far the view's middle is from the film's, in a unit."""

    zoom: float = 1.0
    down: float = 0.0
    right: float = 0.0

    def moved_as(self, before: Stand, after: Stand) -> Stand:
        """This, changed as ``before`` became ``after``."""
        return Stand(
            self.zoom * after.zoom / before.zoom,
            self.down + after.down - before.down,
            self.right + after.right - before.right,
        )


@dataclass(slots=True)
class _Member:
    """One film of a group and how it was when the group was made."""

    view: FilmView
    stand: Stand
    window: Window | None
    invert: bool


class Links:
    """One group at a time. Changes that the group itself makes go no further."""

    def __init__(self) -> None:
        self._members: list[_Member] = []
        self._busy = False

    def join(self, views: Sequence[FilmView], firsts: Sequence[Presentation | None] | None = None) -> None:
        """From now on these follow each other, from how they are now.

        With ``firsts``, as if they had always followed: from the whole films with their first windows; the others then
        take the first one's place and window at once.
        """
        in_mm = all(_spacing(view.film) for view in views if view.film is not None)
        self._units = in_mm
        self._members = []
        for n, view in enumerate(views):
            shown = firsts[n] if firsts is not None else view.presentation
            if view.film is not None and shown is not None:
                stand = Stand() if firsts is not None else _stand(view, in_mm)
                self._members.append(_Member(view, stand, _window(view.film, shown), shown.invert))
        if firsts is not None and self._members:
            self.follow_place(self._members[0].view)
            self.follow_window(self._members[0].view)

    def part(self) -> None:
        """Each for itself again."""
        self._members = []

    @property
    def views(self) -> list[FilmView]:
        return [member.view for member in self._members]

    def follow_place(self, view: FilmView) -> None:
        """``view`` was moved: so are the others."""
        mover = self._member(view)
        if mover is None:
            return
        now = _stand(view, self._units)
        self._busy = True
        for other in self._members:
            if other is not mover:
                _put(other.view, other.stand.moved_as(mover.stand, now), view.fits, self._units)
        self._busy = False

    def follow_window(self, view: FilmView) -> None:
        """``view`` has another window: so have the others."""
        mover = self._member(view)
        shown = view.presentation
        if mover is None or shown is None or view.film is None:
            return
        now = _window(view.film, shown)
        self._busy = True
        for other in self._members:
            if other is not mover:
                invert = other.invert != (shown.invert != mover.invert)
                _show(other, followed(mover, now, other), invert)
        self._busy = False

    def _member(self, view: FilmView) -> _Member | None:
        if self._busy or view.film is None:
            return None
        return next((member for member in self._members if member.view is view), None)


def followed(mover: _Member, now: Window | None, other: _Member) -> Window | None:
    """The other film's window after the mover's became ``now``; None where one of them has no window (colour)."""
    if mover.window is None or other.window is None or now is None:
        return None
    assert mover.view.film is not None and other.view.film is not None
    opposite = mover.view.film.instance.inverted != other.view.film.instance.inverted
    return changed_as(mover.window, now, other.window, opposite)


def changed_as(before: Window, after: Window, window: Window, opposite: bool = False) -> Window:
    """``window``, changed in parts of its width as ``before`` became ``after``; ``opposite``: low is bright in one."""
    if before == after:
        return window
    shift = (after.center - before.center) / max(before.width, 1e-6)
    least = 1.0 if window.function is VoiLutFunction.LINEAR else 1e-6
    return replace(
        window,
        center=window.center + (-shift if opposite else shift) * window.width,
        width=max(window.width * after.width / max(before.width, 1e-6), least),
        explanation="",
    )


def _window(film: Film, shown: Presentation) -> Window | None:
    from workstation.ui.viewer.windowing import linear_window

    return linear_window(film, shown) if film.colour is None else None


def _show(member: _Member, window: Window | None, invert: bool) -> None:
    from workstation.ui.viewer.windowing import with_window

    view = member.view
    shown = view.presentation
    if shown is None or view.film is None:
        return
    if window is not None and window != _window(view.film, shown):
        shown = with_window(shown, window)
    view.set_presentation(replace(shown, invert=invert))


def _spacing(film: Film | None) -> float:
    """Millimetres a pixel at the detector, or 0."""
    if film is None:
        return 0.0
    known = film.instance.pixel_spacing_mm or film.instance.imager_pixel_spacing_mm
    return float(known[0]) if known else 0.0


def _unit(view: FilmView, on: OnScreen, in_mm: bool) -> tuple[float, float]:
    """What a stored pixel is, down and across, in the group's unit."""
    mm = _spacing(view.film)
    return (mm, mm) if in_mm else (1 / on.rows, 1 / on.columns)


def _stand(view: FilmView, in_mm: bool) -> Stand:
    on = view.on_screen
    assert on is not None
    width, height = _size(view)
    row, col = on.to_film(width / 2, height / 2)
    down, right = _unit(view, on, in_mm)
    return Stand(on.zoom / _fitted(view, on), (row - on.rows / 2) * down, (col - on.columns / 2) * right)


def _put(view: FilmView, stand: Stand, whole: bool, in_mm: bool) -> None:
    on = view.on_screen
    if on is None:
        return
    if whole:
        view.place_whole()
        return
    width, height = _size(view)
    zoomed = on.transform.zoomed(stand.zoom * _fitted(view, on) / on.zoom, width / 2, height / 2)
    down, right = _unit(view, on, in_mm)
    x, y = replace(on, transform=zoomed).to_screen(
        on.rows / 2 + stand.down / down, on.columns / 2 + stand.right / right
    )
    view.place(zoomed.panned(width / 2 - x, height / 2 - y))


def _size(view: FilmView) -> tuple[float, float]:
    scale = view.devicePixelRatioF()
    return view.width() * scale, view.height() * scale


def _fitted(view: FilmView, on: OnScreen) -> float:
    from workstation.imaging.geometry import ViewTransform

    return ViewTransform.fit(*on.orientation.size(on.rows, on.columns), *_size(view)).zoom
