"""What is known of each monitor's light, kept in one file of the home: its curve, and when somebody last checked it.

Monitors are told apart by `monitor.key_of`. Knows no film and no window.
"""

from __future__ import annotations

import json
import logging
import os
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from workstation.errors import SettingsError

if TYPE_CHECKING:
    from workstation.imaging.gsdf import DisplayCurve

_LOG = logging.getLogger(__name__)
UNKNOWN = "Display not calibrated"


class DisplayBook(QObject):
    """One entry a monitor. Without a file it holds for as long as the program runs."""

    changed = Signal(str)  # the monitor's key

    def __init__(self, file: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file = file
        self._entries: dict[str, dict[str, Any]] = _read(file)

    def curve(self, key: str) -> DisplayCurve | None:
        """The monitor's curve; None while it is not calibrated."""
        return _curve(self._entries.get(key, {}).get("curve"))

    def set_curve(self, key: str, curve: DisplayCurve | None) -> None:
        """Keep a curve, or forget it; raises `SettingsError` when the disk refuses."""
        entry = self._entries.setdefault(key, {})
        entry["curve"] = None if curve is None else {name: getattr(curve, name) for name in curve.__slots__}
        self._save(key)

    def checked(self, key: str) -> str:
        """The day (YYYY-MM-DD) of the last check; "" when there was none."""
        found = self._entries.get(key, {}).get("checked", "")
        return found if isinstance(found, str) else ""

    def check(self, key: str, day: str) -> None:
        """Somebody has looked at the patterns on that day and was content."""
        self._entries.setdefault(key, {})["checked"] = day
        self._save(key)

    def state(self, key: str) -> str:
        """What may be claimed of this monitor, in a few words."""
        curve = self.curve(key)
        if curve is None:
            return UNKNOWN
        if curve.kind == "calibrated":
            return "GSDF: by the monitor itself, as entered here"
        if curve.kind == "built in":
            return f"GSDF assumed: {curve.name}, not measured"
        return f"GSDF: {curve.name}, measured {curve.made}" if curve.made else f"GSDF: {curve.name}"

    def _save(self, key: str) -> None:
        if self._file is not None:
            part = self._file.with_name(f"{self._file.name}.{os.getpid()}.part")
            try:
                part.write_text(json.dumps(self._entries), encoding="utf-8")
                part.replace(self._file)
            except OSError as error:
                raise SettingsError(
                    "What was entered for this display could not be kept.",
                    "It holds until the program is closed; check that the disk has space left.",
                    "display_not_kept",
                ) from error
        self.changed.emit(key)


def _read(file: Path | None) -> dict[str, dict[str, Any]]:
    """A damaged book is an empty one: an uncalibrated display says so itself."""
    if file is None or not file.is_file():
        return {}
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        _LOG.warning("the book of displays cannot be read; displays are taken for not calibrated")
        return {}
    entries = found.items() if isinstance(found, dict) else ()
    return {key: entry for key, entry in entries if isinstance(entry, dict)}


def _curve(value: Any) -> DisplayCurve | None:
    """A curve as it was kept; None for anything that cannot be one."""
    if not isinstance(value, dict):
        return None
    from workstation.imaging.gsdf import DisplayCurve

    try:
        levels = tuple(float(each) for each in value["luminances"])
        curve = DisplayCurve(
            str(value["name"]), levels, float(value["ambient"]), str(value["kind"]), str(value["made"])
        )
    except (TypeError, KeyError, ValueError):
        return None
    rising = all(low <= high for low, high in pairwise(levels))
    return curve if len(levels) == 256 and rising and 0 <= levels[0] < levels[-1] and curve.ambient >= 0 else None
