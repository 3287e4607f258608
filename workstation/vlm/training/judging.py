"""A finished model and films -> what its drafts are worth: beside other ways of writing, other films and noise.

`judge` is for NIH's test split, opened once; `agreement` asks on films that may be seen whether the words follow the
finding head, and may be asked as often as one likes.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from workstation.reporting.draft import Decoding
from workstation.reporting.findings import Presence, mentions
from workstation.vlm import prompt
from workstation.vlm.generate import generate
from workstation.vlm.model import CxrLlava, Encoded
from workstation.vlm.training import baselines, evaluate, grammar, policy, questions
from workstation.vlm.training.data import LABELS, Pack

GREEDY = Decoding(0.0, 1.0, 0, 160)


def judge(model: CxrLlava, pack: Pack, rows: np.ndarray, known: np.ndarray, allowed: policy.Policy) -> dict[str, Any]:
    """Scores of head and greedy text on ``rows``; the baselines may look at the films ``known``."""
    truth, patients = pack.targets(rows), pack.patients(rows)
    seen, texts, seconds = _drafted(model, np.asarray(pack.films[rows]))
    head = _head(seen)
    said = [policy.decide(each.probabilities or {}, allowed) for each in seen]
    printed = [grammar.write(each, random.Random(0)) for each in said]
    noise = np.random.default_rng(0).integers(0, 256, (len(rows), *pack.films.shape[1:]), dtype=np.uint8)
    blurred, murmured, _ = _drafted(model, noise)
    rivals = _rivals(pack, rows, known) | {"head printed": evaluate.said_words(printed) == 1}
    labels = truth[:, : len(LABELS)]
    return {
        "findings": evaluate.finding_scores(truth, head, patients),
        "macros": evaluate.macros(truth, head, {}, patients),
        "noise macros": evaluate.macros(truth, _head(blurred), {}, patients),
        "text": evaluate.text_scores(texts, truth, patients, rivals),
        "head printed": evaluate.text_scores(printed, truth, patients),
        "other film's embeddings": evaluate.text_scores([*texts[1:], texts[0]], truth, patients),
        "noise": evaluate.text_scores(murmured, truth, patients),
        "rivals": {name: evaluate.naming_scores(named, labels, patients) for name, named in rivals.items()},
        "changed by another film": _changed(texts),
        "median seconds": statistics.median(seconds),
        "texts": texts,
    }


def _rivals(pack: Pack, rows: np.ndarray, known: np.ndarray) -> dict[str, np.ndarray]:
    """What each baseline names on ``rows``, (n, labels)."""
    labels = pack.targets(known)[:, : len(LABELS)]
    return {
        "retrieval": baselines.retrieved(np.asarray(pack.films[rows]), np.asarray(pack.films[known]), labels),
        "label prior": baselines.sampled(labels, len(rows)),
        "always normal": np.zeros((len(rows), len(LABELS)), bool),
    }


def _drafted(model: CxrLlava, films: np.ndarray) -> tuple[list[Encoded], list[str], list[float]]:
    """Greedy, so that a film's text is the text of its embeddings alone."""
    seen, texts, seconds = [], [], []
    for film in films:
        begin = time.monotonic()
        seen.append(model.encode(np.array(film)))
        texts.append(generate(model, seen[-1], model.config.report_prompt, GREEDY, 0).text)
        seconds.append(time.monotonic() - begin)
    return seen, texts, seconds


def _head(seen: Sequence[Encoded]) -> np.ndarray:
    """(n, targets); "no finding", which the shipped head does not give, is 0.5 everywhere."""
    return np.array([[*(each.probabilities or {}).values(), 0.5] for each in seen], np.float64)


def _changed(texts: Sequence[str]) -> int:
    """Films whose findings change when the decoder gets the next film's embeddings while the head stays."""
    said = [mentions(text) for text in texts]
    return sum(one != other for one, other in zip(said, [*said[1:], said[0]], strict=True))


def agreement(model: CxrLlava, films: np.ndarray, allowed: policy.Policy) -> dict[str, Any]:
    """How often report and answers say of a finding what the head's thresholds would."""
    seen, texts, _ = _drafted(model, films)
    wanted = [policy.decide(each.probabilities or {}, allowed) for each in seen]
    report = [_share(mentions(text), said, allowed) for text, said in zip(texts, wanted, strict=True)]
    asked = [list(allowed)[turn % len(allowed)] for turn in range(len(seen))]
    answers = [_follows(model, *each) for each in zip(seen, wanted, asked, strict=True)]
    weak = [_said(model, each, "Is there a fracture?") for each in seen]
    return {
        "films": len(films),
        "report": statistics.mean(report),
        "answer": statistics.mean(answers),
        "not assessed": statistics.mean(text == questions.NOT_ASSESSED for text in weak),
        "distinct": len(set(texts)),
    }


def _share(said: dict[str, Presence], wanted: grammar.Decisions, allowed: policy.Policy) -> float:
    return statistics.mean(said.get(name, Presence.NOT_MENTIONED) == wanted.presence(name) for name in allowed)


def _follows(model: CxrLlava, seen: Encoded, wanted: grammar.Decisions, finding: str) -> bool:
    said = mentions(_said(model, seen, f"Is there {grammar.NAMES.get(finding, finding)}?"))
    return said.get(finding, Presence.NOT_MENTIONED) == wanted.presence(finding)


def _said(model: CxrLlava, seen: Encoded, question: str) -> str:
    return generate(model, seen, prompt.chat(question, system=""), GREEDY, 0).text
