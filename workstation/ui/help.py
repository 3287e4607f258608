"""The help window: ideas with pictures, every act with its key, every setting, made from their declarations.

Keys are those in force, settings come from SETTINGS, so that no line of those two tables can become false.
"""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QTextBrowser, QVBoxLayout, QWidget

import workstation
from workstation.paths import resources
from workstation.settings import SETTINGS
from workstation.ui import actions, decoderpage, style
from workstation.ui.helppages import IDEAS, Page
from workstation.ui.keymap import spoken as spoken_key
from workstation.ui.preferences import spoken

WHERE = {
    actions.EVERYWHERE: "Everywhere",
    actions.FILM: "While the film has the keyboard ({view.cycle} goes from column to column)",
    actions.WORKLIST: "In the worklist",
    actions.REPORT: "In the report",
}
PICTURES, PICTURE_PX = resources() / "help", 640


class HelpWindow(QWidget):
    """Stands beside the work; Esc closes it. Keys and theme are those in force."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle("Keys and help")
        self.page = QTextBrowser(openExternalLinks=False)
        self.page.setSearchPaths([str(PICTURES)])
        actions.print_key(self.page, self._write)
        style.THEME.changed.connect(self._write)
        close = QPushButton("Close  Esc")
        close.setShortcut("Esc")
        close.clicked.connect(self.hide)
        column = QVBoxLayout(self)
        column.addWidget(self.page, 1)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        self.resize(760, 720)

    def _write(self) -> None:
        self.page.setHtml(html())

    def show_part(self, name: str) -> None:
        """Show the page at one of its parts: ``keys`` or ``about``."""
        self.show()
        self.raise_()
        self.page.scrollToAnchor(name)


def html() -> str:
    """The whole page."""
    pages = "".join(_page(page) for page in IDEAS)
    return f"<style>{_css()}</style><h2>What you can do</h2>{pages}{_keys()}{_settings()}{decoderpage.html()}{_about()}"


def _css() -> str:
    return f"""
    h2, h3 {{ color: {style.TEXT}; }} td {{ padding: 2px 18px 2px 0; }}
    .key {{ color: {style.ACCENT}; }} .small {{ color: {style.SECONDARY}; }}
    """


def _page(page: Page) -> str:
    picture = ""
    if page.picture and (PICTURES / f"{page.picture}.png").exists():
        shown = escape(page.shown)
        picture = (
            f"<p><img src='{page.picture}.png' width='{PICTURE_PX}' alt='{shown}'></p><p class='small'>{shown}</p>"
        )
    return f"<h3>{escape(page.title)}</h3><p>{escape(actions.with_keys(page.words))}</p>{picture}"


def _keys() -> str:
    """Every act with its keys; those without one are found in the menus."""
    tables = ["<a name='keys'></a><h2>Keys</h2>"]
    for context, words in WHERE.items():
        rows = [_key_row(action) for action in actions.ACTIONS if action.context == context]
        if rows:
            tables.append(f"<h3>{escape(actions.with_keys(words))}</h3><table>{''.join(rows)}</table>")
    return "".join(tables)


def _key_row(action: actions.Action) -> str:
    keys = ", ".join(map(spoken_key, actions.keys(action.id))) or (f"menu {action.menu}" if action.menu else "")
    tip = escape(actions.explained(action.id))
    return f"<tr><td class='key'>{escape(keys)}</td><td>{escape(action.text)}</td><td class='small'>{tip}</td></tr>"


def _settings() -> str:
    rows = []
    for setting in SETTINGS:
        default = "yes" if setting.default is True else setting.default or "empty"
        allowed = f" One of: {', '.join(setting.choices)}." if setting.choices else ""
        whose = " Yours, once you read by name." if setting.personal else ""
        words = escape(f"{setting.help}{allowed} Default: {default} {setting.unit}".strip() + f".{whose}")
        rows.append(f"<tr><td>{escape(spoken(setting))}</td><td class='small'>{words}</td></tr>")
    return f"<h2>Settings</h2><table>{''.join(rows)}</table>"


def _about() -> str:
    version = getattr(workstation, "__version__", "")
    return (
        f"<a name='about'></a><h2>About</h2><p>CXR-LLaVA reporting workstation {escape(version)}. "
        "Apache License 2.0. Not for clinical use; not a medical device. The bundled model is a weak demonstration "
        "model: its card says what it can and cannot do.</p>"
    )
