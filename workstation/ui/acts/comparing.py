"""Acts that lay films beside and over each other, and columns on other screens."""

from __future__ import annotations

from workstation.ui.acts.declaring import FILM, Action

ACTIONS: tuple[Action, ...] = (
    Action(
        "compare.prior",
        "Prior beside the film",
        ("Shift+P",),
        "The newest prior of surely the same person beside the film, with its report; once more puts it away",
        FILM,
        "Compare",
        True,
    ),
    Action("compare.next_prior", "Next prior", (), "The prior before the one that hangs", FILM, "Compare"),
    Action(
        "compare.link",
        "Link the films",
        ("J",),
        "Window, zoom and place of the films side by side change together, each by as much",
        FILM,
        "Compare",
        True,
    ),
    Action("compare.swap", "Swap sides", ("Shift+Q",), "Left for right, of the films side by side", FILM, "Compare"),
    Action(
        "compare.flicker",
        "Flicker",
        ("Shift+J",),
        "The registered prior in the film's place, and the film again, at each press",
        FILM,
        "Compare",
    ),
    Action(
        "compare.overlay",
        "Registered overlay",
        ("Shift+R",),
        "The registered prior half through the film; then as a difference in colour; then away. Not for measuring",
        FILM,
        "Compare",
    ),
    Action("film.next_study", "Next study", ("PgDown",), "The next study of the list", FILM, "Compare"),
    Action("film.previous_study", "Previous study", ("PgUp",), "The previous study of the list", FILM, "Compare"),
    Action(
        "view.thumbnails",
        "Thumbnails",
        ("Ctrl+5",),
        "Show or hide a strip of the study's films and its priors'",
        menu="View",
        checkable=True,
    ),
    Action(
        "view.film_away",
        "Film on another screen",
        ("Ctrl+Shift+2",),
        "The film in a window of its own, on the other screen if there is one; once more brings it back",
        menu="View",
        checkable=True,
    ),
    Action(
        "view.report_away",
        "Report on another screen",
        ("Ctrl+Shift+3",),
        "The report in a window of its own, on the other screen if there is one; once more brings it back",
        menu="View",
        checkable=True,
    ),
    Action(
        "view.layout_save",
        "Save as…",
        (),
        "Keep how the window is arranged, under a name",
        menu="View",
        submenu="Layouts",
    ),
    Action(
        "view.layout_delete",
        "Delete the chosen one",
        (),
        "Forget the layout that is ticked",
        menu="View",
        submenu="Layouts",
    ),
)
