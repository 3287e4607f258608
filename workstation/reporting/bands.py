"""A finding's score as a reader may see it: in three coarse bands around the model's own operating point.

Clinical-safety 8: never a number. A percentage would need at least 100 positives that calibrated it on the reader's own
mix of patients, which no card can promise. One place for window and terminal; knows no film and no model.
"""

from __future__ import annotations

BANDS = ("high", "middle", "low")
USUAL_POINT = 2 / 3  # where a model states no operating point


def band(score: float, point: float = USUAL_POINT) -> str:
    """ "high" from the operating point on, "middle" from half of it, else "low"."""
    if score >= point:
        return "high"
    return "middle" if score >= point / 2 else "low"
