"""Films -> one file of small pictures, prepared once by `imaging.prepare`, so that every stage starts at once.

Each film is kept without loss in about half its bytes (differences of neighbours, deflated) and the file is mapped into
memory, not read. Packed whole or not at all; a film that cannot be packed is left out with its reason.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from workstation.errors import TrainingError, WorkstationError
from workstation.imaging import film as films
from workstation.imaging.prepare import prepare
from workstation.imaging.resample import resize
from workstation.vlm.training.datasets.sample import FRONTAL, Sample, sex, years

SIDE = 224
HELD_BYTES = 1 << 30  # a pack that fits in here is unpacked into memory
_LATERAL = ("LL", "RL", "LATERAL", "LAT", "LLD", "RLD")


@dataclass(frozen=True, slots=True)
class Pack:
    """``facts[i]`` of the i-th film: reason ("" = packed), view, age and sex as its header has them."""

    folder: Path
    side: int
    places: np.ndarray  # int64 (films + 1,)
    facts: tuple[dict[str, Any], ...]
    content: np.ndarray  # uint8, all films one after the other
    held: dict[tuple[int, int], np.ndarray]  # films at a side, once they were asked for

    @property
    def bytes(self) -> int:
        return int(self.places[-1])

    def film(self, index: int, side: int = 0) -> np.ndarray:
        """uint8 (side, side); 0 = as packed."""
        side = side or self.side
        found = self.held.get((index, side))
        if found is None:
            whole = _unpacked(self.content[self.places[index] : self.places[index + 1]], self.side)
            found = whole if side == self.side else resize(whole, side)
            if len(self.facts) * side**2 <= HELD_BYTES:
                self.held[index, side] = found
        return found

    @property
    def sha256(self) -> str:
        """Of all packed pixels."""
        return hashlib.sha256(self.content.data).hexdigest()


def pack(
    samples: Sequence[Sample],
    work: Path,
    side: int = SIDE,
    method: str = "letterbox",
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Pack:
    """The pack of these films in ``work``, made on the first call.

    Raises
    ------
    TrainingError
        The disk refuses: nothing of a pack is left behind.
    """
    folder = work / f"pack-{side}-{_digest(samples, side, method)}"
    if not (folder / "facts.json").is_file():
        _write(samples, folder, side, method, progress)
    facts = json.loads((folder / "facts.json").read_text(encoding="utf-8"))
    content = folder / "films.bin"
    mapped = np.memmap(content, np.uint8, "r") if content.stat().st_size else np.zeros(0, np.uint8)
    return Pack(folder, side, np.load(folder / "places.npy"), tuple(facts), mapped, {})


def _write(
    samples: Sequence[Sample], folder: Path, side: int, method: str, progress: Callable[[int, int], None]
) -> None:
    part = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        part.mkdir(parents=True)
        places, facts = [0], []
        with (part / "films.bin").open("wb") as file:
            for content, fact in _all(samples, side, method):
                places.append(places[-1] + file.write(content))
                facts.append(fact)
                progress(len(facts), len(samples))
            file.flush()
            os.fsync(file.fileno())
        np.save(part / "places.npy", np.array(places, np.int64))
        (part / "facts.json").write_text(json.dumps(facts), encoding="utf-8")
        part.replace(folder)
    except OSError as error:
        raise TrainingError(
            f"The films could not be packed ({error.strerror or 'the disk refused'}).",
            "Free the disk, or give another --work folder, and start again.",
            "disk",
        ) from error
    except BrokenProcessPool as error:
        raise TrainingError(
            "A process that prepared films was ended by the system.", "Free memory and start again.", "memory"
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _all(samples: Sequence[Sample], side: int, method: str) -> Iterator[tuple[bytes, dict[str, Any]]]:
    one, paths = partial(_one, side=side, method=method), [sample.image for sample in samples]
    if len(paths) < 256:  # processes take longer to start than these films
        yield from map(one, paths)
        return
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as workers:
        yield from workers.map(one, paths, chunksize=32)


def _one(path: Path, side: int, method: str) -> tuple[bytes, dict[str, Any]]:
    try:
        instance = films.describe(path)
        if instance.view_position.upper() in _LATERAL:
            return b"", {"reason": "not a frontal film"}
        picture = prepare(films.load(instance), side, method)
    except (WorkstationError, OSError) as error:
        return b"", {"reason": f"unreadable: {getattr(error, 'code', 'file')}"}
    view = instance.view_position if instance.view_position in FRONTAL else ""
    facts = {"reason": "", "view": view, "age": years(instance.patient_age), "sex": sex(instance.patient_sex)}
    return _packed(picture), facts


def _packed(picture: np.ndarray) -> bytes:
    """Differences to the neighbours above and to the left, deflated: half of the bytes, none of the values lost."""
    rows = np.diff(picture, axis=0, prepend=np.uint8(0))
    return zlib.compress(np.diff(rows, axis=1, prepend=np.uint8(0)).tobytes(), 1)


def _unpacked(content: np.ndarray, side: int) -> np.ndarray:
    differences = np.frombuffer(zlib.decompress(content.tobytes()), np.uint8).reshape(side, side)
    rows = np.cumsum(differences, axis=1, dtype=np.uint8)
    return np.cumsum(rows, axis=0, dtype=np.uint8)


def _digest(samples: Sequence[Sample], side: int, method: str) -> str:
    found = [(str(s.image.resolve()), s.image.stat().st_size, s.image.stat().st_mtime_ns) for s in samples]
    return hashlib.sha256(json.dumps([found, side, method]).encode()).hexdigest()[:16]
