"""Cases and ledgers -> CONTRACT's result: every system's metrics, every pair's differences, one bootstrap for all.

The same patients are drawn for every system, so differences are paired. Films that a model refused are left out for
all systems, and beside that every system is scored with them as silence (``with_refused``). Knows no CSV and no page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from workstation.errors import EvaluationError
from workstation.evaluation import metrics, overlap, wording
from workstation.evaluation.cases import VIEWS, Cases
from workstation.evaluation.counting import JOINT_DEFINITE, PRIMARY, PROTOCOLS, UNCERTAIN_ABSENT, WIDTH, count, positive
from workstation.evaluation.discrimination import Scores, all_scores, mean_auroc
from workstation.evaluation.ledger import REFUSED, Ledger
from workstation.evaluation.reading import NAMES
from workstation.stats import bootstrap
from workstation.stats.bootstrap import Statistic, Sums

SEED = 20250101
SMALLEST_STRATUM = 5
MOST_SOURCES = 30


@dataclass(slots=True)
class Draws:
    """Statistics by name, drawn together; ``drawn`` is filled by `run`."""

    strata: np.ndarray
    repeats: int
    seed: int
    wanted: dict[Any, Statistic] = field(default_factory=dict)
    drawn: dict[Any, np.ndarray] = field(default_factory=dict)

    def want(self, key: Any, statistic: Statistic) -> None:
        self.wanted[key] = statistic

    def run(self) -> None:
        found = bootstrap.run(self.strata, list(self.wanted.values()), self.repeats, self.seed)
        self.drawn |= dict(zip(self.wanted, found, strict=True))
        self.wanted.clear()


@dataclass(slots=True)
class Counted:
    """Counts of one system under one protocol over some cases."""

    key: Any
    total: np.ndarray  # (20, 8)

    def drawn(self, draws: Draws) -> np.ndarray:
        return draws.drawn[self.key].reshape(-1, len(NAMES), WIDTH)


class System:
    """One ledger on its way to metrics: first it says what must be drawn, then it tells."""

    def __init__(
        self, ledger: Ledger, kept: np.ndarray, groups: dict[tuple[str, str], np.ndarray], draws: Draws
    ) -> None:
        self.ledger, self.kept, self.groups, self.draws = ledger, kept, groups, draws
        self.name = ledger.name
        self.counted = {protocol: self._count(protocol, kept, protocol) for protocol in PROTOCOLS}
        everything = np.ones(len(kept), bool)
        self.whole = None if kept.all() else self._count("with_refused", everything, PRIMARY)
        self.grouped = {key: self._count(key, mask & kept, PRIMARY) for key, mask in groups.items()}
        self.scores = self._rank("all", kept)
        self.group_scores = {key: self._rank(key, mask & kept) for key, mask in groups.items()}
        self.overlap = ledger.overlap[kept].astype(float).sum(0)
        draws.want((self.name, "overlap"), Sums(ledger.overlap[kept], ledger.cases.clusters[kept]))

    def _count(self, name: Any, rows: np.ndarray, protocol: str) -> Counted:
        counts = count(self.ledger.cases.truth[rows], self.ledger.codes[rows], protocol)
        key = (self.name, "counts", name)
        self.draws.want(key, Sums(counts.reshape(len(counts), -1), self.ledger.cases.clusters[rows]))
        return Counted(key, counts.sum(0, dtype=np.int64))

    def _rank(self, name: Any, rows: np.ndarray) -> dict[int, Scores]:
        scores = all_scores(self.ledger, rows)
        for column, score in scores.items():
            self.draws.want((self.name, "auroc", name, column), score.statistic())
        return scores

    def block(self, counted: Counted) -> dict[str, Any]:
        return metrics.block(counted.total, counted.drawn(self.draws))

    def auroc_drawn(self, name: Any = "all") -> dict[int, np.ndarray]:
        scores = self.scores if name == "all" else self.group_scores[name]
        return {column: self.draws.drawn[(self.name, "auroc", name, column)][:, 0] for column in scores}

    def tell(self) -> dict[str, Any]:
        """CONTRACT's ``systems[NAME]``; the other protocols stand beside the primary one."""
        found = self.block(self.counted[PRIMARY])
        self._add_aurocs(found, "all", self.scores)
        found |= self._overlaps()
        counted = self.counted[PRIMARY]
        found["omissions"] = metrics.omissions(counted.total, counted.drawn(self.draws))
        found[UNCERTAIN_ABSENT] = self.block(self.counted[UNCERTAIN_ABSENT])
        found[JOINT_DEFINITE] = {**self.block(self.counted[JOINT_DEFINITE]), "caution": wording.REWARDS_SILENCE}
        found["with_refused"] = None if self.whole is None else self.block(self.whole)
        for kind in ("source", "view"):
            found[f"{kind}s"] = {key[1]: self._group(key) for key in self.groups if key[0] == kind}
        found["calibration"] = {NAMES[c]: score.calibration() for c, score in self.scores.items() if score.ranked}
        found["roc"] = {NAMES[c]: score.curve() for c, score in self.scores.items()}
        found["drafts"] = self.ledger.told()
        found["model"] = self.ledger.model
        return found

    def _overlaps(self) -> dict[str, Any]:
        drawn = self.draws.drawn[(self.name, "overlap")]
        n = int(self.overlap[overlap.CASES])
        bleu, rouge = (float(measure(self.overlap)) for measure in (overlap.bleu4, overlap.rouge_l))
        return {
            "bleu4": metrics.metric(bleu, overlap.bleu4(drawn), n),
            "rouge_l": metrics.metric(rouge, overlap.rouge_l(drawn), n),
        }

    def _group(self, key: tuple[str, str]) -> dict[str, Any]:
        found = self.block(self.grouped[key])
        self._add_aurocs(found, key, self.group_scores[key])
        return {"cases": int((self.groups[key] & self.kept).sum()), **found}

    def _add_aurocs(self, found: dict[str, Any], name: Any, scores: dict[int, Scores]) -> None:
        drawn = self.auroc_drawn(name)
        for column, finding in enumerate(NAMES):
            if finding in found["findings"]:
                told = scores[column].metric(drawn[column]) if column in scores else metrics.nothing()
                found["findings"][finding]["auroc"] = told
        found["auroc_macro"] = mean_auroc(scores, drawn, six=False)
        found["auroc_paper6"] = mean_auroc(scores, drawn, six=True)


def score(
    cases: Cases, ledgers: Sequence[Ledger], repeats: int = bootstrap.REPEATS, seed: int = SEED
) -> dict[str, Any]:
    """The whole result but for ``published``; raises `EvaluationError` when no case is left."""
    from workstation.evaluation import pairs

    kept = np.ones(len(cases.images), bool)
    for ledger in ledgers:
        kept &= ledger.state != REFUSED
    if not kept.any():
        raise EvaluationError(
            "The models refused every film.",
            "Look at what the cases are: frontal chest films of adults are read.",
            "no_cases",
        )
    strata, unit = stratify(cases)
    draws = Draws(strata, repeats, seed)
    systems = [System(ledger, kept, _groups(cases, kept), draws) for ledger in ledgers]
    compared = pairs.Pairs(systems, draws)
    draws.run()
    return {
        "cases": _cases(cases, ledgers, kept),
        "systems": {system.name: system.tell() for system in systems},
        "pairs": compared.tell(),
        "pairs_refused": compared.refused,
        "bootstrap": {"n": repeats, "unit": unit, "seed": seed, "strata": len(np.unique(strata))},
        "protocols": wording.PROTOCOLS,
    }


def stratify(cases: Cases) -> tuple[np.ndarray, str]:
    """(clusters,) stratum of each patient: its source, and whether any of its films shows any finding.

    Strata of fewer than five patients are joined: to their source, to one another, to the largest.
    """
    size = int(cases.clusters.max()) + 1
    source, shows = np.zeros(size, int), np.zeros(size, bool)
    source[cases.clusters] = cases.sources
    np.logical_or.at(shows, cases.clusters, positive(cases.truth, PRIMARY).any(1))
    strata = source * 2 + shows
    strata = np.where(np.isin(source, source[_small(strata)]), source * 2, strata)
    strata = np.where(_small(strata), -1, strata)
    if _small(strata).any():  # too few even together: to the largest
        names, counts = np.unique(strata, return_counts=True)
        strata = np.where(strata == -1, names[counts.argmax()], strata)
    return strata, "patient" if cases.by_patient else "image"


def _small(strata: np.ndarray) -> np.ndarray:
    """(clusters,) whether each one's stratum is too small to be drawn from alone."""
    _, inverse, counts = np.unique(strata, return_inverse=True, return_counts=True)
    return np.asarray(counts[inverse] < SMALLEST_STRATUM)


def _groups(cases: Cases, kept: np.ndarray) -> dict[tuple[str, str], np.ndarray]:
    """Cases by source and by view, where there is more than one of either."""
    found: dict[tuple[str, str], np.ndarray] = {}
    used = [i for i in range(len(cases.source_names)) if (kept & (cases.sources == i)).any()]
    if len(used) > 1:
        for i in used[:MOST_SOURCES]:
            found["source", cases.source_names[i] or "(not named)"] = cases.sources == i
    for view in VIEWS:
        if (kept & (cases.views == view)).any():
            found["view", view] = cases.views == view
    return found


def _cases(cases: Cases, ledgers: Sequence[Ledger], kept: np.ndarray) -> dict[str, Any]:
    reasons = dict(cases.left_out.counts)
    pending = ~kept
    for ledger in ledgers:
        for code, number in _refused(ledger, pending):
            reasons[f"refused by {ledger.name}: {code}"] = number
        pending &= ledger.state != REFUSED
    return {
        "read": cases.read,
        "used": int(kept.sum()),
        "left_out": [{"reason": reason, "count": count} for reason, count in sorted(reasons.items())],
        "patients": len(np.unique(cases.clusters[kept])) if cases.by_patient else None,
        "sources": len(cases.source_names) if cases.names_sources else None,
        "with_reference_text": int(sum(bool(cases.references[int(i)]) for i in np.flatnonzero(kept))),
        "notes": cases.notes,
    }


def _refused(ledger: Ledger, pending: np.ndarray) -> list[tuple[str, int]]:
    codes = [ledger.refusal_of.get(int(i), "") for i in np.flatnonzero(pending & (ledger.state == REFUSED))]
    return [(code, codes.count(code)) for code in sorted(set(codes))]
