"""`draft` by CONTRACT: paths and UIDs, one JSON object, what is kept, what is refused."""

import json
import subprocess
import sys

import pytest

import main
from tests import toy_model
from tests.unit.drafting.conftest import film_file
from workstation.paths import PROGRAM

KEYS = {
    "schema", "findings", "impression", "text", "not_assessed", "sentences", "probabilities", "model", "prompt",
    "decoding", "seed", "pixel_sha256", "seconds", "tokens", "stopped_by", "warnings",
}  # fmt: skip


@pytest.fixture
def run(home, capsys):
    """Runs a command line in this process -> (exit code, JSON or None, stderr)."""

    def call(*words):
        code = main.main([*words, "--home", str(home.root), "--json"])
        out, err = capsys.readouterr()
        return code, json.loads(out) if out else None, err

    return call


@pytest.fixture
def film(tmp_path):
    return film_file(tmp_path)


def test_a_path_is_drafted_with_all_of_the_contracts_keys(home, run, film):
    toy_model.install(home)
    code, found, err = run("draft", film, "--model", "toy")
    assert (code, err) == (0, "")
    assert found.keys() >= KEYS
    assert found["model"].keys() >= {"id", "sha256", "backend", "device", "quantisation"}
    assert set(found["seconds"]) == {"load", "encode", "first_token", "total"}
    assert set(found["decoding"]) == {"temperature", "top_p", "top_k", "max_new_tokens"}
    assert found["decoding"]["temperature"] == 0.2
    assert not home.database.exists()  # a bare path leaves nothing behind


def test_the_printed_seed_gives_the_same_text_again(home, run, film):
    toy_model.install(home)
    _, first, _ = run("draft", film, "--model", "toy")
    _, again, _ = run("draft", film, "--model", "toy", "--seed", str(first["seed"]))
    assert (again["text"], again["seed"]) == (first["text"], first["seed"])


def test_greedy_is_temperature_zero(home, run, film):
    toy_model.install(home)
    assert run("draft", film, "--model", "toy", "--greedy")[1]["decoding"]["temperature"] == 0


def test_a_study_is_drafted_by_its_frontal_film_and_kept(home, run, tmp_path):
    toy_model.install(home)
    for name, tags in (("1.dcm", {"ViewPosition": "LL", "SeriesNumber": 1}), ("2.dcm", {"SeriesNumber": 2})):
        film_file(tmp_path, name, StudyInstanceUID="2.25.77", **tags)
    code, taken, _ = run("import", str(tmp_path / "1.dcm"), str(tmp_path / "2.dcm"))
    frontal = taken["files"][1]["sop_instance_uid"]
    code, by_study, _ = run("draft", "2.25.77", "--model", "toy", "--greedy")
    assert code == 0
    assert by_study["sop_instance_uids"] == [frontal]
    assert run("report", "show", "2.25.77")[1]["draft"]["text"] == by_study["text"]
    assert run("worklist")[1]["studies"][0]["status"] == "draft ready"
    assert run("draft", frontal, "--model", "toy", "--greedy")[1]["text"] == by_study["text"]
    assert run("log", "verify")[1]["ok"]


def test_a_lateral_film_is_refused_and_the_override_is_kept(home, run, tmp_path):
    toy_model.install(home)
    path = film_file(tmp_path, ViewPosition="LL", StudyInstanceUID="2.25.78")
    code, found, err = run("draft", path, "--model", "toy")
    assert (code, found["error"]["code"]) == (1, "lateral")
    assert found["error"]["remedy"] and len(err.strip().splitlines()) == 2
    run("import", path)
    assert run("draft", "2.25.78", "--model", "toy")[0] == 1
    code, found, _ = run("draft", "2.25.78", "--model", "toy", "--anyway")
    assert (code, found["override"]) == (0, "lateral")
    log = home.root / "log.jsonl"
    run("log", "export", "--jsonl", str(log))
    events = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    codes = [(event["kind"], event["payload"].get("code") or event["payload"].get("override")) for event in events]
    assert ("draft_failed", "lateral") in codes and ("draft_made", "lateral") in codes
    assert "CANARY" not in log.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("no-such-film",), "unknown_film"),
        (("FILM", "--model", "none"), "no_model"),
    ],
)
def test_what_is_not_there_is_refused(home, run, film, words, code):
    toy_model.install(home)
    exit_code, found, _ = run("draft", *(film if word == "FILM" else word for word in words))
    assert (exit_code, found["error"]["code"]) == (1, code)


@pytest.mark.parametrize("words", [("--seed", "-1"), ("--seed", "x"), ("--backend", "cloud")])
def test_wrong_usage_ends_with_two(run, film, words):
    with pytest.raises(SystemExit) as ended:
        run("draft", film, *words)
    assert ended.value.code == 2


def test_people_read_the_research_mark_first(home, film, capsys):
    toy_model.install(home)
    assert main.main(["draft", film, "--model", "toy", "--greedy", "--home", str(home.root)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("RESEARCH, NOT FOR CLINICAL USE")
    assert "Not assessed by the model:" in out and "seed" in out


def test_nothing_but_the_object_reaches_stdout(home, film):
    """As a process: torch and llama.cpp print where they like."""
    pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed on this machine")
    toy_model.install(home)
    command = [sys.executable, str(PROGRAM / "main.py"), "draft", film, "--model", "toy", "--backend", "llama.cpp"]
    done = subprocess.run([*command, "--home", str(home.root), "--json"], capture_output=True, check=True, text=True)
    assert json.loads(done.stdout)["model"]["backend"] == "llama.cpp"
    assert done.stderr == ""
