"""The register of readers: a registered reader signs under the register's name and only with the secret."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.command.run import main
from tests.unit.readings import READER, report, take
from workstation.errors import ReportError
from workstation.paths import Home
from workstation.storage import log
from workstation.storage.store import Store
from workstation.workflow import access
from workstation.workflow.reading import Reader, Reading

SECRET = "correct horse"


@pytest.fixture
def store(home: Home) -> Iterator[Store]:
    with Store.open(home) as opened:
        yield opened


@pytest.fixture
def reading(store: Store, home: Home, tmp_path: Path) -> Reading:
    access.register(store, READER.id, "Ada One", "Attending", "MD, FRCR", SECRET)
    made = Reading(store, take(store, home, tmp_path), READER)
    made.save(report())
    return made


def refusal(act) -> str:
    with pytest.raises(ReportError) as refused:
        act()
    return refused.value.code


def test_without_the_secret_nothing_is_signed(reading: Reading) -> None:
    assert refusal(reading.sign) == "secret_needed"
    assert refusal(lambda: reading.prove("wrong horse")) == "secret_wrong" and refusal(reading.sign) == "secret_needed"
    assert reading.versions == [] and reading.editable
    assert [event.kind for event in log.events(reading.store)].count("secret_refused") == 1


def test_the_signature_is_the_registers_name_whatever_was_typed(reading: Reading) -> None:
    reading.prove(SECRET)
    signature = reading.sign().signature
    assert (signature.reader, signature.name, signature.role) == ("dr1", "Ada One, MD, FRCR", "Attending")
    assert "Signed by Ada One, MD, FRCR (Attending)" in reading.versions[0].text


@pytest.mark.parametrize("act", ["addend", "withdraw"])
def test_later_signatures_need_it_too(reading: Reading, act: str) -> None:
    reading.prove(SECRET)
    reading.sign()
    later = Reading(reading.store, reading.study_instance_uid, READER)
    assert refusal(lambda: getattr(later, act)("more words")) == "secret_needed"
    later.prove(SECRET)
    assert getattr(later, act)("more words").number == 2


def test_a_signature_is_called_back_only_by_who_can_prove_it(reading: Reading) -> None:
    reading.prove(SECRET)
    reading.sign()
    stranger = Reading(reading.store, reading.study_instance_uid, READER)
    assert refusal(stranger.recall) == "secret_needed" and len(stranger.versions) == 1
    stranger.prove(SECRET)
    stranger.recall()
    assert stranger.versions == []


def test_who_is_not_registered_signs_as_before(store: Store, home: Home, tmp_path: Path) -> None:
    free = Reading(store, take(store, home, tmp_path), READER)
    free.save(report())
    assert free.sign().signature.name == READER.name


@pytest.mark.parametrize(
    ("id", "name"),
    [
        ("DR1", ""),
        ("dr1 ", "Somebody"),
        ("\uff44r1", "Somebody"),
        ("dr\u200b1", "Somebody"),
        ("dr9", "Ada One"),
        ("dr9", "ADA  ONE, md, FRCR"),
        ("Ada One", ""),
    ],
)
def test_nobody_signs_as_somebody_who_looks_registered(reading: Reading, id: str, name: str) -> None:
    other = Reading(reading.store, reading.study_instance_uid, Reader(id, name, "Radiologist"))
    assert refusal(other.sign) == "secret_needed" and reading.versions == []
    assert Reading(reading.store, reading.study_instance_uid, Reader("dr9", "Bo Two", "R")).sign().number == 1


def test_the_store_holds_an_argon2id_hash_and_no_secret(reading: Reading, home: Home) -> None:
    reading.store.close()
    found = b"".join(path.read_bytes() for path in home.root.rglob("*") if path.is_file())
    assert SECRET.encode() not in found and b"$argon2id$" in found


def test_secrets_change_and_weak_or_doubled_entries_are_refused(reading: Reading) -> None:
    store = reading.store
    assert refusal(lambda: access.change_secret(store, "dr1", "wrong", "another secret")) == "secret_wrong"
    access.change_secret(store, "dr1", SECRET, "another secret")
    assert refusal(lambda: reading.prove(SECRET)) == "secret_wrong"
    reading.prove("another secret")
    assert refusal(lambda: access.register(store, "dr1", "X", "R", "", SECRET)) == "reader_known"
    assert refusal(lambda: access.register(store, "DR1 ", "X", "R", "", SECRET)) == "reader_known"
    assert refusal(lambda: access.register(store, "dr2", "X", "R", "", "short")) == "weak_secret"


def test_the_commands_register_and_sign(home: Home, tmp_path: Path) -> None:
    secret, wrong, text = tmp_path / "secret", tmp_path / "wrong", tmp_path / "report.txt"
    secret.write_text(f"{SECRET}\n")
    wrong.write_text("no such secret\n")
    text.write_text("FINDINGS: Clear lungs.\nIMPRESSION: Normal.\n")
    with Store.open(home) as store:
        study = take(store, home, tmp_path)
    said = main(
        "reader", "add", "ada", "--name", "Ada One", "--secret-file", str(secret), "--json", "--home", home.root
    )
    assert said.code == 0 and said.json["reader"]["id"] == "ada"
    assert [each["name"] for each in main("reader", "list", "--json", "--home", home.root).json["readers"]] == [
        "Ada One"
    ]
    assert main("report", "write", study, "--text", str(text), "--home", home.root).code == 0
    for more in ([], ["--secret-file", str(wrong)]):
        refused = main("report", "sign", study, "--reader", "ada", "--json", *more, "--home", home.root)
        assert refused.code == 1 and refused.json["error"]["code"] in ("secret_needed", "secret_wrong")
    done = main("report", "sign", study, "--reader", "ada", "--secret-file", str(secret), "--json", "--home", home.root)
    assert done.code == 0 and done.json["signature"]["name"] == "Ada One"


def test_an_older_store_gets_the_register(home: Home) -> None:
    Store.open(home).close()
    with sqlite3.connect(home.database) as witness:
        witness.execute("DROP TABLE reader")
        witness.execute("PRAGMA user_version = 3")
    with Store.open(home) as store:
        assert access.register_of(store) == []
