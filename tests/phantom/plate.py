"""A film plate measured in centimetres, and the few shapes that anatomy is drawn with.

x runs to the right of the image from its middle, y downwards from its top edge. Every shape comes back as a map of
thickness in centimetres along the beam, float32 (rows, columns). It knows nothing of anatomy.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

Points = Sequence[tuple[float, float]] | np.ndarray
FRACTION_BITS = 6


def curve(points: Points, closed: bool = False, steps: int = 12) -> np.ndarray:
    """The Catmull-Rom curve through `points`, float64 (n, 2)."""
    given = np.asarray(points, dtype=np.float64)
    around = np.vstack([given[-1:], given, given[:2]]) if closed else np.vstack([given[:1], given, given[-1:]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    pieces = []
    for p0, p1, p2, p3 in zip(around, around[1:], around[2:], around[3:], strict=False):
        pieces.append(
            0.5 * (2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2 + (3 * p1 - p0 - 3 * p2 + p3) * t**3)
        )
    return np.vstack([*pieces, given[:1] if closed else given[-1:]])


@dataclass(frozen=True)
class Plate:
    """`rows` x `columns` pixels, `high_cm` centimetres from top to bottom."""

    rows: int
    columns: int
    high_cm: float = 38.5

    @property
    def scale(self) -> float:
        """Pixels a centimetre."""
        return self.rows / self.high_cm

    @cached_property
    def x(self) -> np.ndarray:
        """Centimetres from the middle, (1, columns)."""
        return ((np.arange(self.columns, dtype=np.float32) + 0.5 - self.columns / 2) / self.scale)[None, :]

    @cached_property
    def y(self) -> np.ndarray:
        """Centimetres from the top, (rows, 1)."""
        return ((np.arange(self.rows, dtype=np.float32) + 0.5) / self.scale)[:, None]

    def empty(self) -> np.ndarray:
        return np.zeros((self.rows, self.columns), np.float32)

    def _pixels(self, points: Points) -> np.ndarray:
        cm = np.asarray(points, dtype=np.float64)
        xy = np.stack([cm[:, 0] * self.scale + self.columns / 2 - 0.5, cm[:, 1] * self.scale - 0.5], axis=1)
        return np.round(xy * (1 << FRACTION_BITS)).astype(np.int32)

    def region(self, points: Points, smooth: bool = True, edge_cm: float = 0.05) -> np.ndarray:
        """1 inside the closed outline, 0 outside."""
        outline = curve(points, closed=True) if smooth else np.asarray(points)
        mask = np.zeros((self.rows, self.columns), np.uint8)
        cv2.fillPoly(mask, [self._pixels(outline)], 255, cv2.LINE_AA, FRACTION_BITS)
        return self.blur(mask.astype(np.float32) / 255, edge_cm)

    def blur(self, image: np.ndarray, cm: float) -> np.ndarray:
        """Gaussian of `cm` standard deviation; wide ones are worked out on a smaller copy."""
        sigma = cm * self.scale
        if sigma < 0.3:
            return image
        if sigma < 12:
            return cv2.GaussianBlur(image, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
        step = int(sigma // 5)
        small = (max(1, image.shape[1] // step), max(1, image.shape[0] // step))
        less = cv2.resize(image, small, interpolation=cv2.INTER_AREA)
        less = cv2.GaussianBlur(less, (0, 0), sigma / step, borderType=cv2.BORDER_REPLICATE)
        return cv2.resize(less, (image.shape[1], image.shape[0]), interpolation=cv2.INTER_CUBIC)

    def depth(self, mask: np.ndarray) -> np.ndarray:
        """Distance to the outline in centimetres, inside the mask."""
        inside = cv2.copyMakeBorder((mask > 0.5).astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_REPLICATE)
        return cv2.distanceTransform(inside, cv2.DIST_L2, 5)[1:-1, 1:-1] / np.float32(self.scale)

    def bulge(self, mask: np.ndarray, thick_cm: float, round_cm: float) -> np.ndarray:
        """A rounded body over the mask: `thick_cm` deep inside, falling to nothing within about `round_cm`."""
        rounded = np.sqrt(np.clip(1 - (1 - np.clip(self.depth(mask) / round_cm, 0, 1)) ** 2, 0, 1))
        return (thick_cm * rounded * mask).astype(np.float32)

    def ellipse(
        self, centre: tuple[float, float], half: tuple[float, float], thick_cm: float, tilt: float = 0.0
    ) -> np.ndarray:
        """An ellipsoid, `thick_cm` through its middle; `tilt` in degrees, clockwise."""
        angle = np.deg2rad(tilt)
        dx, dy = self.x - centre[0], self.y - centre[1]
        u = (dx * np.cos(angle) + dy * np.sin(angle)) / half[0]
        v = (dy * np.cos(angle) - dx * np.sin(angle)) / half[1]
        return (thick_cm * np.sqrt(np.clip(1 - u * u - v * v, 0, 1))).astype(np.float32)

    def distance(self, paths: Iterable[Points]) -> np.ndarray:
        """Centimetres to the nearest of the open `paths`."""
        ink = np.full((self.rows, self.columns), 255, np.uint8)
        drawn = [self._pixels(path) for path in paths]
        cv2.polylines(ink, drawn, False, 0, 1, cv2.LINE_8, FRACTION_BITS)
        return cv2.distanceTransform(ink, cv2.DIST_L2, 5) / np.float32(self.scale)

    def tube(self, paths: Iterable[Points], radius_cm: float, wall_cm: float | None = None) -> np.ndarray:
        """Round tubes along the paths, solid or with a wall: the length of the beam in their substance."""
        d = self.distance(paths)
        d = np.minimum(d, radius_cm)
        outer = np.sqrt(np.clip(radius_cm**2 - d * d, 0, None))
        inner = 0.0 if wall_cm is None else np.sqrt(np.clip((radius_cm - wall_cm) ** 2 - d * d, 0, None))
        return (2 * (outer - inner)).astype(np.float32)

    def grain(self, random: np.random.Generator, cm: float) -> np.ndarray:
        """Smooth noise of unit deviation with blobs of about `cm`."""
        step = max(1, int(cm * self.scale / 3))
        small = random.standard_normal((self.rows // step + 2, self.columns // step + 2)).astype(np.float32)
        soft = cv2.GaussianBlur(small, (0, 0), max(0.3, cm * self.scale / step))
        wide = cv2.resize(soft / soft.std(), (self.columns, self.rows), interpolation=cv2.INTER_CUBIC)
        return wide.astype(np.float32)
