"""The tools that draw: what each makes, by how many points, and the words that guide the hand.

A press begins a line for the points of `Tool.begins`; every other point is set by a click or the end of a drag.
"""

from __future__ import annotations

from dataclasses import dataclass

from workstation.imaging.annotation import Kind


@dataclass(frozen=True, slots=True)
class Tool:
    """``name`` is the view's tool; ``hints`` say what the next point is; ``asks`` words after the last one."""

    name: str
    kind: Kind
    points: int  # set by hand; 0 = a line that follows the hand until it is released
    hints: tuple[str, ...]
    begins: tuple[int, ...] = (0,)
    asks: str = ""


TOOLS: dict[str, Tool] = {
    tool.name: tool
    for tool in (
        Tool("length", Kind.LENGTH, 2, ("Length: one end", "Length: the other end")),
        Tool("angle", Kind.ANGLE, 3, ("Angle: end of one arm", "Angle: the corner", "Angle: end of the other arm")),
        Tool(
            "cobb",
            Kind.COBB,
            4,
            (
                "Cobb angle: first endplate, one end",
                "Cobb angle: first endplate, other end",
                "Cobb angle: second endplate, one end",
                "Cobb angle: second endplate, other end",
            ),
            (0, 2),
        ),
        Tool(
            "cardiothoracic ratio",
            Kind.CARDIOTHORACIC_RATIO,
            3,
            (
                "Cardiothoracic ratio: the heart's border on one side",
                "Cardiothoracic ratio: the heart's border on the other side",
                "Cardiothoracic ratio: the level where the thorax is widest",
            ),
        ),
        Tool("arrow", Kind.ARROW, 2, ("Arrow: what it points at", "Arrow: its other end"), asks="Words, or none"),
        Tool("text", Kind.TEXT, 1, ("Text: where it stands",), asks="Words"),
        Tool("freehand", Kind.FREEHAND, 0, ("Freehand: draw; back at the start it becomes an outline",)),
        Tool("ellipse", Kind.ELLIPSE, 2, ("Ellipse: one corner of its box", "Ellipse: the opposite corner")),
        Tool(
            "calibrate",
            Kind.LENGTH,
            2,
            ("Calibrate: one end of something of known length", "Calibrate: its other end"),
            asks="Its length in mm",
        ),
    )
}
