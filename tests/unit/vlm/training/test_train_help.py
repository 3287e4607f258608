"""The help of ``train`` names every dataset, option and stage that there is."""

import re

import pytest

from workstation.command import main
from workstation.vlm.training.conduct import STAGES, Plan
from workstation.vlm.training.datasets import ADAPTERS


def _help(capsys, *words):
    with pytest.raises(SystemExit) as left:
        main([*words, "--help"])
    assert left.value.code == 0
    return re.sub(r"\s+", " ", capsys.readouterr().out)


def test_every_dataset_is_shown_with_its_layout(capsys):
    told = _help(capsys, "train", "data")
    for name, adapter in ADAPTERS.items():
        assert f" {name} " in told and adapter.LAYOUT[:30] in told and adapter.LICENCE


@pytest.mark.parametrize("stage", STAGES)
def test_every_field_of_a_plan_can_be_said(capsys, stage):
    told = _help(capsys, "train", stage)
    own = {"labels": "encoder", "words_steps": "align"}
    speaks = {"reports", "language"}
    for name in Plan.__dataclass_fields__:
        absent = own.get(name, stage) != stage or (name in speaks and stage in ("encoder", "contrast"))
        if name != "stage" and not absent:
            assert f"--{name.replace('_', '-')}" in told, name
    assert "torchrun" in told and "goes on from the last checkpoint" in told


@pytest.mark.parametrize("words", [["--batch", "-1"], ["--average", "2"], ["--rate", "0"], ["--size"], ["--out"]])
def test_wrong_usage_leaves_with_two(words):
    with pytest.raises(SystemExit) as left:
        main(["train", "encoder", *words])
    assert left.value.code == 2
