"""Instances -> decoded films with their first presentation, in one thread, kept within a memory budget.

What is on the screen is read first, what may come next afterwards; what a film can be shown without for a moment
(histogram, fine sampling) comes after it. A result names its instance, so that whoever waits for another film can
tell. Knows neither widgets nor studies; the heavy rooms are imported in the thread.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from workstation.dicom.records import Instance
from workstation.errors import WorkstationError

if TYPE_CHECKING:
    import numpy as np

    from workstation.imaging.film import Film
    from workstation.imaging.screen import Sampler
    from workstation.imaging.window import Presentation

_LOG = logging.getLogger(__name__)
NO_MEMORY = "There is not enough memory to decode this film.", "Close other programs, then open it again."
NOT_DECODED = "This film could not be decoded.", "The other films are not affected; the log file tells more."
SMALL = 144  # long side of a thumbnail, in pixels
Key = tuple[str, str]
Size = tuple[int, int]


def key_of(instance: Instance) -> Key:
    """What makes a film this film and no other."""
    return instance.path, instance.sop_instance_uid


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A film ready to be shown: decoded, with its first presentation, its choices, its pixels sampled for the view."""

    instance: Instance
    film: Film
    presentation: Presentation
    choices: tuple[Presentation, ...]
    sampler: Sampler
    counts: list[int]  # the histogram over the film's own range; empty until its details have come

    @property
    def bytes(self) -> int:
        return self.film.bytes + self.sampler.bytes


@dataclass(frozen=True, slots=True, eq=False)
class Details:
    """What a film can be shown without for a moment; `take` puts it in, in the thread that shows the film."""

    prepared: Prepared
    counts: list[int]
    zoom: float
    fine: np.ndarray
    small: np.ndarray | None = None  # uint8, as first presented, for a thumbnail

    def take(self) -> None:
        """The histogram, and the fine pixels unless the film has been zoomed meanwhile."""
        self.prepared.counts[:] = self.counts
        self.prepared.sampler.settle(self.zoom, self.fine)


@dataclass(frozen=True, slots=True)
class Failure:
    """A film that could not be shown, in two sentences."""

    instance: Instance
    message: str
    remedy: str


def prepare(instance: Instance, view: Size = (1000, 1000)) -> Prepared:
    """Decode one film and sample it for a view of (width, height) screen pixels; raises `WorkstationError`.

    Slow, so never in the window's own thread.
    """
    from workstation.imaging.film import load
    from workstation.imaging.geometry import ViewTransform
    from workstation.imaging.screen import Sampler
    from workstation.imaging.window import choices, default, display_table

    film = load(instance)
    presentation = default(film)
    display_table(film, presentation)  # leaves the film's modality values behind for the first paint
    _ = film.lettering  # so are its overlay planes
    sampler = Sampler(film.indices if film.colour is None else film.colour)
    sampler.view(ViewTransform.fit(film.rows, film.columns, *view), *view)
    return Prepared(instance, film, presentation, choices(film), sampler, [])


def detail(prepared: Prepared) -> Details:
    """Count the histogram and sample finely; slow, so never in the window's own thread."""
    from workstation.imaging.adjust import histogram
    from workstation.imaging.thorax import presets
    from workstation.imaging.window import render

    presets(prepared.film)  # kept with the film: the chest windows are there when they are asked for
    counts = histogram(prepared.film).tolist() if prepared.film.colour is None else []
    zoom = prepared.sampler.zoom
    small = render(prepared.film, prepared.presentation, SMALL)
    return Details(prepared, counts, zoom, prepared.sampler.fine(zoom), small)


class FilmLoader(QObject):
    """One thread, two queues (wanted, ahead), one cache."""

    loaded = Signal(object)  # Prepared
    detailed = Signal(object)  # Details
    failed = Signal(object)  # Failure

    def __init__(self, budget_bytes: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.budget_bytes = budget_bytes
        self.view: Size = (1000, 1000)  # screen pixels (width, height) that films are sampled for
        self._turn = threading.Condition()
        self._wanted: list[Instance] = []
        self._ahead: list[tuple[Instance, Size]] = []
        self._kept: set[Key] = set()
        self._cache: OrderedDict[Key, Prepared] = OrderedDict()
        self._thread: threading.Thread | None = None
        self._closed = False

    def want(self, instances: Iterable[Instance]) -> None:
        """These are on the screen now: read them first, forget earlier wishes that were not begun."""
        with self._turn:
            self._wanted = [one for one in instances if self._known(one) is None]
            self._wake()

    def ahead(self, instances: Iterable[tuple[Instance, Size]]) -> None:
        """These may come next, each in a view of that size: read them when nothing is waited for, while there is room.

        What was read ahead before and is still among them stays; the first ones go before the last ones.
        """
        with self._turn:
            self._ahead = list(instances)
            self._kept = {key_of(one) for one, _ in self._ahead}
            self._wake()

    def ready(self, instance: Instance) -> Prepared | None:
        """The film if it is already decoded."""
        with self._turn:
            found = self._known(instance)
            if found is not None:
                self._cache.move_to_end(key_of(instance))
            return found

    def _known(self, instance: Instance) -> Prepared | None:
        """What is kept of this film, with what is known of it now: its patient may have been corrected meanwhile."""
        key = key_of(instance)
        found = self._cache.get(key)
        if found is not None and found.instance != instance:
            film = replace(found.film, instance=instance)
            found = self._cache[key] = replace(found, instance=instance, film=film)
        return found

    def held_bytes(self) -> int:
        """What the cache holds now."""
        with self._turn:
            return self._held()

    def close(self) -> None:
        """Finish the film in hand and end the thread."""
        with self._turn:
            self._closed, self._wanted, self._ahead = True, [], []
            self._turn.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join()
        self._cache.clear()

    def _wake(self) -> None:
        if self._thread is None and not self._closed and (self._wanted or self._ahead):
            self._thread = threading.Thread(target=self._run, name="film-loader", daemon=True)
            self._thread.start()
        self._turn.notify_all()

    def _run(self) -> None:
        while (task := self._next()) is not None:
            instance, view, urgent = task
            outcome = self._outcome(instance, view)
            if isinstance(outcome, Prepared):
                self._keep(outcome)
            if self._closed:
                return
            if isinstance(outcome, Prepared):
                self.loaded.emit(outcome)
                self._detail(outcome)
            elif urgent:
                self.failed.emit(outcome)

    def _next(self) -> tuple[Instance, Size, bool] | None:
        with self._turn:
            while not self._closed:
                while self._wanted:
                    instance = self._wanted.pop(0)
                    if self._known(instance) is None:  # read ahead meanwhile, and told when it was
                        return instance, self.view, True
                while self._ahead:
                    instance, view = self._ahead.pop(0)
                    if self._known(instance) is None and self._has_room(instance):
                        return instance, view, False
                self._turn.wait()
            return None

    def _detail(self, prepared: Prepared) -> None:
        try:
            details = detail(prepared)
        except Exception:  # a film without its histogram is still a film
            _LOG.exception("a film's details could not be made")
            return
        if not self._closed:
            self.detailed.emit(details)

    def _outcome(self, instance: Instance, view: Size) -> Prepared | Failure:
        try:
            return prepare(instance, view)
        except WorkstationError as error:
            return Failure(instance, error.message, error.remedy)
        except MemoryError:
            return Failure(instance, *NO_MEMORY)
        except Exception:  # a thread that died here would leave the reader waiting for ever
            _LOG.exception("a film could not be prepared")
            return Failure(instance, *NOT_DECODED)

    def _has_room(self, instance: Instance) -> bool:
        """Reading ahead must not push out what was itself read ahead."""
        needed = instance.rows * instance.columns * 2
        kept = sum(one.bytes for key, one in self._cache.items() if key in self._kept)
        return kept + needed <= self.budget_bytes

    def _keep(self, prepared: Prepared) -> None:
        with self._turn:
            self._cache[key_of(prepared.instance)] = prepared
            self._cache.move_to_end(key_of(prepared.instance))
            for key in [key for key in self._cache if key not in self._kept] + list(self._cache):
                if self._held() <= self.budget_bytes or len(self._cache) == 1:
                    return
                if key != key_of(prepared.instance):
                    self._cache.pop(key, None)

    def _held(self) -> int:
        return sum(one.bytes for one in self._cache.values())
