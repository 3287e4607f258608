"""Plots -> SVG text for a printed page: light paper, tabular labels, marks that differ in grey too.

The one place that knows matplotlib's settings; figures are made without pyplot, so nothing is global.
"""

from __future__ import annotations

import io
import re
from typing import Any

INK, QUIET, HAIR = "#1d2024", "#6b737c", "#d5d9de"
COLOURS = ("#1f5f99", "#c2571a", "#2c7a57", "#7d4c9e", "#93720b", "#4b5157", "#b03060", "#00798c")
MARKS = ("o", "s", "^", "D", "v", "P", "X", "h")
LINES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (1, 1.2)), (0, (6, 1.5, 1, 1.5)), (0, (3, 1)), (0, (8, 2)))
FONTS = ["Helvetica Neue", "Helvetica", "Arial", "DejaVu Sans", "sans-serif"]
_SETTINGS = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 8.5,
    "axes.edgecolor": HAIR,
    "axes.labelcolor": QUIET,
    "axes.titlesize": 8.5,
    "axes.titlecolor": INK,
    "axes.linewidth": 0.7,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5,
    "text.color": INK,
    "lines.linewidth": 1.4,
}


def look(series: int) -> dict[str, Any]:
    """Colour, mark and line of the n-th series."""
    return {
        "color": COLOURS[series % len(COLOURS)],
        "marker": MARKS[series % len(MARKS)],
        "linestyle": LINES[series % len(LINES)],
    }


def sheet(width: float, height: float) -> Any:
    """An empty figure in inches."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def settings(name: str) -> Any:
    """A context in which figures look like this house's; ``name`` keeps their ids apart on one page."""
    import logging

    import matplotlib

    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # it tells of its font cache on the error stream
    return matplotlib.rc_context({**_SETTINGS, "svg.hashsalt": name})


def bare(axes: Any, grid: str = "both") -> None:
    """No frame but the axes' own lines, a pale grid behind."""
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.grid(True, axis=grid, color=HAIR, linewidth=0.5)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)


def svg(figure: Any, title: str) -> str:
    """The figure as an <svg> element for a page, with its title for screen readers; the same bytes every time."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    out = io.StringIO()
    FigureCanvasSVG(figure).print_svg(out, metadata={"Date": None, "Creator": None})
    text = out.getvalue()
    text = re.sub(r"<metadata>.*?</metadata>", "", text[text.index("<svg") :], flags=re.DOTALL)
    text = re.sub(r"font: ([^;\"]*?)'sans-serif'", lambda m: f"font: {m[1]}{', '.join(FONTS)}", text)
    label = title.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return text.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)
