"""Acts that turn a film, size it truly, magnify it."""

from __future__ import annotations

from workstation.ui.acts.declaring import Action

ACTIONS: tuple[Action, ...] = ()
