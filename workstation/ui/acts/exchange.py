"""Acts that let pictures and DICOM objects out, and show what others drew."""

from __future__ import annotations

from workstation.ui.acts.declaring import Action

ACTIONS: tuple[Action, ...] = ()
