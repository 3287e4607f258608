"""All checks, one after the other, each told: lint, types, floors, tests. One that fails does not hide the next."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence

from installer.environment import PYTHON, ROOT

BEFORE_TESTS = (
    ("lint", ["-m", "ruff", "check", "."]),
    ("types", ["-m", "mypy"]),
    ("floors", ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]),
)
MOST_PROCESSES = 4  # each holds Qt, and some torch


def run(pytest_arguments: Sequence[str]) -> int:
    """0 when everything holds. pytest comes last, so that its closing line is the last line."""
    surroundings = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    surroundings.setdefault("QT_QPA_PLATFORM", "offscreen")
    surroundings.setdefault("OMP_NUM_THREADS", "1")  # the processors are shared out among test processes already
    told, bad = [], 0
    for name, arguments in BEFORE_TESTS:
        print(f"== {name}", flush=True)
        code = subprocess.run([str(PYTHON), *arguments], cwd=ROOT, env=surroundings, check=False).returncode
        told.append(f"{name}: {'FAILED' if code else 'clean'}")
        bad = bad or code
    print(f"== {', '.join(told)}; now the tests", flush=True)
    shared = [] if pytest_arguments else ["-n", str(min(os.cpu_count() or 1, MOST_PROCESSES)), "--dist", "loadfile"]
    tests = subprocess.run(
        [str(PYTHON), "-m", "pytest", *shared, *pytest_arguments], cwd=ROOT, env=surroundings, check=False
    )
    return 1 if bad or tests.returncode else 0
