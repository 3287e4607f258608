"""How films are arranged, as a part of a layout: side by side or not, the prior at once or not, the strip or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.ui.viewer.kits.comparing import Comparing
from workstation.ui.viewer.kits.strip import Thumbnails

if TYPE_CHECKING:
    from PySide6.QtCore import QSettings

    from workstation.ui.viewer.film_pane import FilmPane


class FilmPlaces:
    """Saves and restores the pane's arrangement; a wish that was never made is kept as none."""

    def __init__(self, pane: FilmPane) -> None:
        self._pane = pane

    def save(self, store: QSettings) -> None:
        """Into the group that is open; a prior put away in one study is a wish only in a layout with a name."""
        kit = self._pane.kit(Comparing)
        named = bool(store.group()) and bool(kit.priors)
        store.setValue("side_by_side", _written(self._pane.stage.together))
        store.setValue("prior_beside", _written(kit.hung is not None if named else kit.wish))
        store.setValue("thumbnails", _written(not self._pane.kit(Thumbnails).strip.isHidden()))

    def restore(self, store: QSettings) -> None:
        """From the group that is open; what it does not hold stays."""
        self._pane.stage.together = _read(store.value("side_by_side"))
        self._pane.stage.arrange()
        self._pane.kit(Comparing).obey(_read(store.value("prior_beside")))
        self._pane.kit(Thumbnails).show(bool(_read(store.value("thumbnails"))))


def _written(wish: bool | None) -> str:
    return "" if wish is None else str(int(wish))


def _read(value: object) -> bool | None:
    return {"0": False, "1": True}.get(str(value))
