"""Uncertain labels -> positive, negative or unknown, by a stated policy, and the numbers that a loss reads.

"chexpert" is the default: what did best in Irvin 2019 (Table 3), as commonly taken over: atelectasis and edema count as
positive, consolidation as negative, every other uncertain label is left out of the loss.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from workstation.reporting.findings import Presence

POLICIES = ("chexpert", "positive", "negative", "ignore")
BY_FINDING = {"atelectasis": 1.0, "edema": 1.0, "consolidation": 0.0}
UNKNOWN = float("nan")


def value(finding: str, presence: Presence | None, policy: str) -> float:
    """1 present, 0 absent, NaN unknown."""
    if presence is Presence.PRESENT:
        return 1.0
    if presence is Presence.ABSENT:
        return 0.0
    if presence is not Presence.UNCERTAIN:
        return UNKNOWN
    return {"positive": 1.0, "negative": 0.0, "ignore": UNKNOWN, "chexpert": BY_FINDING.get(finding, UNKNOWN)}[policy]


def targets(labels: Sequence[Mapping[str, Presence]], findings: Sequence[str], policy: str) -> np.ndarray:
    """float32 (films, findings)."""
    rows = [[value(finding, each.get(finding), policy) for finding in findings] for each in labels]
    return np.array(rows, np.float32).reshape(len(labels), len(findings))


def abnormal(labels: Mapping[str, Presence], policy: str) -> float:
    """The paper's first question: 0 where nothing was found, 1 where anything was, NaN where neither is known."""
    if labels.get("no finding") is Presence.PRESENT:
        return 0.0
    found = [value(name, presence, policy) for name, presence in labels.items() if name != "no finding"]
    return 1.0 if 1.0 in found or labels.get("no finding") is Presence.ABSENT else UNKNOWN
