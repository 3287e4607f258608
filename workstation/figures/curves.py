"""Losses by step -> one picture of how a training run went (PNG). Knows no model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

_SMOOTHED = 0.9  # what a faint line is smoothed with before it is drawn boldly
_INK = ("#1f5f8b", "#b3541e", "#3f7d20", "#7a3e9d")


def draw(curves: Mapping[str, Sequence[tuple[float, float]]], title: str, path: Path) -> None:
    """Write ``path``: a line for each name of points (step, loss); long lines faint, their running mean bold."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4), dpi=120, layout="constrained")
    axes = figure.subplots()
    for (name, points), ink in zip(curves.items(), _INK * len(curves), strict=False):
        steps, losses = [x for x, _ in points], [y for _, y in points]
        long = len(points) > 50
        axes.plot(
            steps, losses, color=ink, alpha=0.25 if long else 1.0, label=None if long else name, marker=_mark(points)
        )
        if long:
            axes.plot(steps, smoothed(losses), color=ink, label=name)
    axes.set(xlabel="step", ylabel="loss", title=title)
    axes.grid(alpha=0.3)
    if any(curves.values()):
        axes.legend()
    FigureCanvasAgg(figure).print_png(str(path))


def smoothed(values: Sequence[float]) -> list[float]:
    """The running mean, from the first value on."""
    found: list[float] = []
    for value in values:
        found.append(value if not found else _SMOOTHED * found[-1] + (1 - _SMOOTHED) * value)
    return found


def _mark(points: Sequence[object]) -> str:
    return "o" if len(points) <= 20 else ""
