"""What may train is read, what may not is never handed out; patients stay in one fold."""

import csv

import cv2
import numpy as np
import pytest

from workstation.vlm.training import data

FIELDS = ("image", "source", "patient_id_if_known", "split", "labels", "age", "sex", "view_position", "rsna_class")


@pytest.fixture
def folder(tmp_path):
    """Each trainable source in its layout, three films each; NIH has one test row."""
    for source in data.SOURCES:
        (tmp_path / source / "images").mkdir(parents=True)
        with (tmp_path / source / "index.csv").open("w", newline="") as file:
            table = csv.DictWriter(file, FIELDS)
            table.writeheader()
            for number, split in enumerate(("train", "val", "test")):
                grey = np.add.outer(np.arange(40), np.arange(60)).astype(np.uint8) * (number + 1)
                cv2.imwrite(str(tmp_path / source / "images" / f"{number}.png"), grey)
                table.writerow(
                    {"image": f"images/{number}.png", "source": "batch2", "patient_id_if_known": f"p{number}",
                     "split": split, "labels": "edema;mass" if number == 0 else "no finding", "age": 50, "sex": "F",
                     "view_position": "AP", "rsna_class": "Lung Opacity;Lung Opacity" if number == 1 else ""}
                )  # fmt: skip
    return tmp_path


def test_films_are_packed_once_and_the_test_rows_stay_sealed(folder, tmp_path):
    pack = data.load(folder, tmp_path / "cache", 16)
    assert pack.films.shape == (12, 16, 16) and pack.films.dtype == np.uint8
    again = data.load(folder, tmp_path / "cache", 16)
    assert np.array_equal(pack.films, again.films) and len(list((tmp_path / "cache").iterdir())) == 1
    everything = pack.where(lambda row: True)
    assert [(pack.rows[i].source, pack.rows[i].split) for i in pack.held_out()] == [("nih", "test")]
    left_out = [pack.rows[i] for i in set(range(12)) - set(everything.tolist())]
    assert {(row.source, row.patient) for row in left_out} == {("nih", "p2"), ("rsna_normal", "p2")}


def test_labels_become_targets_and_unknown_stays_unknown(folder, tmp_path):
    pack = data.load(folder, tmp_path / "cache", 16)
    first, second = pack.targets(np.array([0, 1]))
    present = {name for name, value in zip(data.TARGETS, first, strict=True) if value == 1}
    assert present == {"edema", "mass"}
    assert np.isnan(first[data.TARGETS.index("lung opacity")])
    assert second[data.TARGETS.index("lung opacity")] == 1 and second[data.TARGETS.index("no finding")] == 1


def test_films_keep_their_shape_inside_black_bars(folder, tmp_path):
    film = data.load(folder, tmp_path / "cache", 30).films[0]
    assert not film[:4].any() and not film[-4:].any() and film[15].any()


def test_every_patient_has_one_fold_and_folds_are_of_like_size():
    folds = np.bincount([data.fold_of(str(patient)) for patient in range(5000)])
    assert len(folds) == data.FOLDS and folds.min() > 850


def test_no_source_that_may_not_ship_is_read():
    assert not any(name.startswith(("covid_ieee", "openi")) for name in data.SOURCES)


def test_no_film_of_a_sealed_patient_trains(shared):
    if not (shared / "data" / "nih").is_dir():
        pytest.skip("the training films are absent")
    rows = [row for name in data.SOURCES for row in data.read_index(shared / "data" / name, name)]
    pack = data.Pack(np.zeros((len(rows), 1, 1), np.uint8), tuple(rows))
    sealed = set(pack.patients(pack.held_out()))
    kept = pack.where(lambda row: row.source in ("nih", "rsna_normal"))
    assert len(sealed) > 100 and len(kept) > 4000 and not sealed & set(pack.patients(kept))


def test_no_patient_of_a_fold_or_of_the_test_split_teaches_that_folds_encoders(shared):
    """Neither the first stage, which every fold shares, nor a fold's own films know a patient who is judged."""
    from workstation.vlm.training import encoder

    if not (shared / "data" / "nih").is_dir():
        pytest.skip("the training films are absent")
    rows = [row for name in data.SOURCES for row in data.read_index(shared / "data" / name, name)]
    pack = data.Pack(np.zeros((len(rows), 1, 1), np.uint8), tuple(rows))
    sealed = set(pack.patients(pack.held_out()))
    ours = pack.where(lambda row: row.source == "nih")
    first = set(pack.patients(encoder.first_films(pack)))
    assert len(first) > 3000 and not first & (sealed | set(pack.patients(ours)))
    for fold in range(data.FOLDS):
        judged = {p for p in pack.patients(ours) if data.fold_of(p) == fold}
        taught = set(pack.patients(encoder.fold_films(pack, fold)))
        assert judged and taught and not taught & (judged | sealed)
        assert judged | taught == set(pack.patients(ours))
