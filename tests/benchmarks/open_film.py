"""Opening a 3000 x 3000 uncompressed DX up to its first picture, beside pydicom's own dcmread and pixel_array.

Ours is everything from the path to the 8-bit picture of a 1500 x 1000 viewport: header, checks, stored values,
presentation, table and resampling. The two take turns on the same file, which lies in the disk cache for both.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

NAME = "open"
UNIT = "ms"
ROWS = COLUMNS = 3000
WIDTH, HEIGHT = 1500, 1000
ROUNDS, WARM_UP = 15, 2
BOUND = 2.0


def run() -> dict[str, Any]:
    """Median milliseconds to the first picture, and of pydicom to its array."""
    with tempfile.TemporaryDirectory() as folder:
        path = _film(Path(folder))
        ours, peer = _taking_turns(lambda: _first_picture(path), lambda: _pydicom(path))
    return {
        "ours": ours,
        "peer": peer,
        "ratio": ours / peer,
        "unit": UNIT,
        "peer_name": "pydicom dcmread + pixel_array",
        "bound": BOUND,
        "note": f"{COLUMNS} x {ROWS} x 16 bit into {WIDTH} x {HEIGHT}; bound: at most {BOUND:g} times",
    }


def _film(folder: Path) -> Path:
    """Smooth shapes and noise over 14 bits, with a header window."""
    import numpy as np

    from tests.synthetic import dicom_file

    rows, columns = np.mgrid[0:ROWS, 0:COLUMNS].astype(np.float32)
    shape = np.sin(rows / 400) * np.cos(columns / 300) * 6000 + 8000
    noise = np.random.default_rng(5).normal(0, 100, shape.shape)
    pixels = np.clip(shape + noise, 0, 16383).astype(np.uint16)
    return dicom_file(folder / "film.dcm", pixels, BitsStored=14, HighBit=13, WindowCenter=8000, WindowWidth=12000)


def _first_picture(path: Path) -> Any:
    from workstation.imaging.film import describe, load
    from workstation.imaging.geometry import ViewTransform
    from workstation.imaging.screen import Light, Sampler
    from workstation.imaging.window import default, display_table

    film = load(describe(path))
    view = Sampler(film.indices).view(ViewTransform.fit(film.rows, film.columns, WIDTH, HEIGHT), WIDTH, HEIGHT)
    assert view is not None
    return Light().of_grey(view.pixels, display_table(film, default(film)))


def _pydicom(path: Path) -> Any:
    import pydicom

    return pydicom.dcmread(path).pixel_array


def _taking_turns(*contestants: Callable[[], Any]) -> list[float]:
    times: list[list[float]] = [[] for _ in contestants]
    for at in range(WARM_UP + ROUNDS):
        for kept, contestant in zip(times, contestants, strict=True):
            start = time.perf_counter()
            contestant()
            if at >= WARM_UP:
                kept.append((time.perf_counter() - start) * 1000)
    return [statistics.median(each) for each in times]
