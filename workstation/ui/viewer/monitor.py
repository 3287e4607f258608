"""How large a pixel of each monitor is: as the reader measured it, or as the monitor reports it.

Measured sizes are kept in a file of their own, by the monitor's make, serial number and mode, because a home may be
used at several desks. Knows screens, no film.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtGui import QScreen

PLAUSIBLE_MM = (0.05, 0.65)  # a telephone's pixel, a projector's
SQUARE = 0.05  # by how much the two sides of a reported pixel may differ

_measured: dict[str, float] = {}
_file: Path | None = None


@dataclass(frozen=True, slots=True)
class PixelSize:
    """One pixel's side in millimetres; ``measured`` by the reader, else only reported by the monitor."""

    mm: float
    measured: bool


def keep_in(file: Path | None) -> None:
    """Read what was measured from ``file`` and write new sizes there; None keeps them in memory only."""
    global _file
    _file = file
    _measured.clear()
    if file is not None:
        store = QSettings(str(file), QSettings.Format.IniFormat)
        for key in store.allKeys():
            _take(key, store.value(key))


def mm_per_pixel(screen: QScreen) -> float | None:
    """The measured side of one device pixel; None while nobody measured this monitor in this mode."""
    return _measured.get(key_of(screen))


def set_mm_per_pixel(screen: QScreen, value: float | None) -> None:
    """Keep what the reader measured; None forgets it. Raises ValueError for a size that no monitor has."""
    if value is not None and not PLAUSIBLE_MM[0] <= value <= PLAUSIBLE_MM[1]:
        raise ValueError(f"a pixel of {value:.4g} mm is not plausible")
    key = key_of(screen)
    if value is None:
        _measured.pop(key, None)
    else:
        _measured[key] = value
    if _file is not None:
        store = QSettings(str(_file), QSettings.Format.IniFormat)
        store.remove(key) if value is None else store.setValue(key, repr(value))
        store.sync()


def pixel_size(screen: QScreen) -> PixelSize | None:
    """The best that is known; None when nobody measured and what the monitor reports cannot be true."""
    if (measured := mm_per_pixel(screen)) is not None:
        return PixelSize(measured, True)
    scale = screen.devicePixelRatio()
    pixels, size = screen.size() * scale, screen.physicalSize()
    if min(pixels.width(), pixels.height()) <= 0 or min(size.width(), size.height()) <= 0:
        return None
    return _reported(size.width() / pixels.width(), size.height() / pixels.height())


def _reported(across: float, down: float) -> PixelSize | None:
    square = abs(across - down) <= SQUARE * max(across, down)
    plausible = PLAUSIBLE_MM[0] <= (across + down) / 2 <= PLAUSIBLE_MM[1]
    return PixelSize((across + down) / 2, False) if square and plausible else None


def key_of(screen: QScreen) -> str:
    """One monitor in one mode, as a name that a settings file takes."""
    pixels = screen.size() * screen.devicePixelRatio()
    parts = screen.manufacturer(), screen.model(), screen.serialNumber(), screen.name()
    named = " ".join(part.strip() for part in parts if part.strip()) or "monitor"
    return f"{named} {pixels.width()}x{pixels.height()}".replace("/", "_").replace("\\", "_")


def _take(key: str, value: object) -> None:
    try:
        size = float(str(value))
    except ValueError:
        return
    if PLAUSIBLE_MM[0] <= size <= PLAUSIBLE_MM[1]:
        _measured[key] = size
