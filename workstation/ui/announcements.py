"""What happened, as one line in the status line or a banner at the top: intake, worker, refusals.

Words only; what a button does is given by whoever announces.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from workstation.errors import WorkstationError
from workstation.ui.refused import counted
from workstation.ui.statusline import Banner, StatusLine

if TYPE_CHECKING:
    from workstation.workflow.intake import Intake

LINE_S = 12.0
LASTING_CODES = {"read_only", "full", "corrupt", "newer_schema", "network", "locked", "home"}
Act = Callable[[], object]


class Announcements:
    """Speaks through one status line and one banner."""

    def __init__(self, status: StatusLine, banner: Banner) -> None:
        self._status, self._banner = status, banner
        self._of_study = ""  # a line about the study in front, which must not outlive it

    def intake(self, done: int, of: int, stop: Act) -> None:
        self._status.say(f"Taking in films: {done} of {of}", act=("Stop", stop), fraction=done / max(of, 1))

    def taken(self, intake: Intake, show_refused: Act, open_it: Act | None = None) -> None:
        """The end of a batch; ``open_it`` when the reader was busy and the new study waits."""
        taken, already, refused = (intake.count(status) for status in ("taken", "already", "refused"))
        words = [f"{counted(taken, 'film')} taken in" if taken else "No new film"]
        words += [f"{already} already here"] if already else []
        words += [f"{counted(refused, 'file')} refused"] if refused else []
        warned = sum(bool(file.warnings) for file in intake.files)
        words += [f"{warned} with a warning"] if warned else []
        act = ("Show why", show_refused) if refused else None
        act = ("Open it", open_it) if open_it else act
        self._status.say(", ".join(words) + ".", "careful" if refused or warned else "", 0 if open_it else LINE_S, act)

    def worker_died(self) -> None:
        self._status.say("The drafting worker stopped and was started again; your report is untouched.", "careful", 30)

    def trouble(self, error: WorkstationError, act: tuple[str, Act] | None = None) -> None:
        """A lasting hindrance becomes the banner, anything else a line."""
        if error.code in LASTING_CODES:
            self._banner.say(error.message, error.remedy, act)
        else:
            self.line(error.message, error.remedy)

    def over(self) -> None:
        """What stood in the way is gone."""
        self._banner.hide()

    def line(self, message: str, remedy: str = "") -> None:
        self._status.say(f"{message} {remedy}".strip(), "careful", 30)

    def of_study(self, message: str) -> None:
        """A line about the study in front; `study_left` takes it away with it."""
        self._of_study = message
        self.done(message)

    def study_left(self) -> None:
        """Another study is in front now."""
        if self._of_study and self._status.notice.words == self._of_study:
            self._status.clear()
        self._of_study = ""

    def done(self, message: str) -> None:
        self._status.say(message, "", LINE_S)
