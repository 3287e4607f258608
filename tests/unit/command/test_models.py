"""`models list` and `models verify` by CONTRACT."""

import json

import pytest

import main
from tests import toy_model


@pytest.fixture
def run(home, capsys):
    def call(*words):
        code = main.main(["models", *words, "--home", str(home.root), "--json"])
        return code, json.loads(capsys.readouterr().out)

    return call


def of(found, id_):
    return next(model for model in found["models"] if model["id"] == id_)


def test_the_list_has_all_of_the_contracts_keys(home, run):
    toy_model.install(home)
    code, found = run("list")
    toy = of(found, "toy")
    wanted = {"id", "status", "bytes", "terms", "source", "sha256", "backends", "quantisations", "needs_bytes", "fits"}
    assert code == 0
    assert toy.keys() >= wanted | {"default"}
    assert (toy["status"], toy["fits"] in ("gpu", "cpu")) == ("ready", True)
    assert sum(model["default"] for model in found["models"]) == 1


def test_the_setting_names_the_default(home, run):
    toy_model.install(home)
    home.settings_file.write_text('model = "toy"\n', encoding="utf-8")
    assert of(run("list")[1], "toy")["default"]


def test_a_model_that_no_machine_holds_does_not_fit(home, run):
    manifest = toy_model.install(home) / "manifest.toml"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace("needs_bytes = 50000000", f"needs_bytes = {10**15}"), encoding="utf-8")
    assert of(run("list")[1], "toy")["fits"] == "no"


def test_one_flipped_bit_fails_the_verification(home, run):
    path = toy_model.install(home) / "model.safetensors"
    assert run("verify", "toy")[0] == 0
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    code, found = run("verify", "toy")
    assert (code, of(found, "toy")["ok"], of(found, "toy")["bad"]) == (1, False, [["model.safetensors", "changed"]])
    code, found = run("verify")
    assert code == 1 and "toy" in found["error"]["message"]


def test_a_broken_manifest_is_listed_with_its_remedy(home, run):
    (toy_model.install(home) / "manifest.toml").write_text("id = [", encoding="utf-8")
    code, found = run("list")
    assert (code, of(found, "toy")["status"]) == (0, "damaged")
    assert of(found, "toy")["remedy"]
    assert run("verify")[0] == 1
    assert run("verify", "toy")[1]["error"]["code"] == "manifest"


def test_an_unknown_model_is_refused(run):
    code, found = run("verify", "none")
    assert (code, found["error"]["code"]) == (1, "no_model")


def test_bundled_models_are_whole(run):
    found = run("list")[1]
    for model in found["models"]:
        if model.get("bundled"):
            assert run("verify", model["id"])[0] == 0
