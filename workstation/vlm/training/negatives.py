"""Pictures that are not an upright frontal chest: films turned, inverted or cut, and shapes made of numbers.

No foreign picture is needed: limbs, skulls, bellies, pages and noise are drawn from distance fields.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Draw = Callable[[np.random.Generator, int], np.ndarray]


def spoil(film: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """A film uint8 (side, side) -> the same film turned, upside down, inverted or cut out far too small."""
    way = int(chance.integers(6))
    if way < 2:
        return np.rot90(film, 1 + 2 * way)
    if way == 2:
        return film[::-1]
    if way == 3:
        return 255 - film
    return _cut(film, chance) if way == 4 else np.rot90(film, 2)


def _cut(film: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    side = len(film)
    size = int(chance.integers(side // 8, side // 3))
    row, column = chance.integers(0, side - size, 2)
    places = np.linspace(0, size - 1, side).astype(int)
    return film[row + places[:, None], column + places[None, :]]


def bank(count: int, side: int, seed: int) -> np.ndarray:
    """``count`` pictures, uint8 (count, side, side)."""
    chance = np.random.default_rng(seed)
    return np.stack([draw(chance, side) for _ in range(count)])


def draw(chance: np.random.Generator, side: int) -> np.ndarray:
    """One picture uint8 (side, side) that was never a film."""
    kind = _KINDS[chance.integers(len(_KINDS))]
    picture = kind(chance, side) + chance.normal(0, chance.uniform(0, 12), (side, side))
    if chance.random() < 0.2:
        picture = 255 - picture
    if chance.random() < 0.3:
        picture = _bars(picture, int(chance.integers(1, side // 4)), chance.random() < 0.5)
    return np.clip(picture, 0, 255).astype(np.uint8)


def _bars(picture: np.ndarray, wide: int, upright: bool) -> np.ndarray:
    view = picture.T if upright else picture
    view[:wide] = 0
    view[len(view) - wide :] = 0
    return picture


def _axes(side: int) -> tuple[np.ndarray, np.ndarray]:
    return np.meshgrid(np.linspace(-1, 1, side), np.linspace(-1, 1, side), indexing="ij")


def _bone(y: np.ndarray, x: np.ndarray, ends: np.ndarray, radius: float, soft: float) -> np.ndarray:
    """Brightness of a shaft with a bright rind inside a dimmer sleeve of flesh."""
    (y0, x0), (y1, x1) = ends
    along = np.clip(((y - y0) * (y1 - y0) + (x - x0) * (x1 - x0)) / ((y1 - y0) ** 2 + (x1 - x0) ** 2 + 1e-9), 0, 1)
    away = np.hypot(y - y0 - along * (y1 - y0), x - x0 - along * (x1 - x0)) / radius
    shaft = np.where(away < 1, 110 + 70 * away, 0.0)
    return np.maximum(shaft, 80 * np.clip(soft - away, 0, 1))


def _limb(chance: np.random.Generator, side: int) -> np.ndarray:
    y, x = _axes(side)
    top, bottom = chance.uniform(-0.4, 0.4, 2)
    picture = np.zeros((side, side))
    for offset in (0.0, chance.uniform(0.12, 0.3))[: int(chance.integers(1, 3))]:
        ends = np.array([[-1.2, top + offset], [1.2, bottom + offset]])
        picture = np.maximum(picture, _bone(y, x, ends, chance.uniform(0.06, 0.16), chance.uniform(2, 4)))
    if chance.random() < 0.5:
        joint = np.hypot(y - chance.uniform(-0.5, 0.5), x - (top + bottom) / 2) < chance.uniform(0.15, 0.3)
        picture += 60 * joint
    return picture if chance.random() < 0.5 else picture.T


def _hand(chance: np.random.Generator, side: int) -> np.ndarray:
    y, x = _axes(side)
    picture = np.zeros((side, side))
    for finger in range(5):
        angle = (finger - 2) * chance.uniform(0.2, 0.4) + chance.normal(0, 0.05)
        root = np.array([0.4, 0.0])
        for joint in np.linspace(0.2, 1.0, 4):
            tip = np.array([0.4 - 1.3 * joint * np.cos(angle), 1.3 * joint * np.sin(angle)])
            picture = np.maximum(picture, _bone(y, x, np.array([root, tip]) * 0.95, 0.06, 2.2))
            root = tip
    return np.maximum(picture, _bone(y, x, np.array([[0.4, 0.0], [1.2, 0.0]]), 0.2, 1.8))


def _head(chance: np.random.Generator, side: int) -> np.ndarray:
    y, x = _axes(side)
    away = np.hypot((y + 0.1) / chance.uniform(0.6, 0.9), x / chance.uniform(0.5, 0.8))
    picture = np.where(away < 1, 90 + 110 * away**6, 0.0)
    for eye in (-0.22, 0.22):
        picture -= 50 * (np.hypot(y - 0.15, x - eye) < 0.15)
    return np.asarray(picture)


def _belly(chance: np.random.Generator, side: int) -> np.ndarray:
    """Flesh, a spine, a pelvis' two wings, gas: darker blobs where a chest has two dark lungs."""
    y, x = _axes(side)
    body = np.abs(x) < chance.uniform(0.6, 1.1) - 0.1 * np.cos(2 * y)
    picture = body * chance.uniform(70, 130)
    spine = np.abs(x - 0.05 * chance.normal()) < chance.uniform(0.08, 0.14)
    picture += spine * (50 + 25 * np.cos(y * chance.uniform(12, 25)))
    low = chance.uniform(0.2, 1.2)
    for wing in (-0.45, 0.45):
        away = np.hypot((y - low) / 0.4, (x - wing) / 0.35)
        picture += 60 * (away < 1) * away**2
    for _ in range(int(chance.integers(3, 14))):
        row, column, size = chance.uniform(-0.7, 0.8), chance.uniform(-0.6, 0.6), chance.uniform(0.04, 0.16)
        picture -= 45 * np.exp(-((y - row) ** 2 + (x - column) ** 2) / size**2) * body
    return np.asarray(picture)


def _hips(chance: np.random.Generator, side: int) -> np.ndarray:
    y, x = _axes(side)
    picture = 80.0 * np.ones((side, side)) * (np.abs(x) < 1.0)
    for way in (-1, 1):
        ends = np.array([[0.1, way * 0.45], [1.2, way * chance.uniform(0.5, 0.7)]])
        picture = np.maximum(picture, _bone(y, x, ends, chance.uniform(0.09, 0.15), 2.0) + 30)
        picture += 60 * (np.hypot(y - 0.05, x - way * 0.45) < chance.uniform(0.12, 0.2))
        away = np.hypot((y + 0.45) / 0.5, (x - way * 0.45) / 0.4)
        picture += 50 * (away < 1) * away
    hole = np.hypot((y - 0.1) / 0.25, x / 0.3) < 1
    return np.where(hole, picture - 40, picture) + 50 * (np.abs(x) < 0.1) * (y < -0.2)


def _waves(chance: np.random.Generator, side: int) -> np.ndarray:
    """Low-pass noise of a random grain."""
    grain = int(chance.integers(2, 24))
    coarse = chance.normal(0, 1, (grain, grain))
    places = np.linspace(0, grain - 1, side)
    fine = np.array([np.interp(places, np.arange(grain), row) for row in coarse])
    fine = np.array([np.interp(places, np.arange(grain), column) for column in fine.T]).T
    return chance.uniform(60, 190) + chance.uniform(10, 70) * fine


def _noise(chance: np.random.Generator, side: int) -> np.ndarray:
    return chance.uniform(0, 255, (side, side)) if chance.random() < 0.5 else chance.normal(128, 40, (side, side))


def _plain(chance: np.random.Generator, side: int) -> np.ndarray:
    y, x = _axes(side)
    slope = chance.uniform(-90, 90, 2) * (chance.random() < 0.6)
    return np.asarray(chance.uniform(0, 255) + slope[0] * y + slope[1] * x)


def _page(chance: np.random.Generator, side: int) -> np.ndarray:
    picture = np.full((side, side), 235.0)
    for row in range(6, side - 6, int(chance.integers(5, 11))):
        words = chance.random(side) < 0.6
        picture[row : row + 2, 8 : int(chance.integers(side // 2, side - 6))] = 40
        picture[row : row + 2, ~words] = 235
    return picture


def _shapes(chance: np.random.Generator, side: int) -> np.ndarray:
    y, x = _axes(side)
    picture = np.full((side, side), chance.uniform(0, 200))
    for _ in range(int(chance.integers(1, 9))):
        row, column = chance.uniform(-1, 1, 2)
        high, wide = chance.uniform(0.05, 0.8, 2)
        box = (np.abs(y - row) < high) & (np.abs(x - column) < wide)
        disc = np.hypot((y - row) / high, (x - column) / wide) < 1
        picture = np.where(disc if chance.random() < 0.6 else box, chance.uniform(0, 255), picture)
    return picture


_KINDS: tuple[Draw, ...] = (
    _limb, _limb, _hand, _head, _belly, _belly, _hips, _hips, _waves, _noise, _plain, _page, _shapes,
)  # fmt: skip
