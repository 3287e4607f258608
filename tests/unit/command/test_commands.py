"""The commands by CONTRACT: JSON alone on stdout, two lines of failure on stderr, exit codes 0, 1 and 2."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from pathlib import Path

import pytest

from tests.unit.command.run import main
from tests.unit.readings import READER, draft, film_file
from workstation.paths import Home
from workstation.storage.store import Store
from workstation.workflow.reading import Reading

TEXT = "INDICATION: Cough.\nFINDINGS:\nThe lungs are clear.\nIMPRESSION: Normal chest.\n"


@pytest.fixture
def uid(home: Home, tmp_path: Path) -> str:
    ran = main("import", film_file(tmp_path), "--home", home.root, "--json")
    assert ran.code == 0, ran.err
    return str(ran.json["files"][0]["study_instance_uid"])


@pytest.fixture
def text_file(tmp_path: Path) -> Path:
    (tmp_path / "report.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path / "report.txt"


def add_draft(home: Home, uid: str) -> None:
    with Store.open(home) as store:
        Reading(store, uid, READER).add_draft(draft())


def test_common_options_stand_before_or_after_the_word(home: Home, uid: str) -> None:
    before = main("--home", home.root, "--json", "worklist")
    after = main("worklist", "--json", "--home", home.root)
    by_environment = main("worklist", "--json", CXR_WORKSTATION_HOME=str(home.root))
    assert before.json == after.json == by_environment.json
    assert before.json["schema"] == 1 and before.err == ""
    assert before.json["studies"][0]["study_instance_uid"] == uid


def test_worklist_has_the_keys_of_the_contract(home: Home, uid: str) -> None:
    row = main("worklist", "--home", home.root, "--json").json["studies"][0]
    assert set(row) >= {
        "study_instance_uid", "patient_name", "patient_id", "accession_number", "study_date", "description",
        "modality", "views", "instances", "status", "priors", "signed_by", "signed_at",
    }  # fmt: skip
    assert (row["status"], row["views"], row["instances"], row["signed_by"]) == ("new", ["PA"], 1, None)


def test_import_goes_on_after_a_bad_file_and_exits_1(home: Home, tmp_path: Path) -> None:
    (tmp_path / "bad.dcm").write_bytes(b"nothing")
    ran = main("import", tmp_path / "bad.dcm", film_file(tmp_path), "--home", home.root, "--json")
    assert ran.code == 1
    assert (ran.json["taken"], ran.json["already"], ran.json["refused"]) == (1, 0, 1)
    bad, good = ran.json["files"]
    assert bad["status"] == "refused" and bad["reason"] and bad["study_instance_uid"] is None
    assert good["status"] == "taken" and good["warnings"] == []
    assert ran.err.splitlines() == [ran.json["error"]["message"], ran.json["error"]["remedy"]]
    assert "1 of 2" in ran.json["error"]["message"]
    assert main("import", film_file(tmp_path), "--home", home.root, "--json").json["already"] == 1


def test_a_report_is_written_signed_shown_and_exported(home: Home, uid: str, text_file: Path, tmp_path: Path) -> None:
    at = ("--home", str(home.root), "--json")
    assert main("report", "write", uid, "--text", text_file, *at).json["status"] == "in progress"
    assert main("report", "export", uid, "--text", tmp_path / "o.txt", *at).json["error"]["code"] == "not_signed"
    signed = main("report", "sign", uid, "--reader", "ab", "--name", "Dr A B", "--role", "Resident", *at)
    assert signed.code == 0 and signed.json["status"] == "final" and signed.json["version"] == 1
    shown = main("report", "show", uid, *at).json
    assert shown["decision"] is shown["grade"] is shown["draft"] is shown["diff"] is None
    assert shown["sections"] == {
        "Indication": "Cough.",
        "Findings": "The lungs are clear.",
        "Impression": "Normal chest.",
    }
    assert shown["text_sha256"] == hashlib.sha256(shown["text"].encode()).hexdigest()
    assert shown["signature"]["name"] == "Dr A B" and shown["signature"]["role"] == "Resident"
    assert shown["signature"]["at"].endswith("Z") and shown["signature"]["meaning"]
    assert main("report", "export", uid, "--text", tmp_path / "o.txt", "--pdf", tmp_path / "o.pdf", *at).code == 0
    assert (tmp_path / "o.txt").read_text() == shown["text"]
    assert (tmp_path / "o.pdf").read_bytes().startswith(b"%PDF-")
    assert main("report", "recall", uid, "--reader", "ab", *at).json["error"]["code"] == "recall_over"


def test_a_write_to_a_final_report_exits_1_in_two_lines(home: Home, uid: str, text_file: Path) -> None:
    at = ("--home", str(home.root))
    main("report", "write", uid, "--text", text_file, *at)
    assert main("report", "sign", uid, "--reader", "ab", *at).code == 0
    ran = main("report", "write", uid, "--text", text_file, *at)
    assert ran.code == 1 and len(ran.err.splitlines()) == 2 and ran.out == ""


def test_recall_addend_and_withdraw(home: Home, uid: str, text_file: Path, tmp_path: Path) -> None:
    at = ("--home", str(home.root), "--json")
    main("report", "write", uid, "--text", text_file, *at)
    main("report", "sign", uid, "--reader", "ab", *at)
    assert main("report", "recall", uid, "--reader", "ab", *at).json["status"] == "in progress"
    main("report", "sign", uid, "--reader", "ab", *at)
    (tmp_path / "more.txt").write_text("Seen again.")
    added = main("report", "addend", uid, "--text", tmp_path / "more.txt", "--reader", "cd", *at).json
    assert (added["status"], added["version"], len(added["versions"])) == ("amended", 2, 2)
    gone = main("report", "withdraw", uid, "--reason", "wrong patient", "--reader", "cd", *at).json
    assert (gone["status"], gone["kind"]) == ("withdrawn", "withdrawal")
    assert [version["kind"] for version in gone["versions"]] == ["final", "addendum", "withdrawal"]


def test_accepting_a_draft_that_nobody_wrote_over_takes_its_words(home: Home, uid: str) -> None:
    add_draft(home, uid)
    at = ("--home", str(home.root), "--json")
    shown = main("report", "sign", uid, "--reader", "ab", "--decision", "accept", "--grade", "A", *at).json
    assert (shown["decision"], shown["grade"], shown["diff"]["word_error_rate"]) == ("accept", "A", 0.0)
    assert shown["sections"]["Impression"] == draft().impression
    assert shown["text"].startswith("RESEARCH, NOT FOR CLINICAL USE\n")


def test_accepting_also_works_when_the_window_has_saved_an_empty_page(home: Home, uid: str) -> None:
    add_draft(home, uid)
    with Store.open(home) as store:
        reading = Reading(store, uid, READER)
        reading.save(reading.working)
    ran = main("report", "sign", uid, "--reader", "ab", "--decision", "accept", "--home", home.root, "--json")
    assert ran.json["decision"] == "accept"


def test_a_written_report_is_measured_against_the_draft(home: Home, uid: str, tmp_path: Path) -> None:
    add_draft(home, uid)
    at = ("--home", str(home.root), "--json")
    sections = {"findings": draft().findings.replace("small", "large"), "Impression": draft().impression}
    (tmp_path / "s.json").write_text(json.dumps(sections))
    main("report", "write", uid, "--sections", tmp_path / "s.json", *at)
    wrong = main("report", "sign", uid, "--reader", "ab", "--decision", "accept", *at)
    assert wrong.code == 1 and wrong.json["error"]["code"] == "decision_contradicted"
    shown = main("report", "sign", uid, "--reader", "ab", *at).json
    assert shown["decision"] == "edit" and (shown["diff"]["kept"], shown["diff"]["changed"]) == (3, 1)
    assert shown["diff"]["word_error_rate"] == pytest.approx(1 / 20)
    assert shown["draft"]["model"]["id"] == "test-model"


def test_a_text_without_impression_is_signed_and_the_lack_is_told(home: Home, uid: str) -> None:
    at = ("--home", str(home.root), "--json")
    main("report", "write", uid, "--text", "-", *at, stdin="Clear lungs.")
    ran = main("report", "sign", uid, "--reader", "ab", *at)
    assert ran.json["status"] == "final" and "no impression" in ran.err
    assert "empty_impression" in ran.json["versions"][-1]["overrides"]


def test_a_refused_signature_is_told_in_two_lines_though_a_section_is_missing(home: Home, uid: str) -> None:
    at = ("--home", str(home.root))
    main("report", "write", uid, "--text", "-", *at, stdin="Clear lungs.")
    ran = main("report", "sign", uid, "--reader", "ab", "--decision", "accept", *at)
    assert ran.code == 1 and len(ran.err.splitlines()) == 2


def test_characters_that_are_no_text_are_left_out_of_a_report(home: Home, uid: str, tmp_path: Path) -> None:
    at = ("--home", str(home.root), "--json")
    assert main("report", "write", uid, "--text", "-", *at, stdin="\0\0").json["sections"] == {}
    assert main("report", "sign", uid, "--reader", "ab", *at).json["error"]["code"] == "empty"
    written = main("report", "write", uid, "--text", "-", *at, stdin="\ufefffindings:\rA\x1b[31m.\fB\r\nIMPRESSION: C")
    assert written.json["sections"] == {"Findings": "A[31m.\nB", "Impression": "C"}
    (tmp_path / "s.json").write_text('{"Findings": "a\\ud800b", "Impression": "c"}')
    assert main("report", "write", uid, "--sections", tmp_path / "s.json", *at).json["sections"]["Findings"] == "ab"
    assert main("report", "show", "\udcff", *at).json["error"]["code"] == "bad_text"


def test_a_section_that_stands_twice_is_refused_not_lost(home: Home, uid: str, tmp_path: Path) -> None:
    for text in ('{"Findings": "a", "findings": "b"}', '{"Findings": "a", "Findings": "b"}', "[1]", "[" * 100_000):
        (tmp_path / "s.json").write_text(text)
        ran = main("report", "write", uid, "--sections", tmp_path / "s.json", "--home", home.root, "--json")
        assert ran.json["error"]["code"] == "bad_sections"


def test_an_override_needs_its_reason(home: Home, uid: str) -> None:
    at = ("--home", str(home.root), "--json")
    main("report", "write", uid, "--text", "-", *at, stdin="Clear lungs.")
    bare = main("report", "sign", uid, "--reader", "ab", "--override", "empty_impression", *at)
    assert bare.json["error"]["code"] == "override_without_reason"
    ran = main("report", "sign", uid, "--reader", "ab", "--override", "empty_impression=one line says it", *at)
    assert ran.json["status"] == "final"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("report", "show", "1.2.3"), 1),
        (("report", "sign", "1.2.3", "--reader", "a"), 1),
        (("report", "write", "1.2.3", "--text", "/nowhere"), 1),
        (("import", "/nowhere/at/all"), 1),
        (("log", "head", "--out", "/nowhere/at/all"), 1),
        (("log", "verify", "--head", "/nowhere"), 1),
        (("report", "sign", "1.2.3"), 2),
        (("report", "sign", "1.2.3", "--reader", "a", "--decision", "maybe"), 2),
        (("report",), 2),
        (("nonsense",), 2),
        (("worklist", "--nonsense"), 2),
    ],
)
def test_exit_codes_and_no_traceback(home: Home, words: tuple[str, ...], code: int) -> None:
    ran = main(*words, "--home", home.root)
    assert ran.code == code
    assert "Traceback" not in ran.err
    if code == 1:
        assert len(ran.err.splitlines()) == 2
        told = main(*words, "--home", home.root, "--json")
        assert set(told.json["error"]) == {"code", "message", "remedy"} and told.json["schema"] == 1


def test_the_log_is_exported_and_verified(home: Home, uid: str, text_file: Path, tmp_path: Path) -> None:
    at = ("--home", str(home.root), "--json")
    main("report", "write", uid, "--text", text_file, *at)
    main("report", "sign", uid, "--reader", "ab", *at)
    head = main("log", "head", "--out", tmp_path / "head.json", *at).json
    found = main("log", "verify", "--head", tmp_path / "head.json", *at)
    assert found.code == 0 and found.json["ok"] and found.json["first_bad"] is None
    assert found.json["head_sha256"] == head["head_sha256"] and found.json["events"] == head["events"] == 4
    assert main("log", "export", "--csv", tmp_path / "l.csv", "--jsonl", tmp_path / "l.jsonl", *at).code == 0
    assert len((tmp_path / "l.csv").read_text().splitlines()) == 5
    assert len((tmp_path / "l.jsonl").read_text().splitlines()) == 4
    witness = sqlite3.connect(home.database, isolation_level=None)
    witness.execute("DROP TRIGGER event_no_update")
    witness.execute("UPDATE event SET reader = 'zz' WHERE kind = 'signed'")
    witness.close()
    ran = main("log", "verify", *at)
    assert ran.code == 1 and not ran.json["ok"] and ran.json["first_bad"] == {"row": 4, "kind": "changed"}
    assert len(ran.err.splitlines()) == 2 and ran.json["error"]["code"] == "log_broken"


def test_a_damaged_store_is_told_in_two_lines(home: Home, uid: str) -> None:
    home.database.write_bytes(b"rubbish" * 1000)
    ran = main("worklist", "--home", home.root)
    assert ran.code == 1 and len(ran.err.splitlines()) == 2 and "store.damaged-" in ran.err


def test_help_names_the_words_and_their_options() -> None:
    ran = main("--help")
    assert ran.code == 0
    for word in ("import", "worklist", "report", "log"):
        assert word in ran.out
    assert "--decision" in main("report", "sign", "--help").out
