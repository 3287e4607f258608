"""A frontal chest film -> a proposal for the cardiothoracic ratio: the heart's borders and the inner thorax.

The film is thinned, its lungs are found (``thorax``), and from them the borders are followed: chest wall, heart,
diaphragm. Says plainly when it cannot see them. Nothing learned, no knowledge of disease: a reader accepts or corrects
what comes out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from workstation.errors import WorkstationError
from workstation.imaging.annotation import Point
from workstation.imaging.automatic import inside_borders
from workstation.imaging.borders import changes, follow
from workstation.imaging.film import Film
from workstation.imaging.geometry import Orientation
from workstation.imaging.thorax import find

SIDE = 320  # samples along the film's long side
HEART_FROM = 0.35  # of the way from the lungs' top to the diaphragm: above lie hilum and great vessels
HIGH = 0.15  # of the heart's rows: a border that is outermost so high up is a hilum's
LEAST_LUNG = 0.12  # of the half thorax: so much lung is left beside the largest heart
LEAST_DARK = 0.65  # share of lung between its borders
ABOVE = 0.35  # of the lungs' height: the thorax is not widest so far above the heart
FOOT, SWINGS = 4, 0.5  # rows, and columns a row
DOME = (0.3, 0.95)  # of a lung's width from its outer edge: there the diaphragm stands highest
LEAST_EVEN = 0.3  # the smaller lung in the larger
RATIOS = (0.36, 0.78)  # beyond, something else was taken for a heart
THORAX = (0.35, 0.98)  # width of the thorax in the film
SPAN = 4  # samples on either side of a border that are compared; down to the diaphragm three times as many
STIFF = 0.1  # cost of a sideways step, in the contrast of lung and heart
LEAST_CLEAR = 0.2  # change of light along a border, in that contrast


class NotSeen(WorkstationError):
    """No proposal can be made."""


@dataclass(frozen=True, slots=True)
class Side:
    """One lung at the left of the picture (the other is mirrored): columns of its borders, row by row from ``top``.

    ``wall`` and ``heart_edge``: int (rows,), the first column inside the lung and the first beyond it; ``floor``: the
    row in which the diaphragm stands highest, ``angle`` where it meets the wall; rows of the picture.
    """

    top: int
    wall: np.ndarray
    heart_edge: np.ndarray
    floor: int
    angle: int
    apex: bool = False  # the side to which the heart's apex points
    lung: float = 0.0  # share of what lies between the borders that is as dark as lung

    def heart_rows(self) -> slice:
        """The rows, from ``top``, in which the heart's widest place is looked for.

        The right border stands upright; where it swings outward at its foot it follows the diaphragm.
        """
        start = round(HEART_FROM * (self.floor - self.top))
        stop = max(start + 1, self.floor - self.top)
        edge = self.heart_edge
        while not self.apex and stop - start > FOOT and edge[stop - 1 - FOOT] - edge[stop - 1] >= FOOT * SWINGS:
            stop -= 1
        return slice(start, stop)

    def heart(self) -> tuple[float, float]:
        """(row, column) of the heart's outermost place above the diaphragm."""
        rows = self.heart_rows()
        part = self.heart_edge[rows]
        best = int(part.argmin())
        if best < HIGH * len(part):
            raise _not_seen("The heart does not stand out from the hilum on this film.")
        return self.top + rows.start + best + 0.5, float(part[best])


@dataclass(frozen=True, slots=True)
class Chest:
    """Both sides of the upright, thinned film, and the way back to the stored one.

    ``offset``: samples (row, column) cut off as borders; ``samples``: (rows, columns) of the whole thinned film.
    """

    sides: tuple[Side, Side]
    wide: int
    offset: tuple[int, int]
    samples: tuple[int, int]
    orientation: Orientation
    stored: tuple[int, int]

    def mirrored(self, place: tuple[float, float]) -> tuple[float, float]:
        return place[0], self.wide - place[1]

    def widths(self) -> np.ndarray:
        """The inner width of the thorax, row by row from the sides' top."""
        return self.wide - self.sides[0].wall - self.sides[1].wall

    def widest(self) -> int:
        """The row, from the sides' top, where the thorax is widest above the angles of the diaphragm."""
        last = max(side.angle for side in self.sides) - self.sides[0].top
        return int(self.widths()[: max(1, last)].argmax())

    def walls_at(self, point: Point) -> tuple[Point, Point] | None:
        """The inner walls at the level of a stored point; None above or below the lungs."""
        row, _ = self.orientation.to_shown(*point, *self.stored)
        row = row * self.samples[0] / self.orientation.size(*self.stored)[0] - self.offset[0]
        level = round(row - 0.5) - self.sides[0].top
        if not 0 <= level < len(self.sides[0].wall):
            return None
        one, other = float(self.sides[0].wall[level]), float(self.wide - self.sides[1].wall[level])
        return self.to_stored(row, one), self.to_stored(row, other)

    def to_stored(self, row: float, col: float) -> Point:
        """A place in the thinned film without borders to stored (row, column)."""
        high, wide = self.orientation.size(*self.stored)
        row = (row + self.offset[0]) * high / self.samples[0]
        col = (col + self.offset[1]) * wide / self.samples[1]
        return self.orientation.to_stored(row, col, *self.stored)


def propose(film: Film, orientation: Orientation | None = None) -> tuple[Point, Point, Point, Point]:
    """The ratio's four points, stored (row, column): the heart's borders, then the inner thorax.

    ``orientation`` is how the reader sees the film, upright. Raises `NotSeen`.
    """
    return ratio_of(chest_of(film, orientation))


def ratio_of(chest: Chest) -> tuple[Point, Point, Point, Point]:
    """The same of a chest that was found. Raises `NotSeen` when the borders cannot be those of heart and thorax."""
    one, other = chest.sides
    if min(one.lung, other.lung) < LEAST_DARK:
        raise _not_seen("Heart and lung cannot be told apart well enough on this film.")
    borders = one.heart(), chest.mirrored(other.heart())
    level = chest.widest()
    if one.top + level < min(borders[0][0], borders[1][0]) - ABOVE * (one.floor - one.top):
        raise _not_seen("The widest place of the thorax is not clear on this film.")
    walls = (float(one.wall[level]), float(chest.wide - other.wall[level]))
    ratio = (borders[1][1] - borders[0][1]) / (walls[1] - walls[0])
    if not (RATIOS[0] < ratio < RATIOS[1] and THORAX[0] < (walls[1] - walls[0]) / chest.samples[1] < THORAX[1]):
        raise _not_seen("The borders found on this film cannot be those of heart and thorax.")
    row = one.top + level + 0.5
    first, second, third, fourth = (chest.to_stored(*place) for place in (*borders, (row, walls[0]), (row, walls[1])))
    return first, second, third, fourth


def chest_of(film: Film, orientation: Orientation | None = None) -> Chest:
    """Both sides of an upright film. Raises `NotSeen` when no two lungs of a plausible shape are found."""
    if film.colour is not None:
        raise _not_seen("This is a colour picture.")
    orientation = orientation or Orientation()
    whole = _thinned(film, orientation)
    rows, columns = inside_borders(whole, np.ones(whole.shape, bool))
    light = whole[rows, columns]
    found = find(light, np.ones(light.shape, bool))
    if found is None:
        raise _not_seen()
    masks = _two(found.lung)
    contrast = float(np.median(light[found.dense]) - np.median(light[found.lung]))
    stored = (film.rows, film.columns)
    light = (light - np.median(light[found.lung])) / max(contrast, 1e-9)
    one, other = _under_the_heart(_sides(light, masks), 0 if _mirrored(film, orientation) else 1)
    sides = (_with_lung(one, light), _with_lung(other, light[:, ::-1]))
    return Chest(sides, light.shape[1], (rows.start, columns.start), whole.shape, orientation, stored)


def _thinned(film: Film, orientation: Orientation) -> np.ndarray:
    """float32 (rows, columns) brightness, more is denser, as the reader sees the film."""
    factor = min(1.0, SIDE / max(film.indices.shape))
    size = (max(1, round(film.columns * factor)), max(1, round(film.rows * factor)))
    values = film.modality_values[cv2.resize(film.indices, size, interpolation=cv2.INTER_AREA)]
    light = orientation.of((-values if film.instance.inverted else values).astype(np.float32))
    return cv2.medianBlur(light, 3)


def _two(lung: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What lies on either side of the middle, the left one first. Raises `NotSeen` when one side is (nearly) empty."""
    columns = np.flatnonzero(lung.any(axis=0))
    middle = (columns[0] + columns[-1] + 1) // 2
    left, right = lung.copy(), lung.copy()
    left[:, middle:], right[:, :middle] = False, False
    areas = sorted((int(left.sum()), int(right.sum())))
    if areas[0] < LEAST_EVEN * areas[1]:
        raise _not_seen("Only one lung is seen clearly on this film.")
    return left, right


def _sides(light: np.ndarray, masks: tuple[np.ndarray, np.ndarray]) -> tuple[Side, Side]:
    """Both sides followed over the same rows; ``light`` in units of the contrast between lung and heart."""
    boxes = [(np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))) for mask in masks]
    top = max(int(rows[0] + 0.15 * (rows[-1] - rows[0])) for rows, _ in boxes)
    low = max(int(rows[-1]) for rows, _ in boxes)
    low = min(len(light), low + round(0.35 * (low - top)) + 2)
    middle = _middle(masks)
    smooth = cv2.GaussianBlur(light, (0, 0), 1.2)
    one = _side(smooth, masks[0], middle, top, low)
    other = _side(smooth[:, ::-1], masks[1][:, ::-1], light.shape[1] - middle, top, low)
    return one, other


def _middle(masks: tuple[np.ndarray, np.ndarray]) -> int:
    """The column between the lungs' inner edges, over the upper half, where heart and sides differ least."""
    both = np.flatnonzero(masks[0].any(axis=1) & masks[1].any(axis=1))
    if both.size < 8:
        raise _not_seen()
    upper = both[: both.size // 2]
    wide = masks[0].shape[1]
    inner = wide - masks[0][upper][:, ::-1].argmax(axis=1), masks[1][upper].argmax(axis=1)
    return int(np.median((inner[0] + inner[1]) / 2))


def _mirrored(film: Film, orientation: Orientation) -> bool:
    """Whether the patient's left is at the left of the screen."""
    rows_run = film.instance.patient_orientation[:1]
    return orientation.mirrored != (bool(rows_run) and rows_run[0].startswith("R"))


def _under_the_heart(sides: tuple[Side, Side], apex: int) -> tuple[Side, Side]:
    """A large heart hides the diaphragm under its apex, which stands no higher than the other side's."""
    own, other = sides[apex], sides[1 - apex]
    mended = replace(own, floor=max(own.floor, other.floor), apex=True)
    return (other, mended) if apex else (mended, other)


def _with_lung(side: Side, light: np.ndarray) -> Side:
    """The side with its share of lung; ``light`` is 0 in the middle of the lungs and 1 in that of dense tissue."""
    columns = np.arange(light.shape[1])
    inside = (columns >= side.wall[:, None]) & (columns < side.heart_edge[:, None])
    rows = side.heart_rows()
    values = light[side.top + rows.start : side.top + rows.stop][inside[rows]]
    return replace(side, lung=float((values < 0.5).mean()) if values.size else 0.0)


def _side(light: np.ndarray, mask: np.ndarray, middle: int, top: int, low: int) -> Side:
    """The borders of a lung at the left of the picture."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    core = int(np.median(np.argwhere(mask)[:, 1]))
    across = changes(light, 1, SPAN)[top:low]
    room = round(0.3 * (columns[-1] - columns[0]))
    wall = _within(-across, max(0, int(columns[0]) - room), core)
    outermost = int(np.median(wall))
    heart_edge = _within(across, outermost + round(LEAST_LUNG * (middle - outermost)), middle)
    floor, angle = _diaphragm(light, rows, outermost, core, low)
    used = slice(0, max(2, floor - top))
    clear = min(float(np.mean(np.take_along_axis(gain, path[:, None], 1)[used]))
                for gain, path in ((-across, wall), (across, heart_edge)))  # fmt: skip
    if clear < LEAST_CLEAR:
        raise _not_seen("The borders of heart or thorax are not clear enough on this film.")
    return Side(top, wall, heart_edge, floor, angle)


def _within(gain: np.ndarray, first: int, last: int) -> np.ndarray:
    """The path between two columns."""
    if last - first < 3 or len(gain) < 4:
        raise _not_seen()
    return first + follow(gain[:, first:last], STIFF)


def _diaphragm(light: np.ndarray, rows: np.ndarray, wall: int, core: int, low: int) -> tuple[int, int]:
    """The row where the diaphragm stands highest clear of the heart, and the row where it meets the wall."""
    start = int(rows[0] + 0.45 * (rows[-1] - rows[0]))
    inner = core + round(0.6 * (core - wall))
    down = changes(light, 0, 3 * SPAN)[start:low, wall : max(wall + 6, inner)].T
    path = start + follow(down, STIFF)
    outer, medial = round(DOME[0] * len(path)), max(round(DOME[0] * len(path)) + 1, round(DOME[1] * len(path)))
    return int(path[outer:medial].min()), int(path[: max(1, outer)].max())


def _not_seen(why: str = "No two lungs are seen on this film.") -> NotSeen:
    return NotSeen(why, "Measure with three clicks: both borders of the heart, then the level.", "not_seen")
