"""Each dataset in its official layout, in miniature: what is read, what is left out and why, what is refused."""

import csv
import gzip
import math
from collections import Counter

import numpy as np
import pytest

from tests import synthetic
from workstation.errors import TrainingError
from workstation.imaging.encode import write_png
from workstation.reporting.findings import Presence
from workstation.vlm.training import datasets

P, A, U = Presence.PRESENT, Presence.ABSENT, Presence.UNCERTAIN
CHEXPERT = (
    "No Finding", "Enlarged Cardiomediastinum", "Cardiomegaly", "Lung Opacity", "Lung Lesion", "Edema", "Consolidation",
    "Pneumonia", "Atelectasis", "Pneumothorax", "Pleural Effusion", "Pleural Other", "Fracture", "Support Devices",
)  # fmt: skip


def film(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    write_png(path, np.full((20, 16), 90, np.uint8))
    return path


def dicom(path, **tags):
    path.parent.mkdir(parents=True, exist_ok=True)
    return synthetic.dicom_file(path, np.full((20, 16), 90, np.uint16), **tags)


def table(path, header, *rows, delimiter=","):
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", newline="") if path.suffix == ".gz" else path.open("w", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows([header, *rows])


def read(place):
    found = datasets.read(str(place))
    assert found.read == len(found.samples) + sum(found.left_out.values()), "a row was dropped in silence"
    return found, {sample.image.name: sample for sample in found.samples}


def test_nih(tmp_path):
    table(
        tmp_path / "Data_Entry_2017_v2020.csv",
        ["Image Index", "Finding Labels", "Follow-up #", "Patient ID", "Patient Age", "Patient Gender",
         "View Position", "OriginalImage[Width", "Height]"],
        ["00000001_000.png", "Cardiomegaly|Effusion", 0, "00000001", "058Y", "M", "PA", 2682, 2749],
        ["00000002_000.png", "No Finding", 0, 2, 81, "F", "AP", 2500, 2048],
        ["00000003_000.png", "No Finding", 0, 3, 81, "F", "AP", 2500, 2048],
        ["00000004_000.png", "Gout", 0, 4, 81, "F", "PA", 2500, 2048],
        ["00000005_000.png", "", 0, 5, 81, "F", "PA", 2500, 2048],
    )  # fmt: skip
    for name in ("00000001_000", "00000004_000", "00000005_000"):
        film(tmp_path / "images_001" / "images" / f"{name}.png")
    film(tmp_path / "images_012" / "images" / "00000002_000.png")
    (tmp_path / "test_list.txt").write_text("00000002_000.png\n")
    found, by = read(tmp_path)
    assert found.name == "nih" and found.left_out == {
        "the film is not there": 1, "unknown label Gout": 1, "no label": 1
    }  # fmt: skip
    first, second = by["00000001_000.png"], by["00000002_000.png"]
    assert (first.patient, first.age, first.sex, first.view) == ("nih:1", 58, "M", "PA")
    assert first.labels["pleural effusion"] is P and first.labels["edema"] is A and first.labels["no finding"] is A
    assert second.labels["no finding"] is P and second.split == "test" and second.patient == "nih:2"


def test_chexpert(tmp_path):
    root = tmp_path / "anything-small"
    header = ["Path", "Sex", "Age", "Frontal/Lateral", "AP/PA", *CHEXPERT]
    view = "CheXpert-v1.0-small/train/patient00001/study1/view1_frontal.jpg"
    labels = ["", "", 1.0, "", "", -1.0, "", "", "", 0.0, "", "", "", 1.0]
    table(
        root / "train.csv",
        header,
        [view, "Female", 68, "Frontal", "AP", *labels],
        [view.replace("frontal", "lateral"), "Female", 68, "Lateral", "", *labels],
        [view.replace("00001", "00002"), "Male", 40, "Frontal", "PA", 1.0, *[""] * 13],
        [view.replace("00001", "00003"), "Male", 40, "Frontal", "PA", *[""] * 14],
        [view.replace("00001", "00004"), "Male", 40, "Frontal", "PA", 7, *[""] * 13],
    )
    table(root / "valid.csv", header, [view.replace("/train/", "/valid/"), "Female", 68, "Frontal", "AP", *labels])
    for name in ("train/patient00001", "train/patient00002", "valid/patient00001"):
        film(root / name / "study1" / "view1_frontal.jpg")
    found, _ = read(root)
    assert found.left_out == {"not a frontal film": 1, "no label": 1, "a label that is not 1, 0, -1 or blank": 1}
    first, normal, valid = found.samples
    assert (first.patient, first.age, first.sex, first.view) == ("chexpert:patient00001", 68, "F", "AP")
    assert first.labels == {
        "no finding": A, "cardiomegaly": P, "edema": U, "pneumothorax": A, "support devices": P
    }  # fmt: skip
    assert normal.labels["pneumonia"] is A and "support devices" not in normal.labels and valid.split == "val"


def test_mimic(tmp_path):
    columns = sorted(CHEXPERT)
    row = ["" if name != "Edema" else "1.0" for name in columns]
    table(tmp_path / "mimic-cxr-2.0.0-chexpert.csv.gz", ["subject_id", "study_id", *columns], [10000032, 5, *row])
    table(
        tmp_path / "mimic-cxr-2.0.0-metadata.csv.gz",
        ["dicom_id", "subject_id", "study_id", "PerformedProcedureStepDescription", "ViewPosition", "Rows"],
        ["a-b", 10000032, 5, "CHEST (PA AND LAT)", "PA", 3056],
        ["c-d", 10000032, 5, "CHEST (PA AND LAT)", "LATERAL", 3056],
        ["e-f", 10000032, 6, "CHEST (PA AND LAT)", "AP", 3056],
    )
    table(
        tmp_path / "mimic-cxr-2.0.0-split.csv.gz",
        ["dicom_id", "study_id", "subject_id", "split"],
        ["a-b", 5, 10000032, "validate"],
    )
    film(tmp_path / "files/p10/p10000032/s5/a-b.jpg")
    text = tmp_path / "mimic-cxr-reports/files/p10/p10000032/s5.txt"
    text.parent.mkdir(parents=True)
    text.write_text(
        " FINAL REPORT\n EXAMINATION:  CHEST\n\n FINDINGS: \n \n There is\n edema.\n\n IMPRESSION: \n Edema.\n"
    )
    found, by = read(tmp_path)
    sample = by["a-b.jpg"]
    assert found.left_out == {"not a frontal film": 1, "no label": 1}
    assert sample.report == "FINDINGS:\nThere is edema.\n\nIMPRESSION:\nEdema." and sample.split == "val"
    assert sample.patient == "mimic:10000032" and sample.labels == {"no finding": A, "edema": P}


def test_padchest(tmp_path):
    header = [
        "", "ImageID", "ImageDir", "StudyDate_DICOM", "StudyID", "PatientID", "PatientBirth", "PatientSex_DICOM",
        "ViewPosition_DICOM", "Projection", "Report", "Labels",
    ]  # fmt: skip
    rows = [
        ["1_a.png", "PA", "derram pleural", "['pleural effusion', 'scoliosis']"],
        ["2_a.png", "L", "normal", "['normal']"],
        ["3_a.png", "AP_horizontal", "normal", "['normal']"],
        ["4_a.png", "PA", "", "['exclude']"],
        ["5_a.png", "PA", "", "nan"],
        ["6_a.png", "PA", "", "__import__('os')"],
    ]
    table(
        tmp_path / "PADCHEST_chest_x_ray_images_labels_160K_01.02.19.csv",
        header,
        *[[i, name, 13, 20140915, "s", f"p{i}", 1940.0, "M", "", *rest] for i, (name, *rest) in enumerate(rows)],
    )
    for name, *_ in rows:
        write_png(film(tmp_path / "13" / name), np.arange(320, dtype=np.uint16).reshape(20, 16) * 100)
    found, by = read(tmp_path)
    assert found.left_out == {
        "not a frontal film": 1, "marked as unusable by the dataset": 1, "no label": 1, "labels that are not a list": 1
    }  # fmt: skip
    sick, well = by["1_a.png"], by["3_a.png"]
    assert sick.labels["pleural effusion"] is P and sick.labels["pneumonia"] is A and sick.labels["no finding"] is A
    assert (sick.language, sick.age, sick.sex, sick.report) == ("es", 74, "M", "derram pleural")
    assert well.view == "AP" and well.labels["no finding"] is P


def test_vindr(tmp_path):
    names = [
        "Aortic enlargement", "Atelectasis", "Cardiomegaly", "Clavicle fracture", "Consolidation", "Edema", "Emphysema",
        "Infiltration", "Lung Opacity", "Nodule/Mass", "Pleural effusion", "Pleural thickening", "Pneumothorax",
        "Pulmonary fibrosis", "Rib fracture", "Lung tumor", "Pneumonia", "No finding",
    ]  # fmt: skip
    votes = [{"Edema", "Rib fracture"}, {"Edema"}, {"Edema", "Pneumonia"}]
    judged = [["x", f"R{i}", *[int(n in vote) for n in names]] for i, vote in enumerate(votes)]
    lost = [["y", "R1", *[int(n == "No finding") for n in names]]]
    table(tmp_path / "annotations/image_labels_train.csv", ["image_id", "rad_id", *names], *judged, *lost)
    agreed = ["z", *[int(n == "No finding") for n in names]]
    table(tmp_path / "annotations/image_labels_test.csv", ["image_id", *names], agreed)
    dicom(tmp_path / "train" / "x.dicom")
    dicom(tmp_path / "test" / "z.dicom")
    found, by = read(tmp_path)
    assert found.left_out == {"the film is not there": 1}
    labels = by["x.dicom"].labels
    assert (labels["edema"], labels["fracture"], labels["pneumonia"], labels["atelectasis"]) == (P, U, U, A)
    assert by["z.dicom"].split == "test" and by["z.dicom"].labels["no finding"] is P


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_brixia(tmp_path, delimiter):
    table(
        tmp_path / "metadata_global_v2_process.csv",
        ["Filename", "BrixiaScore", "Subject"],
        ["1.dcm", "001022", 7],
        ["2.dcm", "22", 8],
        ["3.dcm", "0", 9],
        ["4.dcm", "9999999", 9],
        delimiter=delimiter,
    )
    for name in "1234":
        dicom(tmp_path / "dicom_clean" / f"{name}.dcm")
    found, by = read(tmp_path)
    assert found.left_out == {"a score that is not six digits from 0 to 3": 1}
    assert by["1.dcm"].labels == by["2.dcm"].labels == {"no finding": A, "lung opacity": P}
    assert by["3.dcm"].labels == {"lung opacity": A} and by["1.dcm"].patient == "brixia:7"


def test_rsna_covid(tmp_path):
    classes = ["Negative for Pneumonia", "Typical Appearance", "Indeterminate Appearance", "Atypical Appearance"]
    table(
        tmp_path / "train_study_level.csv",
        ["id", *classes],
        ["aa_study", 0, 1, 0, 0],
        ["bb_study", 1, 0, 0, 0],
        ["cc_study", 0, 0, 1, 0],
        ["dd_study", 1, 1, 0, 0],
    )
    films = [(f"{study}1_image", study) for study in ("aa", "bb", "cc", "dd", "ee")]
    table(
        tmp_path / "train_image_level.csv",
        ["id", "boxes", "label", "StudyInstanceUID"],
        *[[name, "", "none 1 0 0 1 1", study] for name, study in films],
    )
    for name, study in films[:4]:
        dicom(tmp_path / "train" / study / "s" / f"{name.removesuffix('_image')}.dcm")
    found, by = read(tmp_path)
    assert found.left_out == {"not exactly one appearance": 1, "the film is not there": 1}
    assert by["aa1.dcm"].labels == {"no finding": A, "lung opacity": P, "pneumonia": P}
    assert by["bb1.dcm"].labels == {"lung opacity": A, "pneumonia": A} and by["cc1.dcm"].labels["pneumonia"] is U


XML = """<?xml version="1.0" encoding="utf-8"?><eCitation><uId id="CXR{n}"/><MedlineCitation><Article><Abstract>
<AbstractText Label="COMPARISON">None.</AbstractText><AbstractText Label="FINDINGS">{text}</AbstractText>
<AbstractText Label="IMPRESSION">{text}</AbstractText></Abstract></Article></MedlineCitation><MeSH><major>normal</major>
</MeSH>{films}</eCitation>"""
PICTURE = '<parentImage id="CXR{n}_IM-{i}"><caption>{caption}</caption></parentImage>'


def test_openi(tmp_path):
    def study(n, text, *captions):
        films = "".join(PICTURE.format(n=n, i=i, caption=caption) for i, caption in enumerate(captions))
        (tmp_path / "ecgen-radiology" / f"{n}.xml").write_text(XML.format(n=n, text=text, films=films))
        for i in range(len(captions)):
            film(tmp_path / "NLMCXR_png" / f"CXR{n}_IM-{i}.png")

    (tmp_path / "ecgen-radiology").mkdir()
    study(1, "There is a pleural effusion.", "Chest PA and lateral", "Chest PA and lateral")
    study(2, "No pneumothorax.", "Portable chest")
    study(3, "No pneumothorax.", "PA and lateral", "PA and lateral")
    study(4, "", "Portable chest")
    study(5, "No film here.")
    (tmp_path / "ecgen-radiology" / "6.xml").write_text("<eCitation>")
    table(
        tmp_path / "indiana_projections.csv",
        ["uid", "filename", "projection"],
        [1, "1_IM-0.dcm.png", "Frontal"],
        [1, "1_IM-1.dcm.png", "Lateral"],
    )
    found, by = read(tmp_path)
    assert found.left_out == {
        "not a frontal film": 1, "the view is not told (add indiana_projections.csv)": 2, "an empty report": 1,
        "a report without a film": 1, "a report file that is damaged": 1,
    }  # fmt: skip
    assert by["CXR1_IM-0.png"].labels["pleural effusion"] is P
    assert by["CXR1_IM-0.png"].report.startswith("FINDINGS:\nThere is a pleural effusion.")
    assert by["CXR2_IM-0.png"].labels["pneumothorax"] is A and by["CXR2_IM-0.png"].patient == "openi:2"


def test_our_own_index(tmp_path):
    header = (
        "image,source,origin_id,patient_id_if_known,view,labels,report_findings,report_impression,licence,split,age,sex"
    )
    table(
        tmp_path / "index.csv",
        header.split(","),
        ["a.png", "nih", "a", "7", "frontal", "edema;mass", "", "", "free", "train", "40", "F"],
        ["b.png", "rsna_normal", "b", "7", "frontal", "no finding", "", "", "free", "test", "", ""],
        ["c.png", "elsewhere", "c", "", "lateral", "edema", "", "", "free", "train", "", ""],
        ["d.png", "elsewhere", "d", "", "frontal", "covid-19", "", "", "free", "train", "", ""],
    )
    for name in "abcd":
        film(tmp_path / f"{name}.png")
    found, by = read(tmp_path)
    assert found.left_out == {"not a frontal film": 1, "no label that is a finding of ours": 1}
    assert found.licence == "free" and by["a.png"].patient == by["b.png"].patient == "nih:7"
    assert by["a.png"].labels["mass"] is P and by["a.png"].labels["nodule"] is A and by["b.png"].sealed
    assert math.isnan(by["b.png"].age)


def test_the_folder_beside_the_project_is_read_whole(shared):
    found, _ = read(shared / "data" / "nih")
    assert found.left_out == {} and Counter(sample.split for sample in found.samples)["test"] == 183


@pytest.mark.parametrize(
    ("place", "code"), [("nowhere", "dataset_missing"), ("", "dataset_unknown"), ("nih=", "dataset_missing")]
)
def test_what_is_no_dataset_is_told(tmp_path, place, code):
    with pytest.raises(TrainingError) as caught:
        datasets.read(f"nih={tmp_path}" if place == "nih=" else str(tmp_path / place))
    assert caught.value.code == code and caught.value.remedy


def test_missing_columns_are_named(tmp_path):
    table(tmp_path / "Data_Entry_2017.csv", ["Image Index", "Patient ID"], ["a.png", 1])
    with pytest.raises(TrainingError, match="no column Finding Labels, View Position") as caught:
        datasets.read(str(tmp_path))
    assert caught.value.code == "dataset_columns"


def test_rows_without_films_and_damaged_tables_are_refused(tmp_path):
    table(
        tmp_path / "Data_Entry_2017.csv",
        ["Image Index", "Finding Labels", "Patient ID", "View Position"],
        ["a.png", "Mass", 1, "PA"],
    )
    with pytest.raises(TrainingError, match=r"Of 1 rows .* the film is not there") as caught:
        datasets.read(str(tmp_path))
    assert caught.value.code == "dataset_empty"
    (tmp_path / "mimic-cxr-2.0.0-metadata.csv.gz").write_bytes(b"\x1f\x8bnot really")
    (tmp_path / "mimic-cxr-2.0.0-chexpert.csv.gz").write_bytes(b"\x1f\x8bnot really")
    with pytest.raises(TrainingError) as caught:
        datasets.read(f"mimic={tmp_path}")
    assert caught.value.code == "dataset_table"
