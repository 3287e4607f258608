"""Acts that measure and draw on a film."""

from __future__ import annotations

from workstation.ui.acts.declaring import Action

ACTIONS: tuple[Action, ...] = ()
