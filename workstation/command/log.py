"""``log export|head|verify``: the append-only log as tables, its end, and whether it is as it was written."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from workstation.command.output import fall_short, print_json, store_of, succeed
from workstation.errors import StoreError


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("log", help="export or verify the log")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    export = verbs.add_parser("export", help="write the log as codes and numbers under pseudonyms")
    export.add_argument("--csv", metavar="F")
    export.add_argument("--jsonl", metavar="F")
    export.add_argument("--texts", action="store_true", help="with drafts and reports, which may name patients")
    head = verbs.add_parser("head", help="write the log's end, to be kept elsewhere")
    head.add_argument("--out", required=True, metavar="F")
    verify = verbs.add_parser("verify", help="find changed, missing or swapped rows")
    verify.add_argument("--head", metavar="F", help="an end that was kept elsewhere (log head)")


def run(arguments: argparse.Namespace) -> int:
    return {"export": _export, "head": _head, "verify": _verify}[arguments.verb](arguments)


def _export(arguments: argparse.Namespace) -> int:
    from workstation.workflow.delivery import export_log

    with store_of(arguments) as store:
        count = export_log(store, arguments.csv, arguments.jsonl, arguments.texts)
        if not arguments.csv and not arguments.jsonl:
            return _print_log(arguments, store)
    files = {"csv": arguments.csv, "jsonl": arguments.jsonl}
    return succeed(arguments, {"events": count, "files": files}, [f"{count} events written"])


def _print_log(arguments: argparse.Namespace, store: Any) -> int:
    """Without a file the log goes to stdout, as JSON lines or as one object."""
    from workstation.workflow.delivery import log_rows

    rows = log_rows(store, arguments.texts)
    if arguments.json:
        print_json({"log": list(rows)})
    else:
        for row in rows:
            print(json.dumps(row, ensure_ascii=False))
    return 0


def _head(arguments: argparse.Namespace) -> int:
    from workstation.export.text import write_text
    from workstation.workflow.delivery import log_head

    with store_of(arguments) as store:
        end = log_head(store)
        value = {"schema": 1, "events": end.events, "head_sha256": end.sha256, "at": store.clock.now()}
    write_text(arguments.out, json.dumps(value) + "\n")
    return succeed(arguments, value, [f"{end.events} events, {end.sha256}"])


def _verify(arguments: argparse.Namespace) -> int:
    from workstation.storage.verify import verify

    with store_of(arguments) as store:
        found = verify(store, _kept(arguments.head) if arguments.head else None)
    bad = {"row": found.first_bad.row, "kind": found.first_bad.kind} if found.first_bad else None
    value = {"ok": found.ok, "events": found.events, "head_sha256": found.head_sha256, "first_bad": bad}
    if found.first_bad is None:
        return succeed(arguments, value, [f"{found.events} events: the log is as it was written"])
    said = f"row {found.first_bad.row} is {found.first_bad.kind}"
    broken = StoreError(
        f"The log is not as it was written: {said}.",
        "Keep a copy of the home folder and call whoever answers for the system.",
        "log_broken",
    )
    return fall_short(arguments, value, [f"{found.events} events: {said}"], broken)


def _kept(path: str) -> Any:
    from workstation.storage.log import Head

    try:
        value = json.loads(Path(path).read_text(encoding="utf-8"))
        return Head(int(value["events"]), str(value["head_sha256"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(
            "The kept end of the log cannot be read.", "Give a file written by log head --out.", "bad_head"
        ) from error
