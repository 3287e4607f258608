"""Another maker's GGUF vision model: imported with its mmproj or refused, and asked in the words of its manifest."""

import shutil

import numpy as np
import pytest

from tests.unit.drafting.conftest import film_file
from tests.unit.vlm.test_foreign import built, eyes, folder, language  # noqa: F401  fixtures
from workstation.catalog import installed
from workstation.drafting import jobs
from workstation.drafting.engine import Engine
from workstation.drafting.ladder import Place, rungs
from workstation.drafting.messages import DraftRequest, JobRequest
from workstation.errors import ModelError
from workstation.imaging.film import describe, load
from workstation.imaging.prepare import prepare
from workstation.settings import Settings


def take(home, given):
    asked = JobRequest("1", "import", str(given), "other", accepted_terms=True)
    return jobs.run(home, asked, lambda what, share: None, lambda: False)


@pytest.fixture
def given(folder, tmp_path):  # noqa: F811
    """The two files alone, with terms and a stranger beside them."""
    made = tmp_path / "MedModel 4B"
    made.mkdir()
    for name in ("words.gguf", "mmproj.gguf"):
        shutil.move(folder / name, made / name)
    (made / "README.md").write_text("---\nlicense: gemma\n---\n", encoding="utf-8")
    (made / "run.py").write_text("raise SystemExit\n", encoding="utf-8")
    return made


def test_both_files_are_taken_and_the_manifest_says_how_to_ask(home, given):
    found = take(home, given)
    assert (found["status"], found["terms"]) == ("imported", "gemma")
    model = installed.find(home, "other")
    assert (model.manifest.kind, model.manifest.backends, model.manifest.clinical) == (
        "gguf-vision",
        ("llama.cpp",),
        False,
    )
    assert model.manifest.foreign and "FINDINGS" in model.manifest.prompts["report"]
    assert {file.name for file in model.manifest.files} == {"words.gguf", "mmproj.gguf", "README.md"}
    assert [each["name"] for each in found["left_out"]] == ["run.py"]
    assert jobs.run(home, JobRequest("1", "verify", model="other"), lambda *told: None, lambda: False)["ok"]


def test_the_mmproj_of_another_model_leaves_nothing_behind(home, given):
    (given / "mmproj.gguf").unlink()
    eyes(given / "mmproj.gguf", width=48)
    with pytest.raises(ModelError) as refused:
        take(home, given)
    assert refused.value.code == "wrong_mmproj"
    assert list(home.models.iterdir()) == []


def test_it_runs_as_the_file_that_it_is_and_is_not_converted(home, given):
    take(home, given)
    manifest = installed.find(home, "other").manifest
    ways = rungs(manifest, Place("auto", None, 1), (), None)
    assert [(way.backend, way.device, way.quantisation) for way in ways] == [("llama.cpp", "cpu", "F32")]
    with pytest.raises(ModelError) as refused:
        jobs.run(
            home, JobRequest("1", "convert", model="other", quantisation="Q8_0"), lambda *told: None, lambda: False
        )
    assert refused.value.code == "model_format"


def test_it_sees_the_whole_film_at_its_own_shape(tmp_path):
    film = load(describe(film_file(tmp_path)))
    assert prepare(film, 896, "whole").shape == (260, 250)
    small = prepare(film, 52, "whole")
    assert (small.shape, small.dtype) == ((52, 50), np.uint8)


def test_a_draft_is_made_or_the_way_to_the_missing_part_told(home, given, tmp_path):
    take(home, given)
    engine = Engine(home, Settings({"model": "other"}))
    request = DraftRequest("r1", film_file(tmp_path), greedy=True)
    if built():
        draft = engine.draft(request)
        assert (draft.model.backend, draft.probabilities) == ("llama.cpp", None)
    else:
        with pytest.raises(ModelError) as refused:
            engine.draft(request)
        assert refused.value.code == "backend" and "LLAVA_BUILD" in str(refused.value)
    engine.close()
