"""A film and a model's preprocessing -> one sentence on the part of the film that the model is not shown, or none."""

from __future__ import annotations

from workstation.imaging.film import Film
from workstation.imaging.orientation import turn_of


def unseen(film: Film, method: str) -> str:
    """What "clip-centre-crop" cuts off a film that is not square, in standard position; "" = the model sees it all."""
    rows, columns = _upright(film)
    if method != "clip-centre-crop" or rows == columns:
        return ""
    percent = 100 * (1 - min(rows, columns) / max(rows, columns))
    share = f"{percent:.0f} %" if percent >= 1 else "less than 1 %"
    edges, organs = ("top and bottom", "apices and costophrenic angles")
    if columns > rows:
        edges, organs = ("left and right", "costophrenic angles and the chest wall")
    return (
        f"This model sees only the middle square of the film: {share} of it, at its {edges} edges, was not seen"
        f" ({organs} may lie there)."
    )


def _upright(film: Film) -> tuple[int, int]:
    rows, columns = film.indices.shape[:2]
    turn = turn_of(film.instance)
    return (columns, rows) if turn is not None and turn[0] in "FH" else (rows, columns)
