"""What happened, as one line in the status line or a banner at the top: intake, worker, signature, refusals.

Words and clocks only; what a button does is given by whoever announces.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from workstation.errors import WorkstationError
from workstation.ui import actions
from workstation.ui.refused import counted
from workstation.ui.statusline import Banner, StatusLine

if TYPE_CHECKING:
    from workstation.workflow.intake import Intake
    from workstation.workflow.reading import Reading

LINE_S = 12.0
LASTING_CODES = {"read_only", "full", "corrupt", "newer_schema", "network", "locked", "home"}
Act = Callable[[], object]


class Announcements(QObject):
    """Speaks through one status line and one banner."""

    def __init__(self, status: StatusLine, banner: Banner) -> None:
        super().__init__()
        self._status, self._banner = status, banner
        self._signed: tuple[str, Callable[[], float], Act] | None = None
        self._clock = QTimer(self, interval=1000)
        self._clock.timeout.connect(self._count_down)

    def intake(self, done: int, of: int, stop: Act) -> None:
        self._status.say(f"Taking in films: {done} of {of}", act=("Stop", stop), fraction=done / max(of, 1))

    def taken(self, intake: Intake, show_refused: Act, open_it: Act | None = None) -> None:
        """The end of a batch; ``open_it`` when the reader was busy and the new study waits."""
        taken, already, refused = (intake.count(status) for status in ("taken", "already", "refused"))
        words = [f"{counted(taken, 'film')} taken in"]
        words += [f"{already} already here"] if already else []
        words += [f"{counted(refused, 'file')} refused"] if refused else []
        warned = sum(bool(file.warnings) for file in intake.files)
        words += [f"{warned} with a warning"] if warned else []
        act = ("Show why", show_refused) if refused else None
        act = ("Open it", open_it) if open_it else act
        self._status.say(", ".join(words) + ".", "careful" if refused or warned else "", 0 if open_it else LINE_S, act)

    def worker_died(self) -> None:
        self._status.say("The drafting worker stopped and was started again; your report is untouched.", "careful", 30)

    def signed(self, reading: Reading, recall: Act) -> None:
        """A line that counts the seconds in which the signature can be called back."""
        name = reading.study.patient_name or "the report"
        self._signed = (name, reading.seconds_to_recall, recall)
        self._clock.start()
        self._count_down()

    def not_signed(self) -> None:
        """Called back: the line goes."""
        self._clock.stop()
        if self._signed is not None:
            self._signed = None
            self._status.clear()

    def trouble(self, error: WorkstationError, act: tuple[str, Act] | None = None) -> None:
        """A lasting hindrance becomes the banner, anything else a line."""
        if error.code in LASTING_CODES:
            self._banner.say(error.message, error.remedy, act)
        else:
            self.line(error.message, error.remedy)

    def line(self, message: str, remedy: str = "") -> None:
        self._status.say(f"{message} {remedy}".strip(), "careful", 30)

    def done(self, message: str) -> None:
        self._status.say(message, "", LINE_S)

    def close(self) -> None:
        self._clock.stop()

    def _count_down(self) -> None:
        if self._signed is None:
            return
        name, left, recall = self._signed
        seconds = left()
        if seconds <= 0:
            self.not_signed()
            return
        label = f"{actions.label('report.recall')} ({seconds:.0f} s)"
        self._status.say(f"Signed: {name}.", "good", act=(label, recall))
