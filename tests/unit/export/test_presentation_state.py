"""What the reader left on a film, as a presentation state: DCMTK shows the same picture, we read the same drawings."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from PIL import Image

from tests.conftest import shared_folder
from tests.synthetic import chest, dicom_file, voi_lut
from tests.unit.export.witness import checked, errors_of
from tests.unit.imaging.dcmtk import film_id, real_films
from workstation.dicom.presentation_state import read_presentation_state
from workstation.dicom.records import VoiLutFunction, Window
from workstation.dicom.shutter import Shutter, shutter_of
from workstation.dicom.uid import new_uid
from workstation.errors import ExportError
from workstation.export.graphics import annotations_of
from workstation.export.presentation_state import Look, Place, write_presentation_state
from workstation.imaging.annotation import Annotation, Kind, Point
from workstation.imaging.film import Film, describe, load
from workstation.imaging.geometry import Orientation
from workstation.imaging.window import Presentation, choices, default, render

NATIVE = ("1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2")
TURNS = [Orientation(quarters, mirrored) for quarters in range(4) for mirrored in (False, True)]


def drawing(kind: Kind, *points: Point, text: str = "") -> Annotation:
    name = kind.value.replace(" ", "-")
    return Annotation(f"{name}-7", kind, points, "", 0, text, made_at="2026-01-02T03:04:05+00:00")


DRAWINGS = (
    drawing(Kind.LENGTH, (1.0, 2.0), (30.25, 4.5)),
    drawing(Kind.ANGLE, (1.0, 1.0), (9.0, 9.0), (9.0, 1.0)),
    drawing(Kind.COBB, (1.0, 2.0), (3.0, 4.0), (5.0, 6.0), (7.0, 8.0)),
    drawing(Kind.CARDIOTHORACIC_RATIO, (10.0, 2.0), (10.0, 8.0), (12.0, 0.0), (12.0, 11.0), text="rotated"),
    drawing(Kind.ARROW, (20.0, 20.0), (30.0, 25.0)),
    drawing(Kind.TEXT, (5.0, 5.0), text="opacité?\nsecond | line"),
    drawing(Kind.FREEHAND, (1.0, 1.0), (2.0, 2.0), (3.0, 1.0), (1.0, 1.0)),
    drawing(Kind.ELLIPSE, (10.0, 10.0), (16.0, 30.0)),
    drawing(Kind.ELLIPSE, (10.0, 10.0), (30.0, 16.0)),
    drawing(Kind.POINT, (3.0, 3.0)),
    drawing(Kind.RECTANGLE, (1.0, 2.0), (8.0, 9.0)),
    drawing(Kind.CURVE, (1.0, 2.0), (8.0, 9.0), (9.0, 2.0)),
)


def write(folder: Path, film: Film, look: Look | None = None, drawings: tuple[Annotation, ...] = ()) -> Path:
    path = folder / "state.dcm"
    place = Place(new_uid(), new_uid(), 1, "Reader^Dr", "1.0")
    write_presentation_state(
        path, film, look or Look(default(film)), drawings, {"length-7": "12 mm  at detector"}, place
    )
    return path


def shown_by_dcmtk(film: Film, state: Path, folder: Path) -> np.ndarray:
    """DCMTK's picture of the film under the state; it refuses nameless patients, so those get a name for it."""
    if not shutil.which("dcmp2pgm") or not shutil.which("gdcmconv"):
        pytest.skip("DCMTK or GDCM's tools are absent")
    source, target = film.instance.path, folder / "seen.pgm"
    if film.instance.transfer_syntax_uid not in NATIVE:
        source = str(folder / "raw.dcm")
        subprocess.run(["gdcmconv", "--raw", film.instance.path, source], capture_output=True, check=True)
    dataset = pydicom.dcmread(state)
    dataset.PatientName = dataset.PatientName or "Nameless"
    dataset.save_as(folder / "named.dcm")
    command = ["dcmp2pgm", "-q", "-p", str(folder / "named.dcm"), source, str(target)]
    done = subprocess.run(command, capture_output=True, check=False)
    if not target.exists():
        pytest.skip(f"DCMTK cannot render this film: {done.stderr[-80:]!r}")
    return np.asarray(Image.open(target)).astype(int)


def film_of(folder: Path, **tags: Any) -> Film:
    return load(describe(dicom_file(folder / "film.dcm", chest(1, rows=120, columns=90), **tags)))


def chests() -> list[Path]:
    folder = shared_folder()
    names = ("cxr-simpleitk/cxr.dcm", "dwv/gdcm-CR-MONO1-10-chest.dcm", "highdicom/dx_image.dcm")
    return [folder / "dicom" / name for name in names] if folder else []


@pytest.mark.parametrize("path", real_films(), ids=film_id)
def test_dcmtk_shows_every_real_film_under_its_state_as_we_do(path: Path, tmp_path: Path) -> None:
    film = load(describe(path))
    for chosen in dict.fromkeys((default(film), *choices(film))):
        (tmp_path / "seen.pgm").unlink(missing_ok=True)
        seen = shown_by_dcmtk(film, write(tmp_path, film, Look(chosen)), tmp_path)
        assert np.abs(seen - render(film, chosen).astype(int)).max() <= 1, chosen.label


@pytest.mark.parametrize("orientation", TURNS, ids=str)
def test_dcmtk_turns_the_film_as_the_reader_did(tmp_path: Path, orientation: Orientation) -> None:
    film = film_of(tmp_path)
    seen = shown_by_dcmtk(film, write(tmp_path, film, Look(default(film), orientation)), tmp_path)
    ours = orientation.of(render(film, default(film))).astype(int)
    assert seen.shape == ours.shape and np.abs(seen - ours).max() <= 1


@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("invert", [False, True])
@pytest.mark.parametrize("function", list(VoiLutFunction))
def test_dcmtk_sees_the_readers_window(
    tmp_path: Path, photometric: str, invert: bool, function: VoiLutFunction
) -> None:
    film = film_of(
        tmp_path, PhotometricInterpretation=photometric, RescaleSlope=2, RescaleIntercept=-300, RescaleType="US"
    )
    chosen = Presentation(window=Window(3210.5, 2900.25, function), invert=invert)
    seen = shown_by_dcmtk(film, write(tmp_path, film, Look(chosen)), tmp_path)
    assert np.abs(seen - render(film, chosen).astype(int)).max() <= 1


def test_dcmtk_sees_the_chosen_lut_of_the_file(tmp_path: Path) -> None:
    film = film_of(tmp_path, VOILUTSequence=[voi_lut("SOFT", 3.0), voi_lut("HARD", 9.0)])
    seen = shown_by_dcmtk(film, write(tmp_path, film, Look(Presentation(voi_lut=1))), tmp_path)
    assert np.abs(seen - render(film, Presentation(voi_lut=1)).astype(int)).max() <= 1


@pytest.mark.parametrize("orientation", TURNS, ids=str)
def test_dcmtks_own_checker_passes_a_state_with_every_kind_of_drawing(tmp_path: Path, orientation: Orientation) -> None:
    film = film_of(tmp_path)
    drawn = tuple(replace(one, id=f"{one.id}-{at}") for at, one in enumerate(DRAWINGS))
    assert "Test passed" in checked(write(tmp_path, film, Look(default(film), orientation), drawn))


@pytest.mark.parametrize("invert", [False, True])
def test_dcmtk_sees_the_films_own_presentation_lut(tmp_path: Path, invert: bool) -> None:
    table = voi_lut("PRESENTED", 6.0)
    film = film_of(tmp_path, PresentationLUTShape=None, PresentationLUTSequence=[table])
    assert film.instance.presentation_lut is not None
    chosen = replace(default(film), invert=invert)
    seen = shown_by_dcmtk(film, write(tmp_path, film, Look(chosen)), tmp_path)
    assert np.abs(seen - render(film, chosen).astype(int)).max() <= 1


@pytest.mark.parametrize("path", chests(), ids=film_id)
def test_the_state_is_valid_and_drawings_return_as_they_were(path: Path, tmp_path: Path) -> None:
    film = load(describe(path))
    named = tuple(replace(one, sop_instance_uid=film.instance.sop_instance_uid) for one in DRAWINGS)
    unique = tuple(replace(one, id=f"{one.id}-{at}") for at, one in enumerate(named))
    file = write(tmp_path, film, Look(default(film), Orientation(1, True)), unique)
    state = read_presentation_state(file)
    assert (state.quarter_turns, state.mirrored) == (1, True)
    assert state.study_instance_uid == film.instance.study_instance_uid
    assert state.series_instance_uid != film.instance.series_instance_uid
    back = annotations_of(state.drawn_on(film.instance.sop_instance_uid), film.instance.sop_instance_uid)
    assert sorted(back, key=lambda one: one.id) == sorted(unique, key=lambda one: one.id)
    assert errors_of(file) <= errors_of(path)


def test_a_shutter_returns_as_it_was(tmp_path: Path) -> None:
    film = film_of(tmp_path)
    shutter = Shutter((5.0, 6.0, 100.0, 80.0), (50.5, 40.5, 30.0), ((1.5, 1.5), (99.5, 2.5), (60.5, 70.5)), level=0.0)
    dataset = pydicom.dcmread(write(tmp_path, film, Look(default(film), shutter=shutter)))
    assert shutter_of(dataset, film.rows, film.columns) == shutter
    assert errors_of(tmp_path / "state.dcm") <= errors_of(tmp_path / "film.dcm")


def test_a_state_speaks_of_its_own_frame_alone(tmp_path: Path, shared: Path) -> None:
    film = load(describe(shared / "dicom" / "orthanc" / "MultiframeWindowing.dcm"), 1)
    uid = film.instance.sop_instance_uid
    mine = replace(drawing(Kind.POINT, (1.0, 1.0)), sop_instance_uid=uid, frame=1)
    state = read_presentation_state(write(tmp_path, film, drawings=(mine,)))
    assert not state.concerns(uid, 0)
    assert annotations_of(state.drawn_on(uid, 1), uid, 1) == (mine,)


def test_drawings_beyond_the_edge_are_left_out_and_counted(tmp_path: Path) -> None:
    film = film_of(tmp_path)
    far = drawing(Kind.LENGTH, (1.0, 1.0), (1.0, 5000.0))
    said = write_presentation_state(
        tmp_path / "s.dcm", film, Look(default(film)), [far], {}, Place(new_uid(), new_uid())
    )
    assert said == ("1 drawings reach beyond the film's edge and are not in the presentation state.",)


def test_an_arrows_words_stand_beside_it_for_any_program(tmp_path: Path) -> None:
    film = film_of(tmp_path)
    uid = film.instance.sop_instance_uid
    arrow = replace(drawing(Kind.ARROW, (20.0, 20.0), (30.0, 25.0), text="nodule?"), sop_instance_uid=uid)
    path = write(tmp_path, film, drawings=(arrow,))
    (drawn,) = pydicom.dcmread(path).GraphicAnnotationSequence
    assert [text.UnformattedTextValue for text in drawn.TextObjectSequence] == ["nodule?"]
    assert annotations_of(read_presentation_state(path).drawn_on(uid), uid) == (arrow,)


def test_pictures_and_colour_are_refused_with_a_reason(tmp_path: Path) -> None:
    Image.fromarray(np.zeros((20, 20), np.uint8)).save(tmp_path / "film.png")
    with pytest.raises(ExportError) as refused:
        write(tmp_path, load(describe(tmp_path / "film.png")))
    assert refused.value.code == "no_dicom"
