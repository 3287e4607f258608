"""Numbers and words -> cells and tables of HTML, escaped, in one way. Knows nothing of what they mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, NamedTuple


class Cell(NamedTuple):
    """A cell's text (escaped when written), its classes, and a second, smaller line."""

    text: str
    kind: str = ""
    below: str = ""


def interval(told: Mapping[str, Any] | None, signed: bool = False, kind: str = "") -> Cell:
    """A value over its interval; a dash where it is undefined or not judged. Unranked values say so."""
    if not told or told.get("value") is None:
        return Cell("-", f"none {kind}")
    sign = "+" if signed else ""
    below = "" if told.get("low") is None else f"{told['low']:{sign}.2f} to {told['high']:{sign}.2f}"
    mark = " *" if told.get("ranked") is False else ""
    return Cell(f"{told['value']:{sign}.3f}{mark}" if kind != "published" else f"{told['value']:.2f}", kind, below)


def plain(value: float | None, digits: int = 2) -> Cell:
    """One number."""
    if value is None:
        return Cell("-", "none")
    least = 10**-digits
    return Cell(f"< {least:g}" if 0 < value < least else f"{value:.{digits}f}")


def whole(value: float | None) -> Cell:
    """A count."""
    return Cell("-", "none") if value is None else Cell(f"{int(value):,}")


def table(head: Sequence[str], rows: Sequence[Sequence[Cell]], caption: str) -> str:
    """A table with its caption; line breaks in ``head`` are kept."""
    top = "".join(_heading(name, _is_words(rows, column)) for column, name in enumerate(head))
    lines = "\n".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    return (
        f"<div class='wide'><table>\n<caption>{escape(caption)}</caption>\n<thead><tr>{top}</tr></thead>\n"
        f"<tbody>\n{lines}\n</tbody>\n</table></div>\n"
    )


def _heading(name: str, words: bool) -> str:
    kind = " class='words'" if words else ""
    return f"<th scope='col'{kind}>{escape(name).replace(chr(10), '<br>')}</th>"


def _is_words(rows: Sequence[Sequence[Cell]], column: int) -> bool:
    return bool(rows) and {"name", "words"} & set(rows[0][column].kind.split()) != set()


def _cell(cell: Cell) -> str:
    below = f"<small>{escape(cell.below)}</small>" if cell.below else ""
    tag = "th scope='row'" if "name" in cell.kind.split() else "td"
    kind = f" class='{cell.kind.strip()}'" if cell.kind.strip() else ""
    return f"<{tag}{kind}>{escape(cell.text)}{below}</{tag[:2]}>"
