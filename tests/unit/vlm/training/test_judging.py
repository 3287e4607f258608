"""A finished model is set beside its rivals by the same films; a model that ignores the film is found out."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.unit.vlm.small import small_model
from workstation.vlm.model import CxrLlava
from workstation.vlm.training import judging, policy
from workstation.vlm.training.data import TARGETS, Pack, Row

ALLOWED = {"edema": policy.Thresholds(0.1, 0.4, 0.9), "mass": policy.Thresholds(0.0, 0.4, 0.9)}
FILMS = 12


@pytest.fixture(scope="module")
def model():
    small = small_model()
    torch.manual_seed(2)
    made = CxrLlava(replace(small.config, findings=TARGETS[:-1])).eval()
    made.words = small.words
    return made


@pytest.fixture(scope="module")
def pack():
    films = np.random.default_rng(0).integers(0, 256, (FILMS, 32, 32), dtype=np.uint8)
    labels = [frozenset({"edema"} if i % 2 else {"mass", "no finding"}) for i in range(FILMS)]
    rows = [Row("nih", f"{i}.png", str(i // 2), "train", labels[i], 50, "F", "PA", "", "") for i in range(FILMS)]
    return Pack(films, tuple(rows))


def _write(monkeypatch, write):
    monkeypatch.setattr(judging, "generate", lambda model, seen, *rest: Answer(write(seen, *rest)))


class Answer:
    def __init__(self, text):
        self.text = text


def test_every_way_of_writing_is_measured_on_the_same_films(model, pack, monkeypatch):
    _write(monkeypatch, lambda seen, *rest: "FINDINGS:\nThere is pulmonary edema.")
    found = judging.judge(model, pack, np.arange(6), np.arange(6, FILMS), ALLOWED)
    assert found["text"]["films"] == 6 and found["text"]["findings"]["edema"]["named rightly"] == 3
    assert found["text"]["micro F1, paper six"] == pytest.approx(2 * 3 / (6 + 3))
    assert found["rivals"]["always normal"]["micro F1, all"] == 0.0
    assert set(found["rivals"]) == {"retrieval", "label prior", "always normal", "head printed"}
    assert all(f"over {rival}" in found["text"] for rival in found["rivals"])


def test_a_writer_that_ignores_the_film_never_changes_its_findings(model, pack, monkeypatch):
    _write(monkeypatch, lambda seen, *rest: "FINDINGS:\nThere is pulmonary edema.")
    found = judging.judge(model, pack, np.arange(FILMS), np.arange(FILMS), ALLOWED)
    assert found["changed by another film"] == 0 and found["text"]["distinct"] == 1
    _write(monkeypatch, lambda seen, *rest: f"There is {'edema' if seen.embeddings[0, 0] > 0 else 'a mass'}.")
    led = judging.judge(model, pack, np.arange(FILMS), np.arange(FILMS), ALLOWED)
    assert led["text"]["distinct"] == 1 or led["changed by another film"] > 0


def test_agreement_is_with_what_the_head_would_print(model, pack, monkeypatch):
    from workstation.vlm.training import grammar, questions

    def follow(seen, prompt, *rest):
        said = policy.decide(seen.probabilities, ALLOWED)
        if "fracture" in prompt:
            return questions.NOT_ASSESSED
        name = next((name for name in ALLOWED if name in prompt), None)
        chance = grammar.random.Random(0)
        return questions.answer(name, said, chance) if name else grammar.write(said, chance)

    _write(monkeypatch, follow)
    found = judging.agreement(model, pack.films, ALLOWED)
    assert (found["report"], found["answer"], found["not assessed"]) == (1.0, 1.0, 1.0)
    _write(monkeypatch, lambda seen, *rest: "There is a mass and edema.")
    assert judging.agreement(model, pack.films, ALLOWED)["report"] < 1.0
