"""Models in folders: found, chosen, and only loaded when every byte is theirs."""

import hashlib
import os

import pytest

from workstation.catalog import installed as catalog
from workstation.errors import ModelError
from workstation.settings import Settings


def put_model(folder, weights=b"weights", id_=None, claimed=None):
    folder.mkdir(parents=True)
    (folder / "model.safetensors").write_bytes(weights)
    digest = claimed or hashlib.sha256(weights).hexdigest()
    (folder / "manifest.toml").write_text(
        f'id = "{id_ or folder.name}"\n[files."model.safetensors"]\nsha256 = "{digest}"\nbytes = {len(weights)}\n'
        '[preprocess]\nside = 32\nmethod = "letterbox"\n',
        encoding="utf-8",
    )
    return folder


def mine(home):
    return [model for model in catalog.installed(home) if not model.bundled]


def test_models_of_the_home_are_found_and_chosen_by_setting(home):
    put_model(home.models / "toy-a")
    put_model(home.models / "toy-b")
    assert [model.manifest.id for model in mine(home)] == ["toy-a", "toy-b"]
    assert catalog.default(home, Settings({"model": "toy-b"})).manifest.id == "toy-b"


def test_an_unknown_model_is_refused_with_the_names_of_those_there(home):
    put_model(home.models / "toy-a")
    with pytest.raises(ModelError) as refused:
        catalog.find(home, "other")
    assert refused.value.code == "no_model"
    assert "toy-a" in refused.value.remedy


def test_a_broken_folder_costs_only_itself(home):
    put_model(home.models / "toy-a")
    bad = put_model(home.models / "toy-b")
    (bad / "manifest.toml").write_text("id = ", encoding="utf-8")
    assert [model.manifest.id for model in mine(home)] == ["toy-a"]
    assert [item.name for item in catalog.broken(home)] == ["toy-b"]
    with pytest.raises(ModelError) as refused:
        catalog.find(home, "toy-b")
    assert refused.value.code == "manifest"


def test_the_hash_of_every_file_is_checked_with_progress(home):
    put_model(home.models / "toy", b"x" * 1000)
    seen = []
    result = catalog.verify(mine(home)[0], lambda done, total: seen.append((done, total)))
    assert result.ok
    assert seen[-1] == (1000, 1000)


def test_one_changed_bit_is_found(home):
    folder = put_model(home.models / "toy", b"weights")
    (folder / "model.safetensors").write_bytes(b"weightr")
    model = mine(home)[0]
    assert model.status == "ready"  # the size is right: only the hash can tell
    assert catalog.verify(model).bad == (("model.safetensors", "changed"),)
    with pytest.raises(ModelError) as refused:
        catalog.check(home, model)
    assert refused.value.code == "damaged_model"


@pytest.mark.parametrize(
    ("harm", "status", "word"), [("cut", "damaged", "wrong size"), ("gone", "incomplete", "missing")]
)
def test_cut_and_missing_files_are_named(home, harm, status, word):
    path = put_model(home.models / "toy") / "model.safetensors"
    if harm == "cut":
        path.write_bytes(b"wei")
    else:
        path.unlink()
    model = mine(home)[0]
    assert model.status == status
    assert catalog.verify(model).bad == (("model.safetensors", word),)


def test_a_large_model_is_hashed_once_until_it_is_touched(home, monkeypatch):
    path = put_model(home.models / "toy") / "model.safetensors"
    monkeypatch.setattr(catalog, "HASH_AT_ONCE_BYTES", 0)
    model = mine(home)[0]
    assert catalog.check(home, model) == "full"
    assert catalog.check(home, model) == "size and time"
    path.write_bytes(b"weightr")
    os.utime(path, ns=(1, 1))
    with pytest.raises(ModelError):
        catalog.check(home, mine(home)[0])


def test_a_damaged_memory_of_checks_is_no_memory(home):
    put_model(home.models / "toy")
    model = mine(home)[0]
    catalog.verify(model, home=home)
    assert catalog.remembered(home, model)
    (home.cache / "verified.json").write_text("[1,", encoding="utf-8")
    assert not catalog.remembered(home, model)
    assert catalog.verify(model, home=home).ok
    assert catalog.remembered(home, model)


def test_a_model_of_the_home_cannot_take_the_place_of_another(home):
    put_model(home.models / "a", id_="toy")
    put_model(home.models / "b", b"other", id_="toy")
    assert [model.folder.name for model in mine(home)] == ["a"]
