"""`models import|convert|verify|use|remove` by CONTRACT, on published folders made here, whole and damaged."""

import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

import main
from tests import toy_model, toy_published
from tests.conftest import ROOT
from tests.toy_published import FIRST, SECOND
from tests.unit.drafting.conftest import film_file
from workstation.catalog import room

Q, K = "llama.layers.0.self_attn.q_proj.weight", "llama.layers.0.self_attn.k_proj.weight"
CONTRACT = {"id", "status", "bytes", "terms", "source", "sha256", "backends", "quantisations", "needs_bytes", "fits"}


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return toy_published.write(tmp_path_factory.mktemp("published") / "CXR-LLAVA-v2")


@pytest.fixture
def folder(template, tmp_path):
    return Path(shutil.copytree(template, tmp_path / "CXR-LLAVA-v2"))


@pytest.fixture
def run(home, capsys):
    """Runs a command line in this process -> (exit code, JSON, stderr)."""

    def call(*words):
        code = main.main([*map(str, words), "--home", str(home.root), "--json"])
        out, err = capsys.readouterr()
        return code, json.loads(out), err

    return call


def take(run, folder, *more):
    return run("models", "import", folder, "--accept-terms", *more)


def of(found, id_):
    return next(model for model in found["models"] if model["id"] == id_)


def left_in(home):
    return sorted(path.name for path in home.models.iterdir()) if home.models.is_dir() else []


def test_a_published_folder_is_taken_as_it_is(home, run, folder):
    code, found, err = take(run, folder)
    assert (code, err) == (0, "")
    assert (found["id"], found["status"], found["terms"]) == ("cxr-llava-v2", "imported", "cc-by-nc-4.0")
    model = of(found, "cxr-llava-v2")
    assert model.keys() >= CONTRACT | {"default", "kind"}
    assert (model["kind"], model["clinical"], model["status"]) == ("cxr-llava-v2", False, "ready")
    reasons = {each["name"]: each["reason"] for each in found["left_out"]}
    assert "pickle" in reasons["pytorch_model-00001-of-00001.bin"] and "never run" in reasons["CXR_LLAVA_HF.py"]
    assert not {"pytorch_model-00001-of-00001.bin", "CXR_LLAVA_HF.py"} & set(os.listdir(home.models / "cxr-llava-v2"))
    assert of(run("models", "list")[1], "cxr-llava-v2") == model
    assert run("models", "verify", "cxr-llava-v2")[0] == 0
    assert take(run, folder)[1]["status"] == "already"


def test_its_terms_must_be_accepted_and_are_named(home, run, folder):
    code, found, err = run("models", "import", folder)
    assert (code, found["error"]["code"]) == (1, "terms")
    assert "cc-by-nc-4.0" in err and "--accept-terms" in err and left_in(home) == []


def test_a_folder_that_states_no_terms_is_taken_with_a_warning(run, folder):
    (folder / "README.md").unlink()
    code, found, _ = run("models", "import", folder, "--id", "toy")
    assert (code, found["id"], found["terms"]) == (0, "toy", "unknown")
    assert any("no terms" in warning for warning in found["warnings"])


def test_the_imported_model_drafts_from_a_film_that_it_sees_in_part(run, folder, tmp_path):
    take(run, folder)
    code, draft, _ = run("draft", film_file(tmp_path), "--model", "cxr-llava-v2", "--seed", "5")
    assert code == 0
    assert draft["decoding"] == {"temperature": 0.2, "top_p": 0.8, "top_k": 50, "max_new_tokens": 512}
    assert draft["prompt"].startswith("<s>[INST] <<SYS>>") and "pulmonary edema" in draft["prompt"]
    assert draft["probabilities"] is None and draft["model"]["id"] == "cxr-llava-v2"
    assert any("middle square" in warning and "4 %" in warning for warning in draft["warnings"])
    refused = run("draft", film_file(tmp_path, "lateral.dcm", ViewPosition="LL"), "--model", "cxr-llava-v2")
    assert (refused[0], refused[1]["error"]["code"]) == (1, "lateral")


# damage


def _weights(edit):
    def damage(folder):
        tensors = load_file(folder / SECOND)
        edit(tensors)
        save_file(tensors, folder / SECOND, {"format": "pt"})

    return damage


def _put(name, data):
    return lambda folder: (folder / name).write_bytes(data)


def _swap(tensors):
    tensors[Q], tensors[K] = tensors[K], tensors[Q]


DAMAGE = {
    "a shard that was never downloaded": (lambda folder: (folder / SECOND).unlink(), "model_missing"),
    "half a shard": (lambda folder: os.truncate(folder / SECOND, 20000), "model_damaged"),
    "a pointer": (_put(SECOND, b"version https://git-lfs.github.com/spec/v1\n"), "model_damaged"),
    "a page in place of a shard": (_put(FIRST, b"<!DOCTYPE html><html>Sign in</html>"), "model_damaged"),
    "no index": (lambda folder: (folder / "model.safetensors.index.json").unlink(), "model_missing"),
    "swapped tensors": (_weights(_swap), "model_damaged"),
    "not a number": (_weights(lambda t: t[K].view(-1)[7].fill_(float("nan"))), "model_damaged"),
    "infinity": (_weights(lambda t: t[Q].view(-1)[-1].fill_(float("-inf"))), "model_damaged"),
    "whole numbers": (_weights(lambda t: t.update({Q: t[Q].to(torch.int8)})), "model_damaged"),
    "a weight too few": (_weights(lambda t: t.pop(Q)), "model_damaged"),
    "another vocabulary": (_put("tokenizer.model", toy_published.vocabulary(290)), "model_damaged"),
    "no vocabulary": (lambda folder: (folder / "tokenizer.model").unlink(), "model_missing"),
    "another model": (_put("config.json", b'{"model_type": "llama"}'), "model_format"),
    "no config": (lambda folder: (folder / "config.json").unlink(), "model_missing"),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_folder_leaves_nothing_behind(home, run, folder, name):
    damage, code = DAMAGE[name]
    damage(folder)
    exit_code, found, err = take(run, folder)
    assert (exit_code, found["error"]["code"]) == (1, code)
    assert found["error"]["message"].endswith(".") and found["error"]["remedy"].endswith(".")
    assert err.count("\n") == 2 and left_in(home) == []


def test_a_model_that_no_way_of_running_fits_is_refused_before_the_copy(home, run, folder, monkeypatch):
    for name, free in (("memory_bytes", 10 << 20), ("gpu_bytes", 0)):
        monkeypatch.setattr(room, name, lambda free=free: free)
    code, found, _ = take(run, folder)
    assert (code, found["error"]["code"], left_in(home)) == (1, "memory", [])
    code, found, _ = take(run, folder, "--anyway")
    assert (code, found["fits"]) == (0, "no")


def test_a_model_trained_here_is_taken_with_its_manifest_but_never_as_clinical(home, run, tmp_path):
    made = toy_model.install(home)
    given = Path(shutil.move(made, tmp_path / "My Run"))
    text = (given / "manifest.toml").read_text(encoding="utf-8")
    (given / "manifest.toml").write_text(text.replace("clinical = false", "clinical = true"), encoding="utf-8")
    code, found, _ = take(run, given)
    model = of(found, "toy")
    assert (code, model["clinical"], model["kind"], model["deniable"]) == (0, False, "cxr-llava", ["edema"])
    assert any("clinical" in warning for warning in found["warnings"])
    shutil.rmtree(home.models / "toy")
    (given / "model.safetensors").write_bytes((given / "model.safetensors").read_bytes()[:-2] + b"\0\0")
    assert take(run, given)[1]["error"]["code"] == "model_damaged"
    assert left_in(home) == []


# convert, use, remove


def test_a_converted_file_is_sealed_listed_verified_and_drafts(home, run, folder, tmp_path):
    pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed on this machine")
    take(run, folder)
    code, found, _ = run("models", "convert", "cxr-llava-v2", "--quantise", "q8_0")
    assert (code, found["status"], found["quantisation"]) == (0, "converted", "Q8_0")
    assert [each["quantisation"] for each in of(found, "cxr-llava-v2")["converted"]] == ["Q8_0"]
    assert run("models", "convert", "cxr-llava-v2", "--quantise", "Q8_0")[1]["status"] == "already"
    wanted = ("--model", "cxr-llava-v2", "--backend", "llama.cpp", "--quantisation", "Q8_0", "--greedy")
    draft = run("draft", film_file(tmp_path), *wanted)[1]
    assert (draft["model"]["backend"], draft["model"]["quantisation"]) == ("llama.cpp", "Q8_0")
    gguf = next((home.models / "cxr-llava-v2").glob("*.gguf"))
    data = bytearray(gguf.read_bytes())
    data[-9] ^= 1
    gguf.write_bytes(data)
    code, found, _ = run("models", "verify", "cxr-llava-v2")
    assert (code, of(found, "cxr-llava-v2")["bad"]) == (1, [[gguf.name, "changed"]])


def test_a_bundled_model_is_converted_beside_the_program_never_into_it(home, run, samples):
    pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed on this machine")
    before = sorted(os.listdir(ROOT / "models" / "cxr-llava-mini"))
    assert run("models", "convert", "cxr-llava-mini", "--quantise", "F16")[0] == 0
    assert sorted(os.listdir(ROOT / "models" / "cxr-llava-mini")) == before
    assert list((home.root / "converted" / "cxr-llava-mini").glob("*.gguf"))


def test_the_default_is_chosen_and_falls_back_when_it_goes(home, run, folder):
    take(run, folder)
    code, found, _ = run("models", "use", "cxr-llava-v2")
    assert (code, of(found, "cxr-llava-v2")["default"]) == (0, True)
    assert of(run("models", "list")[1], "cxr-llava-v2")["default"]
    code, found, _ = run("models", "remove", "cxr-llava-v2")  # nobody sits there: the word itself is enough
    assert (code, left_in(home)) == (0, [])
    assert [model["default"] for model in found["models"]].count(True) == 1
    assert run("models", "use", "cxr-llava-v2")[1]["error"]["code"] == "no_model"


def test_bundled_models_stay_and_broken_ones_may_go(home, run):
    assert run("models", "remove", "cxr-llava-mini", "--yes")[1]["error"]["code"] == "bundled"
    (toy_model.install(home) / "manifest.toml").write_text("id = [", encoding="utf-8")
    assert run("models", "remove", "toy", "--yes")[0] == 0
    assert left_in(home) == []


def test_what_only_asks_the_catalog_never_loads_torch(home, folder):
    toy_model.install(home)
    code = (
        "import sys, main\n"
        "for words in (['list'], ['verify', 'toy'], ['use', 'toy'], ['remove', 'toy', '--yes']):\n"
        f"    assert main.main(['models', *words, '--home', {str(home.root)!r}, '--json']) == 0\n"
        "assert not {'torch', 'safetensors', 'llama_cpp'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 1), ("", 1)])
def test_at_a_terminal_the_terms_are_asked_for(home, folder, monkeypatch, capsys, answer, code):
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    assert main.main(["models", "import", str(folder), "--home", str(home.root)]) == code
    said = capsys.readouterr()
    assert "cc-by-nc-4.0" in said.err and "[y/N]" in said.err
    assert ("Left behind: CXR_LLAVA_HF.py" in said.out) == (code == 0) == bool(left_in(home))


def test_at_a_terminal_a_removal_is_asked_for(home, monkeypatch, capsys):
    toy_model.install(home)
    for answer, code in (("no\n", 1), ("yes\n", 0)):
        monkeypatch.setattr(sys, "stdin", Terminal(answer))
        assert main.main(["models", "remove", "toy", "--home", str(home.root)]) == code
    assert left_in(home) == [] and "toy is gone" in capsys.readouterr().out
