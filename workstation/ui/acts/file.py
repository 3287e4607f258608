"""Acts on files, the log and the program."""

from __future__ import annotations

from workstation.ui.acts.declaring import Action

ACTIONS: tuple[Action, ...] = (
    Action(
        "file.open",
        "Open films…",
        ("Ctrl+O",),
        "Take in films: DICOM, PNG, JPEG, TIFF, BMP, ZIP",
        menu="File",
    ),
    Action("file.open_folder", "Open folder…", ("Ctrl+Shift+O",), "Take in a folder or a disc", menu="File"),
    Action(
        "file.paste",
        "Paste a film",
        ("Ctrl+V",),
        "Take in the picture or the files on the clipboard; in a text field it pastes text",
        menu="File",
    ),
    Action("file.samples", "Open the samples", (), "Take in the synthetic sample studies", menu="File"),
    Action("file.refused", "Refused files", (), "Show which files were not taken, and why", menu="File"),
    Action("file.export_log", "Export the log…", (), "Save the whole log as CSV or JSON lines", menu="File"),
    Action("file.verify_log", "Verify the log", (), "Check the log's hash chain from its first event", menu="File"),
    Action("file.preferences", "Preferences…", ("Ctrl+,",), "All settings, each with its explanation", menu="File"),
    Action("file.keys", "Keys…", ("Ctrl+K",), "Every act with its keys, to be searched and changed", menu="File"),
    Action("file.quit", "Quit", ("Ctrl+Q",), "Save everything and leave", menu="File"),
)
