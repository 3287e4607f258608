"""Chest presets, the window from a region, display filters: keys -> the active film's window and pixels.

Presets wait with the film, worked out by the thread that decoded it. Knows the pane.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from workstation.ui.viewer.filtering import Filtering
from workstation.ui.viewer.kits.kit import Kit
from workstation.ui.viewer.region import RegionDrag, RegionMark

if TYPE_CHECKING:
    from workstation.settings import Settings
    from workstation.ui.viewer.film_pane import FilmPane
    from workstation.ui.viewer.film_view import FilmView
    from workstation.ui.viewer.stage import Slot

# The words of `imaging.thorax` and `imaging.enhance`, which are imported with the first film.
PRESETS = {
    "film.preset_lung": "Lung",
    "film.preset_mediastinum": "Mediastinum",
    "film.preset_bone": "Bone",
    "film.preset_lines": "Lines and tubes",
}
FILTERS = ("sharpen", "smooth", "clahe", "multiscale")
LINES, SHARPEN, REGION = "Lines and tubes", "sharpen", "region"
NO_THORAX = "No lungs were found on this film: the window is made of its percentiles."
NO_WINDOW = "This film is in colour, which has no window."


class Windowing(Kit):
    """The reader's hands on what the greys of a film mean."""

    def __init__(self, pane: FilmPane) -> None:
        super().__init__(pane)
        self._filters: dict[FilmView, Filtering] = {}
        self._former = "window"
        self._strengths: dict[str, float] = {}

    def acts(self) -> Mapping[str, Callable[[], object]]:
        presets = {act: partial(self.preset, name) for act, name in PRESETS.items()}
        filters = {f"film.filter_{name}": partial(self.filter, name) for name in FILTERS}
        return {**presets, "film.tool_region": self.take_region, "film.filter": self.filter, **filters}

    def adopt(self, slot: Slot) -> None:
        if not self._filters:
            self.pane.window_row.add_presets([self.made[act] for act in PRESETS])
        view, mark = slot.view, RegionMark()
        self._filters[view] = Filtering(view, self._tick)
        self._filters[view].strengths = self._strengths
        view.overlays.append(mark)
        view.tools[REGION] = lambda view, at: RegionDrag(view, at, mark)
        view.acted.connect(lambda kind, facts: self._heard(view, kind, facts))
        view.presentation_changed.connect(lambda _shown: self._tick())

    def study_came(self) -> None:
        for filtering in self._filters.values():
            filtering.film_came()

    def film_came(self, slot: Slot) -> None:
        self._filters[slot.view].film_came()

    def frame_came(self, slot: Slot) -> None:
        self._filters[slot.view].frame_came()

    def follow(self) -> None:
        for act in self.made.values():
            act.setEnabled(self.pane.view.film is not None)
        self._tick()

    def apply_settings(self, settings: Settings) -> None:
        self._strengths = {name: float(settings[f"filter_{name}"]) for name in FILTERS}
        for filtering in self._filters.values():
            filtering.strengths = self._strengths
            filtering.refresh()

    def close(self) -> None:
        for filtering in self._filters.values():
            filtering.close()

    @property
    def filtering(self) -> Filtering:
        """The active film's filter."""
        return self._filters[self.pane.view]

    # Presets

    def preset(self, name: str) -> None:
        """The chest window ``name`` of the active film."""
        from workstation.imaging.thorax import presets
        from workstation.ui.viewer.windowing import named

        view = self.pane.view
        if view.film is None or view.presentation is None:
            return
        choice = presets(view.film).get(name)
        if choice is None:
            view.say(NO_WINDOW)
            return
        view.set_presentation(named(view.presentation, choice))
        if choice.label != name:
            view.say(NO_THORAX)
        view.acted.emit("window", {"how": "preset", "label": choice.label})
        if name == LINES and not self.filtering.name:
            self.filtering.put(SHARPEN, by_preset=True)
        self._tick()

    # Filters

    def filter(self, name: str = "") -> None:
        """This filter on or off; without a name the last one."""
        self.filtering.toggle(name)
        self._tick()

    # The region

    def take_region(self) -> None:
        """The next left drag draws a rectangle; asked for again, the former tool is back."""
        if self.pane.tool == REGION:
            self._give_back()
            return
        self._former = self.pane.tool
        self.pane.set_tool(REGION)
        for view in self._filters:
            view.tool = REGION  # a prior's film too
        self._tick()

    def _give_back(self) -> None:
        self.pane.set_tool(self._former)
        self._tick()

    def _heard(self, view: FilmView, kind: str, facts: dict[str, Any]) -> None:
        """What a view did that ends a tool or a filter."""
        filtering, how = self._filters[view], facts.get("how")
        if kind == "window" and how == "region" and self.pane.tool == REGION:
            self._give_back()
        another = kind == "window" and how in ("preset", "choice", "region")
        if kind == "reset" or (another and filtering.by_preset and facts.get("label") != LINES):
            filtering.put("")

    def _tick(self) -> None:
        view = self.pane.view
        label = view.presentation.label if view.presentation is not None else ""
        for act, name in PRESETS.items():
            self.made[act].setChecked(bool(label) and label.startswith(name))
        for name in FILTERS:
            self.made[f"film.filter_{name}"].setChecked(name == self.filtering.name)
        self.made["film.tool_region"].setChecked(self.pane.tool == REGION)
