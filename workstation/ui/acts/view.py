"""Acts on the window's columns."""

from __future__ import annotations

from workstation.ui.acts.declaring import Action

ACTIONS: tuple[Action, ...] = (
    Action("view.worklist", "Worklist", ("Ctrl+1",), "Show or hide the worklist", menu="View", checkable=True),
    Action(
        "view.strip",
        "Worklist as a strip",
        ("Ctrl+Shift+W",),
        "Fold the worklist to a narrow strip, or unfold it; a small window folds it by itself",
        menu="View",
        checkable=True,
    ),
    Action("view.film", "Film", ("Ctrl+2",), "Show or hide the film", menu="View", checkable=True),
    Action("view.report", "Report", ("Ctrl+3",), "Show or hide the report", menu="View", checkable=True),
    Action(
        "view.question",
        "Questions",
        ("Ctrl+4",),
        "Show or hide the side pane for questions on the film",
        menu="View",
        checkable=True,
    ),
    Action("view.cycle", "Next column", ("F6",), "Put the keyboard into the next column", menu="View"),
    Action("view.full_screen", "Full screen", ("F11",), "The whole screen for reading", menu="View", checkable=True),
)
