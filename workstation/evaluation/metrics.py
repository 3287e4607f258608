"""Counts of the cases and of a thousand resamples -> CONTRACT's metrics, each {value, low, high, n}.

Undefined is null and stays so. Where all resamples agree (nothing found, or nothing missed) the percentile interval
would have no width; the exact (Clopper-Pearson) interval of the same counts stands in and says so. Knows no texts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from workstation.evaluation.counting import (
    FN,
    FP,
    JUDGED,
    POOLS,
    POSITIVE,
    SILENT_ALL,
    SILENT_POSITIVE,
    SIX,
    TN,
    TP,
    pool_columns,
)
from workstation.evaluation.reading import NAMES
from workstation.stats.bootstrap import percentile
from workstation.stats.classification import rates, ratio
from workstation.stats.proportions import Interval, clopper_pearson

RATES = ("f1", "accuracy", "sensitivity", "specificity")
Metric = dict[str, Any]


def number(value: float) -> float | None:
    """Undefined is null."""
    return None if math.isnan(value) else float(value)


def metric(value: float, drawn: np.ndarray | None, n: int, **more: Any) -> Metric:
    """One metric with the percentiles of its resamples; without a value there is no interval."""
    interval = Interval(math.nan, math.nan) if drawn is None or math.isnan(value) else percentile(drawn)
    told = {"value": number(value), "low": number(interval.low), "high": number(interval.high), "n": int(n)}
    if drawn is not None and not math.isnan(value) and (lost := int((~np.isfinite(drawn)).sum())):
        told["undefined_resamples"] = lost
    return {**told, **more}


def nothing(n: int = 0) -> Metric:
    """A metric that is undefined."""
    return {"value": None, "low": None, "high": None, "n": n}


def four_rates(counts: np.ndarray, drawn: np.ndarray) -> dict[str, Metric]:
    """(8,) counts and (repeats, 8) resamples -> f1, accuracy, sensitivity, specificity."""
    tp, fp, fn, tn = (int(counts[i]) for i in (TP, FP, FN, TN))
    values, resampled = rates(counts[:4]), rates(drawn[:, :4])
    sizes = {"f1": tp + fp + fn + tn, "accuracy": tp + fp + fn + tn, "sensitivity": tp + fn, "specificity": tn + fp}
    hits = {"f1": (tp, tp + fp + fn), "accuracy": (tp + tn, sizes["accuracy"]), "sensitivity": (tp, tp + fn)}
    hits["specificity"] = (tn, tn + fp)
    found = {}
    for name in RATES:
        told = metric(float(values[name]), resampled[name], sizes[name])
        found[name] = _widened(told, *hits[name], dice=name == "f1")
    return found


def _widened(told: Metric, hits: int, trials: int, dice: bool) -> Metric:
    """The exact interval where no resample differs. F1 is 2 J / (1 + J) of the proportion J = tp / (tp + fp + fn)."""
    if told["value"] is None or told["low"] is None or told["high"] - told["low"] > 1e-12:
        return told
    low, high = clopper_pearson(hits, trials)
    if dice:
        low, high = 2 * low / (1 + low), 2 * high / (1 + high)
    return {**told, "low": low, "high": high, "interval": "clopper-pearson"}


def of_finding(counts: np.ndarray, drawn: np.ndarray) -> dict[str, Any]:
    """One finding's counts, coverage, omissions and rates: (8,), (repeats, 8)."""
    tp, fp, fn, tn = (int(counts[i]) for i in (TP, FP, FN, TN))
    judged = int(counts[JUDGED])
    return {
        "n": tp + fp + fn + tn,
        "judged": judged,
        "positives": int(counts[POSITIVE]),
        "coverage": number(float(ratio(judged - counts[SILENT_ALL], judged))),
        "omitted_positives": int(counts[SILENT_POSITIVE]),
        "tp": tp,
        "fp": fp,
        "fn": fn,
        "tn": tn,
        **four_rates(counts, drawn),
    }


def pooled(counts: np.ndarray, drawn: np.ndarray, columns: Sequence[int]) -> Metric:
    """The paper's average: counts pooled over findings (20, 8), (repeats, 20, 8); the value is F1."""
    columns = [column for column in columns if counts[column, JUDGED]]
    if not columns:
        return nothing()
    whole, resampled = counts[columns].sum(0), drawn[:, columns].sum(1)
    found = four_rates(whole, resampled)
    told = {name: int(whole[i]) for name, i in (("tp", TP), ("fp", FP), ("fn", FN), ("tn", TN))}
    rest = {name: found[name] for name in RATES[1:]}
    return {**found["f1"], **told, **rest, "findings": [NAMES[column] for column in columns]}


def macro(counts: np.ndarray, drawn: np.ndarray, columns: Sequence[int]) -> Metric:
    """Mean F1 over the findings whose F1 is defined; ``n`` is their number, the others are named."""
    columns = [column for column in columns if counts[column, JUDGED]]
    values = rates(counts[columns, :4])["f1"] if columns else np.zeros(0)
    defined = [column for column, value in zip(columns, values, strict=True) if not math.isnan(value)]
    undefined = [NAMES[column] for column in columns if column not in defined]
    if not defined:
        return {**nothing(), "findings": [], "undefined": undefined}
    resampled = mean_defined(rates(drawn[:, defined, :4])["f1"])
    value = float(np.nanmean(values))
    return metric(value, resampled, len(defined), findings=[NAMES[column] for column in defined], undefined=undefined)


def mean_defined(values: np.ndarray) -> np.ndarray:
    """Mean over the last axis of what is defined; NaN where nothing is."""
    defined = np.isfinite(values)
    return ratio(np.where(defined, values, 0).sum(-1), defined.sum(-1))


def omissions(counts: np.ndarray, drawn: np.ndarray) -> Metric:
    """Share of judged (case, finding) pairs that the draft says nothing of; beside it that of the positives."""
    whole, resampled = counts.sum(0), drawn.sum(1)
    share = ratio(whole[SILENT_ALL], whole[JUDGED])
    missed = ratio(whole[SILENT_POSITIVE], whole[POSITIVE])
    return metric(
        float(share),
        ratio(resampled[:, SILENT_ALL], resampled[:, JUDGED]),
        int(whole[JUDGED]),
        count=int(whole[SILENT_ALL]),
        of_positives=metric(
            float(missed),
            ratio(resampled[:, SILENT_POSITIVE], resampled[:, POSITIVE]),
            int(whole[POSITIVE]),
            count=int(whole[SILENT_POSITIVE]),
        ),
    )


def block(counts: np.ndarray, drawn: np.ndarray) -> dict[str, Any]:
    """Everything of one protocol: (20, 8) counts and (repeats, 20, 8) resamples."""
    judged = [column for column in range(len(NAMES)) if counts[column, JUDGED]]
    whole = counts.sum(0)
    return {
        "findings": {NAMES[column]: of_finding(counts[column], drawn[:, column]) for column in judged},
        "micro": pooled(counts, drawn, judged),
        "macro": macro(counts, drawn, judged),
        "micro_paper6": pooled(counts, drawn, SIX),
        "macro_paper6": macro(counts, drawn, SIX),
        "pools": {name: pooled(counts, drawn, pool_columns(name)) for name in POOLS},
        "coverage": number(float(ratio(whole[:4].sum(), whole[JUDGED]))),
    }
