"""What any report must beat: the nearest film's labels on raw pixels, findings drawn by their frequency, silence.

Each gives how often it would name each label of each film, (n, labels): flags, or chances between 0 and 1.
"""

from __future__ import annotations

import numpy as np

STRIP = 64  # films compared at once


def neighbours(films: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Films uint8 (n, side, side) -> index (n,) of the most similar of ``known`` (m, side, side).

    Similarity is the correlation of all pixels, so that brightness and contrast of the print do not count.
    """
    beside = _standard(known)  # (m, pixels)
    parts = [_standard(films[i : i + STRIP]) @ beside.T for i in range(0, len(films), STRIP)]
    return np.concatenate(parts).argmax(1)


def _standard(films: np.ndarray) -> np.ndarray:
    flat = films.reshape(len(films), -1).astype(np.float32)
    flat -= flat.mean(1, keepdims=True)
    return np.asarray(flat / (np.linalg.norm(flat, axis=1, keepdims=True) + 1e-6))


def retrieved(films: np.ndarray, known: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The labels (m, labels) of each film's nearest neighbour among ``known``."""
    return np.asarray(labels[neighbours(films, known)] == 1)


def retrieved_across(films: np.ndarray, labels: np.ndarray, folds: np.ndarray) -> np.ndarray:
    """The same, each film's neighbour taken from the other folds."""
    out = np.zeros(labels.shape, bool)
    for fold in np.unique(folds):
        here = folds == fold
        out[here] = retrieved(films[here], films[~here], labels[~here])
    return out


def sampled(labels: np.ndarray, count: int) -> np.ndarray:
    """Findings drawn independently with their frequency in ``labels`` (m, labels): the chances, ``count`` times.

    Chances instead of draws: hits and misses are then those of infinitely many draws.
    """
    return np.tile(labels.mean(0), (count, 1))


def sampled_across(labels: np.ndarray, folds: np.ndarray) -> np.ndarray:
    """The same, each film's frequencies taken from the other folds."""
    out = np.zeros(labels.shape, np.float64)
    for fold in np.unique(folds):
        here = folds == fold
        out[here] = sampled(labels[~here], int(here.sum()))
    return out
