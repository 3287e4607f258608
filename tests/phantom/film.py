"""Attenuation in, film out: scatter, detector response, enhancement, noise, collimation, lead letters and burnt words.

What it makes looks as a CR or DX system sends it: unsigned stored values in which more is whiter.
"""

from __future__ import annotations

import cv2
import numpy as np

from tests.phantom.plate import Plate

WATER = 0.185  # linear attenuation, 1/cm, of the hardened beam


def expose(plate: Plate, water_cm: np.ndarray, random: np.random.Generator, noise: float = 1.0) -> np.ndarray:
    """Processed density, about 0 (black) to 1 (white), float32 (rows, columns)."""
    primary = np.exp(-WATER * plate.blur(water_cm, 0.025))
    received = primary + 0.10 * plate.blur(primary, 2.2) + 0.004
    quanta = 5200.0 / noise**2
    received = received + np.sqrt(received / quanta) * random.standard_normal(received.shape).astype(np.float32) * 0.45
    density = -np.log(np.clip(received, 1e-4, None))
    even = density - 0.42 * plate.blur(density, 3.6) + 0.35 * (density - plate.blur(density, 0.12))
    return _toned(even, water_cm > 1.0)


def _toned(density: np.ndarray, body: np.ndarray) -> np.ndarray:
    """Stretch between the body's own dark and bright, with the film's toe and shoulder."""
    rows, columns = density.shape
    middle = np.s_[rows // 8 : -rows // 8, columns // 8 : -columns // 8]
    low, high = np.percentile(density[middle][body[middle]], (0.7, 99.3))
    t = (density - low) / (high - low)
    return (1 / (1 + np.exp(-4.6 * (t - 0.52)))).astype(np.float32)


def collimate(plate: Plate, film: np.ndarray, random: np.random.Generator, margin_cm: float = 0.7) -> np.ndarray:
    """Black outside the shutters, which are never quite straight."""
    edges = margin_cm * random.uniform(0.4, 1.6, 4)
    lean = np.tan(np.deg2rad(random.normal(0, 0.25)))
    wide = plate.columns / plate.scale / 2
    dx, dy = plate.x + lean * (plate.y - plate.high_cm / 2), plate.y - lean * plate.x
    inside = np.minimum(
        np.minimum(dx + wide - edges[0], wide - edges[1] - dx), np.minimum(dy - edges[2], plate.high_cm - edges[3] - dy)
    )
    return film * np.clip(inside / 0.06 + 0.5, 0, 1)


def letter(plate: Plate, film: np.ndarray, text: str, at: tuple[float, float], cm: float = 1.5) -> np.ndarray:
    """A lead letter: whiter than anything else."""
    return _write(plate, film, text, at, cm, 0.985, cv2.FONT_HERSHEY_DUPLEX)


def burn(plate: Plate, film: np.ndarray, text: str, at: tuple[float, float], cm: float = 0.75) -> np.ndarray:
    """Words burnt into the pixels, white with a black rim so that they are read on any ground."""
    film = _write(plate, film, text, at, cm, 0.0, cv2.FONT_HERSHEY_SIMPLEX, rim=3)
    return _write(plate, film, text, at, cm, 1.0, cv2.FONT_HERSHEY_SIMPLEX)


def _write(
    plate: Plate, film: np.ndarray, text: str, at: tuple[float, float], cm: float, value: float, font: int, rim: int = 1
) -> np.ndarray:
    size = cm * plate.scale / 22
    thick = max(1, round(size * 2.2)) * rim
    (wide, high), _ = cv2.getTextSize(text, font, size, thick)
    corner = (round(at[0] * plate.scale + plate.columns / 2 - wide / 2), round(at[1] * plate.scale + high / 2))
    ink = np.zeros(film.shape, np.uint8)
    cv2.putText(ink, text, corner, font, size, 255, thick, cv2.LINE_AA)
    share = ink.astype(np.float32) / 255
    return film * (1 - share) + value * share
