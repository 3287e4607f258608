"""Which parts of a film a finding's score depends on: each part is covered in turn and the score is read again.

Covered in two independent ways: on the film as it stands with the cell blurred away, and on the mirrored film with the
cell in the film's mean grey. It says what changes the score, not where anything is. Knows no manifest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from workstation.vlm.model import CxrLlava

GRID = 8
BATCH = 16  # films at once; `stop` is asked between batches
Box = tuple[int, int, int, int]  # row0, column0, row1, column1 of the square picture, ends outside


def occlusion(
    model: CxrLlava,
    image: np.ndarray,
    finding: str,
    grid: int = GRID,
    stop: Callable[[], bool] = lambda: False,
    box: Box | None = None,
) -> np.ndarray:
    """How much the logit of ``finding`` falls when a cell is covered, in each of the two ways.

    Parameters
    ----------
    image : uint8 (side, side), prepared for the model.
    grid : cells along each side of ``box``.
    box : the part of the picture that is film and not padding; None: all of it.

    Returns
    -------
    np.ndarray
        float32 (2, grid, grid), negative where the logit rises; their mean is the map. (0, grid, grid) when ``stop``
        said so.
    """
    place = model.config.findings.index(finding)
    where = box or (0, 0, *image.shape)
    found: list[np.ndarray] = []
    for picture, covered in ((image, _blurred(image, where, grid)), (image[:, ::-1], _mean(image, where))):
        mirror = len(found) == 1
        films = _covered(picture, covered[:, ::-1] if mirror else covered, _masks(image.shape, where, grid, mirror))
        drops = _drops(model, picture, films, place, stop)
        if drops is None:
            return np.empty((0, grid, grid), np.float32)
        found.append(drops.reshape(grid, grid))
    return np.stack(found)


def agreement(maps: np.ndarray) -> float:
    """Spearman's rank correlation of two maps (2, g, g) over the cells that either of them sees change; 1 without any.

    A score that depends on what is on the film falls at the same places however they are covered; that of random
    weights falls anywhere.
    """
    one, two = (each[np.any(maps != 0, 0)] for each in maps)
    if len(one) < 3 or np.ptp(one) == 0 or np.ptp(two) == 0:
        return 1.0 if not np.any(maps) else 0.0
    return float(np.corrcoef(_ranks(one), _ranks(two))[0, 1])


def _ranks(values: np.ndarray) -> np.ndarray:
    """Ranks (n,), equal values sharing their mean rank."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = counts.cumsum()
    shared: np.ndarray = ((last - counts + last - 1) / 2)[places]
    return shared


def _drops(
    model: CxrLlava, picture: np.ndarray, films: Iterator[np.ndarray], place: int, stop: Callable[[], bool]
) -> np.ndarray | None:
    """One film a cell -> one drop a cell; a cell whose cover changes nothing (black margins) is not looked at."""
    shown = list(films)
    changed = [index for index, film in enumerate(shown) if not np.array_equal(film, picture)]
    drops = np.zeros(len(shown), np.float32)
    whole = float(model.finding_logits(picture[None])[0, place])
    for start in range(0, len(changed), BATCH):
        if stop():
            return None
        cells = changed[start : start + BATCH]
        drops[cells] = whole - model.finding_logits(np.stack([shown[cell] for cell in cells]))[:, place]
    return drops


def _covered(picture: np.ndarray, covered: np.ndarray, masks: Iterator[np.ndarray]) -> Iterator[np.ndarray]:
    for mask in masks:
        yield np.where(mask, covered, picture)


def _masks(shape: tuple[int, ...], box: Box, grid: int, mirror: bool) -> Iterator[np.ndarray]:
    """Cell after cell of the film as it stands, row by row, as bool (side, side) in the picture that is shown."""
    rows, columns = _edges(box[0], box[2], grid), _edges(box[1], box[3], grid)
    for row in range(grid):
        for column in range(grid):
            mask = np.zeros(shape, bool)
            mask[rows[row] : rows[row + 1], columns[column] : columns[column + 1]] = True
            yield mask[:, ::-1] if mirror else mask


def _edges(start: int, end: int, grid: int) -> np.ndarray:
    return np.linspace(start, end, grid + 1).round().astype(int)


def _mean(image: np.ndarray, box: Box) -> np.ndarray:
    row0, col0, row1, col1 = box
    return np.full_like(image, round(float(image[row0:row1, col0:col1].mean())))


def _blurred(image: np.ndarray, box: Box, grid: int) -> np.ndarray:
    """Every pixel the mean of its surroundings, three cells wide."""
    reach = max(1, round(1.5 * (box[2] - box[0]) / grid)), max(1, round(1.5 * (box[3] - box[1]) / grid))
    film = image[box[0] : box[2], box[1] : box[3]].astype(np.float64)
    padded = np.pad(film, ((reach[0], reach[0]), (reach[1], reach[1])), mode="edge")
    sums = np.pad(padded.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    high, wide = 2 * reach[0] + 1, 2 * reach[1] + 1
    total = sums[high:, wide:] - sums[:-high, wide:] - sums[high:, :-wide] + sums[:-high, :-wide]
    blurred = image.copy()
    blurred[box[0] : box[2], box[1] : box[3]] = (total / (high * wide)).round().astype(np.uint8)
    return blurred
