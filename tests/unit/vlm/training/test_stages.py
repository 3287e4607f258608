"""Each stage learns something on toy films, and what it learns is put together and read back."""

import random

import numpy as np
import pytest
import torch

from tests.unit.vlm.small import FINDINGS, small_model
from workstation.reporting.findings import mentions
from workstation.vlm.heads import Gate
from workstation.vlm.model import CxrLlava
from workstation.vlm.training import encoder, gatekeeper, language, policy, shipping
from workstation.vlm.training.calibration import Platt
from workstation.vlm.training.data import TARGETS, Pack, Row
from workstation.vlm.training.encoder import PRETEXT, Encoder, masked_loss
from workstation.vlm.training.grammar import Decisions

LIMITS = {name: policy.Thresholds(0.2 if name == "edema" else 0.0, 0.5, 0.8) for name in FINDINGS}


def test_unknown_answers_do_not_count():
    outputs = len(TARGETS) + len(PRETEXT)
    out, wanted = torch.randn(4, outputs), torch.full((4, outputs), float("nan"))
    assert masked_loss(out, wanted) == 0
    wanted[0, 0] = 1.0
    changed = out.clone()
    changed[1:] += 5
    assert masked_loss(out, wanted) == masked_loss(changed, wanted) > 0


def test_lessons_teach_what_the_tokens_carry_not_what_the_label_was():
    model = small_model()
    views = language.Views(torch.randn(50, 4, 32) * 3, torch.ones(50))
    lessons = language.Lessons(model, model.words, views, LIMITS)
    chance, generator = random.Random(0), torch.Generator().manual_seed(0)
    for _ in range(6):
        tokens, scripts = lessons.batch(generator, chance)
        scores = model.finding_head(tokens).sigmoid()
        for row, script in zip(scores, scripts, strict=True):
            said = policy.decide(dict(zip(FINDINGS, row.tolist(), strict=True)), LIMITS)
            answer = model.words.decode(script.ids[script.asked :].tolist())
            assert all(said.presence(name) is presence for name, presence in mentions(answer).items())
            assert not answer.startswith("FINDINGS:") or all(name in answer.lower() for name in said.uncertain)


def test_a_question_is_read_and_only_its_answer_is_learnt():
    model = small_model()
    scripts = language.Scripts(model.words, FINDINGS, model.config.report_prompt)
    found = [scripts.task(random.Random(seed))[0](Decisions(), random.Random(seed)) for seed in range(40)]
    for script in found:
        asked = model.words.decode(script.ids[: script.asked].tolist())
        assert asked.rstrip().endswith("[/INST]") and script.ids[-1] == model.words.end
    assert any((s.ids[: s.asked] == model.words.end).any() for s in found)  # some come after other answers
    silent = language.Script(torch.tensor([5, 6, 7]), 3)
    writer = language.Writer(model.config)
    taught = language.answer_loss(writer, torch.zeros(1, 4, 32), scripts.before, found[:1])
    both = language.answer_loss(writer, torch.zeros(2, 4, 32), scripts.before, [found[0], silent])
    assert torch.isclose(taught, both, atol=0.02)


def test_the_writer_learns_to_write_what_it_sees(tmp_path, monkeypatch):
    """Two kinds of tokens, two reports: after a few steps another film's tokens give the other report."""
    monkeypatch.setattr(language, "EPOCH_STEPS", 40)
    model = small_model()
    torch.manual_seed(0)
    writer = language.Writer(model.config)
    kinds = torch.stack([torch.full((4, 32), -1.0), torch.full((4, 32), 1.0)])
    scripts = [language.Script(torch.tensor([6, 7, *model.words.encode(word)]), 2) for word in ("edema", "mass")]

    class Lesson:
        before = torch.tensor([0, 5])

        def batch(self, generator, chance):
            chosen = torch.randint(0, 2, (16,), generator=generator)
            return kinds[chosen], [scripts[i] for i in chosen]

    language.train(writer, Lesson(), tmp_path, align_epochs=1, finetune_epochs=2, rate=1e-2)
    with torch.no_grad():
        text = language.padded([script.ids for script in scripts], 0)
        first = writer(kinds, Lesson.before, text)[:, 2].argmax(-1)
    assert first.tolist() == [script.ids[2].item() for script in scripts]


@pytest.fixture
def committee():
    sizes = small_model(companions=1).config
    torch.manual_seed(1)
    members = [Encoder(sizes.vision), Encoder(sizes.vision, "conv")]
    with torch.no_grad():
        for member in members:
            member.finding_head.out.weight.normal_(0, 0.3)
    return [member.eval() for member in members]


def test_parts_are_put_together_and_survive_the_shipped_file(tmp_path, committee):
    """The shipped head gives the calibrated mean of the members' logits on the film and its mirror image."""
    model = small_model(companions=1)
    sizes, platts = model.config, [Platt(0.5, -1.0), Platt(2.0, 0.3), Platt(1.0, 0.0)]
    gate, writer = Gate(sizes.gate_side, 3).eval(), language.Writer(sizes).eval()
    whole = shipping.assemble(sizes, committee, platts, gate, writer, model.words)
    shipping.write(whole, tmp_path)
    loaded = CxrLlava.load(tmp_path)
    film = np.random.default_rng(0).integers(0, 256, (64, 64), dtype=np.uint8)
    one, two = whole.encode(film), loaded.encode(film)
    assert torch.allclose(one.embeddings, two.embeddings, atol=0.02)
    assert list(two.probabilities) == list(FINDINGS)
    logits = np.mean([encoder.logits(member, film[None])[0, : len(FINDINGS)] for member in committee], 0)
    expected = [float(platt(np.array(z))) for platt, z in zip(platts, logits, strict=True)]
    assert np.allclose(list(two.probabilities.values()), expected, atol=0.01)
    assert np.ptp(expected) > 0.1


def test_a_transformer_grows_on_the_convolutions_of_its_fold(committee):
    conv = committee[1]
    member = encoder.Member("vit", "vit", 0, 1, 1e-3, 3)
    grown = encoder.grown(member, conv.config, conv)
    taken, given = grown.vision_tower.conv1.state_dict(), conv.vision_tower.state_dict()
    shared = [name for name in given if not name.startswith("out.")]
    assert len(shared) > 20 and all(torch.equal(taken[name], given[name]) for name in shared)


def test_blended_films_answer_half_and_half_and_unknown_stays_unknown():
    films, answers = torch.rand(400, 4, 4), torch.randint(0, 2, (400, 3)).float()
    answers[::5, 2] = float("nan")
    mixed, soft = encoder.blended(films, answers, torch.Generator().manual_seed(0))
    kept = (mixed == films).flatten(1).all(1)
    assert 0.3 < kept.float().mean() < 0.7
    assert torch.equal(soft[kept].nan_to_num(9), answers[kept].nan_to_num(9))
    assert soft[:, :2].min() >= 0 and soft[:, :2].max() <= 1 and not soft[:, :2].isnan().any()
    assert soft[~kept, 2].isnan().float().mean() > soft[kept, 2].isnan().float().mean()


def test_a_plain_rival_learns_from_labels_alone(tmp_path, monkeypatch):
    """The ResNet that we must beat is asked for findings only, never for age, sex or view, and no film is blended."""
    seen = []

    def fit(name, module, losses, schedule, folder):
        monkeypatch.setattr(encoder, "masked_loss", lambda out, wanted: seen.append(wanted))
        next(iter(losses(0)))
        return module

    monkeypatch.setattr(encoder, "fit", fit)
    pack = Pack(np.zeros((40, 32, 32), np.uint8), tuple(_row("nih", 50, i) for i in range(40)))
    plain = encoder.Member("peer", "conv", 0, 1, 1e-3, 3, plain=True)
    begin = encoder.start(plain, small_model().config.vision, pack, tmp_path)
    encoder.train_fold(plain, begin, pack, tmp_path, None)
    assert seen[0][:, len(TARGETS) :].isnan().all() and set(seen[0][:, :14].unique().tolist()) <= {0.0, 1.0}


def test_the_gate_tells_dark_from_bright_films(tmp_path, monkeypatch):
    monkeypatch.setattr(gatekeeper, "BANK", 20)
    films = np.concatenate([np.full((96, 80, 80), 60, np.uint8), np.full((96, 80, 80), 200, np.uint8)])
    films += np.random.default_rng(0).integers(0, 30, films.shape, dtype=np.uint8)
    rows = [_row("nih", 50, i) for i in range(96)] + [_row("nih", 5, i) for i in range(96, 192)]
    gate = gatekeeper.train(Pack(films, tuple(rows)), tmp_path, None, 4)
    found = gatekeeper.scores(gate, films)
    assert found[:96, 0].mean() > found[:96, 1].mean() and found[96:, 1].mean() > found[96:, 0].mean()
    facts = gatekeeper.judge(rows, found)
    assert facts["out of fold"]["nih, adult"]["films"] == 96
    assert 0.2 <= facts["thresholds"]["other"] <= 0.5


def _row(source, age, number):
    return Row(source, f"{number}.png", str(number), "train", frozenset(), float(age), "F", "PA", "", "")
