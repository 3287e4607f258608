"""Names in every character set of PS3.5 6.1 that hospitals use, as the makers of these files meant them to read."""

from __future__ import annotations

from pathlib import Path

import pydicom
import pytest

from tests.synthetic import dicom_file
from workstation.dicom.reader import read_instance
from workstation.dicom.source import open_source
from workstation.dicom.text import encodings, text

CLUNIE = {  # as the screenshot beside them shows them
    "SCSARAB": "قباني^لنزار",
    "SCSFREN": "Buc^Jérôme",
    "SCSGERM": "Äneas^Rüdiger",
    "SCSGREEK": "Διονυσιος",
    "SCSH31": "Yamada^Tarou=山田^太郎=やまだ^たろう",
    "SCSH32": "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう",
    "SCSHBRW": "שרון^דבורה",
    "SCSI2": "Hong^Gildong=洪^吉洞=홍^길동",
    "SCSRUSS": "Люкceмбypг",
    "SCSX1": "Wang^XiaoDong=王^小東=",
    "SCSX2": "Wang^XiaoDong=王^小东=",
}
FODICOM = {
    "chrArab.dcm": CLUNIE["SCSARAB"],
    "chrFren.dcm": CLUNIE["SCSFREN"],
    "chrGB2312.dcm": "Zhang^XiaoDong=张^小东=",
    "chrGerm.dcm": CLUNIE["SCSGERM"],
    "chrGreek.dcm": CLUNIE["SCSGREEK"],
    "chrH31.dcm": CLUNIE["SCSH31"],
    "chrH32.dcm": CLUNIE["SCSH32"],
    "chrHbrw.dcm": CLUNIE["SCSHBRW"],
    "chrI2.dcm": CLUNIE["SCSI2"],
    "chrJapMulti.dcm": "やまだ^たろう",
    "chrJapMultiExplicitIR6.dcm": "やまだ^たろう",
    "chrKoreanMulti.dcm": "김희중",
    "chrRuss.dcm": CLUNIE["SCSRUSS"],
    "chrX1.dcm": CLUNIE["SCSX1"],
    "chrX2.dcm": CLUNIE["SCSX2"],
}
LENA = {  # what of "éüäöòДΘĝדصķћ๛ﾈİ" each character set can hold
    "arabic": "Test-ص",
    "ascii": "Test-",
    "cyrillic": "Test-Дћ",
    "greek": "Test-Θ",
    "hebrew": "Test-ד",
    "latin1": "Test-éüäöò",
    "latin2": "Test-éüäö",
    "latin3": "Test-éüäöòĝİ",
    "latin4": "Test-éüäöķ",
    "latin5": "Test-éüäöòİ",
    "shift-jis": "Test-ДΘﾈ",
    "tis-620": "Test-๛",
    "utf8": "Test-éüäöòДΘĝדصķћ๛ﾈİ",
}


def name_in(path: Path) -> str:
    dataset = open_source(path).dataset
    return text(dataset, "PatientName", encodings(dataset))


@pytest.mark.parametrize("name", CLUNIE)
def test_clunies_names(shared: Path, name: str) -> None:
    assert name_in(shared / "dicom" / "orthanc" / "Encodings" / "DavidClunie" / name) == CLUNIE[name]


@pytest.mark.parametrize("name", FODICOM)
def test_fo_dicoms_names(shared: Path, name: str) -> None:
    assert name_in(shared / "dicom" / "fodicom" / "charset" / name) == FODICOM[name]


@pytest.mark.parametrize("name", LENA)
def test_orthancs_names(shared: Path, name: str) -> None:
    assert name_in(shared / "dicom" / "orthanc" / "Encodings" / f"Lena-{name}.dcm") == LENA[name]


def test_a_name_in_two_scripts_keeps_both(shared: Path) -> None:
    found = read_instance(shared / "dicom" / "orthanc" / "Encodings" / "DavidClunie" / "SCSI2")
    assert (found.patient_name, found.patient_name_ideographic) == ("Hong Gildong", "洪 吉洞")


@pytest.mark.parametrize(
    ("charset", "name", "packed"),
    [
        ("ISO_IR 166", "สมชาย^ใจดี", "สมชาย^ใจดี".encode("tis_620")),
        ("GBK", "王^小东", "王^小东".encode("gbk")),
        ("GB18030", "㐀^小东", "㐀^小东".encode("gb18030")),
        ("ISO_IR 192", "김^희중", "김^희중".encode()),
    ],
)
def test_a_whole_name_in_one_set(tmp_path: Path, charset: str, name: str, packed: bytes) -> None:
    import numpy as np

    path = dicom_file(
        tmp_path / "a.dcm", np.zeros((8, 8), np.uint16), PatientName="X" * (len(packed) + len(packed) % 2)
    )
    dataset = pydicom.dcmread(path)
    data = path.read_bytes()
    declared = str(dataset.SpecificCharacterSet).encode()
    length = len(charset) + len(charset) % 2
    old = b"CS" + bytes([len(declared) + len(declared) % 2, 0]) + declared + b" " * (len(declared) % 2)
    new = b"CS" + bytes([length, 0]) + charset.encode().ljust(length)
    assert data.count(old) == 1
    data = data.replace(old, new).replace(
        b"X" * (len(packed) + len(packed) % 2), packed.ljust(len(packed) + len(packed) % 2)
    )
    path.write_bytes(data)
    assert read_instance(path).patient_name == name.replace("^", " ")
