"""A study's markings -> DICOM files in a folder: a presentation state for each film, one report, one key selection.

Only what the reader made or accepted leaves; proposals and foreign drawings do not. Every file is logged by kind and
fingerprint. What cannot be said in DICOM is said to the reader.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import workstation
from workstation.dicom.records import Instance
from workstation.dicom.uid import new_uid
from workstation.errors import ExportError
from workstation.export.key_objects import write_key_objects
from workstation.export.measurement_report import Finding, Number, write_measurement_report
from workstation.export.presentation_state import Look, Place, write_presentation_state
from workstation.imaging.annotation import Annotation, Kind, Markings
from workstation.imaging.calibration import scale_of
from workstation.imaging.film import Film, load
from workstation.imaging.measure import ROTATED, Value, measured
from workstation.imaging.projection import comparability
from workstation.imaging.window import default
from workstation.storage.store import Store
from workstation.workflow import departures, worklist
from workstation.workflow.reading import Reader

Writer = Callable[[Path, Place], tuple[str, ...] | None]
NOTHING = ExportError(
    "There is nothing to save: no film is open, nothing is drawn and no key image is marked.",
    "Open a film, draw on it or mark it as a key image.",
    "no_markings",
)


@dataclass(frozen=True, slots=True)
class Saved:
    """What was written, and sentences about what was not."""

    files: tuple[Path, ...]
    told: tuple[str, ...] = field(default=())


def save_markings(
    store: Store,
    study_instance_uid: str,
    folder: str | Path,
    markings: Markings,
    looks: Mapping[str, tuple[Film, Look]],
    reader: Reader,
) -> Saved:
    """Write everything that is present.

    Parameters
    ----------
    looks : by SOP Instance UID, the films as they stand on the screen; others are taken as their files ask.

    Raises
    ------
    ExportError
        no_markings, or what a writer raises when the disk refuses.
    """
    films = worklist.films(store, study_instance_uid)
    mine = [one for one in markings.annotations if one.source == "reader"]
    meant = [film for film in films if film.sop_instance_uid in looks or any(_on(film, mine))]
    keys = [film for film in films if film.sop_instance_uid in markings.key_images]
    if not meant and not keys:
        raise NOTHING
    writing = _Writing(store, study_instance_uid, Path(folder), reader)
    findings: list[Finding] = []
    for film in meant:
        findings += _state(writing, film, tuple(_on(film, mine)), markings, looks.get(film.sop_instance_uid))
    measuring = [one for one in findings if one.numbers and one.instance.kind == "dicom"]
    if measuring:
        writing.write("sr", lambda path, place: write_measurement_report(path, measuring, place))
    real = [film for film in keys if film.kind == "dicom"]
    if real:
        writing.write("ko", lambda path, place: write_key_objects(path, real, place))
    proposed = sum(one.source == "proposed" for one in markings.annotations)
    if proposed:
        writing.told.append(f"{proposed} proposed drawings stay here until you accept them.")
    if not writing.files:
        raise ExportError(writing.told[0], "Save the picture with its markings instead.", "no_dicom")
    return Saved(tuple(writing.files), tuple(dict.fromkeys(writing.told)))


class _Writing:
    """One errand: its folder, its series, the files so far."""

    def __init__(self, store: Store, study: str, folder: Path, reader: Reader) -> None:
        self.store, self.study, self.folder, self.reader = store, study, folder, reader
        self.series = {kind: new_uid() for kind in ("gsps", "sr", "ko")}
        self.stamp = store.clock.now()[:19].replace("-", "").replace(":", "").replace("T", "-")
        self.files: list[Path] = []
        self.told: list[str] = []

    def write(self, kind: str, writer: Writer) -> None:
        """One object; its name says when and what, never who."""
        number = len(self.files) + 1
        path = self.folder / f"{self.stamp}-{kind}-{number}.dcm"
        place = Place(self.series[kind], new_uid(), number, self.reader.name, workstation.__version__)
        self.told += writer(path, place) or ()
        self.files.append(path)
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        departures.note(self.store, self.study, {"format": kind, "sha256": sha256}, self.reader)


def _on(film: Instance, annotations: Sequence[Annotation]) -> Iterator[Annotation]:
    return (one for one in annotations if one.sop_instance_uid == film.sop_instance_uid)


def _state(
    writing: _Writing,
    instance: Instance,
    annotations: tuple[Annotation, ...],
    markings: Markings,
    seen: tuple[Film, Look] | None,
) -> list[Finding]:
    """Write the film's presentation states, one for each frame that has anything; returns what is measured on it."""
    frames = {one.frame for one in annotations} | ({seen[0].frame} if seen else set())
    findings = []
    for frame in sorted(frames):
        film = seen[0] if seen and seen[0].frame == frame else load(instance, frame)
        look = seen[1] if seen else Look(default(film))
        here = tuple(one for one in annotations if one.frame == frame)
        measures = {one.id: measured(one, film, scale_of(instance, markings.calibrations)) for one in here}
        labels = {name: found.words for name, found in measures.items()}
        findings += [_finding(one, instance, markings, measures[one.id].values) for one in here]
        try:
            writing.write("gsps", _writer(film, look, here, labels))
        except ExportError as refused:
            if refused.code not in ("no_dicom", "colour"):
                raise
            writing.told.append(f"{refused.message} {refused.remedy}")
    return findings


def _writer(film: Film, look: Look, annotations: tuple[Annotation, ...], labels: Mapping[str, str]) -> Writer:
    return lambda path, place: write_presentation_state(path, film, look, annotations, labels, place)


def _finding(one: Annotation, instance: Instance, markings: Markings, values: Sequence[Value]) -> Finding:
    """With how its scale is known; a ratio needs none, but says on which kind of film it was measured."""
    ratio = one.kind is Kind.CARDIOTHORACIC_RATIO
    scale = scale_of(instance, markings.calibrations).kind.value
    said = comparability(instance, one.text == ROTATED) if ratio else scale
    angle = one.kind in (Kind.ANGLE, Kind.COBB)
    numbers = tuple(Number(each.name, each.value, each.unit) for each in values)
    return Finding(one, instance, numbers, "" if angle else said)
