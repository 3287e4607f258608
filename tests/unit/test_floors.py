"""The floors of the house hold, and every contract about them fails when it is broken on purpose."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from workstation.paths import Home

ROOT = Path(__file__).resolve().parent.parent.parent
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
# contract: a module that does not exist, and the line in it that must be refused
PLANTS = (
    ("floors", "dicom/planted.py", "import workstation.imaging"),
    ("floors", "imaging/planted.py", "import workstation.reporting"),
    ("floors", "export/planted.py", "from workstation import storage"),
    ("floors", "workflow/planted.py", "def late():\n    import workstation.ui"),
    ("floors", "helpers/__init__.py", ""),
    ("columns", "ui/viewer/planted.py", "import workstation.ui.report"),
    ("window-without-torch", "ui/planted.py", "from workstation.drafting import engine"),
    ("window-without-torch", "workflow/planted.py", "import workstation.vlm.model"),
    ("words-only", "reporting/planted.py", "import numpy"),
    ("training", "drafting/planted.py", "import workstation.vlm.training"),
    ("floors", "evaluation/planted.py", "import workstation.vlm"),
    ("home-qt", "workflow/planted.py", "from PySide6.QtCore import QObject"),
    ("home-qt", "export/planted.py", "from PySide6 import QtGui"),
    ("home-model", "drafting/planted.py", "import torch"),
    ("home-model", "command/planted.py", "from tokenizers import Tokenizer"),
    ("home-sqlite", "workflow/planted.py", "import sqlite3"),
    ("home-sqlite", "workflow/planted.py", "import argon2"),
    ("home-pixels", "ui/planted.py", "import cv2"),
    ("home-pixels", "vlm/planted.py", "from PIL import Image"),
    ("home-dicom", "imaging/planted.py", "import pydicom"),
    ("home-objects", "workflow/planted.py", "def late():\n    import highdicom"),
    ("home-objects", "ui/planted.py", "from dicomanonymizer import simpledicomanonymizer"),
    ("home-decoders", "export/planted.py", "import gdcm"),
    ("home-plots", "evaluation/planted.py", "from matplotlib import pyplot"),
    ("home-numbers", "evaluation/planted.py", "import scipy.stats"),
)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the house without its furniture: code and contracts."""
    copy = tmp_path_factory.mktemp("house")
    shutil.copytree(ROOT / "workstation", copy / "workstation", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    return copy


def lint(house: Path, *contracts: str) -> tuple[int, str]:
    """Exit status and words of import-linter."""
    chosen = [word for contract in contracts for word in ("--contract", contract)]
    command = "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports_command as c; c()"
    done = subprocess.run(
        [sys.executable, "-c", command, *chosen], cwd=house, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_the_house_keeps_its_contracts(house: Path) -> None:
    code, said = lint(house)
    assert code == 0, said


def test_every_contract_has_a_violation_planted_against_it() -> None:
    assert {contract["id"] for contract in CONTRACTS} == {contract for contract, _, _ in PLANTS}


@pytest.mark.parametrize(("contract", "file", "line"), PLANTS, ids=[f"{c}: {f.split('/')[0]}" for c, f, _ in PLANTS])
def test_a_planted_violation_is_refused(house: Path, contract: str, file: str, line: str) -> None:
    planted = house / "workstation" / file
    fresh = not planted.parent.exists()
    planted.parent.mkdir(exist_ok=True)
    planted.write_text(f'"""Planted."""\n{line}\n')
    try:
        code, said = lint(house, contract)
    finally:
        planted.unlink()
        if fresh:
            shutil.rmtree(planted.parent)
    assert code == 1, said
    assert "BROKEN" in said or "helpers" in said, said


def imported(file: Path) -> set[str]:
    """Dotted names that a file imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def test_the_printed_page_uses_qt_without_widgets() -> None:
    used = {name.split(".")[1] for name in imported(ROOT / "workstation/export/page.py") if name.startswith("PySide6.")}
    assert used <= {"QtGui", "QtCore"}


def loaded_after(statement: str) -> set[str]:
    """Top-level modules in a fresh Python after `statement`."""
    command = f"{statement}\nimport sys; print(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", command], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_every_module_of_the_window_loads_without_the_model() -> None:
    names = [
        ".".join(file.relative_to(ROOT).with_suffix("").parts)
        for room in ("ui", "workflow")
        for file in sorted((ROOT / "workstation" / room).rglob("*.py"))
    ]
    loaded = loaded_after("\n".join(f"import {name}" for name in [*names, "workstation.drafting.client"]))
    assert not loaded & {"torch", "transformers", "llama_cpp", "gguf", "tokenizers"}


def test_the_door_loads_nothing_heavy() -> None:
    loaded = loaded_after("import main")
    assert not loaded & {"torch", "transformers", "numpy", "cv2", "pydicom", "PySide6", "sqlite_utils"}


def test_opening_the_store_does_not_load_pandas(home: Home) -> None:
    rooms = "from pathlib import Path; from workstation.paths import Home; from workstation.storage.store import Store"
    loaded = loaded_after(f"{rooms}; Store.open(Home(Path({str(home.root)!r}))).close()")
    assert "sqlite_utils" in loaded and "pandas" not in loaded
