"""One film shown as the window would show it, and whether what is shown is true: a verdict in one word and why.

Runs in a process of its own (`cage`). "same", "witnessed" and "described" are right; "refused" is right; "blank" and
"false" are lies; "changed" is damage inside a compressed picture that nothing in the file gives away.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.fuzz import witness

FLAT_SHARE = 0.05  # of the rows: more of them in one grey than the undamaged film has is a blank lie
SMALL = 256


@dataclass(frozen=True, slots=True)
class Truth:
    """The undamaged film: its stored values, how many of its rows are of one grey, how many warnings it has."""

    values: np.ndarray
    flat: float
    warnings: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """How it ended, and a word about it; ``good`` is whether that may be."""

    end: str
    why: str = ""

    @property
    def good(self) -> bool:
        return self.end in ("same", "witnessed", "described", "refused", "changed", "unwitnessed")


def with_own_decoder() -> None:
    """In a forked child: the decoder that the parent started is the parent's, and answers nobody else."""
    from workstation.dicom import jpeg_process

    jpeg_process.CHILD = jpeg_process.Child()


def truth(path: Path) -> Truth | None:
    """Of an undamaged film; None where it is refused as it is."""
    from workstation.errors import FilmRefused

    try:
        values, warnings, _compressed = _shown(path)
    except FilmRefused:
        return None
    return Truth(values, _flat(values), warnings)


def judge(path: Path, true: Truth | None) -> Verdict:
    """Show the damaged film; what is neither shown nor refused leaves as the exception that it is."""
    from workstation.errors import FilmRefused

    try:
        values, warnings, compressed = _shown(path)
    except FilmRefused as refused:
        return Verdict("refused", refused.code)
    if true is not None and values.shape == true.values.shape and np.array_equal(values, true.values):
        return Verdict("same")
    if (found := _agrees(values, witness.by_walking(path))) is not None:
        return Verdict("described" if found else "false", "" if found else "not as the header describes it")
    found = _agrees(values, witness.by_pydicom(path))
    if true is not None and compressed:
        return _of_compressed(values, warnings, true, found)
    if found is False:
        return Verdict("false", "not as pydicom reads it")
    return Verdict("witnessed" if found else "unwitnessed")


def _of_compressed(values: np.ndarray, warnings: int, true: Truth, found: bool | None) -> Verdict:
    told = "warned" if warnings > true.warnings else ""
    if values.shape == true.values.shape and _flat(values) > true.flat + FLAT_SHARE and not told:
        return Verdict("blank", f"{_flat(values):.0%} of the rows are of one grey, {true.flat:.0%} were")
    if found is False:
        return Verdict("false", "not as pydicom reads it")
    return Verdict("witnessed" if found else "changed", told)


def _shown(path: Path) -> tuple[np.ndarray, int, bool]:
    """Stored values (or RGB), the number of warnings, and whether the pixels were compressed; painted once, too."""
    from workstation.imaging.film import describe, load
    from workstation.imaging.window import auto, choices, default, render

    instance = describe(path)
    film = load(instance)
    for presentation in (default(film), auto(film), *choices(film)[:3]):
        picture = render(film, presentation, SMALL)
        assert picture.dtype == np.uint8 and max(picture.shape[:2]) <= max(SMALL, max(film.indices.shape))
    values = film.colour if film.colour is not None else film.indices.astype(np.int64) - film.offset
    native = {name.decode() for name in witness.NATIVE} | {"1.2.840.10008.1.2.1.99"}
    return values.astype(np.int64), len(film.instance.warnings), instance.transfer_syntax_uid not in native


def _flat(values: np.ndarray) -> float:
    rows = values.reshape(values.shape[0], -1)
    return float((rows.max(axis=1) == rows.min(axis=1)).mean())


def _agrees(values: np.ndarray, seen: np.ndarray | None) -> bool | None:
    """None where there is no witness; a lossy decoder may round one level otherwise."""
    if seen is None or values.ndim != 2:
        return None
    return seen.shape == values.shape and bool(np.array_equal(seen, values))


def take(path: Path) -> Verdict:
    """Take the damaged file in as the window would, into a store of its own; only its end is judged."""
    import tempfile

    from workstation.paths import Home
    from workstation.storage.store import Store
    from workstation.workflow.intake import take_in

    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home").create()
        with Store.open(home) as store:
            intake = take_in(store, home, [str(path)])
    codes = sorted({file.code or file.status for file in intake.files})
    return Verdict("refused" if intake.count("refused") else "described", " ".join(codes)[:60])
