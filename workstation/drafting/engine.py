"""A request for a draft -> a `Draft`, with the model kept warm between requests and moved off a GPU that is full.

Torch is imported by the first draft that passes the header's objections. Knows no pipe, no window and no store.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from workstation.catalog import installed
from workstation.catalog.installed import InstalledModel
from workstation.catalog.manifest import Manifest
from workstation.drafting.messages import DraftRequest, Event
from workstation.drafting.sheet import Sheet
from workstation.errors import ModelError
from workstation.imaging import film as films
from workstation.paths import Home
from workstation.reporting.draft import Draft
from workstation.settings import Settings, load_settings

if TYPE_CHECKING:
    from workstation.drafting.loading import Loaded

BACKENDS = ("torch", "llama.cpp")


class Engine:
    """Drafts films one at a time.

    Parameters
    ----------
    settings : None reads the home's settings anew for each draft.
    threads : CPU threads; 0 = as many as there are cores.
    """

    def __init__(self, home: Home, settings: Settings | None = None, threads: int = 0) -> None:
        self._home, self._settings, self._threads = home, settings, threads
        self._loaded: Loaded | None = None
        self._key: Any = None

    def draft(
        self,
        request: DraftRequest,
        on_event: Callable[[Event], None] = lambda event: None,
        stop: Callable[[], bool] = lambda: False,
        since: float | None = None,
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
        began = time.perf_counter() if since is None else since
        settings = self._settings or load_settings(self._home)
        model = self._chosen(request, settings)
        sheet = Sheet(request, model.manifest, films.describe(request.path), on_event, stop, began)
        sheet.check_header()
        sheet.tell("loading", model.manifest.id)
        loaded = self._load(model, request, settings)
        sheet.mark("load")
        return self._written(sheet, model, loaded)

    def close(self) -> None:
        """Give the model's memory back."""
        loaded, self._loaded, self._key = self._loaded, None, None
        if loaded is not None:
            loaded.close()

    def _chosen(self, request: DraftRequest, settings: Settings) -> InstalledModel:
        if request.model:
            return installed.find(self._home, request.model)
        return installed.default(self._home, settings)

    def _load(self, model: InstalledModel, request: DraftRequest, settings: Settings) -> Loaded:
        from workstation.drafting import loading

        wanted = request.device or settings["device"]
        backend = _backend(request.backend or settings["backend"], model.manifest)
        place = loading.Place(backend, None if wanted == "auto" else wanted, self._threads)
        key = (place, installed.stamp(model))
        if self._loaded is None or key != self._key:
            self.close()
            self._loaded, self._key = loading.load(self._home, model, place), key
        if self._loaded.suspect:
            raise self._loaded.suspect[0]
        return self._loaded

    def _written(self, sheet: Sheet, model: InstalledModel, loaded: Loaded) -> Draft:
        from workstation.drafting import loading, writing

        try:
            return writing.write(sheet, loaded)
        except ModelError as error:
            if error.code != "gpu":
                raise
            why = error
        key = self._key
        self.close()
        self._loaded, self._key = loading.on_cpu(self._home, model, loaded.place, why), key
        return writing.write(sheet, self._loaded)


def _backend(wanted: str, manifest: Manifest) -> str:
    """ "auto" is torch; raises `ModelError` (code ``backend``) for one that the model or the program does not know."""
    backend = "torch" if wanted == "auto" else wanted
    if backend not in BACKENDS or backend not in manifest.backends:
        raise ModelError(
            f"The model {manifest.id} does not run on {backend}.",
            f"Choose one of its backends: {', '.join(manifest.backends)}.",
            "backend",
        )
    return backend
