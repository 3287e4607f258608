"""Questions, evidence, status and jobs through a real worker process, beside drafts and in their way."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests import toy_model
from tests.unit.drafting.ear import PATIENCE_S
from workstation.drafting.client import Worker
from workstation.drafting.messages import (
    AnswerEvent,
    AskRequest,
    DraftEvent,
    DraftRequest,
    EvidenceEvent,
    EvidenceRequest,
    JobEvent,
    JobRequest,
    StatusEvent,
    StatusRequest,
    TokenEvent,
)
from workstation.paths import PROGRAM, Home
from workstation.settings import load_settings

QUESTION = "Is there an effusion?"
LARGE = 3 << 30  # bytes to hash: long enough to be in the midst of


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    home = Home(tmp_path_factory.mktemp("worker") / "home").create()
    toy_model.install(home, tasks=("report", "question"))
    toy_model.install(home, "endless", endless=True, tasks=("report", "question"))
    _with_a_large_file(toy_model.install(home, "large"))
    return home


def _with_a_large_file(folder: Path) -> None:
    """A sparse file that costs nothing to have and seconds to hash."""
    with (folder / "large.bin").open("wb") as file:
        file.truncate(LARGE)
    with (folder / "manifest.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[files."large.bin"]\nsha256 = "{"0" * 64}"\nbytes = {LARGE}\n')


def draft(request_id, film, model="toy"):
    return DraftRequest(request_id, film, model=model, greedy=True)


def ask(request_id, film, model="toy", **wishes):
    return AskRequest(request_id, film, model=model, greedy=True, **{"question": QUESTION, **wishes})


def test_a_question_and_a_map_come_after_the_draft_before_them(worker, ear, film):
    worker.draft(draft("d", film))
    worker.ask(ask("q", film))
    worker.evidence(EvidenceRequest("e", film, "cardiomegaly", model="toy"))
    answer, shown = ear.end_of("q"), ear.end_of("e")
    assert isinstance(answer, AnswerEvent) and isinstance(shown, EvidenceEvent)
    words = [event for event in ear.events if isinstance(event, TokenEvent) and event.id == "q"]
    assert "".join(event.text for event in words) == answer.answer["text"] == "Yes. There is a left pleural effusion."
    assert {event.section for event in words} == {"answer"}
    assert shown.evidence["finding"] == "cardiomegaly"
    ends = [event.id for event in ear.events if isinstance(event, (DraftEvent, AnswerEvent, EvidenceEvent))]
    assert ends == ["d", "q", "e"]


def test_an_answer_is_cancelled_and_the_process_stays(worker, ear, film):
    worker.ask(ask("q", film, "endless"))
    ear.writing("q")
    worker.cancel("q")
    assert ear.end_of("q").code == "stopped"
    worker.ask(ask("again", film))
    assert isinstance(ear.end_of("again"), AnswerEvent)


def test_refusals_of_questions_come_as_events(worker, ear, film):
    worker.ask(ask("task", film, task="differential"))
    worker.evidence(EvidenceRequest("negative", film, "pneumothorax", model="toy"))
    worker.evidence(EvidenceRequest("headless", film, "fracture", model="toy"))
    assert [ear.end_of(name).code for name in ("task", "negative", "headless")] == [
        "no_task",
        "negative",
        "no_evidence",
    ]


def test_the_status_is_told_while_a_draft_runs(worker, ear, film):
    worker.draft(draft("d", film, "endless"))
    worker.draft(draft("behind", film))
    ear.writing("d")
    worker.status(StatusRequest("s"))
    status = ear.end_of("s")
    assert isinstance(status, StatusEvent)
    assert (status.busy, status.waiting) == ("d", 1)
    assert status.loaded.keys() == {"id", "backend", "device", "quantisation", "bytes", "idle_s", "keep_warm_s"}
    assert (status.loaded["id"], status.loaded["idle_s"]) == ("endless", 0)
    assert status.loaded["bytes"] > 100_000
    assert not any(isinstance(event, DraftEvent) for event in ear.events)
    worker.cancel("behind")
    worker.cancel("d")
    ear.end_of("d")


def test_no_process_is_started_to_tell_that_nothing_is_loaded(worker, ear):
    worker.status(StatusRequest("s"))
    assert ear.events == [StatusEvent("s")]
    assert not worker.running


def test_an_idle_model_gives_its_memory_back(home, ear, film):
    toy_model.install(home)
    load_settings(home).with_value("keep_warm_s", 0).save(home)
    worker = Worker(home, ear)
    worker.draft(draft("d", film))
    assert isinstance(ear.end_of("d"), DraftEvent)
    for number in range(200):
        worker.status(StatusRequest(f"s{number}"))
        if ear.end_of(f"s{number}").loaded is None:
            break
    else:
        raise AssertionError("the model stayed in memory")
    worker.draft(draft("again", film))
    assert isinstance(ear.end_of("again"), DraftEvent)
    worker.close()


def test_a_job_does_not_wait_for_a_draft_and_its_process_leaves_after_it(worker, ear, film):
    worker.draft(draft("d", film, "endless"))
    ear.writing("d")
    worker.job(JobRequest("j", "verify", model="toy"))
    process = worker._jobs._current._popen
    done = ear.end_of("j")
    assert isinstance(done, JobEvent) and done.result["ok"]
    assert process.wait(PATIENCE_S) == 0
    worker.job(JobRequest("again", "verify", model="toy"))
    assert isinstance(ear.end_of("again"), JobEvent)
    worker.cancel("d")
    assert ear.end_of("d").code == "stopped"


def test_a_job_tells_how_far_it_is_and_is_stopped_not_killed(worker, ear):
    worker.job(JobRequest("j", "verify", model="large"))
    process = worker._jobs._current._popen
    told = ear.state("j", "working")
    assert 0 <= told.fraction <= 1
    worker.cancel("j")
    assert ear.end_of("j").code == "stopped"
    assert process.wait(PATIENCE_S) == 0


def test_closing_in_mid_job_lets_it_put_its_files_away(models, ear):
    worker = Worker(models, ear)
    worker.job(JobRequest("j", "verify", model="large"))
    process = worker._jobs._current._popen
    ear.state("j", "working")
    worker.close()
    assert process.returncode == 0  # it left by itself


def test_jobs_that_cannot_be_are_told(worker, ear):
    worker.job(JobRequest("j", "verify", model="absent"))
    assert ear.end_of("j").code == "no_model"


BAD = [
    {"op": "ask", "id": "1", "path": "x", "question": ""},
    {"op": "ask", "id": "2", "path": "x", "question": "a" * 4001},
    {"op": "ask", "id": "3", "path": "x", "question": "a", "task": "poem"},
    {"op": "ask", "id": "4", "path": "x", "question": "a", "turns": [["only one"]]},
    {"op": "ask", "id": "5", "path": "x", "question": "a", "turns": "ab"},
    {"op": "ask", "id": "6", "path": "x", "question": "a", "greedy": 1},
    {"op": "evidence", "id": "7", "path": "x"},
    {"op": "evidence", "id": "8", "path": "x", "finding": ""},
    {"op": "evidence", "id": "9", "path": "x", "finding": "edema", "frame": True},
    {"op": "job", "id": "10", "verb": "delete", "model": "toy"},
    {"op": "job", "id": "11", "verb": "import"},
    {"op": "job", "id": "12", "verb": "convert", "model": "toy"},
    {"op": "job", "id": "13", "verb": "import", "folder": "x", "accepted_terms": "yes"},
    {"op": "dance", "id": "14"},
    {"op": "status", "id": ""},
]


def test_each_malformed_request_is_refused_and_the_next_good_one_served(models):
    command = [sys.executable, str(PROGRAM / "main.py"), "worker", "--home", str(models.root), "--jobs"]
    lines = [json.dumps(each) for each in BAD] + [StatusRequest("good").line(), '{"op": "shutdown"}']
    done = subprocess.run(command, input="\n".join(lines).encode() + b"\n", capture_output=True, timeout=PATIENCE_S)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(event["id"], event.get("code")) for event in found[:-1]] == [(each["id"], "bad_request") for each in BAD]
    assert found[-1] == {"event": "status", "id": "good", "loaded": None, "busy": "", "waiting": 0}
