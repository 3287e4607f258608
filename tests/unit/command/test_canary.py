"""A patient whose every identifier is a canary goes through the whole flow; none of it may sing in the log, its
exports, log files or on stderr."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from tests.unit.command.run import main
from tests.unit.readings import READER, draft, film_file
from workstation.paths import Home
from workstation.storage.store import Store
from workstation.workflow.reading import Reading

CANARIES = ("KANARIEN", "VOGEL", "PIDCANARY77", "19170313", "1917-03-13", "ACCANARY88", "REFCANARY", "HOSPCANARY")
TAGS = {
    "PatientName": "KANARIEN^VOGEL",
    "PatientID": "PIDCANARY77",
    "PatientBirthDate": "19170313",
    "AccessionNumber": "ACCANARY88",
    "ReferringPhysicianName": "REFCANARY",
    "InstitutionName": "HOSPCANARY",
}


def test_no_canary_sings(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "KANARIEN VOGEL 19170313"
    film = film_file(folder, "PIDCANARY77", **TAGS)
    (folder / "ACCANARY88.dcm").write_bytes(film.read_bytes()[:500])
    text = folder / "KANARIEN.txt"
    text.write_text("FINDINGS: KANARIEN VOGEL has clear lungs.\nIMPRESSION: Normal, PIDCANARY77.\n")
    at = ("--home", str(home.root), "--json")
    ran = [main("import", folder, *at)]
    uid = next(file["study_instance_uid"] for file in ran[0].json["files"] if file["status"] == "taken")
    with Store.open(home) as store:
        reading = Reading(store, uid, READER)
        reading.open()
        reading.draft_requested(model="test-model")
        reading.draft_failed("malformed", f"{film} of KANARIEN cannot be drafted")
        reading.add_draft(draft())
        reading.close()
    ran += [
        main("report", "write", uid, "--text", text, *at),
        main("report", "sign", uid, "--reader", "r1", "--override", "empty_impression=KANARIEN VOGEL", *at),
        main("report", "write", uid, "--text", text, *at),
        main("report", "recall", uid, "--reader", "r1", *at),
        main("report", "sign", uid, "--reader", "r1", *at),
        main("report", "export", uid, "--text", folder / "o.txt", "--pdf", folder / "KANARIEN.pdf", *at),
        main("report", "export", uid, "--text", tmp_path / "gone" / "KANARIEN.txt", *at),
        main("report", "addend", uid, "--text", text, "--reader", "r1", *at),
        main("report", "withdraw", uid, "--reason", "belongs to KANARIEN VOGEL", "--reader", "r1", *at),
        main("log", "export", "--csv", tmp_path / "l.csv", "--jsonl", tmp_path / "l.jsonl", *at),
        main("worklist", *at),
    ]
    assert "KANARIEN" in ran[-1].out, "the canary was never there"
    heard = [one.err for one in ran]
    with sqlite3.connect(home.database) as witness:
        heard += [str(row) for row in witness.execute("SELECT * FROM event")]
        assert len(heard) > 20
    heard += [(tmp_path / name).read_text("utf-8") for name in ("l.csv", "l.jsonl")]
    heard += [path.read_text("utf-8") for path in home.logs.rglob("*") if path.is_file()]
    for canary in CANARIES:
        for piece in heard:
            assert canary.casefold() not in piece.casefold(), (canary, piece[:300])
