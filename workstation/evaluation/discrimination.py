"""Probabilities beside the truth -> AUROC per finding and its means, calibration, curves. Below 10 cases of a class
the interval is Hanley and McNeil's, inverted, and nothing is ranked. Knows no texts.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from workstation.evaluation.counting import PRIMARY, SIX, positive
from workstation.evaluation.ledger import Ledger
from workstation.evaluation.metrics import Metric, mean_defined, metric, nothing, number
from workstation.evaluation.reading import NAMES, UNJUDGED
from workstation.stats import classification
from workstation.stats.bootstrap import Ranked
from workstation.stats.proportions import wilson

FEWEST = 10
CALIBRATED_FROM = 100  # positives; below it a curve is only a hint (clinical-safety 8)


class Scores:
    """Truth and probabilities of one finding by one system, over the cases of ``kept`` that have both."""

    def __init__(self, ledger: Ledger, column: int, kept: np.ndarray) -> None:
        truth, given = ledger.cases.truth[:, column], ledger.probabilities[:, column]
        self.rows = kept & (truth != UNJUDGED) & np.isfinite(given)
        self.truth = positive(truth[self.rows], PRIMARY)
        self.given = given[self.rows]
        self.clusters = ledger.cases.clusters[self.rows]
        self.positives, self.negatives = int(self.truth.sum()), int((~self.truth).sum())

    @property
    def defined(self) -> bool:
        return self.positives > 0 and self.negatives > 0

    @property
    def ranked(self) -> bool:
        """Whether both classes are large enough to compare systems by."""
        return min(self.positives, self.negatives) >= FEWEST

    @property
    def value(self) -> float:
        return classification.auroc(self.truth, self.given)

    def statistic(self) -> Ranked:
        return Ranked(self.truth, self.given, self.clusters)

    def metric(self, drawn: np.ndarray | None) -> Metric:
        """AUROC; ``drawn`` (repeats,) are its resamples."""
        if not self.defined:
            return nothing(len(self.truth))
        sizes = {"positives": self.positives, "ranked": self.ranked}
        if self.ranked:
            return metric(self.value, drawn, len(self.truth), **sizes, interval="bootstrap")
        low, high = classification.hanley_mcneil(self.value, self.positives, self.negatives)
        told = {"value": self.value, "low": low, "high": high, "n": len(self.truth)}
        return {**told, **sizes, "interval": "hanley-mcneil inverted"}

    def calibration(self) -> dict[str, Any]:
        """Brier score and ten bins, each with Wilson's interval of what was observed."""
        bins = []
        for part in classification.reliability(self.truth, self.given):
            low, high = wilson(part.positives, part.n)
            observed = part.positives / part.n
            bins.append({"n": part.n, "predicted": part.mean, "observed": observed, "low": low, "high": high})
        score = number(classification.brier(self.truth, self.given))
        return {"brier": score, "positives": self.positives, "enough": self.positives >= CALIBRATED_FROM, "bins": bins}

    def curve(self) -> list[list[float]]:
        """Points (1 - specificity, sensitivity)."""
        return [
            [round(float(x), 5), round(float(y), 5)]
            for x, y in zip(*classification.roc_curve(self.truth, self.given), strict=True)
        ]


def all_scores(ledger: Ledger, kept: np.ndarray) -> dict[int, Scores]:
    """Findings for which both classes and probabilities are there, by column."""
    found = {column: Scores(ledger, column, kept) for column in range(len(NAMES))}
    return {column: scores for column, scores in found.items() if scores.defined}


def macro_columns(scores: dict[int, Scores], six: bool) -> list[int]:
    """The paper's six as far as they are defined; else every finding large enough to rank, or, without any, all."""
    if six:
        return [column for column in SIX if column in scores]
    return [column for column in scores if scores[column].ranked] or list(scores)


def mean_auroc(scores: dict[int, Scores], drawn: dict[int, np.ndarray], six: bool) -> Metric:
    """Macro AUROC; ``n`` is the number of findings."""
    columns = macro_columns(scores, six)
    if not columns:
        return nothing()
    value = math.fsum(scores[column].value for column in columns) / len(columns)
    resampled = mean_defined(np.stack([drawn[column] for column in columns], axis=1))
    ranked = all(scores[column].ranked for column in columns)
    return metric(value, resampled, len(columns), findings=[NAMES[c] for c in columns], ranked=ranked)
