"""``report write|sign|recall|addend|withdraw|show|export``: the reader's verbs without a window."""

from __future__ import annotations

import argparse
import json
import sys
import unicodedata
from pathlib import Path
from typing import Any

from workstation.command.output import home_of, store_of, succeed
from workstation.errors import ReportError


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("report", help="write, sign, show and export the report of a study")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for name, text in _VERBS.items():
        verb = verbs.add_parser(name, help=text)
        verb.add_argument("study", metavar="STUDY", help="StudyInstanceUID")
        if name in ("write", "sign", "recall", "addend", "withdraw"):
            verb.add_argument("--reader", required=name != "write", default="", metavar="ID", help="who acts")
            verb.add_argument("--name", default="", help="the reader's name as it stands under the report")
            verb.add_argument("--role", default="", help="the reader's role as it stands under the report")
        if name in ("sign", "recall", "addend", "withdraw"):
            verb.add_argument(
                "--secret-file", metavar="F", help="file with the secret of a registered reader, - for stdin"
            )
        _add_options(name, verb)


_VERBS = {
    "write": "keep a text as the unsigned report",
    "sign": "sign the text: final at once",
    "recall": "take the signature back within 60 seconds and before any export",
    "addend": "sign an addendum",
    "withdraw": "withdraw as entered in error",
    "show": "show the report with its draft, difference and versions",
    "export": "write the signed report to files",
}


def _add_options(name: str, verb: Any) -> None:
    if name == "write":
        given = verb.add_mutually_exclusive_group(required=True)
        given.add_argument("--text", metavar="F", help="text with FINDINGS: and IMPRESSION: headings, - for stdin")
        given.add_argument("--sections", metavar="F.json", help='{"Findings": ..., "Impression": ...}')
    elif name == "sign":
        verb.add_argument("--decision", choices=("accept", "edit", "reject"))
        verb.add_argument("--grade", choices=("A", "B", "C", "D"))
        verb.add_argument("--override", action="append", default=[], metavar="CHECK=REASON")
    elif name == "addend":
        verb.add_argument("--text", required=True, metavar="F", help="the addendum's text, - for stdin")
    elif name == "withdraw":
        verb.add_argument("--reason", required=True, metavar="R")
    elif name == "export":
        verb.add_argument("--text", metavar="F")
        verb.add_argument("--pdf", metavar="F")
        verb.add_argument("--sr", metavar="F", help="DICOM Basic Text SR (TID 2000)")
        verb.add_argument("--fhir", metavar="F", help="FHIR R4 DiagnosticReport, JSON")
        verb.add_argument("--hl7", metavar="F", help="HL7 v2.5.1 ORU^R01")


def run(arguments: argparse.Namespace) -> int:
    with store_of(arguments) as store:
        if arguments.verb == "export":
            return _export(arguments, store)
        if arguments.verb != "show":
            store.check_writable()
            reading = _reading(arguments, store)
            if getattr(arguments, "secret_file", None):
                reading.prove(read_secret(arguments.secret_file))
            _ACTS[arguments.verb](arguments, reading)
        return _show(arguments, store)


def _reading(arguments: argparse.Namespace, store: Any) -> Any:
    from workstation.settings import load_settings
    from workstation.workflow.reading import Reader, Reading

    settings = load_settings(home_of(arguments))
    own = settings["reader_id"] == arguments.reader
    name = arguments.name or (settings["reader_name"] if own else "") or arguments.reader
    role = arguments.role or settings["reader_role"]
    return Reading(store, arguments.study, Reader(*map(plain, (arguments.reader, name, role))))


def _write(arguments: argparse.Namespace, reading: Any) -> None:
    from workstation.workflow.payloads import characters
    from workstation.workflow.working import typed

    sections = _sections_file(arguments.sections) if arguments.sections else _sections_text(arguments.text)
    reading.save(typed(sections))
    reading.note("text_written", characters=characters(sections))


def _sign(arguments: argparse.Namespace, reading: Any) -> None:
    """On the command line the reader has had the draft printed: it counts as shown, and the log says how."""
    if reading.draft_id is not None and reading.editable:
        if arguments.decision == "accept" and not _has_words(reading.working):
            reading.take_draft()
        if not reading.revealed:
            reading.reveal("command line")
    overrides = dict(_override(plain(given)) for given in arguments.override)
    # A missing section is asked about in the window; here, where nobody can be asked, it is told and logged.
    missing = [found for found in reading.objections() if found.check in ("empty_findings", "empty_impression")]
    told_only = {objection.check: "signed by command without it" for objection in missing}
    reading.sign(arguments.decision, arguments.grade, {**told_only, **overrides})
    for objection in missing:
        print(f"Signed all the same: {objection.message}", file=sys.stderr)


def _has_words(working: Any) -> bool:
    from workstation.reporting.report import DRAFTED_SECTIONS

    return any(working.sections.get(name, "").strip() for name in DRAFTED_SECTIONS)


def _override(given: str) -> tuple[str, str]:
    check, equals, reason = given.partition("=")
    if not equals:
        raise ReportError(
            "An override needs a check and a reason.", "Write it as --override CHECK=REASON.", "override_without_reason"
        )
    return check.strip(), reason.strip()


def _recall(_: argparse.Namespace, reading: Any) -> None:
    reading.recall()


def _addend(arguments: argparse.Namespace, reading: Any) -> None:
    reading.addend(_read(arguments.text))


def _withdraw(arguments: argparse.Namespace, reading: Any) -> None:
    reading.withdraw(plain(arguments.reason))


_ACTS = {"write": _write, "sign": _sign, "recall": _recall, "addend": _addend, "withdraw": _withdraw}


def _show(arguments: argparse.Namespace, store: Any) -> int:
    from workstation.reporting.report import RESEARCH_MARK
    from workstation.workflow.delivery import report_json

    value = report_json(store, arguments.study)
    state = f"{value['status']}, version {value['version']}" if value["version"] else f"{value['status']}, not signed"
    mark = [RESEARCH_MARK, ""] if value["research"] and not value["version"] else []
    return succeed(arguments, value, [state, "", *mark, value["text"].rstrip("\n")])


FORMATS = ("text", "pdf", "sr", "fhir", "hl7")


def _export(arguments: argparse.Namespace, store: Any) -> int:
    from workstation.workflow import delivery

    files = {name: getattr(arguments, name) for name in FORMATS}
    wanted = {name: path for name, path in files.items() if path}
    if not wanted:
        every = ", ".join(f"--{name} F" for name in FORMATS)
        raise ReportError("No file was named for the export.", f"Give one or more of {every}.", "nothing_to_do")
    store.check_writable()
    warnings: list[str] = []
    for name, path in wanted.items():
        if name == "text":
            delivery.export_text(store, arguments.study, path)
        elif name == "pdf":
            warnings += delivery.export_pdf(store, arguments.study, path)
        else:
            delivery.export_format(store, arguments.study, name, path)
    for warning in warnings:
        print(warning, file=sys.stderr)
    written = [f"written: {path}" for path in wanted.values()]
    return succeed(arguments, {"study_instance_uid": arguments.study, "files": files, "warnings": warnings}, written)


def read_secret(path: str) -> str:
    """The first line of the file, without its end."""
    return _read(path).split("\n", 1)[0]


def _sections_text(path: str) -> dict[str, str]:
    from workstation.reporting.report import parse_sections

    return dict(parse_sections(_read(path)).texts)


def _sections_file(path: str) -> dict[str, str]:
    from workstation.reporting.report import SECTIONS

    try:
        value = json.loads(_read(path), object_pairs_hook=_Pairs)
    except (ValueError, RecursionError) as error:
        raise _bad_sections() from error
    names: dict[str, str] = {name.casefold(): name for name in SECTIONS}
    if not isinstance(value, _Pairs) or not all(isinstance(text, str) for _, text in value):
        raise _bad_sections()
    found = {plain(names.get(name.strip().casefold(), name)): plain(text) for name, text in value}
    if len(found) < len(value):  # one text would silently take the other's place
        raise _bad_sections()
    return found


class _Pairs(list[tuple[str, Any]]):
    """A JSON object with all of its names, also those that stand twice."""


def _bad_sections() -> ReportError:
    return ReportError(
        "The sections file is not a JSON object of section names and texts, each name once.",
        'Write it as {"Findings": "...", "Impression": "..."}.',
        "bad_sections",
    )


def plain(text: str) -> str:
    """Lines that any program can show: no control characters, no bytes that were no text."""
    kept = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    return "".join(one for one in kept if one in "\n\t" or unicodedata.category(one) not in ("Cc", "Cs"))


def _read(path: str) -> str:
    try:
        text = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
        return plain(text.decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise ReportError(
            "The text file cannot be read as UTF-8 text.", "Check its path and its encoding.", "bad_text"
        ) from error
