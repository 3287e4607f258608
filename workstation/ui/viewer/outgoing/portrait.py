"""A film as it stands in a view -> pixels that leave: at the film's own size or as on the screen.

Never driven for this screen's curve: P-values leave, whatever display they are looked at on. Drawings and words go with
it only where they are asked for, what was laid over the film by the program itself (evidence, another film) never.
`expose` is quick and for the main thread, because the view's own painters draw; `develop` may take its time in any.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from workstation.imaging.geometry import OnScreen, Orientation, ViewTransform
from workstation.imaging.screen import Light
from workstation.imaging.window import display_table

if TYPE_CHECKING:
    from workstation.ui.viewer.film_view import FilmView

LEGIBLE_SIDE = 1000  # a film's long side in the logical pixels that lines and words are drawn in


@dataclass(frozen=True, slots=True, eq=False)
class Whole:
    """A film at its own size, not yet in light: its values, their table (None for colour), its turn, what is on it."""

    pixels: np.ndarray
    table: np.ndarray | None
    inverted: bool
    orientation: Orientation
    over: QImage


Exposed = Whole | QImage | np.ndarray


@dataclass(frozen=True, slots=True)
class Wish:
    """What the picture shall hold. ``stored``: the film's stored values and nothing else, 16 bits."""

    film_size: bool = True
    drawings: bool = True
    words: bool = False
    stored: bool = False


@dataclass(frozen=True, slots=True)
class _Paper:
    """What words are written on in place of a widget."""

    area: QRect
    scale: float

    def rect(self) -> QRect:
        return self.area

    def devicePixelRatioF(self) -> float:
        return self.scale


def expose(view: FilmView, wish: Wish) -> Exposed:
    """Everything that the picture is made of; for stored values they alone (uint16)."""
    assert view.film is not None
    if wish.stored:
        return np.ascontiguousarray(view.film.indices)
    with _as_it_leaves(view, wish):
        return _whole(view, wish) if wish.film_size else _as_seen(view, wish)


def develop(exposed: Exposed) -> np.ndarray:
    """uint8 (rows, columns), or (rows, columns, 3) RGB where the picture holds any colour; uint16 stays what it is."""
    if isinstance(exposed, np.ndarray):
        return exposed
    plain = printed(exposed).convertToFormat(QImage.Format.Format_RGB888)
    flat = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    rgb = flat[:, : plain.width() * 3].reshape(plain.height(), plain.width(), 3)
    grey = np.array_equal(rgb[..., 0], rgb[..., 1]) and np.array_equal(rgb[..., 1], rgb[..., 2])
    return rgb[..., 0].copy() if grey else rgb.copy()


def printed(exposed: Whole | QImage) -> QImage:
    """The picture as an image; in any thread."""
    if isinstance(exposed, QImage):
        return exposed
    turned = exposed.orientation.of(exposed.pixels)
    light = Light()
    lit = light.of_colour(turned, exposed.inverted) if exposed.table is None else light.of_grey(turned, exposed.table)
    image = QImage(lit.data, lit.shape[1], lit.shape[0], lit.strides[0], QImage.Format.Format_RGB32).copy()
    painter = QPainter(image)
    painter.drawImage(0, 0, exposed.over)
    painter.end()
    return image


def _whole(view: FilmView, wish: Wish) -> Whole:
    """Drawings and words over the film's own pixels, as thick as on a screen that holds it whole."""
    picture, shown = view.picture, view.presentation
    assert picture is not None and shown is not None
    grey = picture.film.colour is None
    table = display_table(picture.film, shown, padding_is_black=picture.padding_is_black) if grey else None
    rows, columns = picture.film.indices.shape[:2]
    high, wide = picture.orientation.size(rows, columns)
    over = QImage(wide, high, QImage.Format.Format_ARGB32_Premultiplied)
    over.fill(Qt.GlobalColor.transparent)
    scale = max(1.0, max(high, wide) / LEGIBLE_SIDE)
    on = OnScreen(ViewTransform(), picture.orientation, rows, columns, scale)
    painter = QPainter(over)
    painter.scale(scale, scale)
    _draw_over(painter, view, QRect(0, 0, round(wide / scale), round(high / scale)), on, wish)
    painter.end()
    return Whole(picture.pixels, table, shown.invert, picture.orientation, over)


def _as_seen(view: FilmView, wish: Wish) -> QImage:
    scale, area = view.devicePixelRatioF(), view.rect()
    image = QImage(round(area.width() * scale), round(area.height() * scale), QImage.Format.Format_RGB32)
    image.fill(QColor(0, 0, 0))
    picture, shown, on = view.picture, view.presentation, view.on_screen
    assert picture is not None and shown is not None and on is not None
    painter = QPainter(image)
    seen = picture.image(view.transform, shown, image.width(), image.height())
    if seen is not None:
        painter.drawImage(seen[0], seen[1], seen[2])
    painter.scale(scale, scale)
    _draw_over(painter, view, area, on, wish)
    painter.end()
    return image


def _draw_over(painter: QPainter, view: FilmView, area: QRect, on: OnScreen, wish: Wish) -> None:
    """What belongs to the film, what was drawn on it, and words: by what a painter says of itself."""
    wanted = {"film", "drawing"} if wish.drawings else {"film"}
    for laid in view.overlays:
        if getattr(laid, "leaves", "") in wanted:
            painter.save()
            laid.paint(painter, area, on)
            painter.restore()
    if wish.words:
        view.write(painter, _Paper(area, on.scale), on.zoom)
    else:
        view.warn(painter, area, on.scale)


@contextmanager
def _as_it_leaves(view: FilmView, wish: Wish) -> Iterator[None]:
    """Without this screen's own driving levels and what the hand holds; with words where they are wished for."""
    picture = view.picture
    assert picture is not None
    sheets = [laid for laid in view.overlays if hasattr(laid, "plain")]
    kept, picture.levels = picture.levels, None
    picture.relight()
    legend = view.legend
    state, notice = legend.state, legend.notice
    legend.notice = ""
    if wish.words and state == "none":
        legend.state = "full"
    for sheet in sheets:
        sheet.plain = True
    try:
        yield
    finally:
        picture.levels = kept
        picture.relight()
        legend.state, legend.notice = state, notice
        for sheet in sheets:
            sheet.plain = False
