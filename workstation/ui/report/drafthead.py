"""What stands above a report about its draft: which model, where, how long, how weak, what it did not look for.

Says only what it is given: a hidden draft is told as waiting and nothing of it is known here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from workstation.drafting.messages import StateEvent
from workstation.reporting.draft import Draft
from workstation.reporting.report import RESEARCH_MARK
from workstation.ui import actions, style
from workstation.ui.lines import Notice, act_button, show, small, tell, words
from workstation.ui.report.bands import Bands, BandText
from workstation.ui.report.reservations import Reservations

_DOING = {
    "starting": "Starting the model's process",
    "loading": "Loading the model",
    "encoding": "Looking at the film",
    "writing": "Drafting",
}


class DraftHead(QWidget):
    """``stop`` and ``redo`` are the buttons' wishes; the pane's acts carry the keys."""

    stop = Signal()
    redo = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model, self.made, self.weakness = words(), small(), small("careful")
        self.not_assessed = small("")
        self.progress = QProgressBar(textVisible=False)
        self.progress.setFixedHeight(6)
        self.stop_button = act_button("report.stop", self.stop.emit, "Stop")
        self._redo_words = "Redo"
        self._named: tuple[bool, str] | None = None
        style.THEME.changed.connect(self._name_again)
        self.redo_button = act_button("report.redo", self.redo.emit, "Redo")
        actions.print_key(self.redo_button, self._print_redo)
        self.bands = Bands()
        self.reservations = Reservations()
        self.notice = Notice()
        row = QHBoxLayout(spacing=4)
        row.addWidget(self.model, 1)
        row.addWidget(self.stop_button)
        row.addWidget(self.redo_button)
        column = QVBoxLayout(self, spacing=3)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        for part in (
            self.progress,
            self.made,
            self.weakness,
            self.not_assessed,
            self.reservations,
            self.bands,
            self.notice,
        ):
            column.addWidget(part)
        self.say("")

    def say(self, text: str, redo: str = "") -> None:
        """No draft on the screen: one line of words instead. ``redo``: what the button that asks for one is called."""
        self._named = None
        tell(self.model, text, "secondary")
        self._quiet()
        self._offer_redo(redo)
        for line in (self.made, self.weakness, self.not_assessed):
            tell(line, "")
        self.bands.set_text(None)
        self.reservations.set_all(())
        self.model.setVisible(True)

    def work(self, event: StateEvent) -> None:
        """The worker says what it is doing."""
        doing = _DOING.get(event.state, event.state.capitalize())
        share = f" {round(event.fraction * 100)} %" if event.fraction is not None else ""
        detail = f": {event.detail}" if event.detail else ""
        self._named = None
        tell(self.model, f"{doing}{share}{detail}", "secondary")
        self.progress.setRange(0, 1000)
        self.progress.setValue(round((event.fraction or 0.0) * 1000))
        self.progress.setVisible(event.fraction is not None)
        self.stop_button.show()
        self.redo_button.hide()
        self.notice.clear()

    def show_draft(
        self,
        draft: Draft,
        statement: str,
        bands: BandText | None,
        reservations: Sequence[str] = (),
        cropped: bool = False,
    ) -> None:
        """The draft is on the screen; ``reservations`` are what it was made in spite of, ``cropped``: by a model
        that sees a film's centre only."""
        self._quiet()
        stopped = {"length": ", cut at its length", "stop": ", stopped early"}.get(draft.stopped_by, "")
        where = device_words(draft.model.device)
        self._name(draft.model.clinical, f"{draft.model.id} on {where}, {draft.seconds.total:.1f} s{stopped}")
        tell(self.made, made_words(draft, cropped))
        mark = "" if draft.model.clinical else RESEARCH_MARK
        tell(self.weakness, ". ".join(part for part in (mark, statement) if part))
        missed = ", ".join(draft.not_assessed)
        tell(self.not_assessed, f"Not assessed by the model: {missed}." if missed else "")
        self.bands.set_text(bands)
        self._offer_redo("Redo")
        self.reservations.set_all(reservations)

    def say_when(self, made: str) -> None:
        """That the draft was there before the reader was: ``made`` in ISO UTC, "" for one made before their eyes."""
        if made:
            at = datetime.fromisoformat(made.replace("Z", "+00:00")).astimezone()
            tell(self.made, f"{self.made.text()} Made {at:%Y-%m-%d %H:%M}, before you opened the study.".strip())

    def _name(self, clinical: bool, said: str) -> None:
        """The one line with two colours: weak is said before the name."""
        self._named = (clinical, said)
        weak = "" if clinical else f'<span style="color: {style.AMBER}">demonstration model</span> '
        self.model.setTextFormat(Qt.TextFormat.RichText)
        tell(self.model, weak + escape(said), "")

    def _name_again(self) -> None:
        """Words with a colour in them do not follow the theme by themselves."""
        if self._named is not None:
            self._name(*self._named)

    def _offer_redo(self, words_: str) -> None:
        self._redo_words = words_
        self._print_redo()
        show(self.redo_button, bool(words_))

    def _print_redo(self) -> None:
        self.redo_button.setText(f"{self._redo_words} {actions.key_text('report.redo')}")

    def _quiet(self) -> None:
        self.model.setTextFormat(Qt.TextFormat.PlainText)
        show(self.progress, False)
        show(self.stop_button, False)
        self.notice.clear()


def made_words(draft: Draft, cropped: bool) -> str:
    """With what precision, whether its bytes were checked in full, and what of the film it did not see."""
    model = draft.model
    checked = "every byte checked" if model.hash_checked == "full" else f"checked by {model.hash_checked}"
    parts = [f"{model.quantisation} by {model.backend}", checked]
    if cropped:
        parts.append(f"saw the centre of the film only ({actions.key_text('film.seen')} on the film shows the edge)")
    return ", ".join(parts)


def device_words(device: str) -> str:
    """ "cpu" -> "CPU", "cuda (NVIDIA ...)" -> "GPU (NVIDIA ...)"."""
    name, _, rest = device.partition(" ")
    said = {"cpu": "CPU", "cuda": "GPU"}.get(name.lower(), name)
    return f"{said} {rest}".strip()
