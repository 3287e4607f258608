"""Acts that turn a film, size it truly, magnify it."""

from __future__ import annotations

from workstation.ui.acts.declaring import FILM, Action

ACTIONS: tuple[Action, ...] = (
    Action("film.rotate_right", "Rotate right", ("R",), "Turn the film by 90° clockwise", FILM, "Film", submenu="Turn"),
    Action(
        "film.rotate_left", "Rotate left", ("L",), "Turn the film by 90° anticlockwise", FILM, "Film", submenu="Turn"
    ),
    Action(
        "film.flip_across",
        "Flip left for right",
        ("H",),
        "Mirror the film; an amber frame warns while it is mirrored, {film.reset} takes it back",
        FILM,
        "Film",
        submenu="Turn",
    ),
    Action(
        "film.flip_down",
        "Flip top for bottom",
        ("V",),
        "Mirror the film upside down; an amber frame warns while it is mirrored, {film.reset} takes it back",
        FILM,
        "Film",
        submenu="Turn",
    ),
    Action(
        "film.true_size",
        "True size",
        ("Y",),
        "One millimetre on the film is one on the monitor, as far as film and monitor are measured",
        FILM,
        "Film",
    ),
    Action(
        "film.lens",
        "Magnifier",
        ("G",),
        "A lens under the cursor; the wheel makes it stronger, {film.lens} or {film.reset} puts it away",
        FILM,
        "Film",
        True,
    ),
    Action(
        "film.lens_freeze",
        "Keep the window in the magnifier",
        ("Shift+G",),
        "The magnifier keeps the window it has now, while the film gets another; once more frees it",
        FILM,
        "Film",
        True,
    ),
    Action(
        "film.interpolation",
        "Next interpolation",
        ("Shift+Z",),
        "How pixels are drawn larger than they are: nearest, linear, cubic, Lanczos",
        FILM,
        "Film",
    ),
)
