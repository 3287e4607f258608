"""THE ONLY model preprocessing: a film becomes the square 8-bit picture that an encoder sees.

Every method shows the model the film in its default presentation and standard position. What follows (mean,
standard deviation, tensors) belongs to the model.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image

from workstation.errors import WorkstationError
from workstation.imaging.film import Film, pixel_sha256
from workstation.imaging.orientation import to_standard
from workstation.imaging.resample import fitted, resize
from workstation.imaging.window import default, render

__all__ = ["METHODS", "Placed", "pixel_sha256", "placed", "prepare"]

METHODS = ("letterbox", "clip-centre-crop", "whole")
COMMON_SIDE = 224  # every film passes through it first, so that its own resolution tells the model nothing


def prepare(film: Film, side: int, method: str) -> np.ndarray:
    """The picture for a model.

    Parameters
    ----------
    side : pixels a side of the square.
    method : "letterbox": whole film, through 224 on the long side by area, padded with black;
        "clip-centre-crop": the original CXR-LLaVA's (Lanczos to the short side, centre crop);
        "whole": for models that bring a preparation of their own: the film with at most ``side`` on its long side.

    Returns
    -------
    np.ndarray
        uint8 (side, side); of "whole" (rows, columns).
    """
    if method not in METHODS:
        raise WorkstationError(
            "The model asks for a preparation of films that this program does not know.",
            "Update the program or choose another model.",
            "preprocess",
        )
    if method == "whole":
        grey = _grey(film)
        return resize(grey, side) if max(grey.shape) > side else grey
    return _letterbox(_grey(film), side) if method == "letterbox" else _centre_crop(_as_stored(film), side)


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a prepared picture's film lies: ``box`` in the picture, ``rectangle`` in the stored frame, both as
    (row0, column0, row1, column1), ends outside."""

    box: tuple[int, int, int, int]
    rectangle: tuple[float, float, float, float]


def placed(rows: int, columns: int, side: int, method: str) -> Placed:
    """What `prepare` does to a frame of this size in standard position, said in numbers."""
    if method == "letterbox":
        high, wide = fitted(*fitted(rows, columns, COMMON_SIDE), side)
        top, left = (side - high) // 2, (side - wide) // 2
        return Placed((top, left, top + high, left + wide), (0.0, 0.0, float(rows), float(columns)))
    high, wide = _short_edge(rows, columns, side)
    top, left = (high - side) // 2, (wide - side) // 2
    down, across = rows / high, columns / wide
    return Placed((0, 0, side, side), (top * down, left * across, (top + side) * down, (left + side) * across))


def _grey(film: Film) -> np.ndarray:
    """uint8 (rows, columns) as displayed by default; colour by its luminance."""
    shown = film.indices.astype(np.uint8) if film.colour is not None else render(film, default(film))
    return to_standard(shown, film.instance)


def _as_stored(film: Film) -> np.ndarray:
    """An 8-bit picture is already what the original method takes; every other film is displayed first."""
    if film.instance.kind == "raster" and film.instance.bits_stored == 8:
        return film.indices.astype(np.uint8)
    return _grey(film)


def _letterbox(pixels: np.ndarray, side: int) -> np.ndarray:
    shrunk = resize(pixels, COMMON_SIDE)
    fitted = shrunk if side == COMMON_SIDE else resize(shrunk, side)
    rows, columns = fitted.shape
    top, left = (side - rows) // 2, (side - columns) // 2
    return cv2.copyMakeBorder(fitted, top, side - rows - top, left, side - columns - left, cv2.BORDER_CONSTANT, value=0)


def _centre_crop(pixels: np.ndarray, side: int) -> np.ndarray:
    """Short edge to ``side`` (the long one cut to a whole number), then the middle, offsets rounded down."""
    rows, columns = pixels.shape
    high, wide = _short_edge(rows, columns, side)
    scaled = np.asarray(Image.fromarray(pixels).resize((wide, high), Image.Resampling.LANCZOS))
    top, left = (high - side) // 2, (wide - side) // 2
    return scaled[top : top + side, left : left + side].copy()  # Pillow's view is read-only


def _short_edge(rows: int, columns: int, side: int) -> tuple[int, int]:
    """(rows, columns) once the short edge is ``side``; the long one is cut to a whole number."""
    short = min(rows, columns)
    return side if rows == short else int(side * rows / short), side if columns == short else int(
        side * columns / short
    )
