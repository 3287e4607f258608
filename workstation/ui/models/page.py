"""One model in full: what it is, from whom, on which terms, whether it fits; and the acts that make sense for it."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QTextBrowser, QVBoxLayout, QWidget

from workstation.catalog import needs
from workstation.ui import style
from workstation.ui.lines import Notice, show, tell, words
from workstation.ui.models.facts import ModelFacts, rows_of, size_words

_MEANING = {"F32": "exact", "F16": "half the size", "Q8_0": "a quarter of it", "Q4_K_M": "an eighth of it"}


class ModelPage(QWidget):
    """``use``, ``verify``, ``remove`` (confirmed) and ``convert(quantisation)``: wishes about the shown model."""

    use = Signal()
    verify = Signal()
    convert = Signal(str)
    remove = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.facts: ModelFacts | None = None
        self.name, self.description, self.statement = words("title"), words(), words("careful")
        self.id_line, self.loaded = words("secondary"), words()
        self.notice = Notice()
        self.table = QTextBrowser(openExternalLinks=False, openLinks=False)
        self.table.setFrameShape(QFrame.Shape.NoFrame)
        style.keep_sheet(self.table, lambda: f"QTextBrowser {{ background: {style.PANEL}; border: none; padding: 0; }}")
        self.table.setAccessibleName("What is known of the model")
        self._buttons = self._make_buttons()
        self._lay_out()

    def _make_buttons(self) -> QHBoxLayout:
        self.use_button = QPushButton("Use for drafts", clicked=lambda: self.use.emit())
        style.set_role(self.use_button, "primary")
        self.verify_button = QPushButton("Verify", clicked=lambda: self.verify.emit())
        self.verify_button.setToolTip("Read every byte and compare it with the model's manifest")
        self.convert_button = QPushButton("Convert…")
        self.convert_button.setToolTip("Make a file for llama.cpp at the chosen precision")
        self.convert_menu = QMenu(self.convert_button)
        self.convert_button.setMenu(self.convert_menu)
        self.remove_button = QPushButton("Remove…", clicked=lambda: self._ask_to_remove())
        row = QHBoxLayout(spacing=6)
        for button in (self.use_button, self.verify_button, self.convert_button):
            row.addWidget(button)
        row.addStretch()
        row.addWidget(self.remove_button)
        return row

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self, spacing=8)
        whole.setContentsMargins(0, 0, 0, 0)
        for part in (self.name, self.id_line, self.loaded, self.description, self.statement):
            whole.addWidget(part)
        whole.addWidget(self.table, 1)
        whole.addWidget(self.notice)
        whole.addLayout(self._buttons)

    def show_model(self, facts: ModelFacts, loaded: str) -> None:
        """Everything of one model; ``loaded`` says whether it is in memory."""
        other = self.facts is None or self.facts.id != facts.id
        self.facts = facts
        tell(self.name, facts.name)
        version = f" {facts.manifest.version}" if facts.manifest and facts.manifest.version else ""
        tell(self.id_line, f"{facts.id}{version}" + (", writes the drafts" if facts.chosen else ""))
        tell(self.description, facts.manifest.description if facts.manifest else "")
        tell(self.statement, facts.manifest.statement if facts.manifest else "")
        self.table.setHtml(_html(rows_of(facts)))
        self.show_loaded(loaded)
        if facts.problem:
            self.notice.tell(facts.problem, facts.remedy, "wrong")
        elif other:
            self.notice.clear()

    def show_loaded(self, loaded: str) -> None:
        """The one fact that changes while the window stands."""
        tell(self.loaded, f"Now {loaded}")

    def set_able(self, busy: bool) -> None:
        """Which acts make sense: not while a work is under way, and not for what is broken."""
        facts = self.facts
        usable = facts is not None and facts.usable
        self.use_button.setEnabled(usable and not busy and not (facts is not None and facts.chosen))
        self.use_button.setText("Used for drafts" if facts is not None and facts.chosen else "Use for drafts")
        self.verify_button.setEnabled(facts is not None and facts.manifest is not None and not busy)
        self._fill_menu()
        self.convert_button.setEnabled(usable and not busy and facts is not None and convertible(facts))
        self.remove_button.setEnabled(not busy)
        show(self.remove_button, facts is not None and not facts.bundled)

    def _fill_menu(self) -> None:
        """What each precision takes in memory, and which files are there already."""
        self.convert_menu.clear()
        facts = self.facts
        if facts is None or facts.manifest is None:
            return
        for name in needs.QUANTISATIONS:
            takes = size_words(needs.with_llama_cpp(facts.manifest, name))
            made = ", made" if name in facts.made else ""
            entry = self.convert_menu.addAction(f"{name}: {_MEANING[name]}, {takes} of memory{made}")
            entry.triggered.connect(lambda _checked=False, name=name: self.convert.emit(name))

    def _ask_to_remove(self) -> None:
        if self.facts is not None:
            self.notice.tell(
                f"Remove {self.facts.id} from this machine?",
                "Drafts that it wrote stay as they are. To have it again it must be imported again.",
                "careful",
                ("Remove it", self._remove),
                ("Keep it", self.notice.clear),
            )

    def _remove(self) -> None:
        self.notice.clear()
        self.remove.emit()


def _html(rows: list[tuple[str, str]]) -> str:
    cells = "".join(
        f"<tr><td style='color: {style.SECONDARY}; padding: 2px 16px 3px 0'>{escape(name)}</td>"
        f"<td style='padding: 2px 0 3px 0'>{escape(value)}</td></tr>"
        for name, value in rows
    )
    return f"<table>{cells}</table>"


def convertible(facts: ModelFacts) -> bool:
    """A foreign GGUF is one already; the others become one."""
    return facts.manifest is not None and facts.manifest.kind != "gguf-vision"
