"""A request -> a `Draft`, an `Answer` or an `Evidence`, with the model kept warm and moved off a GPU that is full.

Torch is imported by the first request that passes the header's objections. Knows no pipe, no window and no store.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from workstation.catalog import installed
from workstation.catalog.installed import InstalledModel
from workstation.catalog.manifest import Manifest
from workstation.drafting.messages import AskRequest, DraftRequest, Event, EvidenceRequest
from workstation.drafting.sheet import Sheet
from workstation.errors import ModelError
from workstation.imaging import film as films
from workstation.paths import Home
from workstation.reporting.draft import Answer, Draft, Evidence
from workstation.settings import Settings, load_settings

if TYPE_CHECKING:
    from workstation.drafting.loading import Loaded
    from workstation.drafting.seeing import Sight

LOOK_EVERY_S = 30.0  # the setting may have been changed meanwhile
BACKENDS = ("torch", "llama.cpp")
Tell = Callable[[Event], None]
Stop = Callable[[], bool]
Asked = DraftRequest | AskRequest | EvidenceRequest
Made = TypeVar("Made", Draft, Answer, Evidence)


def _silent(event: Event) -> None:
    """Nobody listens."""


def _never() -> bool:
    return False


class Engine:
    """Drafts films and answers about them, one at a time.

    Parameters
    ----------
    settings : None reads the home's settings anew for each draft.
    threads : CPU threads; 0 = as many as there are cores.
    """

    def __init__(self, home: Home, settings: Settings | None = None, threads: int = 0) -> None:
        self._home, self._settings, self._threads = home, settings, threads
        self._loaded: Loaded | None = None
        self._key: Any = None
        self._sight: Sight | None = None
        self._used: float | None = None  # `time.monotonic` at the end of the last request; None: one is at work
        self._keep_warm_s = self._bytes = 0

    def draft(
        self, request: DraftRequest, on_event: Tell = _silent, stop: Stop = _never, since: float | None = None
    ) -> Draft:
        """Draft one film. ``since``: `time.perf_counter` at the request; ``stop`` is asked before every token.

        Raises
        ------
        FilmRefused
            The film cannot be read, or is not one for this model (lateral, not_chest, age ...).
        ModelError
            No model, a damaged one, no such backend or device, no memory.
        Stopped
            ``stop`` said so.
        """

        def work(sheet: Sheet, loaded: Loaded, sight: Sight) -> Draft:
            from workstation.drafting import writing

            return writing.write(sheet, loaded, sight)

        return self._done(self._sheet(request, on_event, stop, since), work)

    def ask(
        self, request: AskRequest, on_event: Tell = _silent, stop: Stop = _never, since: float | None = None
    ) -> Answer:
        """Answer one question about a film; raises as `draft`, and ``no_task`` for a model that answers none."""

        def work(sheet: Sheet, loaded: Loaded, sight: Sight) -> Answer:
            from workstation.drafting import asking

            return asking.answer(sheet, request, loaded, sight)

        return self._done(self._sheet(request, on_event, stop, since), work)

    def evidence(
        self, request: EvidenceRequest, on_event: Tell = _silent, stop: Stop = _never, since: float | None = None
    ) -> Evidence:
        """Which regions change a finding's score; raises as `draft`, and ``no_evidence`` or ``negative``."""

        def work(sheet: Sheet, loaded: Loaded, sight: Sight) -> Evidence:
            from workstation.drafting import evidence

            return evidence.show(sheet, request, loaded, sight)

        return self._done(self._sheet(request, on_event, stop, since), work)

    def status(self) -> dict[str, Any] | None:
        """What is in memory, for `messages.StatusEvent`; may be called from another thread."""
        loaded, used = self._loaded, self._used
        if loaded is None:
            return None
        about = loaded.describe
        idle = 0.0 if used is None else time.monotonic() - used
        return {
            "id": about.id,
            "backend": about.backend,
            "device": about.device,
            "quantisation": about.quantisation,
            "bytes": self._bytes,
            "idle_s": round(idle, 1),
            "keep_warm_s": self._keep_warm_s,
        }

    def rest(self) -> float | None:
        """Between requests: give an idle model's memory back in time; seconds until the next look, None = never."""
        if self._loaded is None or self._used is None:
            return None
        self._keep_warm_s = int(self._settings_now()["keep_warm_s"])
        left = self._keep_warm_s - (time.monotonic() - self._used)
        if left <= 0:
            self.close()
            return None
        return min(left, LOOK_EVERY_S)

    def close(self) -> None:
        """Give the model's memory back."""
        loaded, self._loaded, self._key, self._sight = self._loaded, None, None, None
        if loaded is not None:
            loaded.close()

    def _sheet(self, request: Asked, on_event: Tell, stop: Stop, since: float | None) -> Sheet:
        began = time.perf_counter() if since is None else since
        model = self._chosen(request.model)
        instance = films.describe(request.path)
        if isinstance(request, DraftRequest) and request.patient_age is not None:
            instance = replace(instance, patient_age=request.patient_age, patient_birth_date="")
        return Sheet(request, model, instance, on_event, stop, began)

    def _done(self, sheet: Sheet, work: Callable[[Sheet, Loaded, Sight], Made]) -> Made:
        """Objections, then the model, then ``work``; when memory gives out in between, again on the next rung."""
        sheet.check_task()
        sheet.check_header()
        self._used = None
        try:
            sheet.tell("loading", sheet.manifest.id)
            loaded = self._load(sheet)
            sheet.mark("load")
            return self._worked(sheet, loaded, work)
        finally:
            self._used = time.monotonic()

    def _worked(self, sheet: Sheet, loaded: Loaded, work: Callable[[Sheet, Loaded, Sight], Made]) -> Made:
        from workstation.drafting.loading import FALLS

        while True:
            try:
                return work(sheet, loaded, self._eyes())
            except ModelError as error:
                if error.code not in FALLS or not loaded.rest:
                    raise
                why = ModelError(error.message, error.remedy, error.code)  # without the frames, which hold the model
            loaded = self._moved(sheet.model, loaded, why)

    def _chosen(self, model: str | None) -> InstalledModel:
        if model:
            return installed.find(self._home, model)
        return installed.default(self._home, self._settings_now())

    def _settings_now(self) -> Settings:
        return self._settings or load_settings(self._home)

    def _load(self, sheet: Sheet) -> Loaded:
        from workstation.drafting import loading

        request, settings = sheet.request, self._settings_now()
        self._keep_warm_s = int(settings["keep_warm_s"])
        wanted = request.device or settings["device"]
        backend = _backend(request.backend or settings["backend"], sheet.manifest)
        quantisation = _quantisation(request, settings)
        place = loading.Place(backend, None if wanted == "auto" else wanted, self._threads, quantisation)
        key = (place, installed.stamp(sheet.model))
        loaded = self._loaded
        if loaded is None or key != self._key:
            del loaded  # two models need not fit
            self.close()
            loaded = self._hold(loading.load(self._home, sheet.model, place), key)
        if loaded.suspect:
            raise loaded.suspect[0]
        return loaded

    def _moved(self, model: InstalledModel, loaded: Loaded, why: ModelError) -> Loaded:
        from workstation.drafting import loading

        key = self._key
        self.close()
        return self._hold(loading.below(self._home, model, loaded, why), key)

    def _hold(self, loaded: Loaded, key: Any) -> Loaded:
        self._bytes = loaded.bytes  # once: another thread's status must not count what is being freed
        self._loaded, self._key = loaded, key
        return loaded

    def _eyes(self) -> Sight:
        from workstation.drafting.seeing import Sight

        self._sight = self._sight or Sight()
        return self._sight


def _backend(wanted: str, manifest: Manifest) -> str:
    """Raises `ModelError` (code ``backend``) for one that the model or the program does not know; "auto" stays."""
    if wanted != "auto" and (wanted not in BACKENDS or wanted not in manifest.backends):
        raise ModelError(
            f"The model {manifest.id} does not run on {wanted}.",
            f"Choose one of its backends: {', '.join(manifest.backends)}.",
            "backend",
        )
    return wanted


def _quantisation(request: Asked, settings: Settings) -> str | None:
    """What was asked for; None = the most exact that fits."""
    wanted = (request.quantisation if isinstance(request, DraftRequest) else None) or settings["quantisation"]
    return None if wanted == "auto" else str(wanted)
