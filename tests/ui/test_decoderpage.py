"""The help's table of decoders is the one that was measured, and names the decoders that are in force."""

from __future__ import annotations

from workstation.dicom.offered import offered
from workstation.dicom.soundness import ENCAPSULATED
from workstation.ui import decoderpage, help


def test_the_table_names_the_decoders_in_force():
    measured = decoderpage.rows()
    assert {row["uid"]: row["decoder"] for row in measured}.items() <= offered().items()
    assert all(row["ms"]["ours"] > 0 for row in measured)


def test_every_common_packing_was_measured():
    measured = {row["uid"] for row in decoderpage.rows()}
    missing = {uid.rsplit(".", 1)[1] for uid in ENCAPSULATED - measured}
    assert missing <= {"53", "55", "201", "202", "203"}  # retired ones, and HTJ2K, which nothing here can write


def test_the_help_shows_it():
    page = help.html()
    assert "JPEG Lossless SV1" in page and "name='decoders'" in page


def test_a_missing_table_is_left_out(monkeypatch, tmp_path):
    monkeypatch.setattr(decoderpage, "TABLE", tmp_path / "none.json")
    assert decoderpage.html() == ""
