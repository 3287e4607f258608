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

from workstation.errors import TrainingError
from workstation.vlm import prompt, tokenizer
from workstation.vlm.config import LlamaConfig, ModelConfig, VisionConfig
from workstation.vlm.model import CxrLlava
from workstation.vlm.tokenizer import Words
from workstation.vlm.training import (
    baselines,
    calibration,
    data,
    encoder,
    evaluate,
    gatekeeper,
    grammar,
    judging,
    policy,
    questions,
    shipping,
)
from workstation.vlm.training import language as languages
from workstation.vlm.training.data import LABELS, TARGETS, Pack
from workstation.vlm.training.encoder import Encoder, Member

SIDE = 128
VISION = VisionConfig(image_size=SIDE, layers=3)
VOCABULARY = 1024
GATE_FOLDS = 2  # enough to know a small rate; the gate costs as much time as a fold's encoder
ASKED = 60  # films on which words and finding head are compared

CONV = Member("conv", "conv", first=12, epochs=40, rate=1e-3, seed=1)
VIT = Member("vit", "vit", first=0, epochs=12, rate=6e-4, seed=2)
PEER = Member("peer", "conv", first=0, epochs=40, rate=1e-3, seed=5, plain=True)  # also the rival by itself
COMMITTEE = (VIT, CONV, PEER)  # the vision transformer first: its companions stand beside it
MEMBERS = {member.name: member for member in COMMITTEE}


@dataclass(frozen=True, slots=True)
class Effort:
    """Epochs of the stages that are no member's, and whether a member's epochs count; the defaults made the model."""

    gate: int = 3
    words: int = 4
    align: int = 1
    finetune: int = 24
    trial: bool = False  # one epoch for every member


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

    # encoders

    def fold(self, member: Member, fold: int | None) -> Encoder:
        """A member trained without the fold's patients; a transformer grows on the same fold's convolutions."""
        if self.effort.trial:
            member = replace(member, first=min(member.first, 1), epochs=1)
        if member.kind == "vit":
            begin = encoder.grown(member, VISION, self.fold(CONV, fold))
        else:
            begin = encoder.start(member, VISION, self.pack, self.work)
        return encoder.train_fold(member, begin, self.pack, self.work, fold)

    def committee(self) -> list[Encoder]:
        return [self.fold(member, None) for member in COMMITTEE]

    def encode(self) -> None:
        """Five folds of every member, their out-of-fold scores, what they allow to be said; then all films."""
        folds = np.array([data.fold_of(patient) for patient in self.pack.patients(self.ours)])
        self._judge({name: self._out_of_fold(member, folds) for name, member in MEMBERS.items()}, folds)
        self.committee()

    def _out_of_fold(self, member: Member, folds: np.ndarray) -> np.ndarray:
        logits = np.zeros((len(self.ours), len(TARGETS)), np.float32)
        for fold in range(data.FOLDS):
            here = folds == fold
            logits[here] = encoder.logits(self.fold(member, fold), self.pack.films[self.ours[here]])
        return logits

    def _judge(self, logits: dict[str, np.ndarray], folds: np.ndarray) -> None:
        truth, patients = self.pack.targets(self.ours), self.pack.patients(self.ours)
        mean = np.mean([logits[member.name] for member in COMMITTEE], 0)
        platts = calibration.fit_all(mean, truth)
        probabilities = np.stack([platt(mean[:, c]) for c, platt in enumerate(platts)], 1)
        scores = evaluate.finding_scores(truth, probabilities, patients)
        allowed, points = evaluate.make_policy(truth, probabilities, folds, scores)
        worth = evaluate.calibration_scores(truth, mean, folds)
        rivals = {"metadata": evaluate.metadata_scores(self.pack, self.ours), "resnet": logits[PEER.name]}
        self._note("policy", policy.to_json(allowed))
        self._note("calibration", {name: [p.slope, p.offset] for name, p in zip(TARGETS, platts, strict=True)})
        self._note("findings", {name: scores[name] | points.get(name, {}) | worth[name] for name in scores})
        self._note("macros", evaluate.macros(truth, mean, rivals, patients))
        self._note("members", evaluate.macros(truth, mean, logits, patients))
        self._note("views", evaluate.within_views(self.pack, self.ours, truth, probabilities))
        self._note("oof_text", self._printed(truth, probabilities, folds, allowed))

    def _printed(
        self, truth: np.ndarray, probabilities: np.ndarray, folds: np.ndarray, allowed: policy.Policy
    ) -> dict[str, Any]:
        """The finding head printed, out of fold, beside the baselines."""
        patients, labels = self.pack.patients(self.ours), truth[:, : len(LABELS)]
        said = evaluate.held_out_decisions(truth, probabilities, folds, allowed)
        texts = [grammar.write(each, random.Random(index)) for index, each in enumerate(said)]
        rivals = {
            "retrieval": baselines.retrieved_across(self.pack.films[self.ours], labels, folds),
            "label prior": baselines.sampled_across(labels, folds),
            "always normal": np.zeros(labels.shape, bool),
        }
        found = evaluate.text_scores(texts, truth, patients, rivals)
        found["rivals"] = {name: evaluate.naming_scores(named, labels, patients) for name, named in rivals.items()}
        return found

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
        """The language model on the committee's tokens; the whole model is written to ``out``.

        Raises
        ------
        TrainingError
            No finding is scored well enough to be written about.
        """
        if not self.policy:
            raise TrainingError(
                "No finding is scored well enough to be written about.",
                "Train the encoders for longer or on more films.",
                "policy",
            )
        model = self._whole(languages.Writer(self.sizes))
        lessons = languages.Lessons(model, self.words, self._views(model), self.policy)
        writer = self.blind()
        languages.train(
            writer, lessons, self.work, align_epochs=self.effort.align, finetune_epochs=self.effort.finetune
        )
        model = self._whole(writer)
        shipping.write(model, self.out)
        chosen = np.random.default_rng(8).choice(self.ours, ASKED, replace=False)
        self._note("agreement", judging.agreement(model, np.asarray(self.pack.films[np.sort(chosen)]), self.policy))
        return model

    @cached_property
    def words(self) -> Words:
        """The vocabulary: of reports, questions and answers about nothing in particular."""
        chance = random.Random(0)
        pairs = [questions.ask(each, TARGETS[:-1], chance) for each in self._drawn()]
        dialogues = [f"{prompt.dialogue([pair], pair[0], system='')}{pair[1]}" for pair in pairs]
        reports = [grammar.write(each, chance) for each in self._drawn()]
        return tokenizer.train([*reports, *dialogues, *[_question()] * 400], VOCABULARY)

    def _drawn(self) -> list[grammar.Decisions]:
        """Decisions at random; they deny only what has positives enough to be deniable at all."""
        counts = np.nansum(self.pack.targets(self.ours), 0)
        common = [n for n, c in zip(TARGETS[:-1], counts, strict=False) if c >= policy.DENIABLE_POSITIVES]
        chance = random.Random(1)
        return [grammar.draw(TARGETS[:-1], common, chance) for _ in range(4000)]

    def blind(self) -> languages.Writer:
        """The language model on words alone: needs no encoder and no policy."""
        torch.manual_seed(4)
        scripts = languages.Scripts(self.words, TARGETS[:-1], _question())
        return languages.learn_words(languages.Writer(self.sizes), scripts, self._drawn(), self.work, self.effort.words)

    @property
    def sizes(self) -> ModelConfig:
        return ModelConfig(
            VISION,
            LlamaConfig(vocab_size=self.words.size, max_position_embeddings=1024),
            findings=TARGETS[:-1],
            gate_classes=gatekeeper.CLASSES,
            gate_side=gatekeeper.SIDE,
            report_prompt=_question(),
            companions=len(COMMITTEE) - 1,
        )

    def _whole(self, writer: languages.Writer) -> CxrLlava:
        gate = gatekeeper.train(self.pack, self.work, None, self.effort.gate)
        platts = [calibration.Platt(*pair) for pair in self.read("calibration").values()]
        return shipping.assemble(self.sizes, self.committee(), platts, gate, writer, self.words)

    def _views(self, model: CxrLlava) -> languages.Views:
        normals = self.pack.where(lambda row: row.source in ("rsna_normal", "hannover_covid") and not row.age < 18)
        chosen = np.random.default_rng(5).choice(normals, min(500, len(normals)), replace=False)
        nih = languages.look(model, self.pack.films[self.ours], 4, 0.75, 6)
        return languages.joined([nih, languages.look(model, self.pack.films[np.sort(chosen)], 2, 0.25, 7)])

    # the one opening

    def test(self) -> None:
        """The shipped model on NIH's test split; the look is written down before it is taken.

        A trial never opens it: its films are those of the val rows.
        """
        rows = self.pack.held_out()
        if self.effort.trial:
            rows = self.pack.where(lambda row: row.source == "nih" and row.split == "val")
        looks = self._looks() if self.effort.trial else [*self._looks(), self._look()]
        self._note("looks", looks)
        known = self.ours[~np.isin(self.ours, rows)]
        self._note("test", judging.judge(CxrLlava.load(self.out), self.pack, rows, known, self.policy))

    def _look(self) -> dict[str, str]:
        return {"weights": _digest(self.out / "model.safetensors")}

    def _looks(self) -> list[Any]:
        return list(self.read("looks")) if (self.work / "looks.json").exists() else []

    def read(self, name: str) -> Any:
        return json.loads((self.work / f"{name}.json").read_text(encoding="utf-8"))

    def _note(self, name: str, value: Any) -> None:
        (self.work / f"{name}.json").write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")


def _question() -> str:
    return prompt.chat(prompt.REPORT, system="")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
