"""Fold encoders and the shipped model -> what they know: out-of-fold scores, the metadata they must beat, the text.

Everything here is for the card: plain dictionaries of numbers with intervals.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from workstation.reporting.findings import PAPER_SIX, Presence, mentions
from workstation.vlm.training import calibration, policy
from workstation.vlm.training.data import LABELS, TARGETS, Pack, Row, fold_of
from workstation.vlm.training.grammar import Decisions
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


def macros(
    truth: np.ndarray, ours: np.ndarray, rivals: Mapping[str, np.ndarray], patients: Sequence[str]
) -> dict[str, Any]:
    """Macro AUROC over every label with 10 positives and over the paper's six: ours, rivals, paired differences."""
    enough = [i for i, name in enumerate(LABELS) if np.nansum(truth[:, i]) >= MACRO_POSITIVES]
    sets = {"all": enough, "paper six": [i for i in enough if LABELS[i] in PAPER_SIX]}
    return {
        name: _compared(truth[:, c], ours[:, c], {rival: other[:, c] for rival, other in rivals.items()}, patients)
        for name, c in sets.items()
    }


def _compared(
    truth: np.ndarray, ours: np.ndarray, rivals: Mapping[str, np.ndarray], patients: Sequence[str]
) -> dict[str, Any]:
    """ "ours", each rival, and "over <rival>" (the paired difference), each with _low and _high."""
    scores = {"ours": ours, **rivals}
    drawn: dict[str, list[float]] = {name: [] for name in scores}
    for rows in resampled(patients, 400):
        for name, each in scores.items():
            drawn[name].append(macro_auroc(truth[rows], each[rows]))
    found = {name: _ranged(macro_auroc(truth, each), drawn[name]) for name, each in scores.items()}
    for name in rivals:
        away = np.array(drawn["ours"]) - np.array(drawn[name])
        found[f"over {name}"] = _ranged(found["ours"].value - found[name].value, away)
    value: dict[str, Any] = {"findings": truth.shape[1]}
    for name, estimate in found.items():
        value |= _named(name, estimate)
    return value


def _ranged(value: float, drawn: Sequence[float] | np.ndarray) -> Estimate:
    low, high = np.nanpercentile(np.array(drawn), (2.5, 97.5))
    return Estimate(value, float(low), float(high))


def calibration_scores(truth: np.ndarray, logits: np.ndarray, folds: np.ndarray) -> dict[str, dict[str, float]]:
    """Of each target: error of the calibrated probabilities (cross-fitted) beside that of the bare prevalence."""
    fair = calibration.cross_fitted(logits, truth, folds)
    found = {}
    for column, name in enumerate(TARGETS):
        known = ~np.isnan(truth[:, column])
        y, p = truth[known, column], fair[known, column]
        found[name] = {
            "calibration_error": calibration.calibration_error(y, p),
            "brier": calibration.brier(y, p),
            "brier_of_prevalence": calibration.brier(y, np.full(len(y), y.mean())),
        }
    return found


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
    assessed = [name for name in TARGETS[:-1] if _assessed(scores[name])]
    shared = shared_by_fold(truth, probabilities, folds, assessed)
    chosen, facts = {}, {}
    for column, name in enumerate(TARGETS[:-1]):
        known = ~np.isnan(truth[:, column])
        y, p, f = truth[known, column], probabilities[known, column], folds[known]
        facts[name] = operating_points(y, p, f, shared)
        if name in assessed:
            chosen[name] = policy.thresholds(y, p, _deniable(scores[name], facts[name]), shared[None])
    return chosen, facts


Shared = dict[int | None, float]


def shared_by_fold(truth: np.ndarray, probabilities: np.ndarray, folds: np.ndarray, names: Sequence[str]) -> Shared:
    """The shared threshold of all films (None) and of all but each fold, over the findings ``names``."""
    columns = [TARGETS.index(name) for name in names] or list(range(len(LABELS)))
    y, p = truth[:, columns], probabilities[:, columns]
    found: Shared = {None: policy.shared_threshold(y, p)}
    for fold in np.unique(folds):
        found[int(fold)] = policy.shared_threshold(y[folds != fold], p[folds != fold])
    return found


def held_out_decisions(
    truth: np.ndarray, probabilities: np.ndarray, folds: np.ndarray, allowed: policy.Policy
) -> list[Decisions]:
    """What the finding head printed would say of each film, by thresholds set on the other folds."""
    shared = shared_by_fold(truth, probabilities, folds, tuple(allowed))
    found: dict[int, Decisions] = {}
    for fold in np.unique(folds):
        rest, limits = folds != fold, {}
        for name, full in allowed.items():
            column = TARGETS.index(name)
            known = rest & ~np.isnan(truth[:, column])
            y, p = truth[known, column], probabilities[known, column]
            limits[name] = policy.thresholds(y, p, full.deny > 0, shared[int(fold)])
        for index in np.flatnonzero(folds == fold):
            said = dict(zip(TARGETS, probabilities[index].tolist(), strict=True))
            found[int(index)] = policy.decide(said, limits)
    return [found[index] for index in range(len(folds))]


def _assessed(score: dict[str, Any]) -> bool:
    return bool(score["positives"] >= policy.ASSESSED_POSITIVES and score["auroc_low"] >= policy.ASSESSED_AUROC_LOW)


def _deniable(score: dict[str, Any], points: dict[str, Any]) -> bool:
    return bool(
        score["positives"] >= policy.DENIABLE_POSITIVES
        and points["denial_sensitivity_low"] >= policy.DENIABLE_SENSITIVITY_LOW
        and points["denial_specificity"] >= policy.DENIABLE_SPECIFICITY
    )


def operating_points(truth: np.ndarray, scores: np.ndarray, folds: np.ndarray, shared: Shared) -> dict[str, Any]:
    """Sensitivity and specificity at thresholds that were set on the other folds."""
    kept, named = np.zeros(len(truth), bool), np.zeros(len(truth), bool)
    for fold in np.unique(folds):
        here, rest = folds == fold, folds != fold
        possible = policy.naming_threshold(truth[rest], scores[rest], shared[int(fold)])
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


def text_scores(
    texts: Sequence[str], truth: np.ndarray, patients: Sequence[str], rivals: Mapping[str, np.ndarray] | None = None
) -> dict[str, Any]:
    """Findings named in the text (possible counts as named; omission = absent) against the labels.

    Micro F1 over the paper's six and over all labels, with intervals by patient; each finding's counts and denials.
    ``rivals``: what other ways of writing name, (n, labels); their F1 and the paired difference are added.
    """
    words, y = said_words(texts), truth[:, : len(LABELS)]
    found: dict[str, Any] = {"distinct": len(set(texts)), "films": len(texts)}
    found |= naming_scores(words == 1, y, patients)
    for name, other in (rivals or {}).items():
        found[f"over {name}"] = naming_difference(words == 1, other, y, patients)
    found["findings"] = {name: _counts(y[:, c], words[:, c]) for c, name in enumerate(LABELS)}
    return found


def said_words(texts: Sequence[str]) -> np.ndarray:
    """(n, labels): 1 named, -1 denied, 0 silent."""
    said = [mentions(text) for text in texts]
    return np.array([[_word(m.get(name)) for name in LABELS] for m in said])


SETS = {"paper six": [LABELS.index(name) for name in PAPER_SIX], "all": list(range(len(LABELS)))}


def naming_scores(named: np.ndarray, truth: np.ndarray, patients: Sequence[str]) -> dict[str, Any]:
    """Micro F1 of naming (n, labels) with intervals by patient; how many findings are named in a film."""
    found: dict[str, Any] = {"named a film": float(named.sum(1).mean())}
    for name, columns in SETS.items():
        found |= _named(f"micro F1, {name}", interval(_f1_of(truth[:, columns], named[:, columns]), patients, 400))
    return found


def naming_difference(
    ours: np.ndarray, other: np.ndarray, truth: np.ndarray, patients: Sequence[str]
) -> dict[str, Any]:
    """Paired difference of two micro F1 with its interval."""
    found: dict[str, Any] = {}
    for name, columns in SETS.items():
        y, a, b = truth[:, columns], ours[:, columns], other[:, columns]

        def away(rows: np.ndarray, y: np.ndarray = y, a: np.ndarray = a, b: np.ndarray = b) -> float:
            return micro_f1(y[rows], a[rows]) - micro_f1(y[rows], b[rows])

        found |= _named(f"micro F1, {name}", interval(away, patients, 400))
    return found


def _word(presence: Presence | None) -> int:
    return {Presence.PRESENT: 1, Presence.UNCERTAIN: 1, Presence.ABSENT: -1}.get(presence, 0) if presence else 0


def _f1_of(truth: np.ndarray, named: np.ndarray) -> Any:
    return lambda rows: micro_f1(truth[rows], named[rows])


def micro_f1(truth: np.ndarray, named: np.ndarray) -> float:
    """Pooled over findings and films; 0 when nothing is named. ``named``: flags, or how often each would be named."""
    hits = float((named * (truth == 1)).sum())
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
