"""Fold encoders and the shipped model -> what they know: out-of-fold scores, the metadata they must beat, the text.

Everything here is for the card: plain dictionaries of numbers with intervals.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from workstation.reporting.findings import PAPER_SIX, Presence, mentions
from workstation.vlm.training import policy
from workstation.vlm.training.data import LABELS, TARGETS, Pack, Row, fold_of
from workstation.vlm.training.scores import (
    Estimate,
    auroc,
    hanley_mcneil,
    interval,
    logistic,
    macro_auroc,
    resampled,
    wilson,
)

MACRO_POSITIVES = 10


def metadata_scores(pack: Pack, indices: np.ndarray) -> np.ndarray:
    """What age, sex and AP/PA alone say, in the same folds: (n, targets)."""
    facts = np.array([_facts(pack.rows[i]) for i in indices])
    truth, folds = pack.targets(indices), _folds(pack, indices)
    out = np.zeros_like(truth)
    for fold in np.unique(folds):
        for column in range(truth.shape[1]):
            known = (folds != fold) & ~np.isnan(truth[:, column])
            out[folds == fold, column] = logistic(facts[known], truth[known, column], facts[folds == fold])
    return out


def _facts(row: Row) -> list[float]:
    age, male, ap = min(row.age, 100) / 100, float(row.sex == "M"), float(row.view == "AP")
    return [age, age * age, male, ap, male * ap, age * ap, age * male]


def _folds(pack: Pack, indices: np.ndarray) -> np.ndarray:
    return np.array([fold_of(pack.rows[i].patient) for i in indices])


def finding_scores(truth: np.ndarray, probabilities: np.ndarray, patients: Sequence[str]) -> dict[str, dict[str, Any]]:
    """AUROC of each target with its interval; fewer than 10 positives: Hanley and McNeil, not ranked."""
    found: dict[str, dict[str, Any]] = {}
    for column, name in enumerate(TARGETS):
        known = np.flatnonzero(~np.isnan(truth[:, column]))
        y, p = truth[known, column], probabilities[known, column]
        if y.sum() < MACRO_POSITIVES:
            estimate = hanley_mcneil(y, p)
        else:
            estimate = interval(_auroc_of(y, p), [patients[int(i)] for i in known])
        found[name] = {"positives": int(y.sum()), "films": len(y), **_named("auroc", estimate)}
    return found


def _auroc_of(y: np.ndarray, p: np.ndarray) -> Any:
    return lambda rows: auroc(y[rows], p[rows])


def macros(truth: np.ndarray, ours: np.ndarray, metadata: np.ndarray, patients: Sequence[str]) -> dict[str, Any]:
    """Macro AUROC over every label with 10 positives and over the paper's six; ours, metadata, paired difference."""
    enough = [i for i, name in enumerate(LABELS) if np.nansum(truth[:, i]) >= MACRO_POSITIVES]
    sets = {"all": enough, "paper six": [i for i in enough if LABELS[i] in PAPER_SIX]}
    return {name: _compared(truth[:, c], ours[:, c], metadata[:, c], patients) for name, c in sets.items()}


def _compared(truth: np.ndarray, ours: np.ndarray, other: np.ndarray, patients: Sequence[str]) -> dict[str, Any]:
    pairs = np.array(
        [(macro_auroc(truth[r], ours[r]), macro_auroc(truth[r], other[r])) for r in resampled(patients, 400)]
    )
    value = {"ours": macro_auroc(truth, ours), "metadata": macro_auroc(truth, other), "findings": truth.shape[1]}
    drawn = {"ours": pairs[:, 0], "metadata": pairs[:, 1], "difference": pairs[:, 0] - pairs[:, 1]}
    value["difference"] = value["ours"] - value["metadata"]
    for name, column in drawn.items():
        value[f"{name}_low"], value[f"{name}_high"] = (float(x) for x in np.percentile(column, (2.5, 97.5)))
    return value


def within_views(pack: Pack, indices: np.ndarray, truth: np.ndarray, ours: np.ndarray) -> dict[str, dict[str, float]]:
    """AUROC of each label within AP and within PA; NaN below 10 positives."""
    views = np.array([pack.rows[i].view for i in indices])
    return {view: {name: _enough(truth[views == view, c], ours[views == view, c]) for c, name in enumerate(LABELS)}
            for view in ("AP", "PA")}  # fmt: skip


def _enough(truth: np.ndarray, scores: np.ndarray) -> float:
    return auroc(truth, scores) if truth.sum() >= MACRO_POSITIVES else math.nan


def make_policy(
    truth: np.ndarray, probabilities: np.ndarray, folds: np.ndarray, scores: dict[str, dict[str, Any]]
) -> tuple[dict[str, policy.Thresholds], dict[str, dict[str, Any]]]:
    """Thresholds of every assessed finding, and the cross-fitted operating points that justify them."""
    chosen, facts = {}, {}
    for column, name in enumerate(TARGETS[:-1]):
        known = ~np.isnan(truth[:, column])
        y, p, f = truth[known, column], probabilities[known, column], folds[known]
        facts[name] = operating_points(y, p, f)
        if _assessed(scores[name]):
            chosen[name] = policy.thresholds(y, p, _deniable(scores[name], facts[name]))
    return chosen, facts


def _assessed(score: dict[str, Any]) -> bool:
    return bool(score["positives"] >= policy.ASSESSED_POSITIVES and score["auroc_low"] >= policy.ASSESSED_AUROC_LOW)


def _deniable(score: dict[str, Any], points: dict[str, Any]) -> bool:
    return bool(
        score["positives"] >= policy.DENIABLE_POSITIVES
        and points["denial_sensitivity_low"] >= policy.DENIABLE_SENSITIVITY_LOW
        and points["denial_specificity"] >= policy.DENIABLE_SPECIFICITY
    )


def operating_points(truth: np.ndarray, scores: np.ndarray, folds: np.ndarray) -> dict[str, Any]:
    """Sensitivity and specificity at thresholds that were set on the other folds."""
    kept, named = np.zeros(len(truth), bool), np.zeros(len(truth), bool)
    for fold in np.unique(folds):
        here, rest = folds == fold, folds != fold
        possible = policy.possible_threshold(truth[rest], scores[rest])
        deny = min(policy.denial_threshold(truth[rest], scores[rest]), possible)
        kept[here], named[here] = scores[here] >= deny, scores[here] >= possible
    facts: dict[str, Any] = {}
    for word, flags in (("denial_", kept), ("", named)):
        sensitivity, specificity = _rates(truth, flags)
        facts |= _named(f"{word}sensitivity", sensitivity) | _named(f"{word}specificity", specificity)
    return {key.replace("_value", ""): value for key, value in facts.items()}


def _rates(truth: np.ndarray, flags: np.ndarray) -> tuple[Estimate, Estimate]:
    positives = truth == 1
    sensitivity = wilson(int((flags & positives).sum()), int(positives.sum()))
    return sensitivity, wilson(int((~flags & ~positives).sum()), int((~positives).sum()))


def _named(name: str, estimate: Estimate) -> dict[str, float]:
    return {name if key == "value" else f"{name}_{key}": value for key, value in asdict(estimate).items()}


def text_scores(texts: Sequence[str], truth: np.ndarray, patients: Sequence[str]) -> dict[str, Any]:
    """Findings named in the text (possible counts as named; omission = absent) against the labels.

    Micro F1 over the paper's six and over all labels, with intervals by patient; each finding's counts and denials.
    """
    said = [mentions(text) for text in texts]
    words = np.array([[_word(m.get(name)) for name in LABELS] for m in said])  # 1 named, -1 denied, 0 silent
    y = truth[:, : len(LABELS)]
    six = [LABELS.index(name) for name in PAPER_SIX]
    everything = list(range(len(LABELS)))
    found: dict[str, Any] = {"distinct": len(set(texts)), "films": len(texts)}
    for name, columns in (("paper six", six), ("all", everything)):
        found |= _named(f"micro F1, {name}", interval(_f1_of(y[:, columns], words[:, columns] == 1), patients, 400))
    found["findings"] = {name: _counts(y[:, c], words[:, c]) for c, name in enumerate(LABELS)}
    return found


def _word(presence: Presence | None) -> int:
    return {Presence.PRESENT: 1, Presence.UNCERTAIN: 1, Presence.ABSENT: -1}.get(presence, 0) if presence else 0


def _f1_of(truth: np.ndarray, named: np.ndarray) -> Any:
    return lambda rows: micro_f1(truth[rows], named[rows])


def micro_f1(truth: np.ndarray, named: np.ndarray) -> float:
    """Pooled over findings and films; 0 when nothing is named."""
    hits = float((named & (truth == 1)).sum())
    total = float(named.sum() + (truth == 1).sum())
    return 2 * hits / total if total else math.nan


def _counts(truth: np.ndarray, words: np.ndarray) -> dict[str, int]:
    return {
        "positives": int(truth.sum()),
        "named": int((words == 1).sum()),
        "named rightly": int(((words == 1) & (truth == 1)).sum()),
        "denied": int((words == -1).sum()),
        "denied wrongly": int(((words == -1) & (truth == 1)).sum()),
    }
