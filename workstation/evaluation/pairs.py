"""Every two systems -> paired differences with intervals and p; what cannot be compared is refused with its reason.

Drawn from the same resamples as the systems themselves. McNemar's and DeLong's tests stand beside the bootstrap where
each patient has one film, which they assume. Knows no texts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from workstation.evaluation import metrics, overlap
from workstation.evaluation.counting import JUDGED, PRIMARY, SIX, positive
from workstation.evaluation.discrimination import Scores, macro_columns
from workstation.evaluation.ledger import DRAFTED
from workstation.evaluation.metrics import number
from workstation.evaluation.reading import NAMES, UNJUDGED
from workstation.stats import classification, paired
from workstation.stats.bootstrap import p_of_difference, percentile

if TYPE_CHECKING:
    from workstation.evaluation.score import Draws, System

Pair = dict[str, Any]


class Pairs:
    """First says which AUROCs on common cases must be drawn, then tells."""

    def __init__(self, systems: Sequence[System], draws: Draws) -> None:
        self.draws, self.refused = draws, []  # type: tuple[Draws, list[dict[str, str]]]
        self.pairs = [(a, b) for a, b in combinations(systems, 2) if self._common(a, b)]
        self.scores = {(a.name, b.name): self._scores(a, b) for a, b in self.pairs}

    def _common(self, a: System, b: System) -> bool:
        common = a.kept & (a.ledger.state == DRAFTED) & (b.ledger.state == DRAFTED)
        if not common.any():
            self._refuse(a, b, "all", "no case has a draft by both: there are no pairs")
        return bool(common.any())

    def _refuse(self, a: System, b: System, what: str, reason: str) -> None:
        self.refused.append({"a": a.name, "b": b.name, "metric": what, "reason": reason})

    def _scores(self, a: System, b: System) -> dict[int, tuple[Scores, Scores]]:
        found = {}
        for column in sorted(set(a.scores) & set(b.scores)):
            common = a.scores[column].rows & b.scores[column].rows
            two = (Scores(a.ledger, column, common), Scores(b.ledger, column, common))
            if two[0].defined and two[0].ranked:
                found[column] = two
                for side, scores in zip("ab", two, strict=True):
                    self.draws.want(("pair", a.name, b.name, column, side), scores.statistic())
            else:
                self._refuse(a, b, f"auroc {NAMES[column]}", "fewer than 10 cases of a class: not ranked")
        return found

    def tell(self) -> list[Pair]:
        """CONTRACT's ``pairs``, with Holm's adjustment over the pairs of systems for each metric."""
        told = [entry for a, b in self.pairs for entry in self._told(a, b)]
        for name in {entry["metric"] for entry in told}:
            family = [entry for entry in told if entry["metric"] == name]
            raw = [math.nan if entry["p"] is None else entry["p"] for entry in family]
            for entry, p in zip(family, paired.holm(raw), strict=True):
                entry["p_holm"] = number(p)
        return told

    def _told(self, a: System, b: System) -> list[Pair]:
        found = [self._pooled(a, b, name) for name in ("micro", "macro", "micro_paper6", "macro_paper6")]
        found += [self._f1(a, b, column) for column in self._judged(a)]
        found += [self._accuracy(a, b, column) for column in self._judged(a)]
        found += self._aurocs(a, b)
        found += [self._overlap(a, b, name) for name in ("bleu4", "rouge_l")]
        return [entry for entry in found if entry is not None]

    @staticmethod
    def _judged(a: System) -> list[int]:
        total = a.counted[PRIMARY].total
        return [column for column in range(len(NAMES)) if total[column, JUDGED]]

    def _entry(self, a: System, b: System, name: str, values: Any, drawn: Any, **more: Any) -> Pair | None:
        """None, and a refusal, where either value is undefined."""
        difference = float(values[0]) - float(values[1])
        if math.isnan(difference):
            self._refuse(a, b, name, "undefined for one of them")
            return None
        apart = np.asarray(drawn[0]) - np.asarray(drawn[1])
        low, high = percentile(apart)
        told = {"a": a.name, "b": b.name, "metric": name, "difference": difference}
        p = p_of_difference(apart)
        return {**told, "low": number(low), "high": number(high), "p": number(p), "method": "paired bootstrap", **more}

    def _pooled(self, a: System, b: System, name: str) -> Pair | None:
        def of(system: System) -> tuple[float, np.ndarray]:
            counted = system.counted[PRIMARY]
            columns = [c for c in (SIX if name.endswith("6") else range(len(NAMES))) if counted.total[c, JUDGED]]
            total, drawn = counted.total[columns], counted.drawn(self.draws)[:, columns]
            if name.startswith("micro"):
                return _f1_of(total.sum(0)), classification.rates(drawn.sum(1)[:, :4])["f1"]
            each = classification.rates(total[:, :4])["f1"]
            defined = np.isfinite(each)
            return _mean(each), metrics.mean_defined(classification.rates(drawn[:, defined, :4])["f1"])

        return self._entry(a, b, name, *zip(of(a), of(b), strict=True))

    def _f1(self, a: System, b: System, column: int) -> Pair | None:
        return self._rate(a, b, column, "f1")

    def _rate(self, a: System, b: System, column: int, name: str, **more: Any) -> Pair | None:
        values, drawn = [], []
        for system in (a, b):
            counted = system.counted[PRIMARY]
            values.append(classification.rates(counted.total[column, :4])[name])
            drawn.append(classification.rates(counted.drawn(self.draws)[:, column, :4])[name])
        return self._entry(a, b, f"{name} {NAMES[column]}", values, drawn, **more)

    def _accuracy(self, a: System, b: System, column: int) -> Pair | None:
        """Right or wrong case by case, so McNemar's test fits where patients have one film each."""
        truth = a.ledger.cases.truth[:, column]
        rows = a.kept & (truth != UNJUDGED)
        right = [positive(s.ledger.codes[rows, column], PRIMARY) == positive(truth[rows], PRIMARY) for s in (a, b)]
        cells = [int(((right[0] == x) & (right[1] == y)).sum()) for x, y in ((1, 1), (1, 0), (0, 1), (0, 0))]
        more: dict[str, Any] = {"only_a_right": cells[1], "only_b_right": cells[2], "mcnemar": None}
        if _one_each(a.ledger.cases.clusters[rows]):
            low, high = paired.newcombe_paired(*cells)
            more["mcnemar"] = {"p": paired.mcnemar(cells[1], cells[2]), "low": number(low), "high": number(high)}
        return self._rate(a, b, column, "accuracy", **more)

    def _aurocs(self, a: System, b: System) -> list[Pair | None]:
        scores = self.scores[a.name, b.name]
        drawn = {
            (column, side): self.draws.drawn["pair", a.name, b.name, column, side][:, 0]
            for column in scores
            for side in "ab"
        }
        found = []
        for column, two in scores.items():
            test = classification.delong(two[0].truth, two[0].given, two[1].given)
            more = {"n": len(two[0].truth), "delong": number(test.p) if _one_each(two[0].clusters) else None}
            both = (drawn[column, "a"], drawn[column, "b"])
            found.append(self._entry(a, b, f"auroc {NAMES[column]}", test[:2], both, **more))
        for name, six in (("auroc_macro", False), ("auroc_paper6", True)):
            columns = macro_columns({column: two[0] for column, two in scores.items()}, six)
            if columns:
                values = [math.fsum(scores[c][i].value for c in columns) / len(columns) for i in (0, 1)]
                means = [np.mean([drawn[c, side] for c in columns], axis=0) for side in "ab"]
                found.append(self._entry(a, b, name, values, means, findings=[NAMES[c] for c in columns]))
        return found

    def _overlap(self, a: System, b: System, name: str) -> Pair | None:
        measure = overlap.bleu4 if name == "bleu4" else overlap.rouge_l
        if not a.overlap[overlap.CASES]:
            return None
        drawn = [measure(self.draws.drawn[(s.name, "overlap")]) for s in (a, b)]
        return self._entry(a, b, name, [measure(s.overlap) for s in (a, b)], drawn)


def _f1_of(counts: np.ndarray) -> float:
    return float(classification.rates(counts[:4])["f1"])


def _mean(values: np.ndarray) -> float:
    return float(np.nanmean(values)) if np.isfinite(values).any() else math.nan


def _one_each(clusters: np.ndarray) -> bool:
    return len(np.unique(clusters)) == len(clusters)
