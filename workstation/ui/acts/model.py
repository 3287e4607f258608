"""Acts on models, evidence and questions."""

from __future__ import annotations

from workstation.ui.acts.declaring import Action

ACTIONS: tuple[Action, ...] = (
    Action(
        "model.manager",
        "Models…",
        ("Ctrl+Shift+M",),
        "Which models are here: choose, import, convert, verify, remove",
        menu="Model",
    ),
    Action(
        "model.evidence",
        "What changes the score",
        ("F2",),
        "While held: the regions of the film that change the score behind the drafted sentence with the caret",
    ),
    Action(
        "question.differential",
        "Differential diagnosis",
        ("Ctrl+Shift+D",),
        "Ask the model for a differential diagnosis of this film, beside the report",
        menu="Model",
    ),
    Action("question.stop", "Stop answering", ("Ctrl+Shift+X",), "Stop the answer at its next word", menu="Model"),
)
