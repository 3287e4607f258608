"""The help window: ideas in short texts, every key and every setting, made from their declarations.

Keys come from ACTIONS, settings from SETTINGS, so that no line of those two tables can become false.
"""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QPushButton, QTextBrowser, QVBoxLayout, QWidget

import workstation
from workstation.settings import SETTINGS
from workstation.ui import actions, style
from workstation.ui.preferences import spoken

WHERE = {
    actions.EVERYWHERE: "Everywhere",
    actions.FILM: "While the film has the keyboard (F6 goes from column to column)",
    actions.WORKLIST: "In the worklist",
    actions.REPORT: "In the report",
}
IDEAS = (
    (
        "What this program is",
        "A reporting workstation for chest radiographs. A model on this machine drafts a report; you accept, edit or "
        "reject it, and sign. It is research software, not a medical device, and not for clinical use. "
        "Nothing leaves this machine unless you export it.",
    ),
    (
        "Films",
        "Drop files or folders anywhere on the window, or use the File menu. A study's films stand together and get "
        "one report. Left drag changes the window: across for its width, up and down for its level. The middle button "
        "moves the film, the right button and the wheel zoom.",
    ),
    (
        "Grey values, as the standard has them",
        "A film's stored values go through what its file says and nothing else: Modality LUT, window or VOI LUT "
        "(LINEAR, LINEAR_EXACT, SIGMOID), Presentation LUT; black and white are exchanged once, however often the "
        "header says so, and padding is black. A table that declares a depth it does not use is read by its own "
        "range of values, with a note. A film without a window of its own gets an automatic one from what lies "
        "inside its collimation. Palettes and colour are shown as stored; colours for some greys of a film are left "
        "out, with a note. Each frame of a film that holds several has its own grey scale; point and comma step "
        "through them, and the corner says which one this is.",
    ),
    (
        "What the file draws over its film",
        "Overlay planes are drawn in white with a dark edge, a shutter blacks out what is not meant to be seen; "
        "both are on whenever a study is opened. O and Shift+O take them away, and the film says so while they are. "
        "Neither ever reaches a model, and the render command leaves them out.",
    ),
    (
        "The display",
        "Equal steps of grey should look equal (GSDF, DICOM part 14). The display check (menu View) shows test "
        "patterns and takes a monitor's luminance curve: measured with a photometer and loaded from a file (two "
        "columns, driving level and luminance in cd/m2, or DCMTK's monitor files), or assumed from black, white and "
        "room light. Films on that monitor then go through its curve, on the screen only; models, pictures and "
        "exports get the values as they are. The corner of the film and the line at the bottom say what is known of "
        "the display, and that it is not calibrated while nothing is. There, too, a bar is measured for true size.",
    ),
    (
        "Turned, mirrored, true to size",
        "R and L turn the film, H and V mirror it; the orientation letters follow. While a film does not stand as it "
        "is stored, amber words say so, and an amber frame stands around a mirrored one, whatever text is wanted in "
        "the corners; Esc takes everything back. A turn is for the eye: neither the file nor what a model is given "
        "changes. Y draws a millimetre as a millimetre and names what it is one of: at the detector, where the file "
        "says no more. It is as true as the monitor's size: measure it once in the display check. G brings a "
        "magnifier; Shift+G keeps the window in it while the film gets another. The corner says preview while a "
        "film is sampled quickly, full quality when it is as good as it gets, and what was lost in compression.",
    ),
    (
        "Drafts",
        "A draft is made when a study arrives, when it is opened, or by hand (a setting). Drafted words look drafted "
        "until you keep, change or reject them. What the model cannot assess stands in a line of its own. A lateral "
        "film, another body part or a child is refused; you may draft anyway, and the log says so.",
    ),
    (
        "Scores and what changes them",
        "Behind each draft stands a finding head. Its scores are shown on request in coarse bands, high, middle or "
        "low, never as numbers. A sentence that it speaks against carries an amber mark with the finding's name. "
        "While F2 is held with the caret in a drafted sentence, the film shows which parts, when covered, lower "
        "the score of its finding: what changes the score, not where the model looked. There is no such map for a "
        "denial, and none of it is kept or exported. A model that sees the centre of a film only says so, and a "
        "dashed line shows the edge.",
    ),
    (
        "Questions",
        "Ctrl+4 opens a side pane: free questions and a differential diagnosis of the film that is on the screen, "
        "if the chosen model was trained for them. Answers are not part of the report and never enter it by "
        "themselves; what you copy out of them says where it comes from. They are kept per study until the window "
        "is closed. The log knows that something was asked, how long it was and its hash, never the words.",
    ),
    (
        "Models",
        "The models window lists what is on this machine, from whom, on which terms, whether it fits the memory, "
        "and whether it is loaded. A downloaded folder is taken in after its terms are shown and accepted; no code "
        "of it is ever run. Converting makes a smaller file for llama.cpp. A model rests in memory for a time that "
        "you set.",
    ),
    (
        "Signing",
        "Every keystroke is saved. What you did with the draft (accept, edit, reject) is worked out from the text and "
        "you confirm it. For 60 seconds a signature can be called back; after that the report is final and only an "
        "addendum can be added. A report with words of a research model carries a mark on every page.",
    ),
    (
        "The log",
        "Drafts, edits, decisions, times and viewer actions go into an append-only, hash-chained log on this machine. "
        "It knows which words were on the screen, not what an eye saw. The File menu exports and verifies it.",
    ),
)


class HelpWindow(QWidget):
    """Stands beside the work; Esc closes it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle("Keys and help")
        self.page = QTextBrowser(openExternalLinks=False)
        self.page.setHtml(html())
        close = QPushButton("Close  Esc")
        close.setShortcut("Esc")
        close.clicked.connect(self.hide)
        column = QVBoxLayout(self)
        column.addWidget(self.page, 1)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        self.resize(760, 720)

    def show_part(self, name: str) -> None:
        """Show the page at one of its parts: ``keys`` or ``about``."""
        self.show()
        self.raise_()
        self.page.scrollToAnchor(name)


def html() -> str:
    """The whole page."""
    parts = [_keys(), *(f"<h3>{escape(title)}</h3><p>{escape(words)}</p>" for title, words in IDEAS)]
    return f"<style>{_CSS}</style>" + "".join([*parts, _settings(), _about()])


_CSS = f"""
    h2, h3 {{ color: {style.TEXT}; }} td {{ padding: 2px 18px 2px 0; }}
    .key {{ color: {style.ACCENT}; }} .small {{ color: {style.SECONDARY}; }}
"""


def _keys() -> str:
    tables = ["<a name='keys'></a><h2>Keys</h2>"]
    for context, words in WHERE.items():
        rows = [_key_row(action) for action in actions.ACTIONS if action.context == context and action.keys]
        if rows:
            tables.append(f"<h3>{escape(words)}</h3><table>{''.join(rows)}</table>")
    return "".join(tables)


def _key_row(action: actions.Action) -> str:
    native = QKeySequence.SequenceFormat.NativeText
    keys = ", ".join(QKeySequence(key).toString(native) for key in action.keys)
    tip = escape(action.tooltip)
    return f"<tr><td class='key'>{escape(keys)}</td><td>{escape(action.text)}</td><td class='small'>{tip}</td></tr>"


def _settings() -> str:
    rows = []
    for setting in SETTINGS:
        default = "yes" if setting.default is True else setting.default or "empty"
        allowed = f" One of: {', '.join(setting.choices)}." if setting.choices else ""
        words = escape(f"{setting.help}{allowed} Default: {default} {setting.unit}".strip() + ".")
        rows.append(f"<tr><td>{escape(spoken(setting))}</td><td class='small'>{words}</td></tr>")
    return f"<h2>Settings</h2><table>{''.join(rows)}</table>"


def _about() -> str:
    version = getattr(workstation, "__version__", "")
    return (
        f"<a name='about'></a><h2>About</h2><p>CXR-LLaVA reporting workstation {escape(version)}. "
        "Apache License 2.0. Not for clinical use; not a medical device. The bundled model is a weak demonstration "
        "model: its card says what it can and cannot do.</p>"
    )
