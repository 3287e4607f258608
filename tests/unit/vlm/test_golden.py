"""A published checkpoint read by our own code says what the original code said, number for number (issue 3).

CXR_GOLDEN names another folder in the layout that its README describes; without it the one beside the project is read.
"""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests.conftest import ROOT
from workstation.imaging.film import describe, load
from workstation.imaging.prepare import prepare
from workstation.reporting.draft import Decoding
from workstation.vlm.config import VisionConfig
from workstation.vlm.generate import generate
from workstation.vlm.model import CxrLlava
from workstation.vlm.prompt import IMAGE, split
from workstation.vlm.published import load as published
from workstation.vlm.published.prompt import DIFFERENTIAL, REPORT, Turn, ask, render
from workstation.vlm.vit import normalise

SHARED = Path(os.environ.get("CXR_SHARED") or ROOT.parent / "shared")
GOLDEN = Path(os.environ.get("CXR_GOLDEN") or SHARED / "golden")
SETS = sorted(folder.parent for folder in GOLDEN.glob("*/checkpoint"))
ABSENT = pytest.mark.skip(reason=f"no reference vectors in {GOLDEN.name} (CXR_GOLDEN or ../shared/golden)")
CASES = [
    (folder, at) for folder in SETS for at in range(len(json.loads((folder / "expected.json").read_text())["cases"]))
]
PAPER = VisionConfig(512, "patch", mean=0.5518136078431373, std=0.3821719215686275)
FEATURES, LOGITS = 5e-6, 1e-4  # the tolerances of its README; pixels, ids and texts have none

each_set = pytest.mark.parametrize("folder", SETS or [pytest.param(None, marks=ABSENT)], ids=lambda f: f and f.name)
each_case = pytest.mark.parametrize(
    ("folder", "at"),
    CASES or [pytest.param(None, 0, marks=ABSENT)],
    ids=lambda value: value.name if isinstance(value, Path) else None,
)


@cache
def model_of(folder: Path) -> CxrLlava:
    return published.load(folder / "checkpoint")


@cache
def words_of(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "expected.json").read_text(encoding="utf-8"))


@cache
def arrays_of(folder: Path) -> dict[str, np.ndarray]:
    with np.load(folder / "expected.npz") as arrays:
        return dict(arrays)


def pixels_of(picture: Path, vision: VisionConfig) -> torch.Tensor:
    square = prepare(load(describe(picture)), vision.image_size, "clip-centre-crop")
    return normalise(torch.from_numpy(square.copy()).unsqueeze(0), vision)


def apart(ours: torch.Tensor, theirs: np.ndarray) -> float:
    assert tuple(ours.shape) == theirs.shape
    return float(np.abs(ours.numpy() - theirs).max())


@pytest.mark.skipif(not (GOLDEN / "preprocess").is_dir(), reason="no reference films (CXR_GOLDEN or ../shared/golden)")
def test_a_film_of_any_form_becomes_the_originals_pixels():
    with np.load(GOLDEN / "preprocess" / "expected.npz") as expected:
        assert len(expected.files) >= 1
        for name in expected.files:
            pixels = pixels_of(GOLDEN / "preprocess" / f"{name}.png", PAPER)
            assert np.array_equal(pixels.numpy(), expected[name]), name


@each_set
@torch.inference_mode()
def test_pixels_are_equal_and_features_agree(folder):
    model, expected = model_of(folder), arrays_of(folder)
    for picture in sorted((folder / "images").iterdir()):
        pixels = pixels_of(picture, model.config.vision)
        assert np.array_equal(pixels.numpy(), expected[f"{picture.stem}.pixels"]), picture.name
        features = model.project(model.vision_tower(pixels))
        assert apart(features, expected[f"{picture.stem}.features"]) <= FEATURES, picture.name


@each_case
@torch.inference_mode()
def test_logits_agree_at_every_position(folder, at):
    model, case, expected = model_of(folder), words_of(folder)["cases"][at], arrays_of(folder)
    before, after = split(case["prompt"], model.words)
    features = model.project(model.vision_tower(pixels_of(folder / "images" / case["image"], model.config.vision)))
    logits = model.lm_head(model.llama(torch.cat([model.embed(before), features, model.embed(after)], 1)))[0]
    named = f"{Path(case['image']).stem}.{case['task']}"
    cols = torch.from_numpy(expected["cols"]).long()
    assert apart(logits[:, cols], expected[f"{named}.logits_cols"]) <= LOGITS
    assert apart(logits.logsumexp(1), expected[f"{named}.logsumexp"]) <= LOGITS
    assert apart(logits[-1], expected[f"{named}.logits_last"]) <= LOGITS
    if f"{named}.logits" in expected:
        assert apart(logits[int(expected[f"{named}.logits_start"]) :], expected[f"{named}.logits"]) <= LOGITS


@each_case
def test_prompts_and_ids_are_equal(folder, at):
    case, words = words_of(folder)["cases"][at], model_of(folder).words
    asked = {"report": REPORT, "differential": DIFFERENTIAL}.get(case["task"]) or case["question"]
    assert ask(asked) == case["prompt"]
    assert _ids(case["prompt"], words) == case["input_ids"]


@each_set
def test_talks_of_several_turns_and_of_none_are_equal(folder):
    for talk in words_of(folder)["prompts_only"]:
        prompt = render([Turn(**turn) for turn in talk["chat"]])
        assert prompt == talk["prompt"], talk["name"]
        assert _ids(prompt, model_of(folder).words) == talk["input_ids"], talk["name"]


@each_set
def test_the_vocabulary_reads_and_writes_as_the_originals(folder):
    words = model_of(folder).words
    for case in words_of(folder)["tokenizer_cases"]:
        assert [words.begin, *words.encode(case["text"])] == case["ids"]
        assert words.decode(case["ids"]) == case["decoded"]


@each_case
def test_the_greedy_answer_is_equal(folder, at):
    model, case = model_of(folder), words_of(folder)["cases"][at]
    vision = model.config.vision
    film = prepare(load(describe(folder / "images" / case["image"])), vision.image_size, "clip-centre-crop")
    greedy = Decoding(0.0, 1.0, 0, words_of(folder)["max_new_tokens"])
    made = generate(model, model.encode(film), case["prompt"], greedy, seed=0)
    ended = made.stopped_by == "end"
    assert [*made.token_ids, *([model.words.end] if ended else [])] == case["generated_ids"]
    assert ended == (case["stopped_by"] == "</s>")
    assert made.text == case["text_decoded_at_once"]
    assert _as_streamed(made.token_ids, model) == case["text_from_original_method"]


def _ids(prompt: str, words: Any) -> list[int]:
    """The original's numbering: begin, then what stands between the films, -200 where each of them is."""
    first, *rest = (words.encode(chunk) for chunk in prompt.split(IMAGE))
    ids = [words.begin, *first, *(number for chunk in rest for number in (-200, *chunk))]
    if len(rest) == 1:
        before, after = split(prompt, words)  # what `generate` goes by
        assert ids == [*before, -200, *after]
    return ids


def _as_streamed(ids: tuple[int, ...], model: CxrLlava) -> str:
    """The original decodes afresh after each new line, and so loses a blank that begins one; we keep it."""
    text, line = "", []
    for number in ids:
        line.append(number)
        if model.words.decode(line).endswith("\n"):
            text, line = text + model.words.decode(line), []
    return text + model.words.decode(line)
