"""Instances -> decoded films with their first presentation, in one thread, kept within a memory budget.

What is on the screen is read first, what may come next afterwards. A result names its instance, so that whoever
waits for another film can tell. Knows neither widgets nor studies; the heavy rooms are imported in the thread.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from workstation.dicom.records import Instance
from workstation.errors import WorkstationError

if TYPE_CHECKING:
    import numpy as np

    from workstation.imaging.film import Film
    from workstation.imaging.window import Presentation

_LOG = logging.getLogger(__name__)
Key = tuple[str, str]


def key_of(instance: Instance) -> Key:
    """What makes a film this film and no other."""
    return instance.path, instance.sop_instance_uid


@dataclass(frozen=True, slots=True)
class Prepared:
    """A film ready to be shown: decoded, with its first presentation, its choices and its histogram."""

    instance: Instance
    film: Film
    presentation: Presentation
    choices: tuple[Presentation, ...]
    histogram: np.ndarray  # (HISTOGRAM_BINS,) counts over the film's own range

    @property
    def bytes(self) -> int:
        colour = self.film.colour
        return int(self.film.indices.nbytes) + (0 if colour is None else int(colour.nbytes))


@dataclass(frozen=True, slots=True)
class Failure:
    """A film that could not be shown, in two sentences."""

    instance: Instance
    message: str
    remedy: str


def prepare(instance: Instance) -> Prepared:
    """Decode and measure one film; slow, so never in the window's own thread. Raises `WorkstationError`."""
    from workstation.imaging.adjust import histogram
    from workstation.imaging.film import load
    from workstation.imaging.window import choices, default, display_table

    film = load(instance)
    presentation = default(film)
    display_table(film, presentation)  # leaves the film's modality values behind for the first paint
    return Prepared(instance, film, presentation, choices(film), histogram(film))


class FilmLoader(QObject):
    """One thread, two queues (wanted, ahead), one cache."""

    loaded = Signal(object)  # Prepared
    failed = Signal(object)  # Failure

    def __init__(self, budget_bytes: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.budget_bytes = budget_bytes
        self._turn = threading.Condition()
        self._wanted: list[Instance] = []
        self._ahead: list[Instance] = []
        self._kept: set[Key] = set()
        self._cache: OrderedDict[Key, Prepared] = OrderedDict()
        self._thread: threading.Thread | None = None
        self._closed = False

    def want(self, instances: Iterable[Instance]) -> None:
        """These are on the screen now: read them first, forget earlier wishes that were not begun."""
        with self._turn:
            self._wanted = [one for one in instances if key_of(one) not in self._cache]
            self._wake()

    def ahead(self, instances: Iterable[Instance]) -> None:
        """These may come next: read them when nothing is waited for, as far as the memory allows."""
        with self._turn:
            self._ahead = list(instances)
            self._kept = {key_of(one) for one in self._ahead}
            self._wake()

    def ready(self, instance: Instance) -> Prepared | None:
        """The film if it is already decoded."""
        with self._turn:
            found = self._cache.get(key_of(instance))
            if found is not None:
                self._cache.move_to_end(key_of(instance))
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
            instance, urgent = task
            outcome = self._outcome(instance)
            if isinstance(outcome, Prepared):
                self._keep(outcome)
            if self._closed:
                return
            if isinstance(outcome, Prepared):
                self.loaded.emit(outcome)
            elif urgent:
                self.failed.emit(outcome)

    def _next(self) -> tuple[Instance, bool] | None:
        with self._turn:
            while not self._closed:
                while self._wanted:
                    instance = self._wanted.pop(0)
                    if key_of(instance) not in self._cache:  # read ahead meanwhile, and told when it was
                        return instance, True
                while self._ahead:
                    instance = self._ahead.pop(0)
                    if key_of(instance) not in self._cache and self._has_room(instance):
                        return instance, False
                self._turn.wait()
            return None

    @staticmethod
    def _outcome(instance: Instance) -> Prepared | Failure:
        try:
            return prepare(instance)
        except WorkstationError as error:
            return Failure(instance, error.message, error.remedy)
        except MemoryError:
            return Failure(instance, "There is not enough memory to decode this film.", "Close other programs, then open it again.")
        except Exception:  # a thread that died here would leave the reader waiting for ever
            _LOG.exception("a film could not be prepared")
            return Failure(instance, "This film could not be decoded.", "The other films are not affected; the log file tells more.")

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
