"""Weights are written whole, read back bit for bit, and refused for every kind of damage."""

import pytest
import torch
from torch import nn

from workstation.errors import ModelError
from workstation.vlm import checkpoint


@pytest.fixture
def module():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))


def test_what_was_saved_is_read_bit_for_bit(module, tmp_path):
    checkpoint.save(module.state_dict(), tmp_path / "a.safetensors", {"epoch": "3"})
    tensors, facts = checkpoint.load(tmp_path / "a.safetensors")
    assert facts == {"epoch": "3"}
    assert all(torch.equal(tensors[name], value) for name, value in module.state_dict().items())
    assert [path.name for path in tmp_path.iterdir()] == ["a.safetensors"]


def test_a_failed_write_leaves_the_earlier_file_whole(module, tmp_path):
    path = tmp_path / "a.safetensors"
    checkpoint.save(module.state_dict(), path)
    before = path.read_bytes()
    (tmp_path / "a.safetensors.part").mkdir()  # the temporary name is taken: writing fails
    with pytest.raises(ModelError):
        checkpoint.save({"x": torch.zeros(2)}, path)
    assert path.read_bytes() == before


def test_weights_of_other_names_are_refused(module):
    with pytest.raises(ModelError, match="1 missing, 1 unknown"):
        checkpoint.fill(module, {("0.wrong" if k == "0.bias" else k): v for k, v in module.state_dict().items()})


def test_a_weight_of_the_wrong_shape_is_refused_by_name(module):
    with pytest.raises(ModelError, match=r"0\.weight"):
        checkpoint.fill(module, {**module.state_dict(), "0.weight": torch.zeros(4, 4)})


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_weight_that_is_not_finite_is_refused(module, bad):
    weight = torch.zeros(4, 3)
    weight[2, 1] = bad
    with pytest.raises(ModelError, match="finite"):
        checkpoint.fill(module, {**module.state_dict(), "0.weight": weight})


def test_half_precision_is_widened_to_the_module(module):
    checkpoint.fill(module, {k: v.half() if v.is_floating_point() else v for k, v in module.state_dict().items()})
    assert module[0].weight.dtype == torch.float32


@pytest.mark.parametrize("content", [b"", b"\x00" * 64, b"\xff" * 8 + b"{}", None])
def test_a_damaged_or_missing_file_is_refused(content, tmp_path):
    path = tmp_path / "a.safetensors"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelError) as caught:
        checkpoint.load(path)
    assert caught.value.code in ("model_missing", "model_damaged")


def test_a_truncated_file_is_refused(module, tmp_path):
    path = tmp_path / "a.safetensors"
    checkpoint.save(module.state_dict(), path)
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(ModelError):
        checkpoint.load(path)


def test_pickled_weights_are_never_opened(tmp_path):
    path = tmp_path / "model.bin"
    torch.save({"x": torch.zeros(1)}, path)
    with pytest.raises(ModelError, match="safetensors"):
        checkpoint.load(path)
