"""A file of measured luminances becomes a `DisplayCurve`: DCMTK's monitor files, or two columns of numbers.

A line holds a driving level and its luminance in cd/m2; ``max`` and ``amb`` name the highest level and the room's
light. Levels that were not measured are filled in evenly for the eye.
"""

from __future__ import annotations

import math
import re
from pathlib import Path

import numpy as np

from workstation.errors import SettingsError
from workstation.imaging.gsdf import HIGHEST, MEASURED, DisplayCurve, jnd_index, luminance

_LARGEST_FILE = 1 << 20
_MOST_LINES = 70_000
_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?")
_REMEDY = "The file needs lines of two numbers: driving level and luminance in cd/m2, rising from black to white."


def read_luminances(path: str | Path, made: str = "", ambient: float | None = None) -> DisplayCurve:
    """The curve in a file; ``ambient`` (cd/m2) outweighs what the file says of the room's light.

    Raises
    ------
    SettingsError
        curve_unreadable, curve_empty, curve_flat, curve_impossible.
    """
    path = Path(path)
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise _wrong("The file is far too large for a luminance curve.", "curve_unreadable")
        text = path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise _wrong("The luminance curve cannot be read from the disk.", "curve_unreadable") from error
    return curve_of(text, path.stem, made, ambient)


def curve_of(text: str, name: str, made: str = "", ambient: float | None = None) -> DisplayCurve:
    """The curve that a file's text describes."""
    points, facts = _parsed(text)
    if len(points) < 2:
        raise _wrong("The file holds fewer than two measured levels.", "curve_empty")
    most = facts.get("max", max(255.0, max(points)))
    room = facts.get("amb", 0.0) if ambient is None else ambient
    levels = np.array(sorted(points))
    values = np.array([points[level] for level in levels])
    if min(levels[0], values.min(), room) < 0 or levels[-1] > most or values.max() > HIGHEST:
        raise _wrong("The file holds levels or luminances that no monitor has.", "curve_impossible")
    values = np.maximum.accumulate(values)  # an instrument wavers in the dark
    if values[-1] <= values[0] or levels[0] != 0 or levels[-1] != most:
        raise _wrong("The measured luminances do not go from black (level 0) up to white.", "curve_flat")
    return DisplayCurve(name, _filled(levels / most * 255.0, values), room, MEASURED, made)


def _filled(levels: np.ndarray, values: np.ndarray) -> tuple[float, ...]:
    """cd/m2 at 0 to 255: measured ones as they are, the others between them in equal steps for the eye."""
    between = luminance(np.interp(np.arange(256), levels, jnd_index(values)))
    found = {round(float(level), 6): float(value) for level, value in zip(levels, values, strict=True)}
    filled = [found.get(float(level), float(between[level])) for level in range(256)]
    return tuple(np.maximum.accumulate(filled).tolist())


def _parsed(text: str) -> tuple[dict[float, float], dict[str, float]]:
    """Points by their level, and facts by their words."""
    points: dict[float, float] = {}
    facts: dict[str, float] = {}
    for line in text.splitlines()[:_MOST_LINES]:
        words = line.split("#")[0].strip()
        numbers = _numbers(words)
        if len(numbers) == 2 and words[0].isdigit():
            points[numbers[0]] = numbers[1]
        elif len(numbers) == 1 and words[:3].lower() in ("max", "amb"):
            facts[words[:3].lower()] = numbers[0]
    return points, facts


def _numbers(words: str) -> list[float]:
    """A comma parts columns where there are two numbers without it, else it is a decimal comma."""
    if ";" in words or "\t" in words or " " in words:
        found = [each.replace(",", ".") for each in _NUMBER.findall(words)]
    else:
        found = words.split(",")
    numbers = [_float(each) for each in found]
    return [each for each in numbers if math.isfinite(each)]


def _float(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        return math.nan


def _wrong(message: str, code: str) -> SettingsError:
    return SettingsError(message, _REMEDY, code)
