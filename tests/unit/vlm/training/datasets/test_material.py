"""Films packed whole or not at all, patients on one side only, uncertain labels by the policy that was asked for."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests import synthetic
from tests.unit.vlm.training.tiny import films
from workstation.errors import TrainingError
from workstation.imaging import film
from workstation.imaging.encode import write_png
from workstation.imaging.prepare import prepare
from workstation.reporting.findings import Presence
from workstation.vlm.training import datasets, material
from workstation.vlm.training.datasets import pack as packing
from workstation.vlm.training.datasets import splits, uncertain
from workstation.vlm.training.datasets.pack import pack
from workstation.vlm.training.datasets.sample import Sample

P, A, U = Presence.PRESENT, Presence.ABSENT, Presence.UNCERTAIN


def sample(path, patient="p", split="", sealed=False, **labels):
    return Sample("toy", Path(path), patient, labels or {"edema": P}, split=split, sealed=sealed)


def test_a_packed_film_is_the_prepared_film_to_the_last_value(tmp_path):
    path = synthetic.dicom_file(tmp_path / "chest.dcm", synthetic.chest(3, rows=300, columns=240))
    packed = pack([sample(path)], tmp_path / "work")
    expected = prepare(film.load(film.describe(path)), 224, "letterbox")
    assert np.array_equal(packed.film(0), expected)
    again = pack([sample(path)], tmp_path / "work")
    assert np.array_equal(again.film(0), expected) and again.sha256 == packed.sha256
    assert packed.film(0, 32).shape == (32, 32)


def test_a_thousand_films_take_less_than_fifty_megabytes(tmp_path, shared):
    found = datasets.read(str(shared / "data" / "nih"))
    packed = pack(found.samples[:40], tmp_path)
    assert packed.bytes / 40 * 1000 < 50e6 and (packed.folder / "films.bin").stat().st_size == packed.bytes


def test_unreadable_and_lateral_films_are_left_out_with_their_reasons(tmp_path):
    place = films(tmp_path / "films", 6)
    (place / "3.png").write_bytes(b"no picture")
    side = synthetic.dicom_file(tmp_path / "side.dcm", np.full((40, 30), 9, np.uint16), ViewPosition="LL")
    front = synthetic.dicom_file(tmp_path / "front.dcm", np.full((40, 30), 9, np.uint16), PatientAge="050Y")
    found = datasets.read(str(place))
    odd = replace(found, samples=(*found.samples, sample(side), sample(front)), read=8)
    made = material.gather([odd], tmp_path / "work", splits.FRACTIONS, False)
    reasons = {each["reason"]: each["count"] for each in made.counts["left_out"]}
    assert made.counts["read"] == 8 and made.counts["kept"] == 6
    assert reasons.pop("not a frontal film") == 1
    assert [key.startswith("unreadable") for key in reasons] == [True] and sum(reasons.values()) == 1
    assert made.samples[-1].age == 50 and made.samples[-1].view == "PA"
    adults = material.gather([odd], tmp_path / "work", splits.FRACTIONS, False, ages=(60, 100))
    assert {"reason": "age outside 60 to 100 years", "count": 1} in adults.counts["left_out"]


def test_a_full_disk_leaves_no_pack_behind(tmp_path, monkeypatch):
    path = tmp_path / "a.png"
    write_png(path, np.zeros((20, 20), np.uint8))

    def full(*given):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(packing.os, "fsync", full)
    with pytest.raises(TrainingError, match="No space left") as caught:
        pack([sample(path)], tmp_path / "work")
    assert caught.value.code == "disk" and list((tmp_path / "work").iterdir()) == []


def test_patients_stay_on_one_side_whatever_else_comes_along():
    some = [sample("x", f"p{n % 400}") for n in range(1200)]
    sides = splits.divide(some)
    assert {len({sides[i] for i in range(n, 1200, 400)}) for n in range(400)} == {1}
    assert splits.divide([sample("y", "new"), *some])[1:] == sides
    assert 0.75 < sides.count("train") / 1200 < 0.85 and {"val", "test"} <= set(sides)


def test_official_and_sealed_splits():
    rows = [sample("a", "p1", "train"), sample("b", "p1", "test"), sample("c", "p2", "val"), sample("d", "p3")]
    assert splits.divide(rows, official=True)[:3] == ["test", "test", "val"]
    assert splits.divide(rows)[3] == splits.of_patient("p3")
    assert splits.divide([sample("a", "p9", "test", sealed=True)], (1.0, 0.0, 0.0)) == ["test"]


@pytest.mark.parametrize("text", ["1", "0.5,0.5,0.5", "a,b,c", "0,0.5,0.5", "1.2,-0.1,-0.1"])
def test_impossible_shares_are_refused(text):
    with pytest.raises(TrainingError, match=r"0\.8,0\.1,0\.1"):
        splits.fractions(text)


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("chexpert", [1, 1, 0, math.nan]),
        ("positive", [1, 1, 1, 1]),
        ("negative", [0, 0, 0, 0]),
        ("ignore", [math.nan] * 4),
    ],
)
def test_uncertain_labels_by_policy(policy, expected):
    names = ("atelectasis", "edema", "consolidation", "pneumonia")
    found = uncertain.targets([dict.fromkeys(names, U)], names, policy)
    assert np.array_equal(found[0], np.array(expected, np.float32), equal_nan=True)


def test_what_is_unknown_is_not_absent():
    assert math.isnan(uncertain.targets([{"edema": P}], ("mass",), "negative")[0, 0])
    assert uncertain.abnormal({"no finding": P, "edema": A}, "chexpert") == 0
    assert uncertain.abnormal({"edema": U}, "chexpert") == 1 and math.isnan(uncertain.abnormal({"edema": A}, "ignore"))


def test_reports_go_out_to_be_refined_and_come_back(tmp_path):
    found = datasets.read(str(films(tmp_path / "films", 12)))
    assert material.reports_table([found], tmp_path / "r.csv") == 2
    text = (tmp_path / "r.csv").read_text().replace("Small left", "Large right")
    (tmp_path / "r.csv").write_text(text)
    back = material.with_reports([found], tmp_path / "r.csv")[0]
    assert sum("Large right" in each.report for each in back.samples) == 2
    (tmp_path / "other.csv").write_text("image,report\nindex:z.png,Edema.\n")
    with pytest.raises(TrainingError, match=r"No film .* is named in other"):
        material.with_reports([found], tmp_path / "other.csv")
