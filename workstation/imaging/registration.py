"""Two frontal films of one person -> the affine map that lays the earlier one over the later one, or a refusal.

Works on thinned pictures (256 pixels a side) freed of exposure: coarse shadows first, then ribs and borders, each
step by maximising the enhanced correlation coefficient (Evangelidis and Psarakis 2008). The same films give the same
map. Lungs breathe and bodies turn: the map is for looking, never for measuring; two people may be registered as
well as one, and a mirrored film is not noticed. Knows no widget and no thread.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from workstation.errors import WorkstationError
from workstation.imaging.film import Film
from workstation.imaging.resample import resize
from workstation.imaging.window import auto, render

LONG_SIDE = 256  # pixels of the pictures that are compared
# Long side, blur (pixels) and freedom of each step, coarse to fine: first where, then how.
STEPS = (
    (64, 4.0, cv2.MOTION_TRANSLATION),
    (64, 3.0, cv2.MOTION_AFFINE),
    (128, 3.0, cv2.MOTION_AFFINE),
    (256, 1.0, cv2.MOTION_AFFINE),
)
# Where the search begins: prior pixels a current pixel, and degrees.
STARTS = ((1.0, 0.0), (0.85, 0.0), (1.18, 0.0), (1.0, -7.0), (1.0, 7.0))
SCALES = (0.7, 1.4)
TURN_DEG = 15.0
SKEW = 1.25  # the one direction may be stretched by so much more than the other
LEAST_OVERLAP = 0.5
LEAST_SIMILARITY = 0.40
LOSS = 0.02  # of similarity: a map that is worse than none by more has failed


class NotRegistered(WorkstationError):
    """Two films that cannot honestly be laid over each other."""

    code = "not_registered"


@dataclass(frozen=True, slots=True)
class Registration:
    """How the prior lies on the current film.

    ``matrix``: ((a, b, c), (d, e, f)), prior (x, y) to current (x, y) in stored pixels, continuous: x = column,
    y = row, pixel (0, 0) covers 0..1. ``before`` and ``after``: correlation (-1..1) of the two, contrast evened out,
    with centres laid upon each other and as registered. ``overlap``: share of the current film that the prior covers.
    """

    matrix: tuple[tuple[float, ...], ...]
    before: float
    after: float
    overlap: float
    scale: float
    turn_deg: float

    @property
    def array(self) -> np.ndarray:
        """float64 (2, 3)."""
        return np.array(self.matrix, np.float64)


def register(current: Film, prior: Film) -> Registration:
    """Lay ``prior`` over ``current``; takes a few tenths of a second.

    Raises
    ------
    NotRegistered
        When the best map is implausible, leaves too little in common, or does not make the films more alike.
    """
    size = _common_scale(current, prior)
    one, other = (_evened(film, share) for film, share in zip((current, prior), size, strict=True))
    start = _centred(one, other)
    found = [_aligned(one, other, *begin) for begin in STARTS]
    best = max(found, key=lambda warp: (_plausible(warp), _similarity(one, other, warp)[0]))
    before = _similarity(one, other, start)[0]
    after, overlap = _similarity(one, other, best)
    _judge(best, before, after, overlap)
    forward = cv2.invertAffineTransform(best)
    stretch = np.linalg.svd(forward[:, :2])[1]
    return Registration(
        _stored(forward, size),
        round(before, 4),
        round(after, 4),
        round(overlap, 4),
        round(float(math.sqrt(stretch[0] * stretch[1])), 4),
        round(_turn(forward), 2),
    )


def centred(current: Film, prior: Film) -> Registration:
    """No registration at all: middle upon middle at the common scale, for a pair that was refused."""
    size = _common_scale(current, prior)
    one, other = (_evened(film, share) for film, share in zip((current, prior), size, strict=True))
    start = _centred(one, other)
    alike, overlap = _similarity(one, other, start)
    forward = cv2.invertAffineTransform(start)
    return Registration(_stored(forward, size), round(alike, 4), round(alike, 4), round(overlap, 4), 1.0, 0.0)


def warped(prior: Film, registration: Registration, rows: int, columns: int) -> np.ndarray:
    """uint16 (rows, columns): the prior's stored indices on the current film's pixels; black where it has none."""
    matrix = registration.array
    shift = matrix[:, :2] @ (0.5, 0.5) + matrix[:, 2] - 0.5  # between pixel centres
    dark = prior.high if prior.instance.inverted else prior.low
    return cv2.warpAffine(
        prior.indices,
        np.column_stack((matrix[:, :2], shift)),
        (columns, rows),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=float(dark + prior.offset),
    )


def _common_scale(current: Film, prior: Film) -> tuple[float, float]:
    """Small pixels a stored pixel of each: the same millimetres where both know theirs, else the same long side."""
    sides = max(current.rows, current.columns), max(prior.rows, prior.columns)
    spacings = _spacing(current), _spacing(prior)
    if spacings[0] and spacings[1]:
        longest = max(side * mm for side, mm in zip(sides, spacings, strict=True))
        return spacings[0] * LONG_SIDE / longest, spacings[1] * LONG_SIDE / longest
    return LONG_SIDE / sides[0], LONG_SIDE / sides[1]


def _spacing(film: Film) -> float:
    """Millimetres a pixel along the rows' direction, or 0."""
    instance = film.instance
    known = instance.pixel_spacing_mm or instance.imager_pixel_spacing_mm
    return float(known[0]) if known else 0.0


@dataclass(frozen=True, slots=True)
class _Evened:
    """float32 pictures of one film at LONG_SIDE, contrast evened out over the field, and where it holds film."""

    picture: np.ndarray
    inside: np.ndarray  # uint8, 255 where there is film


def _evened(film: Film, share: float) -> _Evened:
    long_side = max(8, round(share * max(film.rows, film.columns)))
    light = render(film, auto(film), long_side)
    light = (cv2.cvtColor(light, cv2.COLOR_RGB2GRAY) if light.ndim == 3 else light).astype(np.float32)
    mean = cv2.GaussianBlur(light, (0, 0), LONG_SIDE / 12)
    spread = np.sqrt(np.maximum(cv2.GaussianBlur((light - mean) ** 2, (0, 0), LONG_SIDE / 12), 1.0))
    inside = np.full(light.shape, 255, np.uint8)
    if film.padding is not None:
        real = resize((~film.padding[film.indices]).astype(np.uint8) * 255, long_side)
        inside = np.where(real > 127, 255, 0).astype(np.uint8)
    return _Evened((light - mean) / (spread + 8.0), inside)


def _centred(one: _Evened, other: _Evened, factor: float = 1.0, turn_deg: float = 0.0) -> np.ndarray:
    """float32 (2, 3), current to prior: middle upon middle, ``factor`` prior pixels a current pixel."""
    (rows, columns), (rows2, columns2) = one.picture.shape, other.picture.shape
    cos, sin = factor * math.cos(math.radians(turn_deg)), factor * math.sin(math.radians(turn_deg))
    linear = np.array([[cos, -sin], [sin, cos]])
    shift = np.array([columns2 / 2, rows2 / 2]) - linear @ (columns / 2, rows / 2)
    return np.column_stack((linear, shift)).astype(np.float32)


def _aligned(one: _Evened, other: _Evened, factor: float, turn_deg: float) -> np.ndarray:
    """The best map, current to prior, that is found from one start; the start itself where nothing is found."""
    found = _centred(one, other, factor, turn_deg)
    for side, blur, freedom in STEPS:
        share = side / LONG_SIDE
        small = [
            cv2.resize(each.picture, None, fx=share, fy=share, interpolation=cv2.INTER_AREA) for each in (one, other)
        ]
        mask = cv2.resize(other.inside, small[1].shape[::-1], interpolation=cv2.INTER_NEAREST)
        warp = found.copy()
        warp[:, 2] *= share
        try:
            _, warp = cv2.findTransformECC(small[0], small[1], warp, freedom, _CRITERIA, mask, _odd(blur))
        except cv2.error:  # it did not converge from here
            return found
        warp = np.column_stack((warp[:, :2], warp[:, 2] / share))
        if not _plausible(warp):
            return found
        found = warp
    return found


_CRITERIA = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 80, 1e-5)


def _odd(blur: float) -> int:
    return 2 * round(blur) + 1


def _similarity(one: _Evened, other: _Evened, warp: np.ndarray) -> tuple[float, float]:
    """(correlation where both have film, share of the current film that is covered)."""
    rows, columns = one.picture.shape
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    moved = cv2.warpAffine(other.picture, warp, (columns, rows), flags=flags)
    covered = cv2.warpAffine(other.inside, warp, (columns, rows), flags=flags) > 127
    both = covered & (one.inside > 0)
    if both.sum() < 64:
        return 0.0, 0.0
    a, b = one.picture[both], moved[both]
    a, b = a - a.mean(), b - b.mean()
    norm = float(np.sqrt((a @ a) * (b @ b)))
    return (float(a @ b) / norm if norm else 0.0), float(both.sum() / max(1, int((one.inside > 0).sum())))


def _plausible(warp: np.ndarray) -> bool:
    """Whether a body between two visits could look so."""
    stretch = np.linalg.svd(cv2.invertAffineTransform(warp)[:, :2].astype(np.float64))[1]
    return bool(
        SCALES[0] <= stretch[1] <= stretch[0] <= SCALES[1]
        and stretch[0] <= SKEW * stretch[1]
        and np.linalg.det(warp[:, :2]) > 0
        and abs(_turn(warp)) <= TURN_DEG
    )


def _judge(warp: np.ndarray, before: float, after: float, overlap: float) -> None:
    if not _plausible(warp) or overlap < LEAST_OVERLAP or after < max(LEAST_SIMILARITY, before - LOSS):
        raise NotRegistered(
            "The prior could not be registered: the two films are too different.",
            "Compare them side by side (Shift+P).",
        )


def _turn(matrix: np.ndarray) -> float:
    """Degrees, of the rotation nearest to a matrix."""
    u, _, v = np.linalg.svd(np.asarray(matrix, np.float64)[:, :2])
    turn = u @ v
    return math.degrees(math.atan2(turn[1, 0], turn[0, 0]))


def _stored(forward: np.ndarray, size: tuple[float, float]) -> tuple[tuple[float, ...], ...]:
    """From small pixel centres to stored pixels, continuous."""
    linear = np.asarray(forward, np.float64)[:, :2]
    shift = np.asarray(forward, np.float64)[:, 2] + 0.5 - linear @ (0.5, 0.5)
    rows = np.column_stack((linear * (size[1] / size[0]), shift / size[0]))
    return tuple(tuple(float(value) for value in row) for row in rows)
