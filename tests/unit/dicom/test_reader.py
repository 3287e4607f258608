"""A header becomes a record, in any syntax and character set; whatever is no film is refused with its reason."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import DeflatedExplicitVRLittleEndian

from tests.synthetic import dicom_file, voi_lut
from workstation.dicom import source
from workstation.dicom.pixels import read_stored_values
from workstation.dicom.reader import looks_like_dicom, read_instance
from workstation.dicom.records import VoiLutFunction
from workstation.dicom.refusals import REASONS
from workstation.errors import FilmRefused

PIXELS = np.arange(64 * 48, dtype=np.uint16).reshape(64, 48)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return dicom_file(tmp_path / "film.dcm", PIXELS, BitsStored=12, HighBit=11)


def changed(path: Path, **tags) -> Path:
    """The file with elements set (or, with None, removed) without any check of their values."""
    dataset = pydicom.dcmread(path)
    for keyword, value in tags.items():
        if value is None:
            delattr(dataset, keyword)
        else:
            setattr(dataset, keyword, value)
    dataset.save_as(path)
    return path


def test_films_without_uids_are_told_apart_by_their_content(film: Path, tmp_path: Path) -> None:
    first = read_instance(changed(film, SOPInstanceUID="", StudyInstanceUID=None, SeriesInstanceUID=""))
    other = dicom_file(tmp_path / "other.dcm", PIXELS + 1)
    second = read_instance(changed(other, SOPInstanceUID="", StudyInstanceUID=None, SeriesInstanceUID=""))
    (tmp_path / "copy").write_bytes(film.read_bytes())
    copy = read_instance(tmp_path / "copy")
    assert (copy.sop_instance_uid, copy.study_instance_uid) == (first.sop_instance_uid, first.study_instance_uid)
    uids = {first.sop_instance_uid, first.study_instance_uid, second.sop_instance_uid, second.study_instance_uid}
    assert len(uids) == 4 and all(uid.startswith("2.25.") for uid in uids)
    assert any("study of its own" in warning for warning in first.warnings)


def test_films_of_one_series_without_a_study_stay_together(film: Path, tmp_path: Path) -> None:
    other = dicom_file(tmp_path / "other.dcm", PIXELS, SeriesInstanceUID="1.2.3")
    pair = [read_instance(changed(each, StudyInstanceUID=None, SeriesInstanceUID="1.2.3")) for each in (film, other)]
    assert pair[0].study_instance_uid == pair[1].study_instance_uid != ""
    assert pair[0].sop_instance_uid != pair[1].sop_instance_uid


def refused(path: Path) -> str:
    """The code with which reading the film, header or pixels, is refused."""
    with pytest.raises(FilmRefused) as caught:
        (read_instance(path), read_stored_values(path))
    assert caught.value.code in REASONS
    return caught.value.code


def test_the_header_becomes_a_record(tmp_path: Path):
    path = dicom_file(
        tmp_path / "a.dcm", PIXELS, BitsStored=12, HighBit=11, PatientName="DOE^Jane^Q", PatientID="X1",
        WindowCenter=["2000", "1000"], WindowWidth=["4000", "500"], VOILUTFunction="SIGMOID",
        WindowCenterWidthExplanation=["LUNG", "BONE"], VOILUTSequence=[voi_lut("CURVE", 1.0)],
        PixelSpacing=[0.2, 0.1], PatientOrientation=["L", "F"], StudyDate="20250102",
    )  # fmt: skip
    found = read_instance(path)
    assert (found.rows, found.columns, found.bits_stored) == (64, 48, 12)
    assert found.patient_name == "DOE Jane Q" and found.patient_id == "X1" and found.study_date == "20250102"
    assert [(each.center, each.width, each.explanation) for each in found.windows] == [
        (2000, 4000, "LUNG"),
        (1000, 500, "BONE"),
    ]
    assert all(each.function is VoiLutFunction.SIGMOID for each in found.windows)
    assert len(found.voi_luts) == 1 and found.voi_luts[0].explanation == "CURVE"
    assert found.pixel_spacing_mm == (0.2, 0.1) and found.patient_orientation == ("L", "F")


def test_a_film_that_names_nobody_is_read_with_a_warning(film: Path):
    found = read_instance(changed(film, PatientName="", PatientID=""))
    assert found.patient_name == "" and any("no patient name" in each for each in found.warnings)


def test_zero_spacing_is_no_spacing(film: Path):
    found = read_instance(changed(film, PixelSpacing=[0, 0]))
    assert found.pixel_spacing_mm is None and any("spacing" in each for each in found.warnings)


def test_an_impossible_window_is_left_out_with_a_warning(film: Path):
    found = read_instance(changed(film, WindowCenter=["100", "50"], WindowWidth=["0", "20"]))
    assert [each.center for each in found.windows] == [50]
    assert any("window" in each for each in found.warnings)


def test_a_scale_of_zero_is_ignored_with_a_warning(film: Path):
    found = read_instance(changed(film, RescaleSlope=0, RescaleIntercept=5))
    assert found.rescale_slope == 1 and any("Slope" in each for each in found.warnings)


def test_impossible_depths_are_corrected_with_a_warning(film: Path):
    found = read_instance(changed(film, BitsStored=20, HighBit=19))
    assert (found.bits_stored, found.high_bit) == (16, 15) and found.warnings
    assert np.array_equal(read_stored_values(film), PIXELS)


def test_names_without_a_declared_character_set_are_read(film: Path):
    data = film.read_bytes()
    name = pydicom.dcmread(film).PatientName.original_string
    for encoded, expected in (("Müller".encode(), "Müller"), ("Müller".encode("latin-1"), "Müller")):
        padded = encoded.ljust(len(name))[: len(name)]
        film.write_bytes(data.replace(name, padded))
        dataset = pydicom.dcmread(film)
        if "SpecificCharacterSet" in dataset:
            del dataset.SpecificCharacterSet
            dataset.save_as(film)
            film.write_bytes(film.read_bytes().replace(b"M?ller", encoded))
        found = read_instance(film)
        assert found.patient_name.startswith(expected)
        assert any("character set" in each for each in found.warnings)


@pytest.mark.parametrize(
    ("charset", "name", "shown"),
    [
        ("ISO_IR 192", "Müller^Jörg", "Müller Jörg"),
        ("ISO_IR 144", "Иванов^Иван", "Иванов Иван"),
        ("GB18030", "Wang^XiaoDong=王^小东", "Wang XiaoDong"),
        ("ISO_IR 192", "=王^小東=", "王 小東"),
        ("ISO_IR 13", "ﾔﾏﾀﾞ^ﾀﾛｳ", "ﾔﾏﾀﾞ ﾀﾛｳ"),
    ],
)
def test_names_are_read_in_their_character_set(film: Path, charset: str, name: str, shown: str):
    found = read_instance(changed(film, SpecificCharacterSet=charset, PatientName=name))
    assert found.patient_name == shown


def test_an_unknown_character_set_does_not_stop_a_film(film: Path):
    data = changed(film, SpecificCharacterSet="ISO_IR 192", PatientName="Müller").read_bytes()
    film.write_bytes(data.replace(b"ISO_IR 192", b"ISO_IR 999"))
    assert read_instance(film).patient_name == "Müller"


def test_real_character_sets_agree_with_pydicom(shared: Path):
    folder = shared / "dicom" / "orthanc" / "Encodings"
    seen = 0
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        if not looks_like_dicom(path) or path.name == "DICOMDIR":
            continue
        expected = str(pydicom.dcmread(path).PatientName).split("=")[0].replace("^", " ")
        assert read_instance(path).patient_name == " ".join(expected.split())
        seen += 1
    assert seen > 10


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"hello, this is a letter and no film" * 20, "not_dicom"),
        (b"%PDF-1.4 " + b"x" * 500, "not_dicom"),
        (bytes(5000), "not_dicom"),
        (b"\0" * 128 + b"DICM", "malformed"),
        (b"\0" * 128 + b"DICM" + b"\x02\x00\x10\x00UI\xff\xff1.2.840", "truncated"),
    ],
)
def test_what_is_no_dicom_is_refused(tmp_path: Path, content: bytes, code: str):
    path = tmp_path / "x.dcm"
    path.write_bytes(content)
    assert refused(path) == code


def test_missing_files_and_folders_are_refused(tmp_path: Path):
    assert refused(tmp_path / "nothing.dcm") == "missing"
    assert refused(tmp_path) == "folder"


def test_every_truncation_is_refused(film: Path):
    data = film.read_bytes()
    for length in [*range(1, len(data) - len(PIXELS.tobytes()), 37), len(data) - 100, len(data) - 2]:
        film.write_bytes(data[:length])
        assert refused(film) in {"truncated", "not_dicom", "malformed", "no_pixels", "not_a_film"}


@pytest.mark.parametrize(
    ("tags", "code"),
    [
        ({"Rows": 0}, "zero_size"),
        ({"Columns": 0}, "zero_size"),
        ({"Rows": 65535, "Columns": 65535}, "too_large"),
        ({"Rows": 9000, "Columns": 9000}, "lying_header"),
        ({"PixelData": None}, "no_pixels"),
        ({"PixelData": None, "Rows": None, "Columns": None}, "not_a_film"),
        ({"BitsAllocated": 12}, "unsupported_pixels"),
        ({"BitsAllocated": 64}, "unsupported_pixels"),
        ({"BitsAllocated": 32, "BitsStored": 32, "HighBit": 31}, "lying_header"),
        ({"SamplesPerPixel": 3}, "lying_header"),
        ({"PhotometricInterpretation": "PURPLE"}, "unsupported_pixels"),
    ],
)
def test_headers_that_no_film_can_have_are_refused(film: Path, tags: dict, code: str):
    assert refused(changed(film, **tags)) == code


def test_three_gigabytes_promised_in_two_kilobytes_are_refused(film: Path):
    data = film.read_bytes()
    at = data.index(struct.pack("<HH", 0x7FE0, 0x0010))
    for rows in (64, 8000):
        lying = bytearray(data[: at + 8] + struct.pack("<I", 3_000_000_000) + bytes(500))
        place = lying.index(struct.pack("<HH", 0x0028, 0x0010)) + 8
        lying[place : place + 2] = struct.pack("<H", rows)
        film.write_bytes(lying)
        assert refused(film) == "truncated"


def test_a_header_element_that_promises_gigabytes_takes_no_memory(film: Path):
    data = bytearray(film.read_bytes())
    at = data.index(struct.pack("<HH", 0x0028, 0x0002))
    film.write_bytes(data[:at] + struct.pack("<HH2sHI", 0x0028, 0x0001, b"OB", 0, 3_000_000_000) + data[at:])
    assert refused(film) == "truncated"


def test_deep_nesting_is_refused_or_read_but_never_crashes(film: Path):
    item = Dataset()
    item.PatientID = "deep"
    for _ in range(60):
        outer = Dataset()
        outer.RequestAttributesSequence = Sequence([item])
        item = outer
    changed(film, RequestAttributesSequence=item.RequestAttributesSequence)
    assert read_instance(film).rows == 64
    opened = struct.pack("<HH2sHI", 0x0040, 0x0275, b"SQ", 0, 0xFFFFFFFF) + struct.pack(
        "<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF
    )
    data = film.read_bytes()
    at = data.index(struct.pack("<HH", 0x0040, 0x0275))
    film.write_bytes(data[:at] + opened * 20000 + data[at:])
    assert refused(film) in {"malformed", "truncated"}


def test_a_deflated_film_is_read_and_a_deflate_bomb_is_refused(film: Path, monkeypatch: pytest.MonkeyPatch):
    data, head = film.read_bytes(), io.BytesIO()
    meta = pydicom.dcmread(film).file_meta
    meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    pydicom.filewriter.write_file_meta_info(head, meta)
    start = 132 + 12 + struct.unpack_from("<I", data, 132 + 8)[0]
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    front = data[:132] + head.getvalue()
    film.write_bytes(front + packer.compress(data[start:]) + packer.flush())
    assert np.array_equal(read_stored_values(film), PIXELS)
    monkeypatch.setattr(source, "INFLATED_LIMIT", 1 << 20)
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    film.write_bytes(front + packer.compress(bytes(8 << 20)) + packer.flush())
    assert film.stat().st_size < 20_000 and refused(film) == "bomb"


def test_unknown_compression_is_refused_with_a_remedy(film: Path, shared: Path):
    assert refused(shared / "dicom" / "dcm4che" / "will-jxl.dcm") == "unsupported_transfer_syntax"


def test_messages_hold_no_patient_and_no_path(tmp_path: Path):
    path = dicom_file(tmp_path / "CANARY-NAME.dcm", PIXELS, PatientName="CANARY^NAME", PatientID="CANARY-ID", Rows=0)
    with pytest.raises(FilmRefused) as caught:
        read_instance(path)
    assert "CANARY" not in f"{caught.value}{caught.value.__cause__}"


def test_every_refusal_is_two_plain_sentences():
    for message, remedy in REASONS.values():
        assert message.endswith(".") and remedy.endswith(".") and "Error" not in message


def test_enhanced_objects_keep_their_windows_in_functional_groups(film: Path):
    group, item, scale = Dataset(), Dataset(), Dataset()
    item.WindowCenter, item.WindowWidth = 700, 300
    scale.RescaleSlope, scale.RescaleIntercept = 2, -10
    group.FrameVOILUTSequence = Sequence([item])
    group.PixelValueTransformationSequence = Sequence([scale])
    found = read_instance(changed(film, SharedFunctionalGroupsSequence=Sequence([group])))
    assert (found.windows[0].center, found.rescale_slope, found.rescale_intercept) == (700, 2, -10)
