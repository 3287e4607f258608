"""A data folder -> the bundled model's folder: every stage in its order, each resumed or skipped where it is done.

Between stages only files: checkpoints and small JSON tables in a work folder. The test split is opened by one stage,
which writes down each look.
"""

from __future__ import annotations

import hashlib
import json
import random
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch

from workstation.reporting.draft import Decoding
from workstation.vlm import prompt, tokenizer
from workstation.vlm.config import LlamaConfig, ModelConfig, VisionConfig
from workstation.vlm.generate import generate
from workstation.vlm.model import CxrLlava, Encoded
from workstation.vlm.tokenizer import Words
from workstation.vlm.training import data, encoder, evaluate, gatekeeper, grammar, policy, shipping
from workstation.vlm.training import language as languages
from workstation.vlm.training.data import Pack
from workstation.vlm.training.encoder import Encoder

SIDE = 128
GATE_FOLDS = 2  # enough to know a small rate; the gate costs as much time as a fold's encoder
GREEDY = Decoding(0.0, 1.0, 0, 160)


@dataclass(frozen=True, slots=True)
class Effort:
    """Epochs of each stage; the defaults made the shipped model."""

    pretrain: int = 8
    encoder: int = 16
    gate: int = 3
    words: int = 2
    align: int = 1
    finetune: int = 10


class Build:
    """The stages, as methods; call `encode`, `gate`, `language`, `test` in this order."""

    def __init__(self, data_folder: Path, work: Path, out: Path, effort: Effort) -> None:
        self.data, self.work, self.out, self.effort = data_folder, work, out, effort

    @cached_property
    def pack(self) -> Pack:
        return data.load(self.data, self.work, SIDE)

    @cached_property
    def ours(self) -> np.ndarray:
        """NIH train + val."""
        return self.pack.where(lambda row: row.source == "nih")

    # encoder

    def fold(self, fold: int | None) -> Encoder:
        start = encoder.pretrain(self.pack, VisionConfig(image_size=SIDE), self.work, self.effort.pretrain)
        return encoder.train_fold(self.pack, start, self.work, fold, self.effort.encoder)

    def encode(self) -> None:
        """Five fold encoders, their out-of-fold scores, what they allow to be said; then the encoder of all films."""
        logits = np.zeros((len(self.ours), len(data.TARGETS)), np.float32)
        folds = np.array([data.fold_of(patient) for patient in self.pack.patients(self.ours)])
        for fold in range(data.FOLDS):
            here = folds == fold
            logits[here] = encoder.logits(self.fold(fold), self.pack.films[self.ours[here]])
        self._judge(1 / (1 + np.exp(-logits)), folds)
        self.fold(None)

    def _judge(self, probabilities: np.ndarray, folds: np.ndarray) -> None:
        truth, patients = self.pack.targets(self.ours), self.pack.patients(self.ours)
        scores = evaluate.finding_scores(truth, probabilities, patients)
        allowed, points = evaluate.make_policy(truth, probabilities, folds, scores)
        rival = evaluate.metadata_scores(self.pack, self.ours)
        self._note("policy", policy.to_json(allowed))
        self._note("findings", {name: scores[name] | points.get(name, {}) for name in scores})
        self._note("macros", evaluate.macros(truth, probabilities, rival, patients))
        self._note("views", evaluate.within_views(self.pack, self.ours, truth, probabilities))
        names = list(data.TARGETS)
        said = [policy.decide(dict(zip(names, p.tolist(), strict=True)), allowed) for p in probabilities]
        texts = [grammar.write(each, _same_words(index)) for index, each in enumerate(said)]
        self._note("oof_text", evaluate.text_scores(texts, truth, patients))

    @property
    def policy(self) -> dict[str, policy.Thresholds]:
        return policy.from_json(self.read("policy"))

    # gate

    def gate(self) -> None:
        """Two fold gates for the rate of false refusals in two fifths of the patients, then the gate of all films."""
        rows = self.pack.where(lambda row: gatekeeper.kind(row) is not None)
        folds = np.array([data.fold_of(patient) for patient in self.pack.patients(rows)])
        scores = np.zeros((len(rows), len(gatekeeper.CLASSES)), np.float32)
        for fold in range(GATE_FOLDS):
            gate = gatekeeper.train(self.pack, self.work, fold, self.effort.gate)
            scores[folds == fold] = gatekeeper.scores(gate, self.pack.films[rows[folds == fold]])
        judged = np.flatnonzero(folds < GATE_FOLDS)
        self._note("gate", gatekeeper.judge([self.pack.rows[rows[i]] for i in judged], scores[judged]))
        gatekeeper.train(self.pack, self.work, None, self.effort.gate)

    # language

    def language(self) -> CxrLlava:
        """The language model on the final encoder's tokens; the whole model is written to ``out``."""
        model = self._whole(languages.Writer(self.sizes))
        lessons = languages.Lessons(model, self.words, self._views(model), self.policy)
        writer = self.blind()
        languages.train(
            writer, lessons, self.work, align_epochs=self.effort.align, finetune_epochs=self.effort.finetune
        )
        model = self._whole(writer)
        shipping.write(model, self.out)
        return model

    @cached_property
    def words(self) -> Words:
        return tokenizer.train([*self.texts(), *[_question()] * 400], LlamaConfig().vocab_size)

    def texts(self) -> list[str]:
        """Reports about nothing in particular; they deny only what has positives enough to be deniable at all."""
        counts = np.nansum(self.pack.targets(self.ours), 0)
        common = [n for n, c in zip(data.TARGETS, counts, strict=True) if c >= policy.DENIABLE_POSITIVES]
        return grammar.corpus(data.TARGETS[:-1], [n for n in common if n != "no finding"], 4000, 0)

    def blind(self) -> languages.Writer:
        """The language model on words alone: needs no encoder and no policy."""
        torch.manual_seed(4)
        return languages.learn_words(
            languages.Writer(self.sizes), self.words, _question(), self.texts(), self.work, self.effort.words
        )

    @property
    def sizes(self) -> ModelConfig:
        return ModelConfig(
            VisionConfig(image_size=SIDE),
            LlamaConfig(vocab_size=self.words.size),
            findings=data.TARGETS[:-1],
            gate_classes=gatekeeper.CLASSES,
            gate_side=gatekeeper.SIDE,
            report_prompt=_question(),
        )

    def _whole(self, writer: languages.Writer) -> CxrLlava:
        gate = gatekeeper.train(self.pack, self.work, None, self.effort.gate)
        return shipping.assemble(self.sizes, self.fold(None), gate, writer, self.words)

    def _views(self, model: CxrLlava) -> languages.Views:
        normals = self.pack.where(lambda row: row.source in ("rsna_normal", "hannover_covid") and not row.age < 18)
        chosen = np.random.default_rng(5).choice(normals, min(500, len(normals)), replace=False)
        nih = languages.look(model, self.pack.films[self.ours], 4, 0.75, 6)
        return languages.joined([nih, languages.look(model, self.pack.films[np.sort(chosen)], 2, 0.25, 7)])

    # the one opening

    def test(self) -> None:
        """The shipped model on NIH's test split: scores of the head and of the text, greedy; notes the look."""
        model, rows = CxrLlava.load(self.out), self.pack.held_out()
        seen = [model.encode(np.array(self.pack.films[i])) for i in rows]
        texts = [generate(model, each, model.config.report_prompt, GREEDY, 0).text for each in seen]
        turned = [generate(model, each, model.config.report_prompt, GREEDY, 0).text for each in _shuffled(seen)]
        truth, patients = self.pack.targets(rows), self.pack.patients(rows)
        named = [[*(each.probabilities or {}).values(), 0.5] for each in seen]
        head = np.array(named, np.float32)
        said = [policy.decide(each.probabilities or {}, self.policy) for each in seen]
        printed = [grammar.write(each, _same_words(0)) for each in said]
        facts = {
            "findings": evaluate.finding_scores(truth, head, patients),
            "macros": evaluate.macros(truth, head, np.zeros_like(head), patients),
            "text": evaluate.text_scores(texts, truth, patients),
            "head printed": evaluate.text_scores(printed, truth, patients),
            "other film's embeddings": evaluate.text_scores(turned, truth, patients),
            "texts": texts,
        }
        self._note("test", facts)
        self._note("looks", [*self._looks(), {"weights": _digest(self.out / "model.safetensors")}])

    def _looks(self) -> list[Any]:
        return list(self.read("looks")) if (self.work / "looks.json").exists() else []

    def read(self, name: str) -> Any:
        return json.loads((self.work / f"{name}.json").read_text(encoding="utf-8"))

    def _note(self, name: str, value: Any) -> None:
        (self.work / f"{name}.json").write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")


def _question() -> str:
    return prompt.chat(prompt.REPORT, system="")


def _same_words(seed: int) -> random.Random:
    return random.Random(seed)


def _shuffled(seen: list[Encoded]) -> list[Encoded]:
    """Each film's record with the embeddings of the next film: head and gate stay, the picture changes."""
    return [replace(each, embeddings=seen[(i + 1) % len(seen)].embeddings) for i, each in enumerate(seen)]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
