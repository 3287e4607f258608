"""What is true and what a draft says -> tp, fp, fn, tn of every case and finding, under a stated protocol.

Three protocols: ``primary`` (omission = negative, uncertain = positive), ``uncertain_absent`` (uncertain = negative)
and ``joint_definite`` (the paper's: only where reference and draft both say present or absent). Knows no resampling.
"""

from __future__ import annotations

import numpy as np

from workstation.evaluation.reading import ABSENT, COLUMN, NAMES, PRESENT, SILENT, UNCERTAIN, UNJUDGED
from workstation.reporting.findings import PAPER_SIX

PRIMARY, UNCERTAIN_ABSENT, JOINT_DEFINITE = "primary", "uncertain_absent", "joint_definite"
PROTOCOLS = (PRIMARY, UNCERTAIN_ABSENT, JOINT_DEFINITE)
TP, FP, FN, TN, JUDGED, SILENT_ALL, SILENT_POSITIVE, POSITIVE = range(8)
WIDTH = 8
FOUR = ("cardiomegaly", "consolidation", "edema", "pleural effusion")
FIVE = (*FOUR, "atelectasis")
SEVEN = (*FIVE, "lung opacity", "support devices")
POOLS = {"average of 4": FOUR, "average of 5": FIVE, "overall of 6": PAPER_SIX, "overall of 7": SEVEN}
SIX = tuple(COLUMN[name] for name in PAPER_SIX)


def positive(codes: np.ndarray, protocol: str) -> np.ndarray:
    """Which codes count as positive."""
    return (codes == PRESENT) | ((codes == UNCERTAIN) & (protocol == PRIMARY))


def count(truth: np.ndarray, said: np.ndarray, protocol: str) -> np.ndarray:
    """(n, 20) codes of reference and drafts -> (n, 20, 8) uint8, columns TP ... POSITIVE.

    JUDGED is what the reference judges whatever the draft says: the denominator of coverage and omissions.
    """
    judged = truth != UNJUDGED
    is_positive, says_positive = positive(truth, protocol), positive(said, protocol)
    counted = judged
    if protocol == JOINT_DEFINITE:
        counted = np.isin(truth, (PRESENT, ABSENT)) & np.isin(said, (PRESENT, ABSENT))
    silent = judged & (said == SILENT)
    return np.stack(
        [
            counted & is_positive & says_positive,
            counted & ~is_positive & says_positive,
            counted & is_positive & ~says_positive,
            counted & ~is_positive & ~says_positive,
            judged,
            silent,
            silent & is_positive,
            judged & is_positive,
        ],
        axis=2,
        dtype=np.uint8,
        casting="unsafe",
    )


def pool_columns(pool: str) -> list[int]:
    """Columns of `NAMES` that one of the paper's averages pools."""
    return [COLUMN[name] for name in POOLS[pool]]


def judged_names(truth: np.ndarray) -> list[str]:
    """Findings that at least one case judges, in the order of `NAMES`."""
    seen = (truth != UNJUDGED).any(0)
    return [name for name, known in zip(NAMES, seen, strict=True) if known]
