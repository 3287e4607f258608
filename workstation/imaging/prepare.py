"""THE ONLY model preprocessing: a film becomes the square 8-bit picture that an encoder sees.

Both methods show the model the film in its default presentation and standard position. What follows (mean,
standard deviation, tensors) belongs to the model.
"""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image

from workstation.errors import WorkstationError
from workstation.imaging.film import Film, pixel_sha256
from workstation.imaging.orientation import to_standard
from workstation.imaging.resample import resize
from workstation.imaging.window import default, render

__all__ = ["METHODS", "pixel_sha256", "prepare"]

METHODS = ("letterbox", "clip-centre-crop")
COMMON_SIDE = 224  # every film passes through it first, so that its own resolution tells the model nothing


def prepare(film: Film, side: int, method: str) -> np.ndarray:
    """The picture for a model.

    Parameters
    ----------
    side : pixels a side of the square.
    method : "letterbox": whole film, through 224 on the long side by area, padded with black;
        "clip-centre-crop": the original CXR-LLaVA's (Lanczos to the short side, centre crop).

    Returns
    -------
    np.ndarray
        uint8 (side, side).
    """
    if method not in METHODS:
        raise WorkstationError(
            "The model asks for a preparation of films that this program does not know.",
            "Update the program or choose another model.",
            "preprocess",
        )
    return _letterbox(_grey(film), side) if method == "letterbox" else _centre_crop(_as_stored(film), side)


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
    short = min(rows, columns)
    target = (
        side if columns == short else int(side * columns / short),
        side if rows == short else int(side * rows / short),
    )
    scaled = np.asarray(Image.fromarray(pixels).resize(target, Image.Resampling.LANCZOS))
    top, left = (scaled.shape[0] - side) // 2, (scaled.shape[1] - side) // 2
    return scaled[top : top + side, left : left + side].copy()  # Pillow's view is read-only
