"""Which film hangs where, and what an earlier film is called: the hanging rule, without a widget.

Frontal left, lateral right; with a prior the current film left, its like of the prior right. A possible prior (the same
person by likeness only, clinical-safety 5) never hangs by itself, and is called what it is for as long as it hangs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from workstation.dicom.records import Instance
from workstation.ui.dates import date_text

DAYS_A_MONTH, DAYS_A_YEAR = 30.44, 365.25


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier study: ``proven`` means surely the same person; ``taken`` is YYYYMMDD or more, or ""."""

    study: str
    key: str  # the random name that the log may hold
    taken: str
    films: tuple[Instance, ...]
    proven: bool
    who: str = ""


def is_lateral(instance: Instance) -> bool:
    """Whether a film was taken from the side, as its header says."""
    view = instance.view_position.strip().upper()
    words = instance.series_description.upper().replace("/", " ").replace(",", " ").split()
    return (
        view in ("LL", "RL", "LLD", "RLD")
        or view.startswith("LAT")
        or (not view and bool({"LATERAL", "LAT"} & {*words}))
    )


def hung(films: Sequence[Instance]) -> list[Instance]:
    """From left to right: frontal films, then those from the side; otherwise as they came."""
    return sorted(films, key=is_lateral)


def like(film: Instance | None, films: Sequence[Instance]) -> int:
    """Which of a prior's films hangs beside ``film``: the first of the same side, else the first."""
    if film is None:
        return 0
    return next((n for n, other in enumerate(films) if is_lateral(other) == is_lateral(film)), 0)


def mark(earlier: Earlier, today: str, date_format: str = "ISO") -> str:
    """What stands over a prior's film at all times."""
    when = ", ".join(
        part for part in (date_text(earlier.taken[:8], date_format), interval(earlier.taken, today)) if part
    )
    return f"PRIOR {when or 'without a date'}" if earlier.proven else f"POSSIBLE PRIOR {when}".rstrip()


def interval(then: str, now: str) -> str:
    """How much earlier: "the same day", "12 days earlier", "5 months earlier", "3 years earlier"; "" unless known."""
    first, second = _day(then), _day(now)
    if first is None or second is None:
        return ""
    days = (second - first).days
    side, days = ("earlier" if days >= 0 else "LATER"), abs(days)
    if days < 60:
        return "the same day" if not days else f"{days} {'day' if days == 1 else 'days'} {side}"
    if days < 2 * DAYS_A_YEAR:
        return f"{round(days / DAYS_A_MONTH)} months {side}"
    return f"{round(days / DAYS_A_YEAR)} years {side}"


def _day(taken: str) -> date | None:
    try:
        return date.fromisoformat(taken[:8]) if len(taken) >= 8 and taken[:8].isdigit() else None
    except ValueError:
        return None
