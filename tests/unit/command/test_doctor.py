"""`doctor` tells what is wrong with a machine and never falls over it."""

import json
import sys

import pytest

import main
from tests import toy_model
from workstation.command import checkup
from workstation.command.checkup import Checkup


@pytest.fixture
def run(home, capsys):
    def call():
        code = main.main(["doctor", "--home", str(home.root), "--json"])
        return code, json.loads(capsys.readouterr().out)

    return call


def by_name(found):
    return {check["name"]: check for check in found["checks"]}


def test_all_of_the_contracts_keys_are_there(run):
    code, found = run()
    keys = {"ok", "checks", "python", "torch", "cuda", "llama_cpp", "decoders", "home", "free_bytes"}
    assert found.keys() >= keys
    assert code == (0 if found["ok"] else 1)
    assert found["decoders"]["1.2.840.10008.1.2.1"] == "pydicom"
    assert found["decoders"]["1.2.840.10008.1.2.4.80"] == "pyjpegls"
    for check in found["checks"]:
        assert check["status"] in ("ok", "warn", "fail")
        assert (check["remedy"] is None) == (check["status"] == "ok")


def test_it_does_not_import_torch_itself(home):
    there = "torch" in sys.modules
    Checkup(home).torch()
    assert ("torch" in sys.modules) == there


def test_a_damaged_model_fails(home, run):
    (toy_model.install(home) / "model.safetensors").write_bytes(b"short")
    code, found = run()
    assert code == 1
    assert by_name(found)["models"]["status"] == "fail"
    assert "toy" in by_name(found)["models"]["found"]


def test_a_home_that_cannot_be_made_fails(home, tmp_path, capsys):
    (tmp_path / "file").write_text("in the way")
    code = main.main(["doctor", "--home", str(tmp_path / "file" / "home"), "--json"])
    out, err = capsys.readouterr()
    found = by_name(json.loads(out))
    assert code == 1 and len(err.splitlines()) == 2 and "home" in err
    assert found["home"]["status"] == "fail" and found["home"]["remedy"]


def test_a_broken_store_is_told(home):
    home.database.write_bytes(b"SQLite format 3\x00" + b"\xff" * 5000)
    check = checkup._safely(Checkup(home).log)
    assert check.status == "fail"
    assert check.remedy


def test_a_missing_library_is_a_finding(home, monkeypatch):
    checks = Checkup(home)
    nothing = {"version": None, "why": "ModuleNotFoundError: No module named 'llama_cpp'"}
    checks.__dict__["machine"] = {"torch": nothing, "llama_cpp": nothing}
    assert checks.torch().status == "fail"
    assert checks.llama_cpp().status == "warn"
    assert "torch" in checks.llama_cpp().remedy


def test_other_versions_and_absent_packages_are_told(home, monkeypatch):
    monkeypatch.setattr(checkup, "pins", lambda: {"numpy": "0.1"})
    assert Checkup(home).packages().status == "warn"
    monkeypatch.setattr(checkup, "pins", lambda: {"no-such-package-here": "1"})
    assert Checkup(home).packages().status == "fail"


def test_a_check_that_breaks_is_a_finding_too():
    def broken():
        raise RuntimeError("whatever")

    assert checkup._safely(broken).status == "fail"


def test_a_bad_setting_is_told(home):
    home.settings_file.write_text("draft_when = 7\n", encoding="utf-8")
    assert Checkup(home).settings().status == "warn"
