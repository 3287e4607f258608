"""ROC curves and calibration -> small multiples, one panel a finding, every system in each. Knows no metrics."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from workstation.figures.paper import HAIR, QUIET, bare, look, settings, sheet, svg

COLUMNS = 5
Points = Sequence[Sequence[float]]


def roc(
    name: str,
    findings: Sequence[str],
    curves: Mapping[str, Mapping[str, tuple[Points, str]]],
    operating: Mapping[str, Mapping[str, tuple[float, float]]],
) -> str:
    """SVG. ``curves``: system -> finding -> (points (1 - specificity, sensitivity), label);
    ``operating``: system -> finding -> where its text stands."""

    def draw(axes: Any, finding: str) -> None:
        axes.plot([0, 1], [0, 1], color=HAIR, linewidth=0.8)
        for i, system in enumerate(_systems(curves, operating)):
            style = look(i)
            points, label = curves.get(system, {}).get(finding, ((), ""))
            if points:
                axes.plot(*zip(*points, strict=True), color=style["color"], linestyle=style["linestyle"], label=label)
            if finding in operating.get(system, {}):
                axes.plot(*operating[system][finding], style["marker"], color=style["color"], markersize=5,
                          markeredgecolor="white", markeredgewidth=0.6)  # fmt: skip
        if axes.get_legend_handles_labels()[0]:
            axes.legend(loc="lower right", fontsize=6.5, frameon=False, handlelength=1.8, borderpad=0)

    return _grid(name, findings, _systems(curves, operating), draw, "1 - specificity", "sensitivity", "ROC curves")


def calibration(
    name: str, findings: Sequence[str], bins: Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]]
) -> str:
    """SVG. ``bins``: system -> finding -> [{predicted, observed, low, high, n}]."""

    def draw(axes: Any, finding: str) -> None:
        axes.plot([0, 1], [0, 1], color=HAIR, linewidth=0.8)
        for i, found in enumerate(bins.values()):
            style = look(i)
            for part in found.get(finding, ()):
                axes.plot(
                    [part["predicted"]] * 2, [part["low"], part["high"]], color=style["color"], linewidth=0.8, alpha=0.5
                )
            line = [(part["predicted"], part["observed"]) for part in found.get(finding, ())]
            if line:
                axes.plot(
                    *zip(*line, strict=True),
                    color=style["color"],
                    marker=style["marker"],
                    markersize=3.5,
                    linewidth=0.9,
                )

    return _grid(name, findings, list(bins), draw, "predicted", "observed", "Calibration")


def _systems(*named: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys(name for each in named for name in each))


def _grid(
    name: str,
    findings: Sequence[str],
    systems: Sequence[str],
    draw: Callable[[Any, str], None],
    across: str,
    up: str,
    title: str,
) -> str:
    columns = min(COLUMNS, max(1, len(findings)))
    rows = -(-len(findings) // columns)
    with settings(name):
        figure = sheet(1.8 * columns + 0.2, 1.85 * rows + 0.45)
        grid = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True)
        for i, axes in enumerate(grid.flat):
            if i >= len(findings):
                axes.set_axis_off()
                continue
            draw(axes, findings[i])
            _square(axes, findings[i])
        figure.supxlabel(across, fontsize=8, color=QUIET)
        figure.supylabel(up, fontsize=8, color=QUIET)
        _legend(figure, systems)
        return svg(figure, title)


def _square(axes: Any, finding: str) -> None:
    axes.set_title(finding, loc="left")
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(-0.02, 1.02)
    axes.set_box_aspect(1)
    axes.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
    axes.set_yticks([0, 0.5, 1], ["0", "0.5", "1"])
    bare(axes)


def _legend(figure: Any, names: Sequence[str]) -> None:
    from matplotlib.lines import Line2D

    marks = [Line2D([], [], markersize=5, label=name, **look(i)) for i, name in enumerate(names)]
    figure.legend(handles=marks, loc="outside upper left", ncols=min(4, len(names)), frameon=False, fontsize=8)
