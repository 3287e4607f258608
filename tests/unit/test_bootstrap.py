"""The set-up where things are not as they should be: old Python, no room, no network, no compiler, killed half-way."""

from __future__ import annotations

import ast
import importlib.metadata
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from installer import environment, llama, system
from installer.tell import Durations, Progress, Trouble

ROOT = Path(__file__).resolve().parent.parent.parent
INSTALLER = ROOT / "installer"
FILES = sorted(INSTALLER.glob("*.py"))
REQUIREMENTS = ("torch.txt", "program.txt", "tests.txt", "llama.txt")


def quiet(doing: str = "") -> None:
    """Progress that nobody watches."""


def pins(file: str) -> dict[str, str]:
    lines = [line for line in (INSTALLER / file).read_text().splitlines() if line and not line.startswith("#")]
    found = [re.fullmatch(r"([\w.\-]+)==([\w.]+)", line) for line in lines]
    assert all(found), f"{file} holds a line that is not a pin"
    return {match[1].lower().replace("_", "-"): match[2] for match in found if match}


def test_the_first_file_is_understood_by_an_old_python() -> None:
    ast.parse((INSTALLER / "bootstrap.py").read_text(), feature_version=(3, 8))


def test_an_old_python_is_told_so_in_two_sentences() -> None:
    script = "import sys, runpy; sys.version_info = (3, 9, 2); sys.argv = ['bootstrap.py', 'run'];"
    script += f"runpy.run_path({str(INSTALLER / 'bootstrap.py')!r}, run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "This is Python 3.9.2, but the program needs Python 3.11" in done.stderr
    assert len(done.stderr.splitlines()) == 2


def test_only_the_standard_library_is_used() -> None:
    for file in FILES:
        assert imported_packages(file) <= {*sys.stdlib_module_names, "installer"}, file.name


def test_pins_agree_with_one_another_and_with_what_is_tested() -> None:
    everything = pins("constraints.txt")
    for file in REQUIREMENTS:
        for name, version in pins(file).items():
            assert everything.get(name, version) == version, f"{name} is pinned twice"
    for file in ("program.txt", "tests.txt"):
        for name, version in pins(file).items():
            assert importlib.metadata.version(name) == version


def test_whatever_the_program_imports_is_installed_with_it_not_with_the_tests() -> None:
    """On a reader's machine the test tools are absent: an import of theirs would be found there first."""
    installed = {name for file in ("torch.txt", "program.txt", "llama.txt") for name in pins(file)}
    homes = importlib.metadata.packages_distributions()
    for file in sorted((ROOT / "workstation").rglob("*.py")):
        for name in imported_packages(file) - set(sys.stdlib_module_names) - {"workstation", "installer"}:
            makers = {maker.lower().replace("_", "-") for maker in homes.get(name, [name])}
            assert makers & installed, f"{file.relative_to(ROOT)} imports {name}"


def imported_packages(file: Path) -> set[str]:
    """Top-level names that a file imports, anywhere in it."""
    nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module and not node.level}
    return {name.split(".")[0] for name in names}


def test_no_pinned_package_is_under_the_gpl() -> None:
    assert not {"pylibjpeg-libjpeg", "pingouin", "pyqt5", "pyqt6"} & set(pins("constraints.txt"))


def test_a_full_disk_is_told_before_and_during(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match=r"GB free, but the set-up needs about 1e\+09 GB"):
        system.need_room(tmp_path, 1e9)
    if Path("/dev/full").exists():
        with pytest.raises(Trouble, match="The disk is full"):
            environment.call(
                [sys.executable, "-c", "with open('/dev/full', 'w') as f: f.write('x')"], quiet, "It stopped."
            )


def test_no_network_is_told_from_what_pip_really_says() -> None:
    nowhere = {"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "1"}
    nowhere |= {"PIP_FIND_LINKS": "", "PIP_EXTRA_INDEX_URL": ""}
    command = [sys.executable, "-m", "pip", "download", "--no-cache-dir", "a-package-not-there"]
    with pytest.raises(Trouble, match="The package server cannot be reached") as told:
        environment.call(command, quiet, "The installation stopped.", nowhere)
    assert "Check the connection" in told.value.remedy


def test_another_failure_shows_its_last_telling_lines() -> None:
    script = "print('Collecting x'); print('ERROR: the moon is in the way'); raise SystemExit(1)"
    with pytest.raises(Trouble, match="the moon is in the way"):
        environment.call([sys.executable, "-c", script], quiet, "It stopped.")


def test_what_pip_left_half_done_is_taken_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "VENV", tmp_path)
    packages = tmp_path / ("Lib/site-packages" if sys.platform == "win32" else "lib/python3.11/site-packages")
    for name, files in {"whole": ("RECORD", "INSTALLER"), "half": ("RECORD",), "quarter": ()}.items():
        (packages / f"{name}-1.dist-info").mkdir(parents=True)
        for file in files:
            (packages / f"{name}-1.dist-info" / file).touch()
    (packages / "~alf").mkdir()
    assert sorted(environment.heal()) == ["half-1.dist-info", "quarter-1.dist-info", "~alf"]
    assert [path.name for path in packages.iterdir()] == ["whole-1.dist-info"]


def test_a_changed_pin_makes_another_key(tmp_path: Path) -> None:
    file = tmp_path / "pins.txt"
    file.write_text("a==1\n")
    before = environment.key_of(file)
    file.write_text("a==2\n")
    assert environment.key_of(file) != before


def test_without_a_compiler_the_sentence_says_that_torch_remains(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Trouble, match=r"no C\+\+ compiler\. The program runs on torch"):
        llama.build(quiet)


def test_progress_tells_step_and_time_left(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress([("torch", 60), ("program", 80)], Durations(tmp_path / "durations.json"))
    progress.begin()
    progress.end()
    said = capsys.readouterr().out.splitlines()
    assert said == ["[1/2] torch: begun, about 2 min left in all", "[1/2] torch: done in 0 s"]
    assert Durations(tmp_path / "durations.json").expected("torch", 60) < 5


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """The set-up itself in a folder of its own, with nothing to download and a `main.py` that tells its arguments."""
    shutil.copytree(INSTALLER, tmp_path / "bare" / "installer", ignore=shutil.ignore_patterns("__pycache__"))
    for file in (*REQUIREMENTS[:3], "constraints.txt"):
        (tmp_path / "bare" / "installer" / file).write_text("# nothing\n")
    (tmp_path / "bare" / "main.py").write_text("import sys; print('main.py', *sys.argv[1:])\n")
    return tmp_path / "bare"


def bootstrap(bare: Path, *words: str) -> subprocess.Popen[str]:
    """Start it as a person without a compiler, a package manager and a network would."""
    surroundings = {"XDG_CACHE_HOME": str(bare.parent / "cache"), "HOME": str(bare.parent), "PATH": ""}
    surroundings |= {"QT_QPA_PLATFORM": "offscreen", "PIP_NO_INDEX": "1"}
    command = [sys.executable, str(bare / "installer" / "bootstrap.py"), *words]
    return subprocess.Popen(command, env=surroundings, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@pytest.mark.skipif(sys.platform == "win32", reason="signals and library names of Linux and macOS")
def test_killed_half_way_it_goes_on_and_then_opens_at_once(bare: Path) -> None:
    first = bootstrap(bare, "run")
    while not (bare / ".venv").exists() and first.poll() is None:
        time.sleep(0.01)
    first.send_signal(signal.SIGKILL)
    first.communicate()
    assert not (bare / ".venv" / "set-up" / "venv").exists()

    out, said = bootstrap(bare, "run").communicate()
    assert "virtual environment: done" in out
    assert "program: done" in out
    assert out.splitlines()[-1] == "main.py --samples" or system.missing_libraries()
    assert "no C++ compiler. The program runs on torch without it." in said

    out, _ = bootstrap(bare, "run", "worklist", "--json").communicate()
    assert out == "main.py worklist --json\n"


def test_an_unknown_word_is_wrong_usage(bare: Path) -> None:
    asked = bootstrap(bare, "dance")
    _, said = asked.communicate()
    assert (asked.returncode, said[:6]) == (2, "usage:")
