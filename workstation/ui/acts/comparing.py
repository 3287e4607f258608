"""Acts that lay films beside and over each other, and columns on other screens."""

from __future__ import annotations

from workstation.ui.acts.declaring import Action

ACTIONS: tuple[Action, ...] = ()
