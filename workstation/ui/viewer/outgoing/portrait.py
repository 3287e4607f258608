"""A film as it stands in a view -> pixels that leave: at the film's own size or as on the screen.

Never driven for this screen's curve: P-values leave, whatever display they are looked at on. Drawings and words go with
it only where they are asked for. Main thread only, because the view's own painters draw.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter

from workstation.imaging.geometry import OnScreen, ViewTransform
from workstation.imaging.window import display_table

if TYPE_CHECKING:
    from workstation.ui.viewer.film_view import FilmView

LEGIBLE_SIDE = 1000  # a film's long side in the logical pixels that lines and words are drawn in


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


def portrait(view: FilmView, wish: Wish) -> np.ndarray:
    """uint8 (rows, columns), or (rows, columns, 3) RGB where anything in colour is on it, or uint16 stored values."""
    assert view.film is not None
    if wish.stored:
        return np.ascontiguousarray(view.film.indices)
    bare = not wish.drawings and not wish.words
    if wish.film_size:
        pixels = light_of(view)
        return pixels if bare else _written_on(view, pixels, wish)
    with _p_values(view):
        return _as_seen(view, wish)


def light_of(view: FilmView) -> np.ndarray:
    """The film through filter, window and turn, at its own size: (rows, columns) or (rows, columns, 3) uint8."""
    picture, shown = view.picture, view.presentation
    assert picture is not None and shown is not None
    if picture.film.colour is not None:
        lit = 255 - picture.pixels if shown.invert else picture.pixels
    else:
        lit = display_table(picture.film, shown, padding_is_black=picture.padding_is_black)[picture.pixels]
    return picture.orientation.of(lit)


def _written_on(view: FilmView, pixels: np.ndarray, wish: Wish) -> np.ndarray:
    """Drawings and words over the film's own pixels, as thick as on a screen that holds it whole."""
    picture = view.picture
    assert picture is not None
    high, wide = pixels.shape[:2]
    scale = max(1.0, max(high, wide) / LEGIBLE_SIDE)
    image = image_of(pixels).convertToFormat(QImage.Format.Format_RGB32)
    area = QRect(0, 0, round(wide / scale), round(high / scale))
    rows, columns = picture.film.indices.shape[:2]
    on = OnScreen(ViewTransform(), picture.orientation, rows, columns, scale)
    painter = QPainter(image)
    painter.scale(scale, scale)
    _draw_over(painter, view, area, on, wish)
    painter.end()
    return pixels_of(image)


def _as_seen(view: FilmView, wish: Wish) -> np.ndarray:
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
    return pixels_of(image)


def _draw_over(painter: QPainter, view: FilmView, area: QRect, on: OnScreen, wish: Wish) -> None:
    if wish.drawings:
        for laid in view.overlays:
            painter.save()
            laid.paint(painter, area, on)
            painter.restore()
    if wish.words:
        view.write(painter, _Paper(area, on.scale), on.zoom)


@contextmanager
def _p_values(view: FilmView) -> Iterator[None]:
    """Without this screen's own driving levels, for as long as it takes."""
    picture = view.picture
    assert picture is not None
    kept, picture.levels = picture.levels, None
    picture.relight()
    try:
        yield
    finally:
        picture.levels = kept
        picture.relight()


def image_of(pixels: np.ndarray) -> QImage:
    """A QImage with memory of its own, of uint8 grey or RGB."""
    held = np.ascontiguousarray(pixels)
    kind = QImage.Format.Format_Grayscale8 if held.ndim == 2 else QImage.Format.Format_RGB888
    return QImage(held.data, held.shape[1], held.shape[0], held.strides[0], kind).copy()


def pixels_of(image: QImage) -> np.ndarray:
    """uint8 (rows, columns, 3) RGB, or (rows, columns) where the picture holds no colour."""
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    flat = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    rgb = flat[:, : plain.width() * 3].reshape(plain.height(), plain.width(), 3)
    grey = np.array_equal(rgb[..., 0], rgb[..., 1]) and np.array_equal(rgb[..., 1], rgb[..., 2])
    return rgb[..., 0].copy() if grey else rgb.copy()
