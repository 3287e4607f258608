"""The measured table of decoders (resources/decoders.json, written by its benchmark) becomes a part of the help.

Knows JSON and HTML; which decoder is in force is `dicom.offered`'s to say, and a test holds the two together.
"""

from __future__ import annotations

import json
from html import escape
from typing import Any

from workstation.paths import resources

TABLE = resources() / "decoders.json"


def rows() -> list[dict[str, Any]]:
    """One record a transfer syntax: name, uid, decoder, ms of each; [] where the table is missing."""
    try:
        found = json.loads(TABLE.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return list(found["rows"])


def html() -> str:
    """The table with its heading, or nothing."""
    measured = rows()
    if not measured:
        return ""
    body = "".join(_row(row) for row in measured)
    said = (
        "Milliseconds for one film of 3000 x 3000 and 12 bits, the least of a few turns on two busy cores without GPU: "
        "from the file to its stored values here; the fastest other decoder on that machine, DCMTK's tools as whole "
        "programs. JPEG Lossless and 12-bit JPEG are unpacked in a process of their own, because their decoder ends "
        "its program on damaged films. Uncompressed, deflated and big endian films are read directly, HTJ2K by "
        "pylibjpeg; JPEG XL is refused."
    )
    head = "<tr><td>Transfer syntax</td><td>Decoder</td><td>Here</td><td>pydicom alone</td><td>Fastest other</td></tr>"
    return f"<a name='decoders'></a><h2>Decoders</h2><p>{escape(said)}</p><table>{head}{body}</table>"


def _row(row: dict[str, Any]) -> str:
    taken = row["ms"]
    others = {name: ms for name, ms in taken.items() if name not in ("ours", "pydicom's order")}
    best = min(others, key=lambda name: others[name]) if others else ""
    alone = str(taken["pydicom's order"]) if "pydicom's order" in taken else "cannot"
    cells = (row["name"], row["decoder"], str(taken.get("ours", "")), alone, f"{others[best]} {best}" if best else "")
    return "<tr>" + "".join(f"<td class='small'>{escape(cell)}</td>" for cell in cells) + "</tr>"
