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
)
