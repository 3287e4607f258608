"""The manifest that training writes is the one that the catalogue reads."""

import math

import pytest

from workstation.catalog import manifest as catalogue
from workstation.vlm.training import manifest

FACTS = {
    "id": "toy", "name": 'A "toy"', "clinical": False, "findings": ["edema", "pleural effusion"], "deniable": [],
    "preprocess": {"side": 128, "method": "letterbox"}, "accepts": {"views": ["PA"], "age_years": [18, 100]},
    "gate": {"child": 0.91234}, "scores": {"pleural effusion": {"auroc": 0.71, "auroc_high": math.nan, "positives": 3}},
}  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    for name in manifest.FILES:
        (tmp_path / name).write_bytes(name.encode())
    manifest.write(tmp_path, FACTS)
    return tmp_path


def test_every_fact_arrives(folder):
    read = catalogue.read(folder)
    assert (read.id, read.name, read.clinical) == ("toy", 'A "toy"', False)
    assert read.findings == ("edema", "pleural effusion") and read.deniable == ()
    assert read.preprocess == catalogue.Preprocess(128, "letterbox")
    assert read.gate == {"child": 0.9123}
    assert read.scores["pleural effusion"]["positives"] == 3
    assert math.isnan(read.scores["pleural effusion"]["auroc_high"])


def test_the_files_are_named_with_their_bytes_and_hashes(folder):
    files = {file.name: file.bytes for file in catalogue.read(folder).files}
    assert files == {name: len(name) for name in manifest.FILES}
