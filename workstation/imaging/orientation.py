"""Patient Orientation becomes the turn that brings a frontal film to its standard position.

Standard is ("L", "F"): the patient's left at the right edge, the feet at the bottom (PS3.3 C.7.6.1.1.1).
Laterals and films without a usable orientation are left as they are.
"""

from __future__ import annotations

import numpy as np

from workstation.dicom.records import Instance

_TURNS = {
    ("R", "F"): "mirrored",
    ("L", "H"): "upside down and mirrored",
    ("R", "H"): "upside down",
    ("F", "L"): "on its side and mirrored",
    ("F", "R"): "on its side",
    ("H", "L"): "on its side",
    ("H", "R"): "on its side and mirrored",
}


def turn_of(instance: Instance) -> tuple[str, str] | None:
    """The orientation that must be undone; None when the film stands as it should or nothing is known."""
    if len(instance.patient_orientation) != 2:
        return None
    first = tuple(direction[:1] for direction in instance.patient_orientation)
    return (first[0], first[1]) if first in _TURNS else None


def orientation_warning(instance: Instance) -> str | None:
    """A sentence when the model is shown the film otherwise than it is stored."""
    turn = turn_of(instance)
    if turn is None:
        return None
    return f"The film is stored {_TURNS[turn]} (Patient Orientation); the model is shown it in the standard position."


def to_standard(pixels: np.ndarray, instance: Instance) -> np.ndarray:
    """Pixels of the whole frame, (rows, columns, ...), turned so that rows run to the left, columns to the feet."""
    turn = turn_of(instance)
    if turn is None:
        return pixels
    if turn[0] in "FH":
        pixels, turn = pixels.swapaxes(0, 1), (turn[1], turn[0])
    if turn[0] == "R":
        pixels = pixels[:, ::-1]
    if turn[1] == "H":
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)


def from_standard(pixels: np.ndarray, instance: Instance) -> np.ndarray:
    """The inverse of `to_standard`."""
    turn = turn_of(instance)
    if turn is None:
        return pixels
    sideways = turn[0] in "FH"
    across, down = (turn[1], turn[0]) if sideways else turn
    if down == "H":
        pixels = pixels[::-1]
    if across == "R":
        pixels = pixels[:, ::-1]
    return np.ascontiguousarray(pixels.swapaxes(0, 1) if sideways else pixels)


def stands_sideways(instance: Instance) -> bool:
    """Whether `to_standard` exchanges rows and columns."""
    turn = turn_of(instance)
    return turn is not None and turn[0] in "FH"
