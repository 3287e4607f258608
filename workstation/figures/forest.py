"""Values with intervals -> a forest plot, one row a finding and one mark a system. Knows no metrics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workstation.figures.paper import HAIR, INK, QUIET, bare, look, settings, sheet, svg

Point = tuple[float | None, float | None, float | None, bool]


def forest(
    name: str,
    rows: Sequence[str],
    series: Mapping[str, Sequence[Point]],
    label: str,
    divided_after: int | None = None,
    width: float = 8.8,
) -> str:
    """SVG. ``series``: system -> (value, low, high, thin) of each row, None where undefined.

    ``divided_after``: a line is drawn after so many rows (findings above, averages below).
    """
    height = 0.75 + len(rows) * max(0.26, 0.13 * len(series) + 0.1)
    with settings(name):
        figure = sheet(width, height)
        axes = figure.subplots()
        for i, points in enumerate(series.values()):
            _series(axes, i, len(series), points)
        _undefined(axes, len(rows), list(series.values()))
        if divided_after is not None:
            axes.axhline(divided_after - 0.5, color=INK, linewidth=0.8)
        axes.set_yticks(range(len(rows)), rows)
        axes.tick_params(axis="y", labelcolor=INK, labelsize=8.5)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.set_xlim(-0.02, 1.02)
        axes.set_xlabel(label)
        bare(axes, "x")
        axes.spines["left"].set_visible(False)
        _legend(figure, list(series))
        return svg(figure, f"{label} by finding")


def _series(axes: Any, number: int, count: int, points: Sequence[Point]) -> None:
    shift = (number - (count - 1) / 2) * 0.66 / max(count, 1)
    style = look(number)
    for row, (value, low, high, thin) in enumerate(points):
        if value is None:
            continue
        if low is not None and high is not None:
            width = 0.6 if thin else 1.8
            axes.plot([low, high], [row + shift] * 2, color=style["color"], linewidth=width, solid_capstyle="butt")
        axes.plot([value], [row + shift], style["marker"], color=style["color"], markersize=5, markeredgecolor="white",
                  markeredgewidth=0.6)  # fmt: skip


def _undefined(axes: Any, rows: int, series: Sequence[Sequence[Point]]) -> None:
    """A word where no system has a value, so that an empty row is no riddle."""
    for row in range(rows):
        if all(points[row][0] is None for points in series):
            axes.text(0.005, row, "undefined", color=QUIET, fontsize=7, va="center", style="italic")
        axes.axhline(row + 0.5, color=HAIR, linewidth=0.4, zorder=0)


def _legend(figure: Any, names: Sequence[str]) -> None:
    from matplotlib.lines import Line2D

    marks = [
        Line2D([], [], color=look(i)["color"], marker=look(i)["marker"], linestyle="-", markersize=5, label=name)
        for i, name in enumerate(names)
    ]
    figure.legend(handles=marks, loc="outside upper left", ncols=min(4, len(names)), frameon=False, fontsize=8)
