"""``import PATH...``: take films from files, folders, discs and archives into the store."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from workstation.command.output import fall_short, home_of, or_null, store_of, succeed
from workstation.command.silence import codecs_silenced
from workstation.errors import FilmRefused


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("import", help="take films from files, folders, discs and archives")
    parser.add_argument(
        "paths", nargs="+", metavar="PATH", help="DICOM, PNG, JPEG, TIFF or BMP file, folder, ZIP or DICOMDIR"
    )


def run(arguments: argparse.Namespace) -> int:
    from workstation.workflow.intake import take_in

    with store_of(arguments) as store:
        store.check_writable()
        with codecs_silenced():
            intake = take_in(store, home_of(arguments), arguments.paths)
    counts = {status: intake.count(status) for status in ("taken", "already", "refused")}
    files = [_file_json(file) for file in intake.files]
    lines = [_line(file) for file in intake.files]
    lines.append(", ".join(f"{number} {status}" for status, number in counts.items()))
    value = {**counts, "files": files}
    if counts["refused"]:
        return fall_short(arguments, value, lines, _refused(counts["refused"], intake.files))
    return succeed(arguments, value, lines)


def _refused(number: int, files: Sequence[Any]) -> FilmRefused:
    """A single file's own refusal, or how many of how many."""
    if len(files) == 1:
        return FilmRefused(files[0].reason, files[0].remedy, files[0].code)
    others = "; the others are in the worklist" if number < len(files) else ""
    return FilmRefused(
        f"{number} of {len(files)} files were refused{others}.",
        "The reason stands beside each refused file.",
    )


def _file_json(file: Any) -> dict[str, Any]:
    return {
        "path": file.path,
        "status": file.status,
        "reason": or_null(file.reason),
        "remedy": or_null(file.remedy),
        "code": or_null(file.code),
        "study_instance_uid": or_null(file.study_instance_uid),
        "sop_instance_uid": or_null(file.sop_instance_uid),
        "warnings": list(file.warnings),
    }


def _line(file: Any) -> str:
    said = f"{file.reason} {file.remedy}" if file.status == "refused" else file.study_instance_uid
    return f"{file.status:8} {file.path}  {said}" + "".join(f"\n         warning: {text}" for text in file.warnings)
