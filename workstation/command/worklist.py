"""``worklist``: the studies of this home, urgent first, then the oldest unread."""

from __future__ import annotations

import argparse
from typing import Any

from workstation.command.output import or_null, store_of, succeed

_PLAIN = (
    "study_instance_uid",
    "patient_name",
    "patient_id",
    "accession_number",
    "study_date",
    "study_time",
    "description",
    "modality",
    "priority",
    "instances",
    "signed_by",
    "signed_at",
    "has_draft",
)


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("worklist", help="show the studies and their states")
    parser.add_argument("--search", default="", metavar="TEXT", help="name, ID, accession, description or date")


def run(arguments: argparse.Namespace) -> int:
    from workstation.workflow.worklist import worklist

    with store_of(arguments) as store:
        rows = worklist(store, arguments.search)
    return succeed(arguments, {"studies": [_row_json(row) for row in rows]}, [_line(row) for row in rows])


def _row_json(row: Any) -> dict[str, Any]:
    return {
        **{name: or_null(getattr(row, name)) for name in _PLAIN},
        "status": row.status.value,
        "views": list(row.views),
        "priors": list(row.priors),
        "possible_priors": list(row.possible_priors),
    }


def _line(row: Any) -> str:
    urgent = "!" if row.urgent else " "
    who = f"{row.patient_name or '(no name)'} {row.patient_id}".strip()
    what = f"{row.study_date} {row.description} {'+'.join(row.views)}".strip()
    return f"{urgent} {row.status.value:12} {who:32} {what:40} {row.study_instance_uid}"
