"""The worker as a real process: lines in, lines out, and what happens when it is treated badly."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from tests import toy_model
from tests.unit.drafting.ear import PATIENCE_S
from workstation.drafting.client import Worker
from workstation.drafting.messages import DraftEvent, DraftRequest, StateEvent, TokenEvent
from workstation.drafting.process import LOG_BYTES, open_log
from workstation.paths import PROGRAM, Home


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    home = Home(tmp_path_factory.mktemp("worker") / "home").create()
    toy_model.install(home)
    toy_model.install(home, "endless", endless=True)
    return home


def ask(request_id, film, model="toy", **wishes):
    return DraftRequest(request_id, film, model=model, **{"greedy": True, **wishes})


def pid_of(worker):
    return worker._drafts._current._popen.pid


def test_a_draft_comes_word_by_word(worker, ear, film):
    worker.draft(ask("a", film))
    end = ear.end_of("a")
    assert isinstance(end, DraftEvent)
    words = "".join(e.text for e in ear.events if isinstance(e, TokenEvent) and e.section == "findings")
    assert words == end.draft["findings"] != ""
    states = [event.state for event in ear.events if isinstance(event, StateEvent)]
    assert states == ["starting", "loading", "encoding", "writing"]
    assert ear.events[-1] is end


def test_killed_in_mid_draft_it_is_told_and_the_next_request_starts_anew(worker, ear, film):
    worker.draft(ask("a", film, "endless"))
    worker.draft(ask("queued", film))
    ear.writing("a")
    first = pid_of(worker)
    os.kill(first, getattr(signal, "SIGKILL", signal.SIGTERM))
    assert ear.end_of("a").code == ear.end_of("queued").code == "worker_died"
    worker.draft(ask("b", film))
    assert isinstance(ear.end_of("b"), DraftEvent)
    assert pid_of(worker) != first


def test_a_cancelled_draft_stops_and_the_process_stays(worker, ear, film):
    worker.draft(ask("a", film, "endless"))
    worker.draft(ask("queued", film))
    ear.writing("a")
    worker.cancel("queued")
    worker.cancel("a")
    assert ear.end_of("a").code == ear.end_of("queued").code == "stopped"
    first = pid_of(worker)
    worker.draft(ask("b", film))
    assert isinstance(ear.end_of("b"), DraftEvent)
    assert pid_of(worker) == first


def test_a_worker_that_does_not_hear_is_killed(models, ear, film):
    deaf = [sys.executable, "-c", "import time\nwhile True: time.sleep(1)"]
    worker = Worker(models, ear, deaf)
    worker.draft(ask("a", film))
    worker.draft(ask("b", film))
    worker.cancel("a")
    assert ear.end_of("a").code == "stopped"
    assert ear.end_of("b").code == "worker_died"
    worker.close()


def test_refusals_come_as_events_and_the_process_stays(worker, ear, film):
    worker.draft(ask("a", film + ".absent"))
    worker.draft(ask("b", film, "no-such-model"))
    worker.draft(ask("c", film, seed=-5))
    worker.draft(ask("d", film))
    codes = [ear.end_of(name).code for name in "abc"]
    assert codes == ["missing", "no_model", "seed"]
    assert isinstance(ear.end_of("d"), DraftEvent)


def test_a_command_that_cannot_start_is_told(models, ear, film):
    worker = Worker(models, ear, [str(models.root / "no-such-program")])
    worker.draft(ask("a", film))
    assert ear.end_of("a").code == "worker_died"
    assert not worker.running
    worker.close()


def test_a_program_that_only_chatters_and_leaves_is_told_as_died(models, ear, film):
    worker = Worker(models, ear, [sys.executable, "-c", "print('hello'); print('{\"event\": \"token\"}')"])
    worker.draft(ask("a", film))
    assert ear.end_of("a").code == "worker_died"
    worker.close()
    assert len(ear.events) == 1


def test_closing_in_mid_draft_leaves_nothing_and_says_nothing(models, ear, film):
    worker = Worker(models, ear)
    worker.draft(ask("a", film, "endless"))
    ear.writing("a")
    process = worker._drafts._current._popen
    worker.close()
    assert process.returncode is not None
    heard = len(ear.events)
    worker.draft(ask("b", film))
    assert not worker.running
    assert len(ear.events) == heard


def test_no_patient_and_no_file_stands_in_the_log(models, ear, film):
    worker = Worker(models, ear)
    worker.draft(ask("a", film))
    worker.draft(ask("b", film + ".absent"))
    ear.end_of("b")
    worker.close()
    text = (models.logs / "worker.log").read_text(encoding="utf-8")
    assert "'a'" in text and "missing" in text
    assert "CANARY" not in text


def test_the_log_is_bounded(home):
    (home.logs / "worker.log").write_bytes(b"x" * (LOG_BYTES + 1))
    with open_log(home) as log:
        log.write(b"new")
    assert (home.logs / "worker.log").read_bytes() == b"new"
    assert (home.logs / "worker.log.1").stat().st_size == LOG_BYTES + 1


@pytest.fixture
def process(models):
    command = [sys.executable, str(PROGRAM / "main.py"), "worker", "--home", str(models.root)]
    made = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    yield made
    if made.poll() is None:
        made.kill()
    made.communicate()


def answers(process, *lines):
    out, err = process.communicate(b"".join(line + b"\n" for line in lines), timeout=PATIENCE_S)
    return [json.loads(line) for line in out.splitlines()], err.decode()


def test_garbage_on_stdin_is_passed_over(process, film):
    good = ask("good", film).line().encode()
    process.stdin.write(b'\xff\xfe{{{\n\n[]\n"x"\n{"op": "draft"}\n{"op": "draft", "id": "typed", "path": 7}\n')
    process.stdin.write(b'{"op": "cancel", "id": ["unhashable"]}\n{"op": "cancel"}\n' + b"[" * 100_000 + b"\n")
    process.stdin.write(b"x" * 3_000_000 + b"\n" + good + b"\n")
    process.stdin.flush()
    found = []
    for line in process.stdout:
        found.append(json.loads(line))  # nothing but events reaches stdout
        if found[-1]["event"] == "draft":
            break
    assert found[-1]["id"] == "good"
    assert [event["code"] for event in found if event["event"] == "failed"] == ["bad_request", "bad_request"]


def test_it_leaves_when_stdin_closes_in_mid_draft(process, film):
    process.stdin.write(ask("a", film, "endless").line().encode() + b"\n")
    process.stdin.flush()
    while json.loads(process.stdout.readline()).get("state") != "writing":
        pass
    process.stdin.close()
    assert process.wait(PATIENCE_S) == 0
    process.stdin = None


def test_it_leaves_when_it_is_told_to(process):
    found, _ = answers(process, b'{"op": "shutdown"}')
    assert found == []
    assert process.returncode == 0


def test_told_to_leave_it_leaves_in_order_though_stdin_stays_open(process):
    process.stdin.write(b'{"op": "shutdown"}\n')
    process.stdin.flush()
    assert process.wait(PATIENCE_S) == 0


@pytest.mark.skipif(not hasattr(os, "nice"), reason="this system has no nice values")
def test_it_steps_back_behind_the_window(process, film):
    process.stdin.write(ask("a", film).line().encode() + b"\n")
    process.stdin.flush()
    process.stdout.readline()
    assert os.getpriority(os.PRIO_PROCESS, process.pid) > os.getpriority(os.PRIO_PROCESS, 0)


def test_an_orphan_does_not_live_on(models, film, tmp_path):
    """The window is killed: its worker goes by itself."""
    script = (
        "import sys, os, time\n"
        "from pathlib import Path\n"
        "from workstation.drafting.client import Worker\n"
        "from workstation.drafting.messages import DraftRequest\n"
        "from workstation.paths import Home\n"
        "def hear(event):\n"
        "    if getattr(event, 'state', '') == 'writing':\n"
        "        print(worker._drafts._current._popen.pid, flush=True)\n"
        "worker = Worker(Home(Path(sys.argv[1])), hear)\n"
        "worker.draft(DraftRequest('a', sys.argv[2], model='endless', greedy=True))\n"
        "time.sleep(600)\n"
    )
    command = [sys.executable, "-c", script, str(models.root), film]
    window = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=PROGRAM)
    worker_pid = int(window.stdout.readline())
    window.kill()
    window.communicate()
    end = time.monotonic() + PATIENCE_S
    while _lives(worker_pid) and time.monotonic() < end:
        time.sleep(0.05)
    assert not _lives(worker_pid)


def _lives(pid):
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return True
