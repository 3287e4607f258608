"""Films that no patient was ever hit by: synthetic chests, a hand, and valid DICOM DX files of them.

Tests and the bundled samples come from here (`python -m tests.synthetic resources/samples`). The same seed makes the
same film and the same bytes. "SYNTHETIC" is burnt into the pixels and written into the header. `tests.phantom` draws.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import UID, ExplicitVRLittleEndian, RLELossless

from tests.phantom import body, film, frontal, lateral
from tests.phantom import hand as hand_phantom
from tests.phantom.header import HIGH, LOW, WORD, describe, uid
from tests.phantom.plate import Plate
from tests.phantom.studies import FILMS, SampleFilm

IMPLEMENTATION_UID = UID("2.25.160237120931283411092583416209871234567")
HAND_CM = 28.0


def chest(
    seed: int,
    view: str = "PA",
    findings: tuple[str, ...] = (),
    sex: str = "M",
    rows: int = 1040,
    columns: int = 1000,
    bits: int = 12,
) -> np.ndarray:
    """A chest radiograph, uint16 (rows, columns), more is whiter (MONOCHROME2).

    Parameters
    ----------
    seed : the same seed and arguments make the same film.
    view : "PA" (standing), "AP" (bedside: higher diaphragm, larger heart, scapulae over the lungs) or "LATERAL".
    findings : any of `tests.phantom.body.FINDINGS`.
    bits : stored bits; values lie in 0 .. 2**bits - 1.

    Raises
    ------
    ValueError, for a finding that the phantom cannot draw.
    """
    if unknown := set(findings) - set(body.FINDINGS):
        raise ValueError(f"the phantom cannot draw {', '.join(sorted(unknown))}")
    random = np.random.default_rng(seed)
    plate = Plate(rows, columns)
    if view == "LATERAL":
        water = lateral.attenuation(plate, sex, findings, random)
    else:
        water = frontal.attenuation(plate, body.patient(random, view, findings, sex), random)
    exposed = film.expose(plate, water, random, noise=1.5 if view == "AP" else 1.0)
    exposed = film.collimate(plate, exposed, random)
    return _stored(plate, film.letter(plate, exposed, "L", (14.2 if view != "LATERAL" else -14.2, 4.0)), bits)


def hand(seed: int = 0, rows: int = 1040, columns: int = 800, bits: int = 12) -> np.ndarray:
    """A hand, uint16 (rows, columns), more is whiter: what a model of the chest must refuse."""
    random = np.random.default_rng(seed)
    plate = Plate(rows, columns, HAND_CM)
    exposed = film.expose(plate, hand_phantom.attenuation(plate, random), random)
    return _stored(plate, film.collimate(plate, exposed, random), bits)


def _stored(plate: Plate, exposed: np.ndarray, bits: int) -> np.ndarray:
    burnt = film.burn(plate, exposed, WORD, (0.0, plate.high_cm - 1.6))
    return np.round((LOW + (HIGH - LOW) * np.clip(burnt, 0, 1)) * (2**bits - 1)).astype(np.uint16)


def voi_lut(explanation: str, contrast: float, middle: float = 0.5, bits: int = 12) -> Dataset:
    """An S-shaped VOI LUT over all stored values of `bits` bits (PS3.3 C.11.2.1.1)."""
    ramp = np.linspace(0, 1, 2**bits)
    shape = 1 / (1 + np.exp(-contrast * (ramp - middle)))
    shape = (shape - shape[0]) / (shape[-1] - shape[0])
    item = Dataset()
    item.add_new("LUTDescriptor", "US", [2**bits if bits < 16 else 0, 0, bits])
    item.LUTExplanation = explanation
    item.add_new("LUTData", "OW", np.round(shape * (2**bits - 1)).astype("<u2").tobytes())
    return item


def dicom_file(path: str | Path, pixels: np.ndarray, *, compress: bool = False, **tags: Any) -> Path:
    """Write `pixels` as a DX For Presentation instance; `tags` are DICOM keywords, ``None`` takes one away.

    Parameters
    ----------
    pixels : uint16 or uint8 (rows, columns), stored values as they stand in the file.
    compress : RLE Lossless instead of Explicit VR Little Endian.
    tags : override anything: ``PhotometricInterpretation="MONOCHROME1"``, ``ViewPosition="LL"``,
        ``BodyPartExamined="HAND"``, ``VOILUTSequence=[voi_lut(...)]``, ``TransferSyntaxUID=...``.

    Raises
    ------
    ValueError, when `pixels` is not a two-dimensional array of unsigned integers.
    """
    if pixels.ndim != 2 or pixels.dtype not in (np.uint8, np.uint16):
        raise ValueError("pixels must be uint8 or uint16 (rows, columns)")
    path = Path(path)
    syntax = tags.pop("TransferSyntaxUID", ExplicitVRLittleEndian)
    dataset = FileDataset(str(path), {}, preamble=b"\0" * 128)
    view, part = str(tags.get("ViewPosition") or "PA"), str(tags.get("BodyPartExamined") or "CHEST")
    describe(dataset, pixels, path.stem, view, part, str(tags.get("PhotometricInterpretation") or "MONOCHROME2"))
    _apply(dataset, tags)
    _attach(dataset, pixels, syntax)
    if compress:
        dataset.compress(RLELossless, generate_instance_uid=False)
        dataset.file_meta.ImplementationClassUID = IMPLEMENTATION_UID
        dataset.file_meta.ImplementationVersionName = WORD
    path.parent.mkdir(parents=True, exist_ok=True)
    dataset.save_as(path, enforce_file_format=True)
    return path


def _apply(dataset: Dataset, tags: dict[str, Any]) -> None:
    """Set each keyword, or take it away."""
    for keyword, value in tags.items():
        if value is None:
            dataset.pop(keyword, None)
        elif isinstance(value, list) and value and isinstance(value[0], Dataset):
            setattr(dataset, keyword, Sequence(value))
        else:
            setattr(dataset, keyword, value)


def _attach(dataset: FileDataset, pixels: np.ndarray, syntax: str) -> None:
    """The file meta information and the pixels themselves, uncompressed, little endian."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = dataset.get("SOPClassUID", "")
    meta.MediaStorageSOPInstanceUID = dataset.get("SOPInstanceUID", "")
    meta.TransferSyntaxUID = UID(syntax)
    meta.ImplementationClassUID = IMPLEMENTATION_UID
    meta.ImplementationVersionName = WORD
    dataset.file_meta = meta
    data = np.ascontiguousarray(pixels).astype(pixels.dtype.newbyteorder("<")).tobytes()
    dataset.add_new("PixelData", "OW", data + b"\0" * (len(data) % 2))


def sample_studies(folder: str | Path) -> list[Path]:
    """Write the bundled studies into `folder`; the same bytes each time."""
    return [_sample(Path(folder), sample) for sample in FILMS]


def _sample(folder: Path, sample: SampleFilm) -> Path:
    """One declared film, drawn, described and written."""
    if sample.hand:
        pixels = hand(sample.seed, sample.rows, sample.columns)
    else:
        pixels = chest(sample.seed, sample.view, sample.findings, sample.patient.sex, sample.rows, sample.columns)
    tags = _sample_tags(sample)
    if sample.monochrome1:
        pixels = 4095 - pixels
        tags["PhotometricInterpretation"] = "MONOCHROME1"
    if sample.voi_lut:
        tags |= {"WindowCenter": None, "WindowWidth": None, "WindowCenterWidthExplanation": None}
        tags["VOILUTSequence"] = [voi_lut("STANDARD", 4.0, 0.45), voi_lut("HIGH CONTRAST", 9.0, 0.4)]
    return dicom_file(folder / sample.file, pixels, compress=sample.compress, **tags)


def _sample_tags(sample: SampleFilm) -> dict[str, Any]:
    """Who, when and what, as the header says it."""
    person, study = sample.patient, f"sample {sample.patient.key} {sample.study}"
    years = (int(sample.date) - int(person.birth_date)) // 10000
    view = "LL" if sample.view == "LATERAL" else sample.view
    return {
        "PatientName": person.name,
        "PatientID": f"{WORD}-{person.key}",
        "PatientBirthDate": person.birth_date,
        "PatientSex": person.sex,
        "PatientAge": f"{years:03d}Y",
        "AccessionNumber": f"{WORD[:5]}-{sample.date[2:4]}{person.key}",
        "StudyInstanceUID": uid(study),
        "StudyID": person.key,
        "StudyDescription": f"{sample.description} ({WORD})",
        "SeriesNumber": 2 if view == "LL" else 1,
        "BodyPartExamined": "HAND" if sample.hand else "CHEST",
        "ViewPosition": view,
        **{f"{kind}Date": sample.date for kind in ("Study", "Series", "Acquisition", "Content")},
        **{f"{kind}Time": sample.time for kind in ("Series", "Acquisition", "Content")},
        "StudyTime": sample.time[:4] + "00",
        **sample.tags,
    }


if __name__ == "__main__":
    for written in sample_studies(sys.argv[1] if len(sys.argv) > 1 else "resources/samples"):
        print(written, written.stat().st_size)
