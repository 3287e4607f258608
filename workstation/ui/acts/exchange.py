"""Acts that let pictures and DICOM objects out, and show what others drew."""

from __future__ import annotations

from workstation.ui.acts.declaring import FILM, Action

ACTIONS: tuple[Action, ...] = (
    Action(
        "exchange.save_picture",
        "Save picture…",
        ("Ctrl+Shift+S",),
        "The film as PNG, JPEG or TIFF, with or without drawings and names",
        menu="File",
    ),
    Action(
        "exchange.copy_picture",
        "Copy picture",
        ("Ctrl+C",),
        "The film as it is seen, drawings with it, names not",
        FILM,
        "Film",
    ),
    Action(
        "exchange.print",
        "Print films…",
        ("Ctrl+P",),
        "The films on the screen, one a page, with a line that says whose they are",
        menu="File",
    ),
    Action(
        "exchange.markings",
        "Save markings as DICOM…",
        ("Ctrl+Shift+G",),
        "Drawings, window and turn (GSPS), measurements (SR), key images (KO) into a folder",
        menu="File",
    ),
    Action(
        "exchange.deidentify",
        "De-identified DICOM…",
        ("Ctrl+Shift+N",),
        "The study's films without anything that names the patient (PS3.15 basic profile), into a folder",
        menu="File",
    ),
    Action(
        "exchange.foreign",
        "What others drew",
        ("Shift+V",),
        "Show or hide the drawings of presentation states by other programs",
        FILM,
        "Film",
        True,
    ),
    Action(
        "exchange.apply_state",
        "Window and turn of the presentation state",
        (),
        "Show the film as the newest presentation state of another program asks for",
        FILM,
        "Film",
    ),
)
