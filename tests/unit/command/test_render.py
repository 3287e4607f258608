"""``render`` writes what the viewer shows, tells the facts as JSON, and refuses in two lines."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.synthetic import dicom_file, voi_lut
from workstation import command
from workstation.dicom.records import VoiLutFunction, Window
from workstation.imaging.film import describe, load
from workstation.imaging.window import Presentation, auto, choices, render
from workstation.paths import PROGRAM

VALUES = np.random.default_rng(0).integers(0, 4096, (60, 40)).astype(np.uint16)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return dicom_file(
        tmp_path / "film.dcm", VALUES, BitsStored=12, HighBit=11, PatientName="CANARY^NAME",
        WindowCenter=["2000", "1000"], WindowWidth=["3000", "800"], VOILUTSequence=[voi_lut("CURVE", 6.0)],
    )  # fmt: skip


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict, str]:
    code = command.main(["render", *words, "--json"])
    printed = capsys.readouterr()
    return code, json.loads(printed.out), printed.err


def written(tmp_path: Path) -> np.ndarray:
    return np.asarray(Image.open(tmp_path / "out.png"))


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], Presentation(window=Window(2000, 3000))),
        (["--voi", "1"], Presentation(window=Window(1000, 800))),
        (["--voi", "2"], Presentation(voi_lut=0)),
        (["--window", "1500", "700"], Presentation(window=Window(1500, 700))),
        (["--window", "-20.5", "4000"], Presentation(window=Window(-20.5, 4000))),
        (["--window", "1500", "700", "--function", "SIGMOID"],
         Presentation(window=Window(1500, 700, VoiLutFunction.SIGMOID))),
        (["--window", "1500", "700", "--function", "LINEAR_EXACT", "--invert"],
         Presentation(window=Window(1500, 700, VoiLutFunction.LINEAR_EXACT), invert=True)),
        (["--invert"], Presentation(window=Window(2000, 3000), invert=True)),
    ],
)  # fmt: skip
def test_each_option_is_the_viewers_presentation(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], expected: Presentation
):
    code, facts, _ = run(capsys, str(path), "--out", str(tmp_path / "out.png"), *options)
    assert code == 0 and facts["schema"] == 1
    assert np.array_equal(written(tmp_path), render(load(describe(path)), expected))
    shown = facts["presentation"]
    assert (shown["center"], shown["width"]) == (
        (expected.window.center, expected.window.width) if expected.window else (None, None)
    )
    assert (facts["rows"], facts["columns"]) == (60, 40) and isinstance(facts["warnings"], list)


def test_auto_and_size(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    run(capsys, str(path), "--out", str(tmp_path / "out.png"), "--auto", "--size", "30")
    film = load(describe(path))
    assert written(tmp_path).shape == (30, 20)
    assert np.array_equal(written(tmp_path), render(film, auto(film), 30))


def test_the_default_is_the_first_header_window(path: Path):
    assert choices(load(describe(path)))[0].window == describe(path).windows[0]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--voi", "3"], "no_such_voi"),
        (["--voi", "-1"], "no_such_voi"),
        (["--window", "100", "0"], "invalid"),
        (["--window", "100", "0.5"], "invalid"),
        (["--window", "nan", "100"], "invalid"),
        (["--size", "0"], "invalid"),
        (["--size", "999999"], "invalid"),
        (["--frame", "1"], "no_such_frame"),
    ],
)
def test_impossible_wishes_are_refused_in_two_lines(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], code: str
):
    exit_code, facts, err = run(capsys, str(path), "--out", str(tmp_path / "out.png"), *options)
    assert exit_code == 1 and facts["error"]["code"] == code
    assert len(err.strip().splitlines()) == 2 and "CANARY" not in err
    assert not (tmp_path / "out.png").exists()


def test_wrong_usage_is_exit_code_two(path: Path):
    for words in ([str(path)], [str(path), "--out", "x.png", "--auto", "--voi", "0"]):
        with pytest.raises(SystemExit) as caught:
            command.main(["render", *words])
        assert caught.value.code == 2


def test_a_picture_is_rendered_like_a_film(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    Image.fromarray(VALUES).save(tmp_path / "a.png")
    code, facts, _ = run(
        capsys, str(tmp_path / "a.png"), "--out", str(tmp_path / "out.png"), "--window", "2048", "4096"
    )
    assert code == 0 and facts["study_instance_uid"].startswith("2.25.")
    assert np.array_equal(written(tmp_path), (VALUES.astype(np.int64) * 255 // 4095).astype(np.uint8))


def test_a_film_of_the_store_is_found_by_its_uid(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert command.main(["import", str(path), "--json"]) == 0
    taken = json.loads(capsys.readouterr().out)["files"][0]
    for uid in (taken["study_instance_uid"], taken["sop_instance_uid"]):
        code, facts, _ = run(capsys, uid, "--out", str(tmp_path / "out.png"))
        assert code == 0 and facts["sop_instance_uid"] == taken["sop_instance_uid"]


def test_a_uid_that_is_none_by_the_standard_finds_its_film_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    odd = dicom_file(tmp_path / "odd.dcm", VALUES, SOPInstanceUID="1.2.study-A b", StudyInstanceUID="CXR_0001")
    assert command.main(["import", str(odd), "--json"]) == 0
    capsys.readouterr()
    for uid in ("1.2.study-A b", "CXR_0001"):
        assert run(capsys, uid, "--out", str(tmp_path / "out.png"))[0] == 0


def test_what_is_neither_file_nor_uid_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert run(capsys, "1.2.3.4", "--out", str(tmp_path / "o.png"))[1]["error"]["code"] == "unknown_film"
    assert run(capsys, str(tmp_path / "no.dcm"), "--out", str(tmp_path / "o.png"))[1]["error"]["code"] == "missing"


def test_a_damaged_film_is_refused_in_two_lines_whatever_its_codec_says(tmp_path: Path):
    Image.fromarray(VALUES.astype(np.uint8)).save(tmp_path / "a.tif", compression="tiff_lzw")
    data = bytearray((tmp_path / "a.tif").read_bytes())
    data[400:1400] = bytes(1000)
    (tmp_path / "a.tif").write_bytes(data)
    words = [sys.executable, "main.py", "render", str(tmp_path / "a.tif"), "--out", str(tmp_path / "o.png")]
    ran = subprocess.run(words, capture_output=True, text=True, check=False, cwd=PROGRAM)
    assert ran.returncode == 1 and len(ran.stderr.strip().splitlines()) == 2 and not ran.stdout
