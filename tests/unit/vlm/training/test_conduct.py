"""From films to a model that drafts: every stage on tiny films, its folder, its record, and what cannot begin."""

import json
import random
import shutil
import tomllib
from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F

from tests import synthetic, toy_published
from tests.unit.vlm.training.tiny import SIZES, films, plan
from workstation.command import main
from workstation.errors import TrainingError
from workstation.reporting.findings import Presence
from workstation.vlm import checkpoint, config
from workstation.vlm.config import ModelConfig, VisionConfig
from workstation.vlm.model import CxrLlava
from workstation.vlm.published import load as published_folder
from workstation.vlm.training import closing
from workstation.vlm.training.conduct import conduct
from workstation.vlm.training.datasets.sample import Sample
from workstation.vlm.training.stages import talk
from workstation.vlm.training.stages.contrast import label_text, symmetric, text_ids
from workstation.vlm.training.stages.talk import decisions


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Films, and every stage trained for a few steps from the one before."""
    here = tmp_path_factory.mktemp("train")
    conduct(plan(here, "encoder", steps=40, rate=3e-3, augment=0.0))
    conduct(plan(here, "contrast", start=here / "encoder"))
    conduct(plan(here, "align", start=here / "contrast"))
    conduct(plan(here, "finetune", start=here / "align", id="tiny"))
    return here


def test_the_encoder_learns_what_the_films_show(place):
    run = json.loads((place / "encoder" / "run.json").read_text())
    losses = run["history"]["encoder"]
    assert losses["last_loss"] < 0.8 * losses["first_loss"]
    assert _findings(place, "encoder") == _findings(place, "finetune") and "edema" in _findings(place, "encoder")


def test_each_folder_holds_the_parts_that_its_stage_made(place):
    def parts(name):
        tensors, _ = checkpoint.load(place / name / "model.safetensors")
        return {key.partition(".")[0] for key in tensors}

    assert parts("encoder") == parts("contrast") == {"vision_tower", "finding_head"}
    whole = {"vision_tower", "finding_head", "mm_projector", "llama", "lm_head"}
    assert parts("align") == parts("finetune") == whole
    assert not (place / "encoder" / "manifest.toml").exists() and (place / "align" / "manifest.toml").exists()


def test_alignment_moves_the_projector_alone(place):
    before, after = (checkpoint.load(place / name / "model.safetensors")[0] for name in ("contrast", "align"))
    assert all(torch.equal(value, after[name]) for name, value in before.items())
    tuned = checkpoint.load(place / "finetune" / "model.safetensors")[0]
    moved = {name.partition(".")[0] for name, value in tuned.items() if not torch.equal(value, after[name])}
    assert moved == {"vision_tower", "finding_head", "mm_projector", "llama", "lm_head"}


def test_the_record_says_how_to_do_it_again(place):
    run = json.loads((place / "finetune" / "run.json").read_text())
    assert len(run["data_sha256"]) == 64 and run["seed"] == 0 and run["steps"] == 12 and run["commit"]
    assert run["films"]["read"] == run["films"]["kept"] == 60 and run["packages"]["torch"]
    assert run["settings"]["batch"] == 8 and run["scores"]["loss"] > 0 and len(run["started_from"]["run"]) == 64
    manifest = tomllib.loads((place / "finetune" / "manifest.toml").read_text())
    assert manifest["id"] == "tiny" and manifest["clinical"] is False and manifest["deniable"] == []
    assert manifest["run"]["data_sha256"] == run["data_sha256"] and "CC0" in manifest["terms"]
    assert (place / "work" / "finetune-curves.png").read_bytes().startswith(b"\x89PNG")


def test_the_trained_folder_is_installed_and_drafts(place, home, capsys):
    film = synthetic.dicom_file(place / "chest.dcm", synthetic.chest(1, rows=260, columns=240), PatientAge="050Y")
    taken = ["models", "import", str(place / "finetune"), "--accept-terms", "--home", str(home.root), "--json"]
    assert main(taken) == 0, capsys.readouterr().out
    capsys.readouterr()
    assert (home.models / "tiny" / "run.json").is_file(), "how it was trained stays with it"
    assert (
        main(["draft", str(film), "--model", "tiny", "--greedy", "--anyway", "--home", str(home.root), "--json"]) == 0
    )
    draft = json.loads(capsys.readouterr().out)
    assert draft["model"]["id"] == "tiny" and set(draft["probabilities"]) == set(_findings(place, "finetune"))


def _findings(place, stage):
    return config.read(place / stage / "config.json").findings


def test_the_papers_first_question_is_thrown_away_afterwards(tmp_path):
    found = conduct(plan(tmp_path, "encoder", labels="binary", steps=3))
    assert config.read(tmp_path / "encoder" / "config.json").findings == ()
    tensors, _ = checkpoint.load(tmp_path / "encoder" / "model.safetensors")
    assert {name.partition(".")[0] for name in tensors} == {"vision_tower"} and found["steps"] == 3


def test_a_command_trains_and_counts(tmp_path, capsys):
    films(tmp_path / "films", 24)
    config.write(SIZES, tmp_path / "tiny.json")
    words = ["--data", f"index={tmp_path / 'films'}"]
    assert main(["train", "data", *words, "--work", str(tmp_path / "w"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["films"]["kept"] == 24 and told["licences"] == ["CC0"]
    size = ["--size", str(tmp_path / "tiny.json"), "--steps", "2", "--batch", "4", "--device", "cpu"]
    assert main(["train", "encoder", *words, *size, "--out", str(tmp_path / "out"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["steps"] == 2
    assert main(["train", "encoder", "--out", str(tmp_path / "out"), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "dataset_missing"


def test_the_contrastive_loss_is_clips_where_all_texts_differ():
    torch.manual_seed(0)
    images, texts = (F.normalize(torch.randn(5, 8), dim=1) for _ in range(2))
    own = torch.arange(5)
    expected = (F.cross_entropy(7 * images @ texts.T, own) + F.cross_entropy(7 * texts @ images.T, own)) / 2
    assert torch.allclose(symmetric(images, texts, torch.arange(5).unsqueeze(1), torch.tensor(7.0)), expected)
    same = symmetric(images[:2], texts[:1].expand(2, -1), torch.zeros(2, 1), torch.tensor(7.0))
    assert torch.allclose(same, torch.tensor(2.0).log(), atol=0.7) and torch.isfinite(same)


def test_label_texts_are_the_papers():
    present = dict.fromkeys(("edema", "cardiomegaly"), Presence.PRESENT)
    assert label_text(present, "chexpert") == "cardiomegaly, edema"
    assert label_text({"no finding": Presence.PRESENT}, "chexpert") == "no finding"
    assert (text_ids("cardiomegaly, edema") > 0).sum() == 3


def test_reports_and_dialogues_say_what_the_labels_say(place):
    model = CxrLlava.load(place / "finetune")
    talker = talk.Talk(model.words, model.config.report_prompt, model.config.findings)
    sample = Sample("toy", place, "p", {"edema": Presence.PRESENT, "mass": Presence.ABSENT})
    assert decisions(sample).present == ("edema",)
    for seed in range(20):
        script = talker.script(sample, random.Random(seed))
        answer = model.words.decode(script.ids[script.asked :])
        assert answer and script.ids[-1] == model.words.end and "There is a mass" not in answer
    given = replace(sample, report="FINDINGS:\nMine.")
    report = talker.report(given, random.Random(0))
    assert model.words.decode(report.ids[report.asked :]) == "FINDINGS:\nMine."


def bad_start(place, tmp_path, change):
    folder = shutil.copytree(place / "finetune", tmp_path / "bad")
    change(folder)
    with pytest.raises(TrainingError) as caught:
        conduct(plan(tmp_path, "finetune", start=folder))
    assert caught.value.remedy
    return caught.value


def _spoil(folder):
    tensors, _ = checkpoint.load(folder / "model.safetensors")
    tensors["lm_head.weight"][0, 0] = float("nan")
    checkpoint.save(tensors, folder / "model.safetensors")


def _cut(folder):
    content = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(content[: len(content) // 2])


def _other_words(folder):
    found = json.loads((folder / "config.json").read_text())
    found["llama"]["vocab_size"] = 300
    (folder / "config.json").write_text(json.dumps(found))


def test_weights_that_are_no_numbers_are_refused(place, tmp_path):
    assert "not finite" in str(bad_start(place, tmp_path, _spoil))


def test_a_start_that_was_cut_short_or_has_other_words_is_refused(place, tmp_path):
    assert bad_start(place, tmp_path, _cut).code == "model_damaged"
    assert bad_start(place, tmp_path / "b", _other_words).code == "vocabulary"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"size": "giant"}, "size"),
        ({"start": "nowhere"}, "start"),
        ({"batch": 9, "accumulate": 2}, "batch"),
        ({"split": "1,1,1"}, "split"),
        ({"shard": True}, "shard"),
        ({"data": ()}, "dataset_missing"),
    ],
)
def test_what_cannot_begin_is_told(tmp_path, change, code):
    change = {key: tmp_path / value if key == "start" else value for key, value in change.items()}
    with pytest.raises(TrainingError) as caught:
        conduct(plan(tmp_path, "encoder", **change))
    assert caught.value.code == code


def test_a_published_checkpoint_is_tuned_and_written_as_published(tmp_path):
    start = toy_published.write(tmp_path / "published")
    conduct(plan(tmp_path, "finetune", start=start, steps=2))
    before, after = published_folder.load(start), published_folder.load(tmp_path / "finetune")
    assert after.config == before.config and after.words.encode("There is edema.") == before.words.encode(
        "There is edema."
    )
    moved = {n.partition(".")[0] for n, v in after.state_dict().items() if not torch.equal(v, before.state_dict()[n])}
    assert moved == {"vision_tower", "mm_projector", "llama", "lm_head"}


def _llama(tmp_path):
    """A LLaMA as Hugging Face publishes it, from the toy's language part."""
    start = toy_published.write(tmp_path / "published")
    folder = tmp_path / "llama"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({"model_type": "llama", **toy_published.tiny_config()["llama"]}))
    shutil.copy(start / "tokenizer.model", folder)
    tensors = published_folder.load(start).state_dict()
    kept = {name: value for name, value in tensors.items() if name.startswith(("llama.", "lm_head."))}
    checkpoint.save({name.replace("llama.", "model."): v for name, v in kept.items()}, folder / "model.safetensors")
    return folder


def test_the_papers_second_stage_takes_a_published_llama(tmp_path):
    language = _llama(tmp_path)
    paper_like = ModelConfig(VisionConfig(32, "patch", 16, 64, 1, 1, class_token=True), pooled_grid=0)
    config.write(paper_like, tmp_path / "paper.json")
    size = {"size": str(tmp_path / "paper.json"), "steps": 2}
    conduct(plan(tmp_path, "encoder", **size, labels="binary"))
    found = conduct(plan(tmp_path, "align", start=tmp_path / "encoder", language=language, **size))
    model = published_folder.load(tmp_path / "align")
    borrowed, _ = checkpoint.load(language / "model.safetensors")
    assert torch.equal(model.lm_head.weight, borrowed["lm_head.weight"]) and "words" not in found["history"]
    assert torch.equal(model.llama.norm.weight, borrowed["model.norm.weight"])
    with pytest.raises(TrainingError, match="the paper's encoder") as caught:
        conduct(plan(tmp_path, "align", language=language))
    assert caught.value.code == "language"


def test_a_disk_that_fills_at_the_end_keeps_the_folder_that_was_there(tmp_path, monkeypatch):
    conduct(plan(tmp_path, "encoder", steps=2))
    before = (tmp_path / "encoder" / "model.safetensors").read_bytes()

    def full(*given):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(closing.config, "write", full)
    with pytest.raises(TrainingError, match="will not be repeated") as caught:
        conduct(plan(tmp_path, "encoder", steps=2))
    assert caught.value.code == "disk" and (tmp_path / "encoder" / "model.safetensors").read_bytes() == before
    assert not (tmp_path / "encoder.part").exists()


def test_a_folder_with_something_else_in_it_is_never_replaced(tmp_path):
    theirs = tmp_path / "documents"
    theirs.mkdir()
    (theirs / "letter.txt").write_text("dear")
    wanted = plan(tmp_path, "encoder", out=theirs, steps=2)
    with pytest.raises(TrainingError) as caught:
        conduct(wanted)
    assert caught.value.code == "out" and (theirs / "letter.txt").read_text() == "dear"
    (theirs / "letter.txt").unlink()
    conduct(wanted)
    conduct(wanted)  # this stage's own result may be
    with pytest.raises(TrainingError, match="something else"):
        conduct(plan(tmp_path, "contrast", out=theirs, steps=2))
    assert (theirs / "model.safetensors").exists()
