"""`ask`: a chat on the command line, in JSON and for people, kept nowhere."""

import json

import pytest

import main
from tests import toy_model
from tests.unit.drafting.conftest import film_file
from workstation.paths import samples
from workstation.reporting.findings import mentions
from workstation.reporting.report import RESEARCH_MARK

EFFUSION, EDEMA = "Is there an effusion?", "Is there edema?"


@pytest.fixture
def run(home, capsys):
    """Runs a command line in this process -> (exit code, stdout, stderr)."""

    def call(*words):
        code = main.main(["ask", *words, "--home", str(home.root)])
        out, err = capsys.readouterr()
        return code, out, err

    return call


@pytest.fixture
def film(home, tmp_path):
    toy_model.install(home, tasks=("report", "question", "differential"))
    return film_file(tmp_path, StudyInstanceUID="2.25.55")


def test_several_questions_are_one_chat(run, film, home):
    code, out, err = run(film, "--model", "toy", "--question", EFFUSION, "--question", EDEMA, "--greedy", "--json")
    assert (code, err) == (0, "")
    value = json.loads(out)
    assert value["schema"] == 1
    assert [answer["text"] for answer in value["answers"]] == [
        "Yes. There is a left pleural effusion.",
        "Possible edema.",  # alone this question is answered "No."
    ]
    assert [answer["turns_used"] for answer in value["answers"]] == [0, 1]
    assert not home.database.exists()


def test_the_printed_seed_gives_the_same_answer_again(run, film):
    first = json.loads(run(film, "--model", "toy", "--question", EFFUSION, "--json")[1])["answers"][0]
    again = json.loads(run(film, "--model", "toy", "--question", EFFUSION, "--seed", str(first["seed"]), "--json")[1])
    assert (again["answers"][0]["text"], again["answers"][0]["seed"]) == (first["text"], first["seed"])


def test_for_people_the_research_mark_stands_first(run, film):
    code, out, _ = run(film, "--model", "toy", "--differential", "--greedy")
    assert code == 0
    assert out.startswith(RESEARCH_MARK)
    assert "For a pleural effusion: heart failure." in out and "Warning: " in out


def test_a_film_of_the_store_is_found_and_its_report_stays_empty(run, film, capsys, home):
    assert main.main(["import", film, "--home", str(home.root), "--json"]) == 0
    capsys.readouterr()
    code, out, _ = run("2.25.55", "--model", "toy", "--question", EFFUSION, "--greedy", "--json")
    assert (code, json.loads(out)["answers"][0]["text"]) == (0, "Yes. There is a left pleural effusion.")
    assert main.main(["worklist", "--home", str(home.root), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["studies"][0]["status"] == "new"


def test_a_model_without_the_task_is_refused_in_two_lines(run, film, home):
    toy_model.install(home, "silent")
    code, out, err = run(film, "--model", "silent", "--question", EFFUSION, "--json")
    assert (code, json.loads(out)["error"]["code"]) == (1, "no_task")
    assert len(err.splitlines()) == 2


def test_the_bundled_model_answers_what_its_card_holds_and_nothing_else(run):
    film = str(samples() / "1-anna.dcm")
    asked = ("Is there a pleural effusion?", "Is there a fracture?", "What does the film show?")
    words = [word for question in asked for word in ("--question", question)]
    code, out, err = run(film, *words, "--greedy", "--json")
    assert (code, err) == (0, "")
    effusion, fracture, shown = (answer["text"] for answer in json.loads(out)["answers"])
    assert "pleural effusion" in mentions(effusion) and fracture.startswith("Not assessed by this model.") and shown
    code, out, _ = run(film, "--differential", "--greedy", "--json")
    assert code == 0 and json.loads(out)["answers"][0]["text"]


@pytest.mark.parametrize("words", [(), ("--question", EFFUSION, "--differential")])
def test_wrong_usage_exits_with_two(run, film, words):
    with pytest.raises(SystemExit) as left:
        run(film, *words)
    assert left.value.code == 2
