"""What was asked and answered about one study, kept for the session: turns, oldest first.

Plain records; knows no widget, no worker and no store.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from workstation.reporting.draft import Answer

QUESTION, DIFFERENTIAL = "question", "differential"
DIFFERENTIAL_WORDS = "Differential diagnosis"


@dataclass(slots=True)
class Turn:
    """One question on one film, and what came of it. ``wrong`` and ``remedy`` stand where no answer came."""

    task: str
    question: str
    film: str  # SOP Instance UID
    film_name: str
    text: str = ""
    answer: Answer | None = None
    doing: str = ""
    wrong: str = ""
    remedy: str = ""
    code: str = ""

    @property
    def words(self) -> str:
        """What the reader asked, as it stands in the talk."""
        return self.question if self.task == QUESTION else DIFFERENTIAL_WORDS


@dataclass(slots=True)
class Talk:
    """All turns of one study."""

    turns: list[Turn] = field(default_factory=list)

    def before(self, turn: Turn) -> tuple[tuple[str, str], ...]:
        """Questions ("" = a differential) and answers before ``turn`` on the same film: what the model is told."""
        earlier = self.turns[: self.turns.index(turn)] if turn in self.turns else self.turns
        return tuple((each.question, each.answer.text) for each in earlier if each.answer and each.film == turn.film)
