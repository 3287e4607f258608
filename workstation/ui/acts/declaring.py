"""How an act is declared: its id, words, keys, tooltip, where its keys work, its menu."""

from __future__ import annotations

from dataclasses import dataclass

EVERYWHERE, FILM, WORKLIST, REPORT = "everywhere", "film", "worklist", "report"
MENUS = ("File", "Study", "Film", "Compare", "Measure", "Report", "Model", "View", "Help")


@dataclass(frozen=True, slots=True)
class Action:
    """One act. ``keys`` in Qt's portable notation, the first is the printed one; ``menu`` "" = in no menu.

    ``submenu`` puts it into a menu of that name inside ``menu``.
    """

    id: str
    text: str
    keys: tuple[str, ...]
    tooltip: str
    context: str = EVERYWHERE
    menu: str = ""
    checkable: bool = False
    submenu: str = ""
