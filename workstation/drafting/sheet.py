"""One request on its way to its result: the film's record, objections, warnings, times and what the reader is told.

Knows the header and the manifest; no pixels and no torch.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from workstation.catalog.installed import InstalledModel
from workstation.catalog.manifest import Manifest
from workstation.dicom.records import Instance
from workstation.drafting.endings import Stopped
from workstation.drafting.gate import seeming
from workstation.drafting.messages import AskRequest, DraftRequest, Event, EvidenceRequest, StateEvent
from workstation.errors import FilmRefused, ModelError
from workstation.imaging.orientation import turn_of
from workstation.imaging.quality import Accepts, age_in_years, header_objections, header_warnings


@dataclass(slots=True)
class Sheet:
    """``seconds`` count from ``since``; ``override`` is the first refusal that ``request.anyway`` overrode."""

    request: DraftRequest | AskRequest | EvidenceRequest
    model: InstalledModel
    instance: Instance
    on_event: Callable[[Event], None]
    stop: Callable[[], bool]
    since: float
    warnings: list[str] = field(default_factory=list)
    override: str = ""
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def manifest(self) -> Manifest:
        return self.model.manifest

    def tell(self, state: str, detail: str = "") -> None:
        """The next step begins; a request that is no longer wanted ends here."""
        if self.stop():
            raise Stopped
        self.on_event(StateEvent(self.request.id, state, detail))

    def mark(self, step: str) -> None:
        """The time of ``step``, once."""
        self.seconds.setdefault(step, time.perf_counter() - self.since)

    def check_task(self) -> None:
        """Raises `ModelError` (code ``no_task``) for a model that was not trained for what is asked."""
        task = self.request.task if isinstance(self.request, AskRequest) else None
        if task is not None and task not in self.manifest.tasks:
            spoken = "answer questions" if task == "question" else "name differential diagnoses"
            raise ModelError(
                f"The model {self.manifest.id} was not trained to {spoken}.", "Choose a model that was.", "no_task"
            )

    def check_header(self) -> None:
        """Raises `FilmRefused` for a film whose header says that it is not one for this model."""
        accepted = self.manifest.accepts
        accepts = Accepts(accepted.views, accepted.age_years)
        self.warnings += [*self.instance.warnings, *header_warnings(self.instance, accepts)]
        for objection in header_objections(self.instance, accepts):
            self._object(objection.code, objection.message, objection.remedy)

    def check_seeming(self, gate: dict[str, float] | None) -> None:
        """Raises `FilmRefused` when the encoder takes the film for another kind than the header let pass."""
        found = seeming(gate, self.manifest.gate)
        if found is None:
            return
        if found.code == "age" and age_in_years(self.instance) is not None:  # compared by `check_header`
            self.warnings.append(f"{found.message} The header says otherwise.")
        else:
            self._object(found.code, found.message, found.remedy)

    @property
    def sides_known(self) -> bool:
        """Whether the picture that the model sees has the patient's left at its right edge (clinical-safety 4)."""
        directions = tuple(direction[:1] for direction in self.instance.patient_orientation)
        return directions == ("L", "F") or turn_of(self.instance) is not None

    def _object(self, code: str, message: str, remedy: str) -> None:
        """Refuse, unless the reader wants it anyway: then it is written down and warned about."""
        if isinstance(self.request, EvidenceRequest):
            return  # of a draft that has been made
        if not self.request.anyway:
            raise FilmRefused(message, remedy, code)
        self.override = self.override or code
        made = "The draft was made" if isinstance(self.request, DraftRequest) else "The answer was given"
        self.warnings.append(f"{message} {made} anyway.")
