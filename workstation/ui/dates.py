"""DICOM dates, times and ages -> the words on the screen, in the reader's date format. Knows nothing else."""

from __future__ import annotations

_SHAPES = {"ISO": "{y}-{m}-{d}", "DD.MM.YYYY": "{d}.{m}.{y}", "MM/DD/YYYY": "{m}/{d}/{y}"}


def date_text(date: str, shape: str = "ISO") -> str:
    """DICOM DA (YYYYMMDD) in the format of the setting ``date_format``; anything else stays as it is."""
    if len(date) != 8 or not date.isdigit():
        return date
    return _SHAPES.get(shape, _SHAPES["ISO"]).format(y=date[:4], m=date[4:6], d=date[6:])


def time_text(time: str) -> str:
    """DICOM TM (HHMMSS...) as HH:MM; "" when there is none."""
    return f"{time[:2]}:{time[2:4]}" if len(time) >= 4 and time[:4].isdigit() else ""


def age_text(age: str) -> str:
    """DICOM AS (057Y) as "57 y"; "" when there is none."""
    return f"{int(age[:3])} {age[3].lower()}" if len(age) == 4 and age[:3].isdigit() else ""
