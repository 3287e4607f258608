"""The model that ships: whole, small, honest about what it may deny, and led by the film's embeddings."""

import hashlib
import re
import tomllib
from dataclasses import replace

import numpy as np
import pytest
import torch

from workstation.catalog import manifest as catalogue
from workstation.paths import bundled_models
from workstation.reporting.draft import Decoding
from workstation.reporting.findings import FINDINGS, Presence, mentions
from workstation.vlm import prompt
from workstation.vlm.generate import generate
from workstation.vlm.model import CxrLlava
from workstation.vlm.training import questions

FOLDER = bundled_models() / "cxr-llava-mini"
GREEDY = Decoding(0.0, 1.0, 0, 160)


@pytest.fixture(scope="module")
def manifest():
    return catalogue.read(FOLDER)


@pytest.fixture(scope="module")
def model():
    return CxrLlava.load(FOLDER)


@pytest.fixture(scope="module")
def seen(model):
    """Twelve pictures of broad shapes: no films, but each another picture to the encoder."""
    rng = np.random.default_rng(0)
    side = model.config.vision.image_size
    coarse = torch.from_numpy(rng.uniform(0, 255, (12, 1, 5, 5)))
    films = torch.nn.functional.interpolate(coarse, (side, side), mode="bicubic").clamp(0, 255)
    return [model.encode(film) for film in films.squeeze(1).to(torch.uint8).numpy()]


def _text(model, encoded, decoding=GREEDY, seed=0):
    return generate(model, encoded, model.config.report_prompt, decoding, seed).text


def test_every_file_has_the_bytes_of_its_manifest(manifest):
    for file in manifest.files:
        content = (FOLDER / file.name).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file.bytes, file.sha256), file.name
    assert manifest.bytes < 30 << 20


def test_it_never_calls_itself_clinical_and_says_that_it_is_weak(manifest):
    assert manifest.clinical is False and "weak" in manifest.statement.lower()


def test_its_findings_are_words_of_the_vocabulary(manifest, model):
    assert set(manifest.deniable) <= set(manifest.findings) <= set(model.config.findings) <= set(FINDINGS)
    assert manifest.prompt == model.config.report_prompt
    assert manifest.preprocess.side == model.config.vision.image_size
    assert set(manifest.gate) < set(model.config.gate_classes)


def test_what_it_may_deny_is_what_the_rule_allows(manifest):
    for finding in manifest.deniable:
        score = manifest.scores[finding]
        assert score["positives"] >= 50 and score["denial_sensitivity_low"] >= 0.8, finding


@pytest.mark.parametrize("seed", range(3))
def test_its_reports_deny_and_name_only_what_the_manifest_allows(model, manifest, seen, seed):
    for encoded in seen:
        text = _text(model, encoded, Decoding(0.2, 0.8, 50, 160), seed)
        said = mentions(text)
        assert "FINDINGS:\n" in text and "IMPRESSION:\n" in text, text
        assert {name for name, p in said.items() if p == Presence.ABSENT} <= set(manifest.deniable), text
        assert set(said) <= set(manifest.findings), text
        assert not re.search(r"\b(left|right|unchanged|stable|normal|clear|tube|catheter)\b", text), text


def test_another_films_embeddings_change_the_findings_while_the_head_stays(model, seen):
    fixed = seen[0]
    reports = [mentions(_text(model, replace(fixed, embeddings=other.embeddings))) for other in seen]
    assert len({tuple(sorted(report.items())) for report in reports}) > 1


def test_the_finding_head_beats_its_rivals_out_of_fold_by_the_lower_bound(manifest):
    macro = tomllib.loads((FOLDER / "manifest.toml").read_text(encoding="utf-8"))["macro"]
    for name in ("all", "paper_six"):
        for rival in ("metadata", "resnet"):
            assert macro[name][f"over_{rival}_low"] > 0, (name, rival)
            assert macro[name]["ours"] > macro[name][rival]


def test_its_probabilities_are_calibrated(manifest):
    """Cross-fitted, a promised share is worth at least the bare prevalence and lies near the observed one."""
    for finding in manifest.findings:
        score = manifest.scores[finding]
        assert score["brier"] <= score["brier_of_prevalence"] * 1.01, finding
        assert score["calibration_error"] < 0.12, finding


def test_it_answers_questions_with_what_it_may_say(model, manifest, seen):
    for encoded in seen[:4]:
        for finding in ("edema", "pleural effusion", "pneumonia"):
            asked = prompt.chat(f"Is there {finding}?", system="")
            said = mentions(generate(model, encoded, asked, GREEDY, 0).text)
            assert set(said) <= {finding}, said
            assert said.get(finding) is not Presence.ABSENT or finding in manifest.deniable
        asked = prompt.chat("Is there a fracture?", system="")
        assert generate(model, encoded, asked, GREEDY, 0).text == questions.NOT_ASSESSED
        asked = prompt.chat(prompt.DIFFERENTIAL, system="")
        assert set(mentions(generate(model, encoded, asked, GREEDY, 0).text)) <= set(manifest.findings)


def test_the_card_prints_the_manifests_figures(manifest):
    card = (FOLDER / "CARD.md").read_text(encoding="utf-8")
    for finding, score in manifest.scores.items():
        row = next(line for line in card.splitlines() if line.startswith(f"| {finding} | {score['positives']} of "))
        assert f"{score['auroc']:.2f} ({score['auroc_low']:.2f} to {score['auroc_high']:.2f})" in row
    assert "NIH Clinical Center" in card and "CC BY 4.0" in card and "not for clinical use" in card
