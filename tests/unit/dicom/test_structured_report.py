"""Reports and key selections of other programs: numbers with units, films by name, damage refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from workstation.dicom.structured_report import read_structured_report
from workstation.errors import FilmRefused

REPORTS = ("highdicom/sr_document.dcm", "highdicom/sr_document_with_multiple_groups.dcm", "orthanc/MarekLatin2.dcm")


def test_measurements_come_with_unit_identity_and_films(shared: Path) -> None:
    report = read_structured_report(shared / "dicom" / REPORTS[1])
    assert report.title == "Imaging Measurement Report" and not report.selects_key_images
    first, second, *_ = report.numbers
    assert (first.name, first.unit) == ("Intensity Histogram Mean", "[hnsf'U]")
    assert (second.code, second.value, second.unit, second.tracking_id) == ("81827009", 10.0, "mm", "LungNodule0001")
    assert second.tracking_uid and second.tracking_uid != first.tracking_uid
    assert len(report.references) == 1


@pytest.mark.parametrize("name", REPORTS)
def test_half_a_report_is_refused_or_says_less_but_never_crashes(shared: Path, tmp_path: Path, name: str) -> None:
    whole = (shared / "dicom" / name).read_bytes()
    for end in range(200, len(whole), max(1, len(whole) // 60)):
        (tmp_path / "half.dcm").write_bytes(whole[:end])
        try:
            read_structured_report(tmp_path / "half.dcm")
        except FilmRefused:
            continue


def test_a_film_is_no_report(samples: Path) -> None:
    with pytest.raises(FilmRefused) as refused:
        read_structured_report(sorted(samples.glob("*.dcm"))[0])
    assert refused.value.code == "not_companion"
