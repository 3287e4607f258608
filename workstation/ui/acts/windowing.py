"""Acts on the window of a film: presets, regions, display filters."""

from __future__ import annotations

from workstation.ui.acts.declaring import Action

ACTIONS: tuple[Action, ...] = ()
