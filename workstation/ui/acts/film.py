"""Acts on a film that are its own: tools, window, zoom, words, films, choices of the file."""

from __future__ import annotations

from workstation.ui.acts.declaring import FILM, Action

ACTIONS: tuple[Action, ...] = (
    Action(
        "film.tool_window", "Window", ("W",), "Left drag: across for width, up and down for level", FILM, "Film", True
    ),
    Action(
        "film.tool_pan",
        "Pan",
        ("P",),
        "Left drag moves the film (so does the middle button, unless set otherwise)",
        FILM,
        "Film",
        True,
    ),
    Action(
        "film.tool_zoom",
        "Zoom",
        ("Z",),
        "Left drag zooms at the cursor (so does the right button, unless set otherwise)",
        FILM,
        "Film",
        True,
    ),
    Action("film.invert", "Invert", ("I",), "Black for white; once more takes it back", FILM, "Film"),
    Action("film.auto", "Auto window", ("U",), "Window from the film's own values", FILM, "Film"),
    Action("film.reset", "Reset", ("Esc",), "Window, zoom and place as the film first stood", FILM, "Film"),
    Action("film.fit", "Fit", ("F",), "The whole film in the view", FILM, "Film"),
    Action("film.one_to_one", "1:1", ("*",), "One film pixel on one screen pixel", FILM, "Film"),
    Action("film.zoom_in", "Zoom in", ("+", "="), "Closer, about the middle of the view", FILM, "Film"),
    Action("film.zoom_out", "Zoom out", ("-",), "Further away", FILM, "Film"),
    Action("film.text", "Text on the film", ("Space",), "Show or hide the facts in the corners", FILM, "Film"),
    Action("film.notes", "Notes on the file", ("N",), "What is amiss in the file, in full in the corner", FILM, "Film"),
    Action(
        "film.seen", "Part the model saw", ("M",), "Show or hide the edges a centre crop cut off", FILM, "Film", True
    ),
    Action("film.next", "Next film", ("Right", "Down"), "The next film of this study", FILM, "Film"),
    Action("film.previous", "Previous film", ("Left", "Up"), "The previous film of this study", FILM, "Film"),
    Action("film.layout", "Side by side", ("S",), "Frontal and lateral together, or one at a time", FILM, "Film"),
    *(
        Action(f"film.choice_{n}", f"Window choice {n}", (str(n),), "The window named beside this key", FILM)
        for n in range(10)
    ),
)
