"""The display function is the standard's (DCMTK is the witness), and a monitor is driven so that it is shown."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.synthetic import dicom_file
from workstation.dicom.records import Instance, LookupTable
from workstation.errors import SettingsError
from workstation.imaging.film import describe, film_of, load
from workstation.imaging.gsdf import (
    STEPS,
    DisplayCurve,
    calibrated_curve,
    deviation,
    driving_levels,
    gamma_curve,
    jnd_index,
    luminance,
    wanted,
)
from workstation.imaging.luminance_file import curve_of, read_luminances
from workstation.imaging.window import Presentation, default, display_table

OFFICE = gamma_curve(0.4, 280.0, ambient=0.6)


def dcmtk(tool: str, *options: str) -> None:
    try:
        ran = subprocess.run([tool, "-q", *options], capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("DCMTK is absent")
    assert ran.returncode == 0, ran.stderr


def table(path: Path) -> dict[str, np.ndarray]:
    """The columns of a curve that dcmdspfn wrote."""
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    rows = np.array([[float(each) for each in line.split()] for line in lines[1:]])
    return {name: rows[:, at] for at, name in enumerate(lines[0].split())}


def monitor_file(path: Path, curve: DisplayCurve) -> Path:
    lines = [f"{level} {value:.6f}" for level, value in enumerate(curve.luminances)]
    path.write_text("\n".join(["# a monitor", "max 255", f"amb {curve.ambient}", *lines]))
    return path


@pytest.mark.parametrize(("low", "high"), [(0.5, 350.0), (0.06, 3900.0), (1.1, 90.0), (0.2, 1200.0)])
def test_the_function_is_dcmtks_to_a_thousandth(tmp_path: Path, low: float, high: float):
    dcmtk("dcmdspfn", "+Il", str(low), str(high), "+Og", str(tmp_path / "curve"))
    theirs = table(tmp_path / "curve")["GSDF"]
    ours = wanted(DisplayCurve("", (low, high)), 256)
    assert np.abs(ours / theirs - 1).max() < 1e-3


def test_the_function_has_the_standards_ends():
    """PS3.14 annex B: index 1 is 0.05 cd/m2, index 1023 is 3993.404."""
    assert luminance(np.array([1.0, 1023.0])) == pytest.approx([0.05, 3993.404], rel=1e-3)
    assert jnd_index(luminance(np.arange(1.0, 1024.0))) == pytest.approx(np.arange(1.0, 1024.0), abs=0.1)


def test_a_monitor_is_driven_as_dcmtk_drives_it(tmp_path: Path):
    """Over all P-values the chosen luminance is the one nearest to what the function asks for."""
    file = monitor_file(tmp_path / "monitor.lut", OFFICE)
    dcmtk("dcmdspfn", "+Im", str(file), "+Og", str(tmp_path / "curve"))
    theirs = table(tmp_path / "curve")
    assert np.abs(wanted(OFFICE, 256) / theirs["GSDF"] - 1).max() < 1e-3
    shown = np.asarray(OFFICE.luminances) + OFFICE.ambient
    ours = shown[OFFICE.levels(np.linspace(0.0, 1.0, 256))]
    level = np.searchsorted(shown, theirs["PSC"] - 1e-4)
    assert np.abs(np.searchsorted(shown, ours) - level).max() <= 1
    assert (ours == shown[level]).mean() > 0.97


def test_a_film_is_driven_as_dcmtk_drives_it(tmp_path: Path):
    """The whole chain with a display at its end, pixel by pixel, within one driving level."""
    ramp = np.arange(4096, dtype=np.uint16).reshape(64, 64)
    path = dicom_file(
        tmp_path / "film.dcm",
        ramp,
        BitsStored=12,
        HighBit=11,
        WindowCenter=2048,
        WindowWidth=4096,
        VOILUTSequence=None,
        PhotometricInterpretation="MONOCHROME2",
        PresentationLUTShape="IDENTITY",
    )
    file = monitor_file(tmp_path / "monitor.lut", OFFICE)
    dcmtk("dcmj2pnm", "+Wi", "1", "+Dm", str(file), "+Dg", "+op", str(path), str(tmp_path / "theirs.pgm"))
    theirs = np.asarray(Image.open(tmp_path / "theirs.pgm")).astype(int)
    film = load(describe(path))
    ours = display_table(film, default(film), OFFICE.levels)[film.indices].astype(int)
    assert np.abs(ours - theirs).max() <= 1


def test_a_deep_voi_table_keeps_all_its_bits_for_the_display():
    """Cut to 8 bits first, its dark end would lose driving levels."""
    lut = LookupTable(0, 12, tuple(range(4096)))
    record = Instance("", "dicom", "1", "", "", "1", "1", bits_stored=12, voi_luts=(lut,))
    film = film_of(record, np.arange(4096, dtype=np.uint16).reshape(64, 64))
    shown = Presentation(voi_lut=0)
    driven = display_table(film, shown, OFFICE.levels)[:4096]
    assert np.array_equal(driven, OFFICE.levels(np.arange(4096) / 4095))
    assert np.unique(driven).size > 240


def test_equal_steps_of_values_become_equal_steps_for_the_eye():
    bare = DisplayCurve("bare", tuple((np.arange(256) / 255 * 300 + 0.5).tolist()))
    assert deviation(OFFICE) < 0.12 < _undriven(OFFICE)
    assert deviation(calibrated_curve(0.5, 400.0, 0.3)) < 0.10
    assert np.all(np.diff(driving_levels(bare).astype(int)) >= 0)
    assert driving_levels(bare)[0] == 0 and driving_levels(bare)[STEPS - 1] == 255


def _undriven(curve: DisplayCurve) -> float:
    """The error that the same monitor has when values go to it as they are."""
    shown = (np.asarray(curve.luminances) + curve.ambient)[np.round(np.linspace(0, 255, 18)).astype(int)]
    asked = np.diff(jnd_index(wanted(curve, 18)))
    return float(np.abs(np.diff(jnd_index(shown)) / asked - 1).max())


def test_a_monitor_that_follows_the_function_itself_is_left_alone():
    levels = calibrated_curve(0.5, 400.0, 0.3).levels(np.linspace(0.0, 1.0, 256))
    assert np.abs(levels.astype(int) - np.arange(256)).max() <= 1


def test_the_numbers_of_a_curve():
    curve = DisplayCurve("", (0.5, 349.5), ambient=0.5)
    assert (curve.lowest, curve.highest, curve.ratio) == (1.0, 350.0, 350.0)
    assert curve.just_noticeable == pytest.approx(653.1 - 71.5, abs=0.2)


WRITTEN = {
    "DCMTK": "# x\nmax 255\namb 1.5\n 0 0.2\n 128 60.5 # middle\n255 280\n",
    "CSV": "DDL,luminance\n0,0.2\n128,60.5\n255,280\n",
    "semicolons and decimal commas": "DDL;cd/m2\n0;0,2\n128;60,5\n255;280\n",
    "tabs": "0\t0.2\n128\t60.5\n255\t280\n",
}


@pytest.mark.parametrize("form", WRITTEN)
def test_files_of_many_hands_are_read(form: str):
    curve = curve_of(WRITTEN[form], "monitor", "2026-11-24")
    assert (curve.luminances[0], curve.luminances[128], curve.luminances[255]) == (0.2, 60.5, 280)
    assert curve.ambient == (1.5 if form == "DCMTK" else 0)
    assert curve.made == "2026-11-24" and np.all(np.diff(curve.luminances) >= 0)


def test_a_ten_bit_monitor_is_read_at_our_levels():
    rows = "\n".join(f"{level} {0.5 + 300 * (level / 1023) ** 2.2:.4f}" for level in range(1024))
    curve = curve_of(f"max 1023\n{rows}", "ten")
    assert curve.luminances == pytest.approx(gamma_curve(0.5, 300.5).luminances, rel=2e-3, abs=2e-3)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "curve_empty"),
        ("0 0.5", "curve_empty"),
        ("0 5\n255 5", "curve_flat"),
        ("0 300\n255 0.5", "curve_flat"),
        ("10 0.5\n255 300", "curve_flat"),
        ("0 0.5\n200 300", "curve_flat"),
        ("0 0.5\n255 99999", "curve_impossible"),
        ("max 255\n0 0.5\n300 99", "curve_impossible"),
        ("\0\0\0\x01PNG garbage", "curve_empty"),
    ],
)
def test_what_is_no_curve_is_refused_in_two_sentences(text: str, code: str):
    with pytest.raises(SettingsError) as refused:
        curve_of(text, "x")
    assert refused.value.code == code and re.search(r"\.$", refused.value.remedy)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(SettingsError):
        read_luminances(tmp_path / "none.lut")


def test_the_table_is_made_once():
    driving_levels(OFFICE)
    assert driving_levels(OFFICE) is driving_levels(gamma_curve(0.4, 280.0, ambient=0.6))
