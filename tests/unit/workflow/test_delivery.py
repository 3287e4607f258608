"""What leaves the program: only what was signed, exactly as it was signed, and each departure is known."""

from __future__ import annotations

import csv
import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.unit.readings import READER, draft, report, signed, take
from workstation.errors import ExportError, ReportError
from workstation.paths import Home
from workstation.storage import log
from workstation.storage.store import Store
from workstation.workflow import delivery
from workstation.workflow.reading import Reading


@pytest.fixture
def reading(home: Home, tmp_path: Path) -> Iterator[Reading]:
    with Store.open(home) as store:
        yield Reading(store, take(store, home, tmp_path), READER)


@pytest.mark.parametrize("export", [delivery.export_text, delivery.export_pdf])
def test_an_unsigned_report_is_not_exported(reading: Reading, tmp_path: Path, export: Callable[..., object]) -> None:
    reading.save(report())
    with pytest.raises(ReportError) as refused:
        export(reading.store, reading.study_instance_uid, tmp_path / "out")
    assert refused.value.code == "not_signed" and not (tmp_path / "out").exists()


def test_text_and_clipboard_are_the_signed_text_to_the_byte(reading: Reading, tmp_path: Path) -> None:
    text = signed(reading).versions[0].text
    delivery.export_text(reading.store, reading.study_instance_uid, tmp_path / "r.txt")
    assert (tmp_path / "r.txt").read_bytes() == text.encode()
    assert delivery.clipboard_text(reading.store, reading.study_instance_uid) == text
    assert [export["format"] for export in reading.exports] == ["text", "clipboard"]


def test_the_log_knows_the_format_but_not_the_place(reading: Reading, tmp_path: Path) -> None:
    signed(reading)
    delivery.export_text(reading.store, reading.study_instance_uid, tmp_path / "Miller John.txt", READER)
    event = next(log.events(reading.store, kind="exported"))
    assert event.payload["format"] == "text" and event.reader == "dr1"
    assert "Miller" not in str(event) and "Miller" in reading.exports[0]["destination"]


def test_an_export_that_fails_leaves_the_old_file_and_the_minute(reading: Reading, tmp_path: Path) -> None:
    signed(reading)
    with pytest.raises(ExportError):
        delivery.export_text(reading.store, reading.study_instance_uid, tmp_path / "no" / "folder" / "r.txt")
    assert reading.exports == [] and reading.seconds_to_recall() > 0


def test_report_json_has_the_keys_of_the_contract(reading: Reading) -> None:
    unsigned = delivery.report_json(reading.store, reading.study_instance_uid)
    assert unsigned["version"] is unsigned["signature"] is unsigned["text_sha256"] is unsigned["draft"] is None
    reading.add_draft(draft())
    reading.reveal("at once")
    reading.save(report())
    version = reading.sign(grade="A")
    told = json.loads(json.dumps(delivery.report_json(reading.store, reading.study_instance_uid)))
    assert (told["status"], told["version"], told["decision"], told["grade"]) == ("final", 1, "accept", "A")
    assert set(told["signature"]) >= {"name", "role", "at", "meaning"}
    assert told["diff"]["word_error_rate"] == 0 and told["draft"]["model"]["id"] == "test-model"
    assert told["text"] == version.text and told["sections"]["Impression"] == "Small left pleural effusion."
    assert len(told["versions"]) == 1


def test_a_draft_made_after_signing_is_not_the_draft_of_the_report(reading: Reading) -> None:
    signed(reading)
    reading.add_draft(draft())
    assert delivery.report_json(reading.store, reading.study_instance_uid)["draft"] is None


def test_a_long_patient_line_stands_whole_on_the_page(home: Home, tmp_path: Path) -> None:
    with Store.open(home) as store:
        name = "VERYLONGNAME^WITHMANYPARTS^ANDMORE"
        reading = signed(Reading(store, take(store, home, tmp_path, PatientName=name, PatientID="I" * 60), READER))
        delivery.export_pdf(store, reading.study_instance_uid, tmp_path / "r.pdf")
    box = subprocess.run(["pdftotext", "-bbox", str(tmp_path / "r.pdf"), "-"], capture_output=True, text=True).stdout
    right = [float(found) for found in re.findall(r'xMax="([\d.]+)"', box)]
    assert right and max(right) <= 595.3 - 18 / 25.4 * 72 + 1


def test_an_unsigned_report_with_drafted_words_is_known_as_research(reading: Reading) -> None:
    reading.add_draft(draft())
    assert delivery.report_json(reading.store, reading.study_instance_uid)["research"] is False
    reading.take_draft()
    assert delivery.report_json(reading.store, reading.study_instance_uid)["research"] is True


def test_the_log_exports_hold_every_event_under_pseudonyms_without_texts(reading: Reading, tmp_path: Path) -> None:
    reading.add_draft(draft())
    signed(reading)
    count = delivery.export_log(reading.store, tmp_path / "log.csv", None)
    delivery.export_log(reading.store, None, tmp_path / "log.jsonl")
    with open(tmp_path / "log.csv", newline="", encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert len(table) == count == 4 and len(lines) == 5  # the first export is itself an event
    assert [row["kind"] for row in table] == ["imported", "draft_made", "decision", "signed"]
    everything = (tmp_path / "log.csv").read_text() + (tmp_path / "log.jsonl").read_text()
    for word in ("pleural", "dr1", "Ada", reading.study_key):
        assert word not in everything
    assert len({row["reader"] for row in table if row["reader"]}) == 1


def test_texts_leave_only_when_asked_for(reading: Reading, tmp_path: Path) -> None:
    signed(reading)
    delivery.export_log(reading.store, jsonl=tmp_path / "log.jsonl", texts=True)
    assert "pleural" in (tmp_path / "log.jsonl").read_text()


def test_the_pdf_holds_the_text_and_on_every_page_patient_mark_and_number(reading: Reading, tmp_path: Path) -> None:
    reading.add_draft(draft())
    reading.reveal("at once")
    reading.save(report(impression="\n".join(f"Line {n} of a long impression." for n in range(120))))
    version = reading.sign()
    path = tmp_path / "r.pdf"
    assert delivery.export_pdf(reading.store, reading.study_instance_uid, path) == ()
    pages = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True)
    printed = pages.stdout.rstrip("\f").split("\f")
    assert len(printed) >= 3
    for number, page in enumerate(printed, start=1):
        assert page.count("RESEARCH, NOT FOR CLINICAL USE") == 2
        assert "TEST   ID SYNTHETIC-0   born 1960-01-01" in " ".join(page.split(" ")) or "SYNTHETIC-0" in page
        assert f"Page {number} of {len(printed)}" in page
    words = " ".join(pages.stdout.split())
    for line in version.text.splitlines():
        for word in line.split():
            assert word in words, word
    size = subprocess.run(["pdfinfo", str(path)], capture_output=True, text=True, check=True).stdout
    assert "(A4)" in size


def test_characters_without_a_glyph_are_told(home: Home, tmp_path: Path) -> None:
    with Store.open(home) as store:
        name = "\U000130b8\U00013079^EGYPT"  # hieroglyphs: no usual font draws them
        reading = signed(Reading(store, take(store, home, tmp_path, PatientName=name), READER))
        warnings = delivery.export_pdf(store, reading.study_instance_uid, tmp_path / "r.pdf")
    assert len(warnings) == 1 and "no glyph" in warnings[0]
