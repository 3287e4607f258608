"""Lung, mediastinum, bone, lines and tubes: windows from the film's own thorax, where a CT has numbers.

The film is thinned and cut to its collimation; what lies open to the tube is taken off; lungs are the large dark parts
that are left, the rest is dense tissue. A film without such lungs is windowed by percentiles, and its label says so.
Costs milliseconds. Knows no anatomy beyond that.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import cv2
import numpy as np

from workstation.imaging.automatic import inside_borders, window_between
from workstation.imaging.film import Film
from workstation.imaging.quality import header_objections
from workstation.imaging.window import Presentation

LUNG, MEDIASTINUM, BONE, LINES = "Lung", "Mediastinum", "Bone", "Lines and tubes"
NO_THORAX = " (percentiles: no lungs found)"
# Black and white end of each window: tissue and percentile of its brightness.
ENDS = {
    LUNG: (("lung", 2), ("dense", 45)),
    MEDIASTINUM: (("lung", 60), ("dense", 99.8)),
    BONE: (("lung", 10), ("dense", 98.5)),
    LINES: (("lung", 45), ("dense", 97)),
}
FALLBACK = {LUNG: (1, 65), MEDIASTINUM: (30, 99.8), BONE: (5, 98.5), LINES: (25, 97)}  # of the film's middle
SIDE = 200  # samples along the long side
STEPS = 32  # levels that are tried
LEAST_LUNG, MOST_LUNG = 0.02, 0.30  # area of one part, of the film
SOLID = 0.4  # area of a part, of its box
MOST_EDGE = 1.0  # of a part's pixels at the film's edge, in square roots of its area
MARGIN = 0.18  # of the film: no lung has its middle so near the edge
OPENINGS, RIM = (0.02, 0.05), 0.03  # of the long side
LEAST_SCORE = 0.01  # contrast in the film's range, times the root of the lungs' part of the film
ABOVE, BELOW, BESIDE = 0.05, 0.4, 0.15  # of the lungs' box: what else belongs to the chest
ONE_LUNG = 0.4  # of the film's width: lungs less wide together are one lung
AIR = 4.0  # upper quartile spreads below the median: about 2.7 standard deviations


_FOUND: WeakKeyDictionary[Film, Mapping[str, Presentation]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Thorax:
    """Where lungs and dense tissue lie in the thinned film: bool (rows, columns) each."""

    lung: np.ndarray
    dense: np.ndarray


def presets(film: Film) -> Mapping[str, Presentation]:
    """The four windows by name, worked out once a film; empty for colour pictures, which have no window."""
    found = _FOUND.get(film)
    if found is None:
        found = _FOUND[film] = _presets(film)
    return found


def _presets(film: Film) -> Mapping[str, Presentation]:
    if film.colour is not None:
        return {}
    light, real = thinned(film)
    if not real.any():
        real = np.ones_like(real)
    other_part = any(each.code == "not_chest" for each in header_objections(film.instance))
    thorax = None if other_part else find(light, real)
    return {name: _preset(film, light, real, thorax, name) for name in ENDS}


def thinned(film: Film) -> tuple[np.ndarray, np.ndarray]:
    """float32 brightness (more is whiter as the film asks to be shown) inside the collimation, and what is film."""
    step = -(-max(film.indices.shape) // SIDE)
    samples = film.indices[::step, ::step]
    values = film.modality_values[samples]
    real = film.real(step)
    rows, columns = inside_borders(values, real)
    light = (-values if film.instance.inverted else values)[rows, columns].astype(np.float32)
    real = real[rows, columns]
    light[~real] = light[real].min() if real.any() else 0
    return cv2.medianBlur(light, 3), real


def find(light: np.ndarray, real: np.ndarray) -> Thorax | None:
    """Lungs and dense tissue, or None where no lung is seen.

    Where none stands apart, bridges to the air about the patient are opened wider and wider.
    """
    for opening in OPENINGS:
        found = _stands_out(light, real, opening)
        if found is not None:
            return found
    return None


def _stands_out(light: np.ndarray, real: np.ndarray, opening: float) -> Thorax | None:
    """Level by level the dark parts grow; the best level is that at which lungs stand out most from what is about them.

    Air about the patient is darker still, and at the edge.
    """
    low, high = (float(each) for each in np.percentile(light[real], (1, 99)))
    best, best_score, best_level = None, LEAST_SCORE * (high - low), low
    for level in np.linspace(low, high, STEPS + 2)[1:-1]:
        lung = _lungs(real & (light <= level), opening)
        score = _score(light, lung) if lung.any() else 0.0
        if score > best_score:
            best, best_score, best_level = lung, score, float(level)
    if best is None:
        return None
    dense = real & (light > best_level) & _about(best)
    return Thorax(best, dense) if dense.any() else None


def _about(lung: np.ndarray) -> np.ndarray:
    """The chest and the upper abdomen: what lies about the lungs, without the corners where markers stand."""
    rows, columns = np.flatnonzero(lung.any(axis=1)), np.flatnonzero(lung.any(axis=0))
    height, width = rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1
    beside = round(width * (BESIDE if width > ONE_LUNG * lung.shape[1] else 1.0))
    near = np.zeros_like(lung)
    top, left = max(0, rows[0] - round(ABOVE * height)), max(0, columns[0] - beside)
    near[top : rows[-1] + round(BELOW * height), left : columns[-1] + beside + 1] = True
    return near


def _lungs(dark: np.ndarray, opening: float) -> np.ndarray:
    """The parts of ``dark`` that may be lungs: large, compact, in the middle of the film rather than at its edge."""
    opened = cv2.morphologyEx(dark.astype(np.uint8), cv2.MORPH_OPEN, _disc(opening, dark.shape))
    count, parts, stats, middles = cv2.connectedComponentsWithStats(opened, connectivity=4)
    edge = np.bincount(np.concatenate([parts[0], parts[-1], parts[:, 0], parts[:, -1]]), minlength=count)
    area, box = stats[:, cv2.CC_STAT_AREA], stats[:, cv2.CC_STAT_WIDTH] * stats[:, cv2.CC_STAT_HEIGHT]
    fits = (area >= LEAST_LUNG * dark.size) & (area <= MOST_LUNG * dark.size) & (area >= SOLID * box)
    fits &= edge <= MOST_EDGE * np.sqrt(area)
    place = middles / np.array([dark.shape[1], dark.shape[0]])
    fits &= ((place > MARGIN) & (place < 1 - MARGIN)).all(axis=1)
    fits[0] = False
    return fits[parts]


def _score(light: np.ndarray, lung: np.ndarray) -> float:
    """Contrast at the border, more for larger lungs, less for what runs along the film's edge."""
    edge = lung[0].sum() + lung[-1].sum() + lung[:, 0].sum() + lung[:, -1].sum()
    return _contrast(light, lung) * math.sqrt(lung.mean()) / (1 + edge / math.sqrt(lung.sum()))


def _contrast(light: np.ndarray, lung: np.ndarray) -> float:
    """How much brighter a rim about the lungs is than a rim inside them."""
    mask, kernel = lung.astype(np.uint8), _disc(RIM, lung.shape)
    outer = (cv2.dilate(mask, kernel) > 0) & ~lung
    inner = lung & (cv2.erode(mask, kernel) == 0)
    return float(light[outer].mean() - light[inner].mean()) if outer.any() and inner.any() else 0.0


def _disc(part: float, shape: tuple[int, ...]) -> np.ndarray:
    size = max(3, round(part * max(shape)) | 1)
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))


def _preset(film: Film, light: np.ndarray, real: np.ndarray, thorax: Thorax | None, name: str) -> Presentation:
    if thorax is None:
        black, white = (float(each) for each in np.percentile(_middle(light, real), FALLBACK[name]))
    else:
        tissues = {"lung": _without_air(light[thorax.lung]), "dense": light[thorax.dense]}
        black, white = (float(np.percentile(tissues[tissue], percent)) for tissue, percent in ENDS[name])
    low, high = (-white, -black) if film.instance.inverted else (black, white)
    return Presentation(window=window_between(low, high), label=name + (NO_THORAX if thorax is None else ""))


def _middle(light: np.ndarray, real: np.ndarray) -> np.ndarray:
    """Without the corners, where air and markers are."""
    rows, columns = (slice(round(0.15 * length), -round(0.15 * length) or None) for length in light.shape)
    inside = light[rows, columns][real[rows, columns]]
    return inside if inside.size else light[real]


def _without_air(lung: np.ndarray) -> np.ndarray:
    """Air about the patient that ran into a lung is far below the lung's own spread."""
    middle, upper = np.percentile(lung, (50, 75))
    return lung[lung >= middle - AIR * max(upper - middle, 1e-9)]
