"""The manners of the house that a program can check: length, names, words, and what must never be in it."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
CODE = sorted(path for room in ("workstation", "installer", "tests") for path in (ROOT / room).rglob("*.py"))
PRODUCT = [path for path in CODE if path.relative_to(ROOT).parts[0] != "tests"] + [ROOT / "main.py"]
TOP = {"workstation", "resources", "models", "installer", "tests", "main.py", "pyproject.toml"}
TOP |= {"README.md", "ARCHITECTURE.md", "LICENSE", "CHANGELOG.md"}
DRAWERS = {"utils", "util", "common", "helpers", "managers", "base", "misc"}
LONGEST, LONGEST_TEST = 400, 450


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_modules_are_short() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in CODE}
    allowed = {path: LONGEST if path in PRODUCT else LONGEST_TEST for path in CODE}
    assert {name(path): lines for path, lines in lengths.items() if lines > allowed[path]} == {}


def test_modules_say_what_they_are_for() -> None:
    texts = {name(path): path.read_text(encoding="utf-8") for path in CODE}
    assert [path for path, text in texts.items() if text.strip() and not ast.get_docstring(ast.parse(text))] == []


def test_every_room_is_a_package() -> None:
    """The floors are checked for packages only: a folder without __init__.py would stand outside the law."""
    rooms = {path.parent for path in (ROOT / "workstation").rglob("*.py")}
    assert [name(room) for room in sorted(rooms) if not (room / "__init__.py").exists()] == []


def test_there_are_no_drawers() -> None:
    parts = {part for path in CODE for part in path.relative_to(ROOT).with_suffix("").parts}
    assert not parts & DRAWERS


def test_only_what_was_agreed_stands_at_the_door() -> None:
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode or not done.stdout:
        pytest.skip("not a git checkout")
    top = {line.split("/")[0] for line in done.stdout.splitlines()}
    assert {entry for entry in top if not entry.startswith(".")} <= TOP


def test_nothing_is_unpickled_or_evaluated() -> None:
    """A checkpoint or a message from elsewhere is data, never code."""
    for path in PRODUCT:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                assert not {"pickle", "shelve", "marshal"} & {alias.name for alias in node.names}, name(path)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in {"eval", "exec"}, name(path)


def test_weights_are_never_read_by_torch_load_alone() -> None:
    pattern = re.compile(r"torch\.load\((?![^)]*weights_only=True)")
    assert not [name(path) for path in PRODUCT if pattern.search(path.read_text(encoding="utf-8"))]


def test_no_path_of_a_private_machine_is_written_down() -> None:
    private = re.compile(r"/(?:work|root)/|/(?:home/\w+/|tmp/\w)")
    for path in [*PRODUCT, *(ROOT / "resources").rglob("*.md"), ROOT / "README.md"]:
        if path.exists():
            assert not private.search(path.read_text(encoding="utf-8")), name(path)


def test_the_readme_can_be_read_at_one_sitting() -> None:
    """But for the measured table, which is written by its program and looked things up in."""
    before, rest = (ROOT / "README.md").read_text(encoding="utf-8").split("<!-- benchmarks -->")
    after = rest.split("<!-- /benchmarks -->")[1]
    assert len((before + after).splitlines()) <= 95


def test_the_readme_names_the_two_commands() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "python3 installer/bootstrap.py run" in text
    assert "python3 installer/bootstrap.py test" in text
