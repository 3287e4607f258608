"""Frames of a film beyond its first, decoded in a thread of their own and kept within a budget.

The frame asked for last is read first, then its neighbours; what was asked for before and not begun is forgotten.
Knows neither widgets nor studies.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict

from PySide6.QtCore import QObject, Signal

from workstation.dicom.records import Instance
from workstation.errors import WorkstationError
from workstation.ui.viewer.loading import NO_MEMORY, NOT_DECODED, Failure, Key, Prepared, Size, detail, key_of

_LOG = logging.getLogger(__name__)
_FrameKey = tuple[Key, int]


def prepare_frame(instance: Instance, frame: int, view: Size) -> Prepared:
    """Decode one frame and sample it, its histogram included; slow; raises `WorkstationError`."""
    from workstation.imaging.film import load
    from workstation.imaging.geometry import ViewTransform
    from workstation.imaging.screen import Sampler
    from workstation.imaging.window import choices, default, display_table

    film = load(instance, frame)
    presentation = default(film)
    display_table(film, presentation)
    _ = film.lettering
    sampler = Sampler(film.indices if film.colour is None else film.colour)
    sampler.view(ViewTransform.fit(film.rows, film.columns, *view), *view)
    prepared = Prepared(instance, film, presentation, choices(film), sampler, [])
    detail(prepared).take()
    return prepared


class FrameLoader(QObject):
    """One thread, one wish, one cache."""

    loaded = Signal(object)  # Prepared
    failed = Signal(object)  # Failure

    def __init__(self, budget_bytes: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.budget_bytes = budget_bytes
        self.view: Size = (1000, 1000)
        self._turn = threading.Condition()
        self._tasks: list[tuple[Instance, int, bool]] = []
        self._cache: OrderedDict[_FrameKey, Prepared] = OrderedDict()
        self._thread: threading.Thread | None = None
        self._closed = False

    def ready(self, instance: Instance, frame: int) -> Prepared | None:
        """The frame, if it is decoded already."""
        with self._turn:
            found = self._cache.get((key_of(instance), frame))
            if found is not None:
                self._cache.move_to_end((key_of(instance), frame))
            return found

    def want(self, instance: Instance, frame: int, step: int) -> None:
        """Read this frame now, and the two that follow in the direction of ``step`` when there is time."""
        nearby = [frame + n * step for n in range(3)]
        with self._turn:
            self._tasks = [
                (instance, n, n == frame)
                for n in nearby
                if 0 <= n < instance.number_of_frames and (key_of(instance), n) not in self._cache
            ]
            if self._thread is None and self._tasks and not self._closed:
                self._thread = threading.Thread(target=self._run, name="frame-loader", daemon=True)
                self._thread.start()
            self._turn.notify_all()

    def forget(self) -> None:
        """Another study comes: its frames may have the room."""
        with self._turn:
            self._tasks = []
            self._cache.clear()

    def close(self) -> None:
        """Finish the frame in hand and end the thread."""
        with self._turn:
            self._closed, self._tasks = True, []
            self._turn.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join()
        self._cache.clear()

    def _run(self) -> None:
        while (task := self._next()) is not None:
            instance, frame, urgent = task
            outcome = self._outcome(instance, frame)
            if self._closed:
                return
            if isinstance(outcome, Prepared):
                self._keep((key_of(instance), frame), outcome)
                self.loaded.emit(outcome)
            elif urgent:
                self.failed.emit(outcome)

    def _next(self) -> tuple[Instance, int, bool] | None:
        with self._turn:
            while not self._closed and not self._tasks:
                self._turn.wait()
            return None if self._closed else self._tasks.pop(0)

    def _outcome(self, instance: Instance, frame: int) -> Prepared | Failure:
        try:
            return prepare_frame(instance, frame, self.view)
        except WorkstationError as error:
            return Failure(instance, error.message, error.remedy)
        except MemoryError:
            return Failure(instance, *NO_MEMORY)
        except Exception:  # a thread that died here would leave the reader waiting for ever
            _LOG.exception("a frame could not be prepared")
            return Failure(instance, *NOT_DECODED)

    def _keep(self, key: _FrameKey, prepared: Prepared) -> None:
        with self._turn:
            self._cache[key] = prepared
            while len(self._cache) > 1 and sum(one.bytes for one in self._cache.values()) > self.budget_bytes:
                self._cache.popitem(last=False)
