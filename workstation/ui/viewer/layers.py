"""The overlays of a study's films, by film: what is laid over which, and whether the reader wants to see it.

Films are named by SOP Instance UID; a layer that comes before its film waits for it. Knows no model and no report.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workstation.ui.viewer.overlay import Heat, Overlay, Rectangle
from workstation.ui.viewer.stage import Slot, Stage


class Layers:
    """Works on the views of one stage."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._overlays: dict[Slot, Overlay] = {}
        self._seen: dict[str, Rectangle] = {}
        self.shows_seen = True

    def forget(self) -> None:
        """Another study."""
        self._seen.clear()
        self.end_evidence()

    def film_came(self, slot: Slot) -> None:
        """A film stands in its place now, and its layer with it."""
        uid = slot.instance.sop_instance_uid if slot.instance is not None else ""
        self._lay(slot, self._seen.get(uid))

    # the part the model saw

    def mark_seen(self, uid: str, rectangle: Rectangle | None) -> None:
        """Beyond ``rectangle`` of this film the model saw nothing; None takes the mark away."""
        if rectangle is None:
            self._seen.pop(uid, None)
        else:
            self._seen[uid] = rectangle
        for slot in self._slots(uid):
            self._lay(slot, rectangle)

    def toggle_seen(self) -> bool:
        """Show or hide the mark on every film; whether it is shown now."""
        self.shows_seen = not self.shows_seen
        for slot, overlay in self._overlays.items():
            overlay.shows_seen = self.shows_seen
            slot.view.update()
        return self.shows_seen

    @property
    def marks_seen(self) -> bool:
        """Whether any film of this study has edges that the model did not see."""
        return bool(self._seen)

    # what changes a score

    def show_words(self, words: Sequence[str], uid: str = "") -> bool:
        """Words over the film ``uid`` (or the active one); False when that film is not on the screen."""
        return self._put(uid, None, words)

    def show_heat(self, uid: str, grid: np.ndarray, rectangle: Rectangle, words: Sequence[str]) -> bool:
        """A grid over the film, with its legend; False when that film is not on the screen."""
        return self._put(uid, Heat(grid, rectangle), words)

    def end_evidence(self) -> None:
        """The key is released: nothing of it stays."""
        for slot, overlay in self._overlays.items():
            if overlay.words or overlay.heat is not None:
                overlay.let_go()
                slot.view.update()

    @property
    def shows_evidence(self) -> bool:
        return any(overlay.words for overlay in self._overlays.values())

    def _put(self, uid: str, heat: Heat | None, words: Sequence[str]) -> bool:
        self.end_evidence()
        slots = self._slots(uid) if uid else [self._stage.current]
        for slot in (slot for slot in slots if not slot.isHidden()):
            overlay = self._overlay(slot)
            overlay.heat, overlay.words = heat, tuple(words)
            slot.view.update()
            return True
        return False

    def _lay(self, slot: Slot, rectangle: Rectangle | None) -> None:
        if rectangle is not None or slot in self._overlays:
            self._overlay(slot).seen = rectangle
            slot.view.update()

    def of(self, slot: Slot) -> Overlay | None:
        """What lies over one film, if anything ever did."""
        return self._overlays.get(slot)

    def _overlay(self, slot: Slot) -> Overlay:
        if slot not in self._overlays:
            self._overlays[slot] = overlay = Overlay()
            overlay.shows_seen = self.shows_seen
            slot.view.overlays.append(overlay)
        return self._overlays[slot]

    def _slots(self, uid: str) -> list[Slot]:
        used = self._stage.slots[: max(1, self._stage.used)]
        return [slot for slot in used if slot.instance is not None and slot.instance.sop_instance_uid == uid]
