"""A film's file becomes the 8-bit picture that DCMTK makes of it: the foreign witness of our renderings."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.conftest import shared_folder
from workstation.dicom.records import Instance
from workstation.dicom.soundness import GREYS, HTJ2K, JPEG_2000, JPEG_LS, JPEG_RETIRED
from workstation.errors import FilmRefused
from workstation.imaging.film import describe

TOOLS = ("dcmj2pnm", "dcml2pnm", "gdcmconv")
_NOT_FILMS = (".json", ".txt", ".png", ".dump", ".md", ".sh", ".wl", ".query")


def real_films(colour: bool = False) -> list[Path]:
    """Every grey (or every coloured) film beside the project that this program opens; none where it is absent."""
    return [Path(each.path) for each in _described() if (each.photometric_interpretation not in GREYS) is colour]


@cache
def _described() -> tuple[Instance, ...]:
    folder = shared_folder()
    if folder is None:
        return ()
    candidates = sorted(each for each in (folder / "dicom").rglob("*") if each.is_file())
    found = (_instance(each) for each in candidates if each.suffix not in _NOT_FILMS)
    return tuple(each for each in found if each is not None and each.kind == "dicom")


def film_id(path: Path) -> str:
    return f"{path.parent.name}/{path.name[-40:]}"


def picture(instance: Instance, folder: Path, *options: str) -> np.ndarray:
    """DCMTK's rendering, (rows, columns) uint8; the test is skipped where DCMTK is absent or cannot read it."""
    if any(shutil.which(tool) is None for tool in TOOLS):
        pytest.skip("DCMTK and GDCM's tools are absent")
    source, tool = _readable(instance, folder)
    target = folder / "witness.pgm"
    ran = subprocess.run([tool, "-q", "-O", *options, source, str(target)], capture_output=True, check=False)
    if ran.returncode != 0 or not target.exists():
        pytest.skip("DCMTK cannot render this film")
    return np.asarray(Image.open(target))


def _readable(instance: Instance, folder: Path) -> tuple[str, str]:
    """The file, or an uncompressed copy where DCMTK does not know the compression; and the tool for it."""
    if instance.transfer_syntax_uid in JPEG_LS:
        return instance.path, "dcml2pnm"
    if instance.transfer_syntax_uid in JPEG_2000 | HTJ2K | JPEG_RETIRED:
        copy = folder / "raw.dcm"
        subprocess.run(["gdcmconv", "--raw", instance.path, str(copy)], capture_output=True, check=False)
        return str(copy), "dcmj2pnm"
    return instance.path, "dcmj2pnm"


def _instance(path: Path) -> Instance | None:
    try:
        return describe(path)
    except FilmRefused:
        return None
