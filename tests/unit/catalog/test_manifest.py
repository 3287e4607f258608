"""A manifest says what a model is; one that cannot be trusted is refused."""

import tomllib

import pytest

from workstation.catalog import manifest
from workstation.errors import ModelError

TEXT = """
id = "toy"
name = "Toy"
version = "1"
clinical = false
findings = ["edema", "cardiomegaly"]
deniable = ["edema"]
needs_bytes = 1000

[files."model.safetensors"]
sha256 = "aa00000000000000000000000000000000000000000000000000000000000000"
bytes = 12

[files."config.json"]
sha256 = "bb00000000000000000000000000000000000000000000000000000000000000"
bytes = 5

[preprocess]
side = 160
method = "letterbox"

[accepts]
views = ["PA", "AP"]
age_years = [16, 120]

[decoding]
temperature = 0.2
top_p = 0.8
top_k = 50
max_new_tokens = 200

[thresholds]
edema = 0.25
"""


def test_all_values_are_read():
    found = manifest.parse(tomllib.loads(TEXT))
    assert (found.id, found.clinical, found.deniable) == ("toy", False, ("edema",))
    assert found.accepts == manifest.Accepted(("PA", "AP"), (16, 120))
    assert found.decoding == manifest.DecodingDefaults(0.2, 0.8, 50, 200)
    assert found.thresholds == {"edema": 0.25}
    assert found.bytes == 17
    assert found.sha256.startswith("aa")  # the weights', not the other files'


def test_several_shards_have_one_hash_that_depends_on_each():
    value = tomllib.loads(TEXT)
    value["files"]["model-2.safetensors"] = {"sha256": "c" * 64, "bytes": 1}
    two = manifest.parse(value).sha256
    value["files"]["model-2.safetensors"]["sha256"] = "d" * 64
    assert manifest.parse(value).sha256 != two
    assert len(two) == 64


def test_only_a_true_true_is_clinical():
    value = tomllib.loads(TEXT)
    value["clinical"] = "yes"
    assert manifest.parse(value).clinical is False


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('id = "toy"', 'id = "../toy"'),
        ('id = "toy"', ""),
        ('"aa000', '"AA000'),
        ("side = 160", "side = 0"),
        ('[files."model.safetensors"]', '[files."../model.safetensors"]'),
        ('[files."model.safetensors"]', '[files."C:model.safetensors"]'),
        ('[files."model.safetensors"]', '[files."model.bin"]'),
        ("[decoding]", "[decoding"),
        ("age_years = [16, 120]", "age_years = 16"),
        ('findings = ["edema", "cardiomegaly"]', 'findings = "edema"'),
    ],
)
def test_what_cannot_be_trusted_is_refused(tmp_path, old, new):
    assert old in TEXT
    (tmp_path / manifest.NAME).write_text(TEXT.replace(old, new), encoding="utf-8")
    with pytest.raises(ModelError) as refused:
        manifest.read(tmp_path)
    assert refused.value.code == "manifest"
    assert refused.value.remedy


def test_a_missing_manifest_is_refused(tmp_path):
    with pytest.raises(ModelError):
        manifest.read(tmp_path)


def test_bytes_that_are_no_text_are_refused(tmp_path):
    (tmp_path / manifest.NAME).write_bytes(b"\xff\xfe\x00id")
    with pytest.raises(ModelError):
        manifest.read(tmp_path)
