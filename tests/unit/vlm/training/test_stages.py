"""Each stage learns something on toy films, and what it learns is put together and read back."""

import random

import numpy as np
import torch

from tests.unit.vlm.small import FINDINGS, small_model
from workstation.vlm.model import CxrLlava
from workstation.vlm.training import gatekeeper, language, policy, shipping
from workstation.vlm.training.data import TARGETS, Pack, Row
from workstation.vlm.training.encoder import PRETEXT, masked_loss

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
    tokens, answers = lessons.batch(torch.Generator().manual_seed(0), random.Random(0))
    scores = model.finding_head(tokens).sigmoid()
    for row, ids in zip(scores, answers, strict=True):
        text = model.words.decode([i for i in ids.tolist() if i >= 0])
        said = policy.decide(dict(zip(FINDINGS, row.tolist(), strict=True)), LIMITS)
        assert all(name in text.lower() or name == "edema" for name in said.uncertain)
        assert text.startswith("FINDINGS:")


def test_the_writer_learns_to_write_what_it_sees(tmp_path, monkeypatch):
    """Two kinds of tokens, two reports: after a few steps another film's tokens give the other report."""
    monkeypatch.setattr(language, "EPOCH_STEPS", 40)
    model = small_model()
    torch.manual_seed(0)
    writer = language.Writer(model.config)
    kinds = torch.stack([torch.full((4, 32), -1.0), torch.full((4, 32), 1.0)])
    answers = [torch.tensor([*model.words.encode(word), model.words.end]) for word in ("edema", "mass")]
    before, after = (torch.tensor([ids]).flatten() for ids in ((0, 5), (6, 7)))

    class Lesson:
        def __init__(self):
            self.before, self.after = before, after

        def batch(self, generator, chance):
            chosen = torch.randint(0, 2, (16,), generator=generator)
            return kinds[chosen], language.padded([answers[i] for i in chosen])

    language.train(writer, Lesson(), tmp_path, align_epochs=1, finetune_epochs=2, rate=1e-2)
    with torch.no_grad():
        first = writer(kinds, before, after, language.padded(answers).clamp(min=0))[:, 0].argmax(-1)
    assert first.tolist() == [answers[0][0].item(), answers[1][0].item()]


def test_parts_are_put_together_and_survive_the_shipped_file(tmp_path):
    from workstation.vlm.heads import Gate
    from workstation.vlm.training.encoder import Encoder

    model = small_model()
    sizes = model.config
    torch.manual_seed(1)
    encoder, gate = Encoder(sizes.vision).eval(), Gate(sizes.gate_side, 3).eval()
    writer = language.Writer(sizes).eval()
    whole = shipping.assemble(sizes, encoder, gate, writer, model.words)
    shipping.write(whole, tmp_path)
    loaded = CxrLlava.load(tmp_path)
    film = np.random.default_rng(0).integers(0, 256, (32, 32), dtype=np.uint8)
    one, two = whole.encode(film), loaded.encode(film)
    assert torch.allclose(one.embeddings, two.embeddings, atol=0.02)
    assert list(two.probabilities) == list(FINDINGS)
    with torch.inference_mode():
        logits = encoder(torch.from_numpy(film).unsqueeze(0))[0, : len(FINDINGS)]
        mirror = encoder(torch.from_numpy(film[:, ::-1].copy()).unsqueeze(0))[0, : len(FINDINGS)]
    expected = ((logits + mirror) / 2).sigmoid().tolist()
    assert np.allclose(list(two.probabilities.values()), expected, atol=0.01)


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
