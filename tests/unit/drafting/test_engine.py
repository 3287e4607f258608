"""A film and a model become a draft, or a refusal with a reason and a remedy."""

import hashlib
import json

import numpy as np
import pytest

from tests import synthetic, toy_model
from tests.unit.drafting.conftest import film_file
from workstation.drafting.endings import Stopped
from workstation.drafting.engine import Engine
from workstation.drafting.messages import DraftRequest, StateEvent, TokenEvent
from workstation.errors import FilmRefused, ModelError
from workstation.reporting.draft import Draft
from workstation.settings import Settings


@pytest.fixture
def engine(home):
    made = Engine(home, Settings({"model": "toy"}))
    yield made
    made.close()


def request(path, **wishes):
    return DraftRequest("r1", str(path), **{"greedy": True, **wishes})


def test_the_decoders_words_become_a_draft_under_the_rules(home, engine, film):
    toy_model.install(home, deniable=("edema",))
    draft = engine.draft(request(film))
    assert draft.findings == "The heart is enlarged. Left pleural effusion. There is no edema."
    assert draft.impression == "Cardiomegaly and a pleural effusion."
    assert "pneumothorax" in draft.not_assessed and "edema" not in draft.not_assessed
    assert [s.contradicts for s in draft.sentences if s.text == "There is no edema."] == [("edema",)]
    assert draft.stopped_by == "end"
    assert any("pneumothorax" in warning for warning in draft.warnings)
    assert draft.model.sha256 == hashlib.sha256((home.models / "toy" / "model.safetensors").read_bytes()).hexdigest()
    assert (draft.model.backend, draft.model.clinical, draft.model.hash_checked) == ("torch", False, "full")
    assert Draft.from_json(json.loads(json.dumps(draft.to_json()))) == draft


def test_what_streams_is_what_the_record_says(home, engine, film):
    toy_model.install(home)
    events = []
    draft = engine.draft(request(film), events.append)
    assert [event.state for event in events if isinstance(event, StateEvent)] == ["loading", "encoding", "writing"]
    words = {"findings": "", "impression": ""}
    for event in events:
        if isinstance(event, TokenEvent):
            words[event.section] += event.text
    assert words == {"findings": draft.findings, "impression": draft.impression}


def test_seconds_count_from_the_request_and_grow(home, engine, film):
    toy_model.install(home)
    for _ in range(2):
        seconds = engine.draft(request(film)).seconds
        assert 0 <= seconds.load <= seconds.encode <= seconds.first_token <= seconds.total


def test_pixels_are_named_by_their_stored_values(home, engine, tmp_path):
    toy_model.install(home)
    pixels = synthetic.chest(4, rows=260, columns=250)
    path = synthetic.dicom_file(tmp_path / "a.dcm", pixels, ViewPosition="PA")
    assert engine.draft(request(path)).pixel_sha256 == hashlib.sha256(pixels.astype("<u2").tobytes()).hexdigest()


def test_the_same_seed_gives_the_same_text_and_a_missing_one_is_drawn(home, engine, film):
    toy_model.install(home)
    one, two = (engine.draft(request(film, seed=7, greedy=False)) for _ in range(2))
    assert (one.text, one.seed, one.decoding.temperature) == (two.text, 7, 0.2)
    drawn = {engine.draft(request(film, greedy=False)).seed for _ in range(3)}
    assert len(drawn) == 3 and all(0 <= seed < 2**31 for seed in drawn)


def test_sides_are_opened_where_the_film_does_not_tell_them(home, engine, tmp_path):
    toy_model.install(home)
    draft = engine.draft(request(film_file(tmp_path, PatientOrientation=None)))
    assert "[right/left] pleural effusion." in draft.findings.replace("[right/left] P", "[right/left] p")
    assert "eft pleural" not in draft.findings.replace("[right/left]", "")
    mirrored = engine.draft(request(film_file(tmp_path, "b.dcm", PatientOrientation=["R", "F"])))
    assert "Left pleural effusion." in mirrored.findings  # the model was shown it the right way round


@pytest.mark.parametrize(
    ("tags", "code"),
    [
        ({"ViewPosition": "LL"}, "lateral"),
        ({"BodyPartExamined": "HAND"}, "not_chest"),
        ({"PatientAge": "003Y"}, "age"),
    ],
)
def test_the_header_refuses_before_the_model_is_loaded(home, engine, tmp_path, tags, code):
    (toy_model.install(home) / "model.safetensors").write_bytes(b"never read")
    with pytest.raises(FilmRefused) as refused:
        engine.draft(request(film_file(tmp_path, **tags)))
    assert refused.value.code == code
    assert refused.value.remedy


def test_a_corrected_age_stands_in_for_the_headers(home, engine, tmp_path):
    toy_model.install(home)
    path = film_file(tmp_path, PatientAge="057Y")
    with pytest.raises(FilmRefused) as refused:
        engine.draft(request(path, patient_age="003Y"))
    assert refused.value.code == "age"
    child = film_file(tmp_path, "child.dcm", PatientAge="003Y", PatientBirthDate="20230101")
    assert engine.draft(request(child, patient_age="057Y")).findings


@pytest.mark.parametrize(("seems", "code"), [("lateral chest", "lateral"), ("other", "not_chest"), ("child", "age")])
def test_the_encoder_refuses_what_the_header_let_pass(home, engine, tmp_path, seems, code):
    toy_model.install(home, seems=seems)
    path = film_file(tmp_path, PatientAge="", PatientBirthDate="")
    with pytest.raises(FilmRefused) as refused:
        engine.draft(request(path))
    assert refused.value.code == code
    draft = engine.draft(request(path, anyway=True))
    assert draft.override == code
    assert draft.findings
    assert any("anyway" in warning for warning in draft.warnings)


def test_a_stated_age_outweighs_a_childlike_film(home, engine, film):
    toy_model.install(home, seems="child")
    draft = engine.draft(request(film))
    assert draft.override == ""
    assert any("child" in warning for warning in draft.warnings)


def test_it_stops_at_the_next_token(home, engine, film):
    toy_model.install(home, endless=True)
    asked = iter(range(10**6))
    with pytest.raises(Stopped):
        engine.draft(request(film), stop=lambda: next(asked) > 20)
    assert next(asked) < 25


def test_both_backends_write_the_same(home, engine, film):
    pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed on this machine")
    toy_model.install(home)
    one = engine.draft(request(film, backend="torch"))
    two = engine.draft(request(film, backend="llama.cpp"))
    assert two.text == one.text
    assert (two.model.backend, two.model.quantisation) == ("llama.cpp", "F32")
    cached = list((home.models / "toy").glob("*.gguf"))
    assert len(cached) == 1
    made = cached[0].stat().st_mtime_ns
    engine.close()
    assert engine.draft(request(film, backend="llama.cpp")).text == one.text
    assert cached[0].stat().st_mtime_ns == made  # written once
    cached[0].write_bytes(cached[0].read_bytes()[:-1000])
    engine.close()
    assert engine.draft(request(film, backend="llama.cpp")).text == one.text  # a rotten cache is written anew


def test_changed_weights_are_refused_and_replaced_ones_are_loaded(home, engine, film):
    folder = toy_model.install(home)
    engine.draft(request(film))
    weights = bytearray((folder / "model.safetensors").read_bytes())
    weights[-3] ^= 1
    (folder / "model.safetensors").write_bytes(weights)
    with pytest.raises(ModelError) as refused:
        engine.draft(request(film))
    assert refused.value.code == "damaged_model"
    weights[-3] ^= 1
    (folder / "model.safetensors").write_bytes(weights)
    assert engine.draft(request(film)).findings


@pytest.mark.parametrize("harm", ["cut", "empty", "config", "tokenizer"])
def test_a_model_that_is_wrong_inside_is_refused_though_its_hash_is_right(home, engine, film, harm):
    folder = toy_model.install(home)
    name = {"config": "config.json", "tokenizer": "tokenizer.json"}.get(harm, "model.safetensors")
    data = (folder / name).read_bytes()
    (folder / name).write_bytes(b"" if harm == "empty" else data[: len(data) // 2])
    text = (folder / "manifest.toml").read_text(encoding="utf-8").replace(hashlib.sha256(data).hexdigest(), "{sha}")
    now = (folder / name).read_bytes()
    text = text.replace(f"bytes = {len(data)}", f"bytes = {len(now)}").format(sha=hashlib.sha256(now).hexdigest())
    (folder / "manifest.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ModelError) as refused:
        engine.draft(request(film))
    assert refused.value.remedy


@pytest.mark.parametrize(
    ("wishes", "code"),
    [({"model": "none"}, "no_model"), ({"backend": "cloud"}, "backend"), ({"seed": -1}, "seed")],
)
def test_wishes_that_cannot_be_met_are_refused(home, engine, film, wishes, code):
    toy_model.install(home)
    with pytest.raises(ModelError) as refused:
        engine.draft(request(film, **wishes))
    assert refused.value.code == code


def test_files_that_are_no_films_are_refused(home, engine, tmp_path):
    toy_model.install(home)
    (tmp_path / "x.dcm").write_bytes(np.random.default_rng(1).bytes(500))
    for path in ("x.dcm", "absent.dcm", "."):
        with pytest.raises(FilmRefused):
            engine.draft(request(tmp_path / path))


def test_a_large_model_is_taken_by_time_and_hashed_behind(home, engine, film, monkeypatch):
    from workstation.catalog import installed

    monkeypatch.setattr(installed, "HASH_AT_ONCE_BYTES", 0)
    toy_model.install(home)
    assert engine.draft(request(film)).model.hash_checked == "full"
    engine.close()
    engine.draft(request(film))
    for thread in _named("model-hash"):
        thread.join()
    assert engine.draft(request(film)).model.hash_checked == "full"


def test_a_full_gpu_gives_way_to_the_processor_and_says_so(home, engine, film, monkeypatch):
    """A machine whose torch promises a GPU that has no room: torch is the witness here, not a part of ours."""
    import torch

    toy_model.install(home)

    def full(self, *where, **how):
        if "cuda" in (*where, how.get("device")):
            raise torch.cuda.OutOfMemoryError("CUDA out of memory")
        return to(self, *where, **how)

    to = torch.nn.Module.to
    monkeypatch.setattr(torch.nn.Module, "to", full)
    for name, answer in (("is_available", True), ("get_device_name", "Toy GPU"), ("empty_cache", None)):
        monkeypatch.setattr(torch.cuda, name, lambda answer=answer: answer)
    draft = engine.draft(request(film))
    assert draft.findings
    assert draft.model.device == "cpu"
    assert any("GPU" in warning for warning in draft.warnings)


def test_a_gpu_that_is_not_there_cannot_be_asked_for(home, engine, film, monkeypatch):
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    toy_model.install(home)
    with pytest.raises(ModelError) as refused:
        engine.draft(request(film, device="cuda"))
    assert refused.value.code == "device"


def _named(name):
    import threading

    return [thread for thread in threading.enumerate() if thread.name == name]
