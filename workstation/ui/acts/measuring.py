"""Acts that measure and draw on a film."""

from __future__ import annotations

from workstation.ui.acts.declaring import FILM, Action


def _tool(name: str, text: str, key: str, tooltip: str) -> Action:
    return Action(f"measure.{name}", text, (key,), tooltip, FILM, "Measure", True)


ACTIONS: tuple[Action, ...] = (
    _tool("length", "Length", "D", "Two clicks or a drag; the class of the scale stands beside the number"),
    _tool("angle", "Angle", "A", "Three clicks: arm, corner, arm"),
    _tool("cobb", "Cobb angle", "C", "Two lines, each by a drag or two clicks: the angle between them"),
    _tool(
        "ratio",
        "Cardiothoracic ratio",
        "X",
        "Three clicks: both borders of the heart, then the level where the thorax is widest",
    ),
    Action(
        "measure.propose_ratio",
        "Propose the ratio",
        ("Shift+X",),
        "Find heart and thorax on this film; amber until you accept it ({measure.report}) or move a point",
        FILM,
        "Measure",
    ),
    _tool("arrow", "Arrow", "Q", "From what it points at outwards; then type words, or none"),
    _tool("text", "Text", "T", "Click, then type on the film"),
    _tool("freehand", "Freehand", "B", "A line that follows the hand; back at its start it is an outline"),
    _tool("ellipse", "Ellipse", "E", "Drag its box: area, mean, standard deviation, range"),
    _tool("calibrate", "Calibrate by hand", "Shift+D", "Draw along something of known length, then type its mm"),
    Action(
        "measure.report",
        "Measurement into the report",
        ("Return", "Enter"),
        "The chosen (or last) measurement as a sentence in the Findings; accepts a proposed one",
        FILM,
        "Measure",
    ),
    Action("measure.delete", "Remove", ("Del",), "Remove the chosen drawing", FILM, "Measure"),
    Action("measure.undo", "Undo drawing", ("Ctrl+Z",), "Take back the last step on the films", FILM, "Measure"),
    Action("measure.redo", "Redo drawing", ("Ctrl+Y",), "Do the step again that was taken back", FILM, "Measure"),
    Action(
        "measure.rotated",
        "Patient rotated",
        (),
        "Say in the ratio's sentence that the patient was rotated, or take that back",
        FILM,
        "Measure",
        True,
    ),
    Action("measure.show", "Show drawings", ("Shift+A",), "Show or hide what is drawn", FILM, "Measure", True),
    Action("measure.key_image", "Key image", ("K",), "Mark this film as a key image, or not", FILM, "Measure", True),
)
