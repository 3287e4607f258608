"""A process that types and signs is killed with SIGKILL at any moment: at most the last second of typing is gone,
nothing signed is lost or doubled, and the log is whole."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.unit.readings import READER, take
from workstation.paths import Home
from workstation.storage import log
from workstation.storage.store import Store
from workstation.storage.verify import verify
from workstation.workflow.reading import Reading

ROOT = Path(__file__).resolve().parents[3]
TYPIST = """
import sys, time
from pathlib import Path
from workstation.paths import Home
from workstation.storage.store import Store
from workstation.workflow.reading import Reader, Reading
from workstation.workflow.working import typed

store = Store.open(Home(Path(sys.argv[1])))
saved = 0.0
for uid in sys.argv[2:]:
    reading = Reading(store, uid, Reader("dr1", "Dr One", "Radiologist"))
    for number in range(int(40)):
        text = "".join(f"w{n} " for n in range(number + 1))
        print("typed", uid, number, time.monotonic(), flush=True)
        if time.monotonic() - saved >= 0.02:
            reading.save(typed({"Findings": text, "Impression": "Normal."}))
            saved = time.monotonic()
            print("saved", uid, number, saved, flush=True)
        time.sleep(0.001)
    print("signing", uid, flush=True)
    reading.sign()
    print("signed", uid, flush=True)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="SIGKILL is POSIX")
def test_a_killed_reader_loses_nothing_that_was_saved_or_signed(home: Home, tmp_path: Path) -> None:
    chance = random.Random(20261123)
    with Store.open(home) as store:
        uids = [take(store, home, tmp_path, f"film{n}") for n in range(60)]
    lines: list[str] = []
    for _ in range(10):
        process = _typist(home, [uid for uid in uids if f"signed {uid}" not in lines])
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(chance.randint(1, 150))]
        time.sleep(chance.random() * 0.02)
        os.kill(process.pid, signal.SIGKILL)
        said = "".join([*said, process.communicate()[0]]).splitlines()
        lines += said
        _inspect(home, said, lines)
    assert any(line.startswith("signed") for line in lines)


def _typist(home: Home, uids: list[str]) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", TYPIST, str(home.root), *uids]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)


def _inspect(home: Home, said: list[str], lines: list[str]) -> None:
    told = {line.split()[1] for line in lines if line.startswith("signed ")}
    begun = {line.split()[1] for line in lines if line.startswith("signing ")}
    with Store.open(home) as store:
        found = [event.study for event in log.events(store, kind="signed")]
        assert len(found) == len(set(found)), "a report was signed twice"
        keys = {uid: Reading(store, uid, READER).study_key for uid in begun}
        assert {keys[uid] for uid in told} <= set(found) <= set(keys.values())
        for uid in told:
            assert [version.kind for version in Reading(store, uid, READER).versions] == ["final"]
        saved = [line.split() for line in said if line.startswith("saved ")]
        if saved:
            _, uid, number, _ = saved[-1]
            assert f"w{number} " in Reading(store, uid, READER).working.sections["Findings"]
        assert verify(store).ok
