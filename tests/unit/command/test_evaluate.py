"""`evaluate` by CONTRACT: files, JSON, exit codes, films that are drafted, stopped and taken up again."""

import csv
import json
import os
import signal
import subprocess
import sys
import time

import pytest

import main
from tests import toy_model
from tests.unit.drafting.conftest import film_file
from workstation.paths import PROGRAM
from workstation.workflow.evaluating import FILES, Evaluation

FINDING = {"n", "coverage", "tp", "fp", "fn", "tn", "f1", "accuracy", "sensitivity", "specificity", "auroc"}
SYSTEM = {"findings", "micro", "macro", "micro_paper6", "macro_paper6", "auroc_macro", "auroc_paper6", "bleu4",
          "rouge_l", "omissions"}  # fmt: skip


def write(path, columns, *rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns.split(","), *rows])
    return str(path)


@pytest.fixture
def run(home, capsys):
    """Runs a command line in this process -> (exit code, JSON or None, stderr)."""

    def call(*words):
        code = main.main(["evaluate", *map(str, words), "--home", str(home.root), "--json"])
        out, err = capsys.readouterr()
        return code, json.loads(out) if out else None, err

    return call


@pytest.fixture
def tables(tmp_path):
    """Six labelled cases and two systems' drafts of them."""
    labels = ("edema", "cardiomegaly", "no finding", "edema;pneumothorax", "no finding", "pneumothorax")
    cases = write(
        tmp_path / "cases.csv",
        "image,labels,report",
        *((f"{i}.png", label, "No edema.") for i, label in enumerate(labels)),
    )
    says = [(f"{i}.png", f"There is {label.replace(';', ' and ')}.", 0.1 * i) for i, label in enumerate(labels)]
    first = write(tmp_path / "a.csv", "image,text,p_edema", *says)
    second = write(tmp_path / "b.csv", "image,text", *((row[0], "Normal chest.") for row in says))
    return cases, f"first={first}", f"normal={second}"


def test_everything_of_the_contract_is_there(run, tables, tmp_path):
    cases, first, second = tables
    code, found, err = run(cases, "--drafts", first, "--drafts", second, "--out", tmp_path / "out")
    assert (code, err) == (0, "")
    assert found["schema"] == 1 and set(found["systems"]) == {"first", "normal"}
    for system in found["systems"].values():
        assert set(system) >= SYSTEM
        for told in system["findings"].values():
            assert set(told) >= FINDING
            assert all(set(told[key]) >= {"value", "low", "high", "n"} for key in ("f1", "accuracy", "auroc"))
        assert all(set(system[key]) >= {"value", "low", "high", "n"} for key in SYSTEM - {"findings"})
    assert set(found["bootstrap"]) >= {"n", "unit", "seed"} and found["bootstrap"]["n"] == 1000
    assert all(set(pair) >= {"a", "b", "metric", "difference", "low", "high", "p"} for pair in found["pairs"])
    assert found["cases"] | {"read": 6, "used": 6, "left_out": []} == found["cases"] and found["published"]
    assert found["systems"]["first"]["micro"]["value"] == 1 and found["systems"]["normal"]["micro"]["value"] == 0
    assert json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8")) == found
    assert sorted(os.listdir(tmp_path / "out")) == sorted(FILES)


def test_its_own_drafts_csv_gives_the_same_numbers_again(run, tables, tmp_path):
    cases, first, second = tables
    out = tmp_path / "out"
    _, found, _ = run(cases, "--drafts", first, "--drafts", second, "--out", out)
    again = [word for name in ("first", "normal") for word in ("--drafts", f"{name}={out / 'drafts.csv'}")]
    assert run(cases, *again, "--out", out) == (0, found, "")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("CASES", "--drafts", "first=none.csv"), "no_file"),
        (("CASES", "--drafts", "FIRST", "--drafts", "FIRST"), "same_name"),
        (("CASES", "--model", "no-such-model"), "no_model"),
        (("none.csv", "--drafts", "FIRST"), "no_file"),
    ],
)
def test_what_cannot_be_done_at_all_is_two_lines(run, tables, tmp_path, words, code):
    given = {"CASES": tables[0], "FIRST": tables[1]}
    exit_code, found, err = run(*(given.get(word, word) for word in words), "--out", tmp_path / "out")
    assert (exit_code, found["error"]["code"]) == (1, code)
    assert len(err.strip().splitlines()) == 2 and found["error"]["remedy"]
    assert not (tmp_path / "out" / "index.html").exists()


def test_the_rest_is_done_when_one_system_cannot_be(run, tables, tmp_path):
    cases, first, _ = tables
    words = ("--drafts", first, "--drafts", "gone=none.csv", "--model", "none", "--out", tmp_path / "out")
    code, found, err = run(cases, *words)
    assert code == 1 and list(found["systems"]) == ["first"] and found["error"]["code"] == "incomplete"
    assert {each["system"] for each in found["refused"]} == {"gone", "none"} and len(err.strip().splitlines()) == 2
    assert json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8")) == found


def test_bad_rows_end_with_one_and_unknown_labels_in_a_row_do_not_stop_the_rest(run, tables, tmp_path):
    cases, first, _ = tables
    with open(cases, "a", encoding="utf-8") as file:
        file.write("7.png,broken heart,\n8.png,,\n")
    code, found, _ = run(cases, "--drafts", first, "--out", tmp_path / "out")
    assert code == 1 and found["cases"]["used"] == 6
    assert found["cases"]["read"] == 6 + sum(each["count"] for each in found["cases"]["left_out"]) == 8
    assert any("broken heart" in each["reason"] for each in found["problems"])


def test_a_place_that_cannot_be_written_is_said_before_the_work(run, tables, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    code, found, _ = run(tables[0], "--drafts", tables[1], "--out", blocked)
    assert (code, found["error"]["code"]) == (1, "out")


@pytest.mark.skipif(sys.platform == "win32", reason="a limit on file size stands for a full disk")
def test_a_full_disk_leaves_what_was_there(run, tables, tmp_path):
    import resource

    cases, first, _ = tables
    out = tmp_path / "out"
    run(cases, "--drafts", first, "--out", out)
    before = {name: (out / name).read_bytes() for name in FILES}
    command = [
        sys.executable,
        str(PROGRAM / "main.py"),
        "evaluate",
        cases,
        "--drafts",
        first,
        "--out",
        str(out),
        "--seed",
        "5",
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=300,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000)),
    )  # fmt: skip
    assert done.returncode == 1 and len(done.stderr.strip().splitlines()) == 2 and "Traceback" not in done.stderr
    assert {name: (out / name).read_bytes() for name in FILES} == before
    assert sorted(os.listdir(out)) == sorted(FILES)


@pytest.mark.parametrize("words", [("--drafts", "nameless.csv"), ("--drafts", "=x.csv"), ()])
def test_wrong_usage_ends_with_two(run, tables, words):
    with pytest.raises(SystemExit) as ended:
        run(tables[0], *words)
    assert ended.value.code == 2


def films(folder, count):
    """Chest films and their CASES.csv."""
    rows = []
    for i in range(count):
        film_file(folder, f"{i}.dcm", ViewPosition=("PA", "AP")[i % 2])
        rows.append((f"{i}.dcm", "cardiomegaly;pleural effusion" if i % 2 else "edema"))
    return rows


def test_films_are_drafted_refused_and_missing(home, tmp_path, run):
    toy_model.install(home)
    rows = films(tmp_path, 2)
    film_file(tmp_path, "side.dcm", ViewPosition="LL")
    (tmp_path / "no-film.dcm").write_text("nothing")
    rows += [("side.dcm", "edema"), ("no-film.dcm", "edema"), ("gone.dcm", "edema")]
    cases = write(tmp_path / "cases.csv", "image,labels", *rows)
    code, found, err = run(cases, "--model", "toy", "--out", tmp_path / "out")
    reasons = {each["reason"]: each["count"] for each in found["cases"]["left_out"]}
    assert reasons == {"refused by toy: lateral": 1, "refused by toy: not_dicom": 1, "the film is missing": 1}
    assert (code, found["cases"]["read"], found["cases"]["used"]) == (1, 5, 2) and len(err.strip().splitlines()) == 2
    told = found["systems"]["toy"]
    assert told["findings"]["cardiomegaly"]["tp"] == 1 and told["findings"]["cardiomegaly"]["fp"] == 1
    assert told["model"]["id"] == "toy" and told["findings"]["edema"]["auroc"]["n"] == 2
    assert set(told["views"]) == {"AP", "PA"}
    assert told["with_refused"]["findings"]["edema"]["n"] == 4
    # taken up again nothing is drafted: a worker that cannot work is not even asked
    again = Evaluation(
        home, tmp_path / "cases.csv", tmp_path / "out", ["toy"], command=[sys.executable, "-c", "exit(1)"]
    )
    assert again.run().result["systems"] == found["systems"]
    # and the drafts can be fed back
    write(tmp_path / "cases.csv", "image,labels", *rows[:-1])  # no film is looked for now
    fed = run(cases, "--drafts", f"toy={tmp_path / 'out' / 'drafts.csv'}", "--out", tmp_path / "fed")[1]
    assert fed["systems"]["toy"]["with_refused"]["micro"] == told["with_refused"]["micro"]


@pytest.mark.parametrize("count", [1, 4])
def test_a_worker_that_dies_is_told_and_not_taken_for_silence(home, tmp_path, count):
    toy_model.install(home)
    write(tmp_path / "cases.csv", "image,labels", *films(tmp_path, count))
    other = write(tmp_path / "d.csv", "image,text", *((f"{i}.dcm", "There is edema.") for i in range(count)))
    evaluation = Evaluation(
        home, tmp_path / "cases.csv", tmp_path / "out", ["toy"], [("other", tmp_path / "d.csv")],
        command=[sys.executable, "-c", "exit(1)"],
    )  # fmt: skip
    done = evaluation.run()
    assert other and list(done.result["systems"]) == ["other"]
    assert done.result["refused"][0]["code"] == "worker_died" and done.shortfall


def test_a_changed_film_is_drafted_again_and_a_changed_model_starts_anew(home, tmp_path, run):
    folder = toy_model.install(home)
    cases = write(tmp_path / "cases.csv", "image,labels", *films(tmp_path, 2))
    out = tmp_path / "out"
    run(cases, "--model", "toy", "--out", out)
    journal = out / "drafting" / "toy.jsonl"
    assert len(journal.read_bytes().splitlines()) == 3
    with open(journal, "ab") as file:
        file.write(b'{"image": "half a li')
    film_file(tmp_path, "1.dcm", ViewPosition="PA")
    code, _, err = run(cases, "--model", "toy", "--out", out)
    lines = [json.loads(line) for line in journal.read_bytes().splitlines()]
    assert (code, err) == (0, "") and [line.get("image") for line in lines] == [None, "0.dcm", "1.dcm", "1.dcm"]
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    toy_model.install(home, scores=(0.1, 0.2, 0.3, 0.4))
    code, found, err = run(cases, "--model", "toy", "--out", out)
    assert (code, err) == (0, "") and "toy.old1.jsonl" in found["notices"][0]
    assert (out / "drafting" / "toy.old1.jsonl").exists() and len(journal.read_bytes().splitlines()) == 3


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl+C is sent as a signal")
def test_stopped_by_the_keyboard_it_goes_on_where_it_was(home, tmp_path):
    toy_model.install(home)
    count = 30  # so many that no machine is through before the key is pressed
    cases = write(tmp_path / "cases.csv", "image,labels", *films(tmp_path, count))
    words = ["evaluate", cases, "--model", "toy", "--out", str(tmp_path / "out"), "--home", str(home.root)]
    journal = tmp_path / "out" / "drafting" / "toy.jsonl"
    begun = subprocess.Popen(
        [sys.executable, str(PROGRAM / "main.py"), *words],
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's background job ignores Ctrl+C
    )
    end = time.monotonic() + 300
    while time.monotonic() < end and not (journal.exists() and journal.read_bytes().count(b"\n") >= 2):
        time.sleep(0.02)
    begun.send_signal(signal.SIGINT)
    assert "Traceback" not in begun.communicate(timeout=90)[1] and begun.returncode == 1
    made = journal.read_bytes()
    assert made.endswith(b"\n") and not (tmp_path / "out" / "index.html").exists()
    assert main.main(words) == 0 and journal.read_bytes().startswith(made)
    assert journal.read_bytes().count(b"\n") == count + 1
