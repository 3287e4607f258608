"""From scores of a committee to manifest and card: every table that the build notes is printed, nothing else is."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.unit.vlm.small import small_model, write_model
from workstation.catalog import manifest as catalogue
from workstation.errors import TrainingError
from workstation.vlm.model import CxrLlava
from workstation.vlm.training import card, evaluate, gatekeeper, judging, quantisations, scores
from workstation.vlm.training.build import MEMBERS, Build, Effort
from workstation.vlm.training.data import FOLDS, LABELS, TARGETS, Pack, Row

FILMS = 240


@pytest.fixture
def pack():
    chance = np.random.default_rng(0)
    films = chance.integers(0, 256, (FILMS, 32, 32), dtype=np.uint8)
    rows = []
    for number in range(FILMS):
        labels = frozenset(name for name in LABELS if chance.random() < 0.4) or frozenset({"no finding"})
        split = ("train", "train", "val", "test")[number // 6 % 4]
        rsna = "Lung Opacity" if number % 2 else "Normal"
        view = "AP" if number % 5 else "PA"
        rows.append(Row("nih", f"{number}.png", str(number // 6), split, labels, 50, "F", view, rsna, ""))
    return Pack(films, tuple(rows))


@pytest.fixture
def build(tmp_path, pack, monkeypatch):
    """A build whose encoders are chance with a hint, whose writer names edema always and whose gate refuses none."""
    few = 8  # draws of the bootstrap: the intervals are looked at elsewhere
    monkeypatch.setattr(evaluate, "interval", lambda each, patients, *rest: scores.interval(each, patients, few))
    monkeypatch.setattr(evaluate, "resampled", lambda patients, *rest: scores.resampled(patients, few))
    made = Build(tmp_path, tmp_path, tmp_path / "model", Effort(trial=True))
    made.__dict__["pack"] = pack
    small = small_model()
    torch.manual_seed(0)
    model = CxrLlava(replace(small.config, findings=TARGETS[:-1])).eval()
    model.words = small.words
    write_model(model, made.out)

    class Answer:
        text = "FINDINGS:\nThere may be pulmonary edema."

    monkeypatch.setattr(judging, "generate", lambda *rest: Answer)
    return made


def _measure(build):
    truth, chance = build.pack.targets(build.ours), np.random.default_rng(1)
    logits = {name: np.nan_to_num(truth) * 3 + chance.normal(0, 1, truth.shape) for name in MEMBERS}
    logits["peer"] -= 2 * np.nan_to_num(truth)
    build._judge(logits, np.arange(len(truth)) % FOLDS)
    rows = list(build.pack.rows)
    build._note("gate", gatekeeper.judge([*rows, replace(rows[0], age=5)], np.tile([0.9, 0.05, 0.05], (FILMS + 1, 1))))
    build._note("agreement", judging.agreement(CxrLlava.load(build.out), build.pack.films[:4], build.policy))
    build.test()


def test_the_card_and_the_manifest_hold_what_was_measured(build):
    _measure(build)
    card.write(build, "A note.")
    text = (build.out / "CARD.md").read_text(encoding="utf-8")
    read = catalogue.read(build.out)
    macros, test = build.read("macros"), build.read("test")
    for name in ("all", "paper six"):
        assert f"{macros[name]['over resnet']:.3f} ({macros[name]['over resnet_low']:.3f} to" in text
    assert f"| always normal | {test['rivals']['always normal']['micro F1, paper six']:.2f}" in text
    for finding, limits in build.read("policy").items():
        assert read.thresholds[finding] == pytest.approx(limits["possible"], abs=1e-4)
        assert f"| {finding} | {read.scores[finding]['positives']} of " in text
    assert set(read.deniable) <= set(read.findings) <= set(TARGETS) and "A note." in text
    assert "nan" not in text.lower().replace("finance", "")


def test_forms_are_printed_only_for_the_weights_that_they_were_measured_with(build):
    _measure(build)
    card.write(build)
    form = {"micro_f1_paper_six": 0.4, "same_text": 0.9, "largest_logit_difference": 0.02, "tokens_per_second": 500.0}
    tables = {"Q8_0": {**form, "file_bytes": 5_000_000}}
    for weights, printed in ((catalogue.read(build.out).sha256, True), ("0" * 64, False)):
        text = quantisations.to_toml(tables, weights, 1)
        (build.out / quantisations.FILE).write_text(text, encoding="utf-8")
        card.write(build)
        row = "| Q8_0 | 0.40 | 90% | 0.02 | 500 | 5.0 |"
        assert (row in (build.out / "CARD.md").read_text(encoding="utf-8")) is printed


def test_a_trial_is_judged_on_val_rows_and_opens_nothing(build):
    _measure(build)
    assert build.read("test")["text"]["films"] == sum(row.split == "val" for row in build.pack.rows)
    assert build.read("looks") == []


def test_a_look_is_written_down_before_it_is_taken(build, monkeypatch):
    _measure(build)
    build.effort = Effort()
    monkeypatch.setattr(judging, "judge", lambda *rest: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        build.test()
    assert len(build.read("looks")) == 1


def test_a_committee_that_knows_nothing_is_not_given_words(build):
    build._note("policy", {})
    with pytest.raises(TrainingError):
        build.language()
