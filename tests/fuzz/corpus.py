"""The films that are damaged: synthetic ones in every coding that can be written here, and the real ones beside us."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import numpy as np
import pydicom
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLSLossless,
    RLELossless,
)

from tests.synthetic import chest, dicom_file, voi_lut

ARRIVING = 300_000
LARGEST = 3_000_000  # bytes: beyond, a film says nothing that a smaller one does not
SKIPPED = {".json", ".dump", ".txt", ".xml", ".md"}


def synthetic(folder: Path) -> list[Path]:
    """Small chests: each coding, signed, inverted, with a VOI LUT, and as pictures."""
    from workstation.imaging.encode import write_png

    pixels = chest(7, rows=96, columns=90)
    plain = dicom_file(folder / "explicit.dcm", pixels, VOILUTSequence=[voi_lut("CURVE", 6.0)])
    made = [plain, dicom_file(folder / "mono1.dcm", pixels, PhotometricInterpretation="MONOCHROME1")]
    made.append(dicom_file(folder / "eight.dcm", (pixels >> 4).astype(np.uint8)))
    made.append(dicom_file(folder / "signed.dcm", pixels, PixelRepresentation=1, RescaleIntercept="-1024"))
    for syntax in (RLELossless, JPEGLSLossless, JPEG2000Lossless):
        dataset = pydicom.dcmread(plain)
        dataset.compress(syntax, generate_instance_uid=False)
        made.append(folder / f"{syntax.keyword}.dcm")
        dataset.save_as(made[-1])
    for syntax in (ImplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian):
        made.append(_recoded(plain, folder / f"{syntax.keyword}.dcm", syntax))
    write_png(folder / "grey.png", (pixels >> 4).astype(np.uint8))
    return [*made, folder / "grey.png"]


def arriving(folder: Path) -> list[Path]:
    """What else is taken in: archives of films, and the directories, states and reports beside us."""
    films = synthetic(folder)
    made = []
    for name, how in (("deflated.zip", zipfile.ZIP_DEFLATED), ("stored.zip", zipfile.ZIP_STORED)):
        made.append(folder / name)
        with zipfile.ZipFile(made[-1], "w", how) as archive:
            for film in films[:3]:
                archive.write(film, f"study/{film.name}")
    return made + [path for path in real() if path.stat().st_size < ARRIVING and _is_no_film(path)]


def _is_no_film(path: Path) -> bool:
    try:
        dataset = pydicom.dcmread(path, stop_before_pixels=True, specific_tags=["SOPClassUID", "Rows"])
    except Exception:  # not DICOM at all, or not to be read
        return False
    return "Rows" not in dataset


def _recoded(plain: Path, path: Path, syntax: pydicom.uid.UID) -> Path:
    dataset = pydicom.dcmread(plain)
    dataset.file_meta.TransferSyntaxUID = syntax
    if syntax == ExplicitVRBigEndian:
        dataset.PixelData = np.frombuffer(dataset.PixelData, "<u2").astype(">u2").tobytes()
        dataset.VOILUTSequence[0]["LUTData"].value = (
            np.frombuffer(dataset.VOILUTSequence[0].LUTData, "<u2").astype(">u2").tobytes()
        )
    pydicom.dcmwrite(path, dataset, implicit_vr=syntax.is_implicit_VR, little_endian=syntax.is_little_endian)
    return path


def real() -> list[Path]:
    """The films beside the project (CXR_SHARED, else ../shared), small enough to be damaged often."""
    given = os.environ.get("CXR_SHARED")
    folder = (Path(given) if given else Path(__file__).resolve().parents[3] / "shared") / "dicom"
    if not folder.is_dir():
        return []
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix not in SKIPPED)
    return [path for path in files if 500 < path.stat().st_size < LARGEST]
