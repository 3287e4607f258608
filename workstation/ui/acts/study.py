"""Acts on the list of studies."""

from __future__ import annotations

from workstation.ui.acts.declaring import Action

ACTIONS: tuple[Action, ...] = (
    Action("study.next", "Next study", ("Ctrl+PgDown", "Alt+PgDown"), "Open the next study of the list", menu="Study"),
    Action("study.previous", "Previous study", ("Ctrl+PgUp", "Alt+PgUp"), "Open the previous study", menu="Study"),
    Action("study.search", "Search", ("Ctrl+F",), "Search name, ID, accession, description", menu="Study"),
    Action(
        "study.take_back",
        "Take back the last import…",
        ("Ctrl+Shift+Z",),
        "Take the films that came in last out of the worklist again, with a reason",
        menu="Study",
    ),
    Action(
        "study.correct",
        "Correct the patient…",
        ("Ctrl+Shift+E",),
        "Put right whose films these are: name, ID, birth date, sex, with a reason",
        menu="Study",
    ),
)
