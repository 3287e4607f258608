"""What every kit of the film pane looks like: it hears of films, places and settings, and brings acts.

Knows the pane; the pane knows its kits by this class alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtGui import QAction

    from workstation.settings import Settings
    from workstation.ui.viewer.film_pane import FilmPane
    from workstation.ui.viewer.stage import Slot


class Kit:
    """One group of a reader's powers over films. Every method may be left as it is."""

    def __init__(self, pane: FilmPane) -> None:
        self.pane = pane
        self.made: dict[str, QAction] = {}  # the live acts of `acts`, filled by the pane

    def acts(self) -> Mapping[str, Callable[[], object]]:
        """Ids of declared acts and what each does; asked once, before any other method."""
        return {}

    def adopt(self, slot: Slot) -> None:
        """A new place for a film has been made: add painters and tools to its view, connect its signals."""

    def study_came(self) -> None:
        """Another study (or none) takes the places; its films come later, one by one."""

    def film_came(self, slot: Slot) -> None:
        """A film stands in its place now."""

    def frame_came(self, slot: Slot) -> None:
        """Another frame of the same film stands in its place now; what the reader has done to the film stays."""

    def follow(self) -> None:
        """The active film has changed, or what it shows: enable and tick acts."""

    def apply_settings(self, settings: Settings) -> None:
        """The reader's preferences have changed."""

    def close(self) -> None:
        """The pane ends: end threads."""
