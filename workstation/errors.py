"""The one kind of error a person may read: what happened, and what to do about it.

Knows nothing of rooms. Each room that can fail derives one child here or at home.
Neither sentence may ever hold a patient's name, identifier or date of birth.
"""

from __future__ import annotations


class WorkstationError(Exception):
    """A refusal in two sentences.

    Parameters
    ----------
    message : what happened, one sentence.
    remedy : what the reader can do, one sentence.
    code : stable snake_case word for programs (CONTRACT: ``error.code``).
    """

    code = "error"

    def __init__(self, message: str, remedy: str, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        if code is not None:
            self.code = code

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}"

    def __reduce__(self) -> tuple[type, tuple[str, str, str]]:
        return (type(self), (self.message, self.remedy, self.code))


class FilmRefused(WorkstationError):
    """A file that cannot be read as a film, or must not be."""

    code = "refused"


class SettingsError(WorkstationError):
    """A settings file or value that cannot be used."""

    code = "settings"


class StoreError(WorkstationError):
    """The database or the inbox cannot be used as asked."""

    code = "store"


class ReportError(WorkstationError):
    """A report verb that the report's state forbids."""

    code = "report"


class ModelError(WorkstationError):
    """A model that is missing, damaged, too large or unfit for this film."""

    code = "model"


class ExportError(WorkstationError):
    """An export that cannot be written."""

    code = "export"


class EvaluationError(WorkstationError):
    """Cases, drafts or labels that cannot be scored."""

    code = "evaluation"


class TrainingError(WorkstationError):
    """A training run that cannot begin or go on."""

    code = "training"
