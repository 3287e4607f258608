"""The figures of Lee et al., European Radiology 2025;35:4374-4386 (CC BY 4.0), Tables 2-4, as data with their source.

They stand beside measured figures and are never ranked with them. Read from resources/published.csv. Knows no cases.
"""

from __future__ import annotations

import csv
from functools import cache
from typing import Any

from workstation.paths import resources

SOURCE = "Lee et al., European Radiology 2025;35:4374-4386, doi 10.1007/s00330-024-11339-6"


@cache
def _rows() -> tuple[dict[str, str], ...]:
    with open(resources() / "published.csv", encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def published() -> list[dict[str, Any]]:
    """CONTRACT's ``published``: one record a number, each marked as published."""
    return [
        {
            "table": int(row["table"]),
            "films": row["films"],
            "n": int(row["n"]),
            "system": row["system"],
            "finding": row["finding"],
            "metric": row["metric"],
            "value": _number(row["value"]),
            "low": _number(row["low"]),
            "high": _number(row["high"]),
            "published": True,
            "source": f"{SOURCE}, Table {row['table']}",
        }
        for row in _rows()
    ]


def _number(cell: str) -> float | None:
    return float(cell) if cell else None
