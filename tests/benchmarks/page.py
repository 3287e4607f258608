"""Records -> the table in README between its two marks, so that no number there was typed by hand."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import Any

README = Path(__file__).resolve().parents[2] / "README.md"
BEGIN, END = "<!-- benchmarks -->", "<!-- /benchmarks -->"


def write(records: list[dict[str, Any]], verdicts: list[str], number: Any) -> None:
    """Replace the rows of these records between the marks; rows of others stay as they were measured."""
    before, rest = README.read_text(encoding="utf-8").split(BEGIN)
    table, after = rest.split(END)
    kept = {_name(line): line for line in table.splitlines() if line.startswith("| ") and _name(line) != "what"}
    rows = (
        kept
        | {record["name"]: _row(record, verdict, number) for record, verdict in zip(records, verdicts, strict=True)}
    ).values()
    head = ["| what | ours | peer | ratio | bound |", "|---|---|---|---|---|"]
    told = f"Written by `python -m tests.benchmarks --readme` on {os.cpu_count()} cores, {platform.machine()}, no GPU."
    README.write_text("\n".join([f"{before}{BEGIN}", *head, *rows, "", told, f"{END}{after}"]), encoding="utf-8")


def _name(row: str) -> str:
    return row.split("|")[1].strip()


def _row(record: dict[str, Any], verdict: str, number: Any) -> str:
    if record.get("ours") is None and record.get("note"):
        return f"| {record['name']} | {record['note']} | | | |"
    unit = record.get("unit") or ""
    peer = f"{number(record.get('peer'))} {unit} ({record.get('peer_name') or 'peer'})"
    ours = f"{number(record.get('ours'))} {unit}"
    return f"| {record['name']} | {ours} | {peer} | {number(record.get('ratio'))} | {verdict} |"
