"""Help."""

from __future__ import annotations

from workstation.ui.acts.declaring import Action

ACTIONS: tuple[Action, ...] = (
    Action("help.help", "Keys and help", ("F1",), "Every key, every setting, the main ideas", menu="Help"),
    Action("help.about", "About", (), "Version, licence, model, and what this program is not", menu="Help"),
)
