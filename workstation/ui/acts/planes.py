"""Acts on frames, overlay planes, shutters and the display."""

from __future__ import annotations

from workstation.ui.acts.declaring import FILM, Action

ACTIONS: tuple[Action, ...] = (
    Action(
        "film.planes",
        "Overlay planes",
        ("O",),
        "Show or hide what the file itself has drawn over the film; they are shown whenever a study is opened",
        FILM,
        "Film",
        True,
    ),
    Action(
        "film.shutter",
        "Shutter and padding",
        ("Shift+O",),
        "Black out, or show, what the file says is not meant to be seen; closed whenever a study is opened",
        FILM,
        "Film",
        True,
    ),
    Action("film.next_frame", "Next frame", (".",), "The next picture of a film that holds several", FILM, "Film"),
    Action("film.previous_frame", "Previous frame", (",",), "The previous picture of such a film", FILM, "Film"),
    Action(
        "view.display_check",
        "Display check…",
        ("Ctrl+Shift+Q",),
        "Test patterns, the monitor's luminance curve (GSDF) and the size of its pixels",
        menu="View",
    ),
)
