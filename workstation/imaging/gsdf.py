"""The Grayscale Standard Display Function (PS3.14): what a P-value must look like, and how a monitor is driven for it.

A `DisplayCurve` says how bright a monitor is at each of its 256 driving levels; equal steps of P-values then become
equal steps for the eye. Knows no screen and no film.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import cv2
import numpy as np

STEPS = 65536  # P-values that are told apart on their way to the 256 driving levels
LOWEST, HIGHEST = 0.05, 3993.404  # cd/m2: where the function is defined, JND index 1 to 1023
MEASURED, BUILT_IN, CALIBRATED = "measured", "built in", "calibrated"

# PS3.14 7: log10 L over ln j, numerator and denominator from the lowest power up; and j over log10 L.
_OVER = (-1.3011877, 8.0242636e-2, 1.3646699e-1, -2.5468404e-2, 1.3635334e-3)
_UNDER = (1.0, -2.5840191e-2, -1.0320229e-1, 2.8745620e-2, -3.1978977e-3, 1.2992634e-4)
_INVERSE = (
    71.498068, 94.593053, 41.912053, 9.8247004, 0.28175407, -1.1878455, -0.18014349, 0.14710899, -0.017046845,
)  # fmt: skip


def luminance(jnd: np.ndarray) -> np.ndarray:
    """cd/m2 of each index of just noticeable difference, 1 to 1023."""
    log = np.log(jnd)
    return 10.0 ** (np.polynomial.polynomial.polyval(log, _OVER) / np.polynomial.polynomial.polyval(log, _UNDER))


def jnd_index(luminances: np.ndarray) -> np.ndarray:
    """The inverse; what lies beyond the function's ends is taken for its ends."""
    log = np.log10(np.clip(luminances, LOWEST, HIGHEST))
    return np.polynomial.polynomial.polyval(log, _INVERSE)


@dataclass(frozen=True, slots=True)
class DisplayCurve:
    """A monitor's luminance (cd/m2) at driving levels 0 to 255, without the room's light; never falling.

    ``kind`` is MEASURED, BUILT_IN, or CALIBRATED for a monitor that follows the GSDF by itself. ``made`` is the day
    (YYYY-MM-DD) of the measurement.
    """

    name: str
    luminances: tuple[float, ...] = field(repr=False)
    ambient: float = 0.0  # cd/m2 that the room adds to every level
    kind: str = MEASURED
    made: str = ""

    @property
    def lowest(self) -> float:
        """cd/m2 of black, the room's light included."""
        return self.luminances[0] + self.ambient

    @property
    def highest(self) -> float:
        """cd/m2 of white, the room's light included."""
        return self.luminances[-1] + self.ambient

    @property
    def ratio(self) -> float:
        """Luminance ratio (AAPM TG18, TG270): for diagnosis at least 250 is asked for."""
        return self.highest / self.lowest if self.lowest > 0 else float("inf")

    @property
    def just_noticeable(self) -> float:
        """How many just noticeable differences lie between black and white."""
        ends = jnd_index(np.array([self.lowest, self.highest]))
        return float(ends[1] - ends[0])

    def levels(self, fraction: np.ndarray) -> np.ndarray:
        """uint8: the driving level of each P-value (0..1)."""
        places = fraction * (STEPS - 1)
        places += 0.5
        return cv2.LUT(places.astype(np.uint16), driving_levels(self)).reshape(fraction.shape)


@lru_cache(maxsize=8)
def driving_levels(curve: DisplayCurve) -> np.ndarray:
    """uint8 (STEPS,): for each P-value the level whose luminance comes nearest to what the GSDF asks for."""
    shown = np.asarray(curve.luminances) + curve.ambient
    between = (shown[1:] + shown[:-1]) / 2
    return np.searchsorted(between, wanted(curve, STEPS)).astype(np.uint8)


def wanted(curve: DisplayCurve, steps: int) -> np.ndarray:
    """float64 (steps,): cd/m2 of equally spaced P-values between the curve's black and white."""
    ends = jnd_index(np.array([curve.lowest, curve.highest]))
    return luminance(np.linspace(ends[0], ends[1], steps))


def deviation(curve: DisplayCurve, steps: int = 18) -> float:
    """The largest error of contrast between ``steps`` grey levels as they are driven, in parts of what is asked for.

    AAPM TG18 and TG270 allow 0.10 for diagnosis.
    """
    shown = (np.asarray(curve.luminances) + curve.ambient)[curve.levels(np.linspace(0.0, 1.0, steps))]
    asked = np.diff(jnd_index(wanted(curve, steps)))
    return float(np.abs(np.diff(jnd_index(shown)) / asked - 1.0).max())


def gamma_curve(lowest: float, highest: float, ambient: float = 0.0, gamma: float = 2.2) -> DisplayCurve:
    """What office monitors do: a power of the driving level between black and white (cd/m2)."""
    levels = lowest + (highest - lowest) * (np.arange(256) / 255.0) ** gamma
    return DisplayCurve(f"gamma {gamma:g}", tuple(levels.tolist()), ambient, BUILT_IN)


def calibrated_curve(lowest: float, highest: float, ambient: float = 0.0) -> DisplayCurve:
    """A monitor that follows the GSDF by itself between black and white (cd/m2): nothing is left to do."""
    ends = jnd_index(np.array([lowest + ambient, highest + ambient]))
    levels = luminance(np.linspace(ends[0], ends[1], 256)) - ambient
    return DisplayCurve("monitor's own GSDF", tuple(np.maximum(levels, 0.0).tolist()), ambient, CALIBRATED)
