"""Every act a reader can ask for, declared once: its id, words, keys, tooltip, where its keys work.

Menu, shortcut, button label, tooltip and help page come from ACTIONS. A pane makes its own acts with
``make(id, self, self.slot)``; the window finds them by object name and puts them into the menus, so no
key is bound twice. Keys of "everywhere" have Ctrl, Alt or F; bare letters belong to "film" alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

EVERYWHERE, FILM, WORKLIST, REPORT = "everywhere", "film", "worklist", "report"
MENUS = ("File", "Study", "Film", "Report", "Model", "View", "Help")


@dataclass(frozen=True, slots=True)
class Action:
    """One act. ``keys`` in Qt's portable notation, the first is the printed one; ``menu`` "" = in no menu."""

    id: str
    text: str
    keys: tuple[str, ...]
    tooltip: str
    context: str = EVERYWHERE
    menu: str = ""
    checkable: bool = False


ACTIONS: tuple[Action, ...] = (
    Action("file.open", "Open films…", ("Ctrl+O",), "Take in DICOM, PNG, JPEG or TIFF files", menu="File"),
    Action("file.open_folder", "Open folder…", ("Ctrl+Shift+O",), "Take in every film of a folder", menu="File"),
    Action("file.samples", "Open the samples", (), "Take in the synthetic sample studies", menu="File"),
    Action("file.refused", "Refused files", (), "Show which files were not taken, and why", menu="File"),
    Action("file.export_log", "Export the log…", (), "Save the whole log as CSV or JSON lines", menu="File"),
    Action("file.verify_log", "Verify the log", (), "Check the log's hash chain from its first event", menu="File"),
    Action("file.preferences", "Preferences…", ("Ctrl+,",), "All settings, each with its explanation", menu="File"),
    Action("file.quit", "Quit", ("Ctrl+Q",), "Save everything and leave", menu="File"),
    Action("study.next", "Next study", ("Ctrl+PgDown", "Alt+PgDown"), "Open the next study of the list", menu="Study"),
    Action("study.previous", "Previous study", ("Ctrl+PgUp", "Alt+PgUp"), "Open the previous study", menu="Study"),
    Action("study.search", "Search", ("Ctrl+F",), "Search name, ID, accession, description", menu="Study"),
    Action(
        "film.tool_window", "Window", ("W",), "Left drag: across for width, up and down for level", FILM, "Film", True
    ),
    Action(
        "film.tool_pan", "Pan", ("P",), "Left drag moves the film (the middle button always does)", FILM, "Film", True
    ),
    Action(
        "film.tool_zoom",
        "Zoom",
        ("Z",),
        "Left drag zooms at the cursor (the right button always does)",
        FILM,
        "Film",
        True,
    ),
    Action("film.invert", "Invert", ("I",), "Black for white; once more takes it back", FILM, "Film"),
    Action("film.auto", "Auto window", ("A",), "Window from the film's own values", FILM, "Film"),
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
    Action("report.reveal", "Reveal the draft", ("Ctrl+R",), "Show the draft that waits (logged)", menu="Report"),
    Action("report.redo", "Redo draft", ("Ctrl+G",), "Ask the model for a new draft", menu="Report"),
    Action("report.stop", "Stop drafting", ("Ctrl+.",), "Stop the model at its next word", menu="Report"),
    Action(
        "report.keep",
        "Keep",
        ("Alt+1",),
        "The drafted sentence with the caret stands as the model wrote it",
        menu="Report",
    ),
    Action(
        "report.edit", "Edit", ("Alt+2",), "Select the drafted sentence with the caret, to write over it", menu="Report"
    ),
    Action(
        "report.reject",
        "Reject",
        ("Alt+3",),
        "Strike the drafted sentence with the caret out of the report",
        menu="Report",
    ),
    Action(
        "report.next_sentence",
        "Next drafted sentence",
        ("Alt+Down",),
        "The next sentence that you have not judged",
        menu="Report",
    ),
    Action(
        "report.previous_sentence", "Previous drafted sentence", ("Alt+Up",), "The sentence before it", menu="Report"
    ),
    Action(
        "report.insert_draft", "Insert draft", ("Alt+I",), "Put the offered draft under your own words", menu="Report"
    ),
    Action(
        "report.probabilities",
        "Finding scores",
        ("Ctrl+Shift+F",),
        "Show or hide the finding head's scores in coarse bands",
        menu="Report",
    ),
    Action(
        "report.reservations",
        "Reservations in full",
        ("Ctrl+Shift+R",),
        "Show or hide what the draft was made in spite of",
        menu="Report",
    ),
    Action("report.grade_a", "Grade A", ("Alt+A",), "The draft was acceptable without any revision", menu="Report"),
    Action("report.grade_b", "Grade B", ("Alt+B",), "The draft was acceptable after minor revision", menu="Report"),
    Action("report.grade_c", "Grade C", ("Alt+C",), "The draft was acceptable after major revision", menu="Report"),
    Action("report.grade_d", "Grade D", ("Alt+D",), "The draft was unacceptable", menu="Report"),
    Action("report.sign", "Sign, next", ("F9",), "Sign this report and open the next study", menu="Report"),
    Action("report.recall", "Call back", ("Ctrl+F9",), "Take back a signature of the last minute", menu="Report"),
    Action("report.addendum", "Add an addendum…", (), "Add to a signed report without changing it", menu="Report"),
    Action(
        "report.withdraw",
        "Withdraw…",
        (),
        "Take a signed report back as entered in error, with the reason",
        menu="Report",
    ),
    Action("report.copy", "Copy report", ("Ctrl+Shift+C",), "The signed report as text", menu="Report"),
    Action("report.export_text", "Export as text…", (), "Save the signed report as a text file", menu="Report"),
    Action("report.export_pdf", "Export as PDF…", ("Ctrl+Shift+P",), "Save the signed report as PDF", menu="Report"),
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
    Action("view.worklist", "Worklist", ("Ctrl+1",), "Show or hide the worklist", menu="View", checkable=True),
    Action(
        "view.strip",
        "Worklist as a strip",
        ("Ctrl+Shift+W",),
        "Fold the worklist to a narrow strip, or unfold it; a small window folds it by itself",
        menu="View",
        checkable=True,
    ),
    Action("view.film", "Film", ("Ctrl+2",), "Show or hide the film", menu="View", checkable=True),
    Action("view.report", "Report", ("Ctrl+3",), "Show or hide the report", menu="View", checkable=True),
    Action(
        "view.question",
        "Questions",
        ("Ctrl+4",),
        "Show or hide the side pane for questions on the film",
        menu="View",
        checkable=True,
    ),
    Action("view.cycle", "Next column", ("F6",), "Put the keyboard into the next column", menu="View"),
    Action("view.full_screen", "Full screen", ("F11",), "The whole screen for reading", menu="View", checkable=True),
    Action("help.help", "Keys and help", ("F1",), "Every key, every setting, the main ideas", menu="Help"),
    Action("help.about", "About", (), "Version, licence, model, and what this program is not", menu="Help"),
)
_BY_ID = {action.id: action for action in ACTIONS}


def action(action_id: str) -> Action:
    """The declaration of ``action_id``."""
    return _BY_ID[action_id]


def key_text(action_id: str) -> str:
    """The printed key, as this desktop writes it ("Ctrl+F", "F9"), or ""."""
    keys = _BY_ID[action_id].keys
    return QKeySequence(keys[0]).toString(QKeySequence.SequenceFormat.NativeText) if keys else ""


def label(action_id: str) -> str:
    """Words and key for a button: ``Sign, next  F9``."""
    return "  ".join(part for part in (_BY_ID[action_id].text, key_text(action_id)) if part)


def tooltip(action_id: str) -> str:
    """The tooltip with its key at the end."""
    key = key_text(action_id)
    return _BY_ID[action_id].tooltip + (f" ({key})" if key else "")


def make(action_id: str, owner: QWidget, slot: Callable[[], object] | None = None) -> QAction:
    """The live act, belonging to ``owner``, found by the window under its object name.

    "Everywhere" keys work in the whole window; the others only while the focus is inside ``owner``.
    """
    declared = _BY_ID[action_id]
    made = QAction(declared.text, owner)
    made.setObjectName(action_id)
    made.setToolTip(tooltip(action_id))
    made.setCheckable(declared.checkable)
    made.setShortcuts([QKeySequence(key) for key in declared.keys])
    made.setShortcutContext(
        Qt.ShortcutContext.WindowShortcut
        if declared.context == EVERYWHERE
        else Qt.ShortcutContext.WidgetWithChildrenShortcut
    )
    if slot is not None:
        made.triggered.connect(lambda _checked=False: slot())
    owner.addAction(made)
    return made
