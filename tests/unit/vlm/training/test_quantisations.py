"""The cost of each form is measured on validation films alone, and the numbers are those of the texts."""

import tomllib

import cv2
import numpy as np
import pytest

from tests import toy_model
from workstation.vlm.training import quantisations
from workstation.vlm.training.quantisations import FORMS, main

pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed on this machine")
HEAD = "image,source,origin_id,patient_id_if_known,view,labels,split,age,sex,view_position,rsna_class"


@pytest.fixture
def data(tmp_path):
    """Two films that may be read; the test split's file is not there: whoever opens it fails."""
    folder = tmp_path / "data" / "nih"
    folder.mkdir(parents=True)
    rows = [
        HEAD,
        "a.png,nih,a,1,frontal,cardiomegaly;pleural effusion,val,50,M,PA,",
        "t.png,nih,t,9,frontal,,test,50,M,PA,",
    ]
    rows += ["b.png,nih,b,2,frontal,pneumothorax,val,60,F,AP,", "c.png,nih,c,3,frontal,,train,60,F,AP,"]
    (folder / "index.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    for name in "ab":
        picture = np.random.default_rng(ord(name)).integers(0, 256, (40, 40)).astype(np.uint8)
        cv2.imwrite(str(folder / f"{name}.png"), picture)
    return folder.parent


def test_the_table_holds_what_each_form_costs(data, home, monkeypatch, capsys):
    monkeypatch.setattr(
        quantisations, "FORMS", tuple(form for form in FORMS if form.name in ("torch F32", "F32", "Q8_0"))
    )
    out = toy_model.install(home)
    assert main(["--data", str(data), "--out", str(out), "--threads", "1"]) == 0
    found = tomllib.loads((out / quantisations.FILE).read_text(encoding="utf-8"))
    assert capsys.readouterr().out == (out / quantisations.FILE).read_text(encoding="utf-8")
    exact, same, small = (found[name] for name in ("torch F32", "F32", "Q8_0"))
    # The toy names cardiomegaly and effusion in every film: two of the three that are there, and two that are not.
    assert exact["films"] == 2 and exact["micro_f1_paper_six"] == round(2 * 2 / (4 + 3), 4)
    assert exact["same_text"] == same["same_text"] == 1.0 and same["largest_logit_difference"] <= 1e-3
    assert small["largest_logit_difference"] > 0 and small["file_bytes"] < 0.5 * same["file_bytes"]
    assert all(table["tokens_per_second"] > 0 for table in (exact, same, small))


def test_a_missing_folder_is_told(tmp_path, home, capsys):
    assert main(["--data", str(tmp_path), "--out", str(toy_model.install(home))]) == 1
    assert "cannot be read" in capsys.readouterr().err
