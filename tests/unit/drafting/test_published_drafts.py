"""An imported published checkpoint drafts what the original wrote, on both backends; a full device steps down."""

import json

import pytest
import torch

from tests import toy_published
from tests.unit.drafting.conftest import film_file
from tests.unit.vlm.test_golden import SETS, each_set
from workstation.catalog import room
from workstation.drafting import jobs
from workstation.drafting.engine import Engine
from workstation.drafting.messages import AskRequest, DraftRequest, JobRequest
from workstation.errors import ModelError
from workstation.reporting.sentences import words
from workstation.settings import Settings
from workstation.vlm import device as devices

GREEDY = {"greedy": True, "anyway": True}


def silent(what, share):
    pass


def take(home, folder, id_="foreign"):
    jobs.run(home, JobRequest("1", "import", str(folder), id_, accepted_terms=True), silent, lambda: False)
    return home.models / id_


def edit(folder, *changes):
    path = folder / "manifest.toml"
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def foreign(home, tmp_path):
    return take(home, toy_published.write(tmp_path / "published"))


@pytest.fixture
def engine(home):
    made = Engine(home, Settings({"model": "foreign"}))
    yield made
    made.close()


def request(path, **wishes):
    return DraftRequest("r1", str(path), **{**GREEDY, **wishes})


@each_set
def test_the_draft_holds_the_words_that_the_original_wrote(home, folder, engine):
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    installed = take(home, folder / "checkpoint")
    edit(installed, ("max_new_tokens = 512", f"max_new_tokens = {expected['max_new_tokens']}"))
    for case in (case for case in expected["cases"] if case["task"] == "report"):
        for backend in ("torch", "llama.cpp"):
            if backend == "llama.cpp":
                pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed on this machine")
            draft = engine.draft(request(folder / "images" / case["image"], backend=backend))
            assert words(f"{draft.findings} {draft.impression}") == words(case["text_decoded_at_once"])
            assert draft.prompt == case["prompt"] and draft.probabilities is None
            ended = case["stopped_by"] == "</s>"
            assert list(draft.token_ids) == case["generated_ids"][: -1 if ended else None]
            assert draft.tokens == len(draft.token_ids)


@each_set
def test_the_answers_are_those_of_the_original(home, folder, engine):
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    installed = take(home, folder / "checkpoint")
    edit(installed, ("max_new_tokens = 512", f"max_new_tokens = {expected['max_new_tokens']}"))
    for case in (case for case in expected["cases"] if case["task"] != "report"):
        path = str(folder / "images" / case["image"])
        answer = engine.ask(AskRequest("a1", path, case["task"], case.get("question") or "", **GREEDY))
        assert answer.prompt == case["prompt"]
        assert words(answer.text) == words(case["text_decoded_at_once"])


@pytest.mark.skipif(not SETS, reason="no reference vectors (CXR_GOLDEN or ../shared/golden)")
def test_the_crop_of_a_wide_film_is_told(home, engine):
    take(home, SETS[0] / "checkpoint")
    draft = engine.draft(request(SETS[0] / "images" / "wide_grey.png"))
    assert any("left and right" in warning for warning in draft.warnings)


# memory


def _torch_with_a_full_gpu(monkeypatch):
    """A machine whose torch promises a GPU that has no room: torch is the witness here, not a part of ours."""

    def full(self, *where, **how):
        if "cuda" in (*where, how.get("device")):
            raise torch.cuda.OutOfMemoryError("CUDA out of memory")
        return to(self, *where, **how)

    to = torch.Tensor.to
    monkeypatch.setattr(torch.Tensor, "to", full)
    for name, answer in (("is_available", True), ("get_device_name", "Toy"), ("empty_cache", None)):
        monkeypatch.setattr(torch.cuda, name, lambda answer=answer: answer)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda: True)


def test_a_full_gpu_steps_down_to_the_processor(foreign, engine, tmp_path, monkeypatch):
    _torch_with_a_full_gpu(monkeypatch)
    draft = engine.draft(request(film_file(tmp_path)))
    assert (draft.model.backend, draft.model.device, draft.model.quantisation) == ("torch", "cpu", "F32")
    assert any("GPU" in warning and "processor" in warning for warning in draft.warnings)


def test_a_large_model_steps_down_to_what_was_converted(home, foreign, engine, tmp_path, monkeypatch):
    pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed on this machine")
    jobs.run(home, JobRequest("1", "convert", model="foreign", quantisation="Q8_0"), silent, lambda: False)
    # 20 GB in 32 bits, 10 in 16; of the language model's 8 GB Q8_0 leaves 5: what fits into 8 GB is Q8_0 alone.
    edit(foreign, ("encoder = ", "encoder = 500000000 #"), ("language = ", "language = 4500000000 #"))
    edit(foreign, ("cache = ", "cache = 0 #"), ("needs_bytes = ", "needs_bytes = 10000000000 #"))
    monkeypatch.setattr(room, "memory_bytes", lambda: 8 * 10**9)
    draft = engine.draft(request(film_file(tmp_path)))
    assert (draft.model.backend, draft.model.quantisation) == ("llama.cpp", "Q8_0")
    assert any("10.6 GB" in warning and "Q8_0 on the processor" in warning for warning in draft.warnings)


def test_too_little_memory_is_refused_before_a_weight_is_read(foreign, engine, tmp_path, monkeypatch):
    edit(foreign, ("language = ", "language = 6700000000 #"), ("needs_bytes = ", "needs_bytes = 14000000000 #"))
    monkeypatch.setattr(room, "memory_bytes", lambda: 8 * 10**9)
    monkeypatch.setattr(devices, "failures_told", None)  # around every load: not reached
    with pytest.raises(ModelError) as refused:
        engine.draft(request(film_file(tmp_path)))
    assert refused.value.code == "memory"
    assert "GB" in refused.value.message and "--quantise Q4_K_M" in refused.value.remedy


def test_what_was_not_converted_is_named_with_the_way_to_it(foreign, engine, tmp_path):
    with pytest.raises(ModelError) as refused:
        engine.draft(request(film_file(tmp_path), quantisation="Q4_K_M"))
    assert refused.value.code == "not_converted"
    assert "models convert foreign --quantise Q4_K_M" in refused.value.remedy


def test_memory_that_gives_out_in_the_midst_steps_down_once_more(foreign, engine, tmp_path, monkeypatch):
    pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed on this machine")
    from workstation.drafting import minds

    def none_left(*given):
        raise RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory")

    monkeypatch.setattr(minds, "generate", none_left)
    draft = engine.draft(request(film_file(tmp_path)))
    assert draft.model.backend == "llama.cpp"
    assert any("memory" in warning and "F32 on the processor" in warning for warning in draft.warnings)


# verbs of the worker


@pytest.mark.parametrize("verb", ["import", "convert", "verify"])
def test_work_that_is_stopped_leaves_no_trace(home, foreign, tmp_path, verb):
    other = toy_published.write(tmp_path / "other", seed=1)
    before = sorted(path.name for path in home.models.rglob("*"))
    wishes = {"folder": str(other), "accepted_terms": True} if verb == "import" else {"model": "foreign"}
    with pytest.raises(ModelError) as stopped:
        jobs.run(home, JobRequest("1", verb, quantisation="F16", **wishes), silent, lambda: True)
    assert stopped.value.code == "stopped"
    assert sorted(path.name for path in home.models.rglob("*")) == before


def test_progress_grows_to_the_whole(home, tmp_path):
    heard = []
    folder = toy_published.write(tmp_path / "published")
    asked = JobRequest("1", "import", str(folder), accepted_terms=True)
    jobs.run(home, asked, lambda what, share: heard.append(share), lambda: False)
    assert heard == sorted(heard) and heard[-1] == 1.0
