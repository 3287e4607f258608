"""A film's file -> what a loaded model saw of it, kept for the next question on the same film.

A draft always looks afresh; a question or a map after it finds the film already encoded. Knows no words.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from workstation.drafting.loading import Loaded
from workstation.drafting.minds import Pixels
from workstation.drafting.sheet import Sheet
from workstation.imaging import film as films
from workstation.imaging.margins import unseen
from workstation.imaging.prepare import pixel_sha256, prepare
from workstation.vlm.model import Encoded


@dataclass(frozen=True, slots=True)
class Seen:
    """``picture`` uint8 (side, side) is what went into the encoder; ``warnings`` say what of the film did not."""

    picture: np.ndarray
    encoded: Encoded | Pixels
    pixel_sha256: str
    warnings: tuple[str, ...] = ()


class Sight:
    """Remembers the last film and the model that saw it; never more than one."""

    def __init__(self) -> None:
        self._key: Any = None
        self._by: Loaded | None = None
        self._seen: Seen | None = None

    def look(self, sheet: Sheet, loaded: Loaded) -> Seen:
        """Decode, prepare and encode, whatever is remembered."""
        key = _key(sheet)
        film = films.load(sheet.instance, sheet.request.frame)
        how = sheet.manifest.preprocess
        picture = prepare(film, how.side, how.method)
        lost = unseen(film, how.method)
        seen = Seen(picture, loaded.encode(picture), pixel_sha256(film), (lost,) if lost else ())
        self._key, self._by, self._seen = key, loaded, seen
        return seen

    def again(self, sheet: Sheet, loaded: Loaded) -> Seen:
        """What is remembered of this very file and model, else `look`."""
        if self._seen is not None and self._by is loaded and self._key == _key(sheet):
            return self._seen
        return self.look(sheet, loaded)

    def forget(self) -> None:
        self._key = self._by = self._seen = None


def _key(sheet: Sheet) -> tuple[Any, ...]:
    """A file that was replaced is another film."""
    about = Path(sheet.request.path).stat()
    return sheet.request.path, sheet.request.frame, about.st_size, about.st_mtime_ns, about.st_ino
