"""`python -m tests.benchmarks [NAME...] [--json] [--readme]`: run the modules of this folder, print a table or JSON.

Each module has a NAME and a ``run()`` that returns one record or a list of records: ours, peer, ratio (ours / peer)
and unit, perhaps name, peer_name, note, bound (the largest ratio allowed) and bound_ours (the largest of ours).
Each runs in a process of its own, so that none warms another's caches.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pkgutil
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.benchmarks import page

HERE = Path(__file__).resolve().parent
Record = dict[str, Any]


def modules() -> dict[str, str]:
    """NAME of each benchmark, read without importing it, and its module."""
    found = {}
    for module in pkgutil.iter_modules([str(HERE)]):
        named = re.search(
            r'^NAME\s*(?::\s*\w+\s*)?=\s*["\'](.+?)["\']', (HERE / f"{module.name}.py").read_text(), re.MULTILINE
        )
        if named:
            found[named.group(1)] = f"tests.benchmarks.{module.name}"
    return found


def one(module: str) -> list[Record]:
    """Run one module here."""
    result = importlib.import_module(module).run()
    return result if isinstance(result, list) else [result]


def apart(name: str, module: str) -> list[Record]:
    """Run one module in a process of its own; a failure becomes a record that says so."""
    ask = f"json.dumps(one({module!r}), default=float)"
    code = f"import json; from tests.benchmarks.__main__ import one; print('\\n@@' + {ask})"
    surroundings = os.environ if sys.platform != "linux" else {"QT_QPA_PLATFORM": "offscreen", **os.environ}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=surroundings)
    if done.returncode or "\n@@" not in done.stdout:
        said = done.stderr.strip().splitlines()[-1:] or ["no result"]
        return [
            {"name": name, "ours": None, "peer": None, "ratio": None, "unit": "", "note": said[0][:120], "failed": True}
        ]
    records: list[Record] = json.loads(done.stdout.rsplit("\n@@", 1)[1])
    for record in records:
        record.setdefault("name", name)
    return records


def met(record: Record) -> bool | None:
    """Whether the record keeps its bound; None without one."""
    if record.get("failed"):
        return False
    limits = [("ratio", record.get("bound")), ("ours", record.get("bound_ours"))]
    kept = [record[value] <= limit for value, limit in limits if limit is not None]
    return all(kept) if kept else None


def verdict(record: Record) -> str:
    return {True: "met", False: "NOT MET", None: ""}[met(record)]


def bounds(record: Record) -> str:
    """The limits in words."""
    told = [f"ratio <= {number(record['bound'])}"] if record.get("bound") is not None else []
    if record.get("bound_ours") is not None:
        told.append(f"<= {number(record['bound_ours'])} {record['unit']}")
    return ", ".join(told)


def table(records: list[Record]) -> str:
    """Lines for people."""
    rows = [("benchmark", "ours", "peer", "ratio", "bound", "", "")]
    for record in records:
        peer = f"{number(record.get('peer'))} {record.get('peer_name') or ''}".strip()
        ours = f"{number(record.get('ours'))} {record.get('unit') or ''}".strip()
        rows.append(
            (
                record["name"],
                ours,
                peer,
                number(record.get("ratio")),
                bounds(record),
                verdict(record),
                str(record.get("note") or ""),
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(7)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="speed and memory beside a peer")
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--json", action="store_true", help="only {name: {ours, peer, ratio, unit}}")
    parser.add_argument("--readme", action="store_true", help="also write the table into README.md")
    parser.add_argument("--list", action="store_true", help="only the names")
    chosen = parser.parse_args()
    known = modules()
    if chosen.list:
        print("\n".join(known))
        return 0
    if strangers := [name for name in chosen.names if name not in known]:
        parser.error(f"unknown: {', '.join(strangers)}; known: {', '.join(known) or 'none'}")
    records: list[Record] = []
    for name in chosen.names or known:
        began = time.monotonic()
        records += apart(name, known[name])
        print(f"{name}: measured in {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    if chosen.readme:
        page.write(records, [f"{bounds(record)} {verdict(record)}".strip() for record in records], number)
    if chosen.json:
        keys = ("ours", "peer", "ratio", "unit")
        print(json.dumps({record["name"]: {key: record.get(key) for key in keys} for record in records}, indent=1))
    else:
        print(table(records))
    return 1 if any(met(record) is False for record in records) else 0


if __name__ == "__main__":
    sys.exit(main())
