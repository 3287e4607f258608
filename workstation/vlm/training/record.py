"""What a run was -> run.json, and the manifest of the model folder that it leaves: everything needed to do it again."""

from __future__ import annotations

import importlib.metadata
import json
import platform
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from workstation.paths import PROGRAM
from workstation.reporting.findings import PAPER_SIX
from workstation.vlm.config import ModelConfig
from workstation.vlm.training import manifest

NAME = "run.json"
PACKAGES = ("torch", "numpy", "tokenizers", "safetensors", "sentencepiece", "pydicom", "opencv-python-headless")
STATEMENT = (
    "Trained with this program and not evaluated: what it finds, misses and invents is not known."
    " Measure it with `main.py evaluate` before anybody reads its drafts."
)


def surroundings(device: str) -> dict[str, Any]:
    """Commit, versions and device of this very process."""
    return {
        "commit": commit(),
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in PACKAGES},
        "device": device,
        "machine": f"{platform.system()} {platform.machine()}",
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": " ".join(["main.py", *sys.argv[1:]]),
    }


def commit() -> str:
    """The program's commit, "+changes" where files differ from it, "unknown" outside a checkout."""
    try:
        head = _git("rev-parse", "HEAD")
        return head + ("+changes" if _git("status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.SubprocessError):
        return "unknown"


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=PROGRAM, capture_output=True, text=True, timeout=20, check=True)
    return done.stdout.strip()


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "absent"


def write_run(folder: Path, record: Mapping[str, Any]) -> None:
    (folder / NAME).write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def write_manifest(
    folder: Path, sizes: ModelConfig, licences: Sequence[str], record: Mapping[str, Any], id_: str, method: str
) -> None:
    """manifest.toml of a whole model: nothing deniable, because nothing was measured; the run itself as [run]."""
    weights = (folder / "model.safetensors").stat().st_size
    terms = "Weights: whoever trained them decides. Training films: " + "; ".join(licences)
    facts = {
        "id": identifier(id_), "name": id_, "version": "0", "kind": "cxr-llava", "clinical": False,
        "description": f"Trained by `main.py train {record['stage']}`.", "statement": STATEMENT, "terms": terms,
        "source": str(record["command"]), "prompt": sizes.report_prompt, "findings": list(sizes.findings),
        "deniable": [], "paper_findings": list(PAPER_SIX), "needs_bytes": 4 * weights + (500 << 20),
        "backends": ["torch", "llama.cpp"], "quantisations": ["F32"],
        "preprocess": {"side": sizes.vision.image_size, "method": method},
        "accepts": {"views": ["PA", "AP"], "age_years": [18, 100]},
        "decoding": {"temperature": 0.2, "top_p": 0.8, "top_k": 50, "max_new_tokens": 512},
        "thresholds": dict.fromkeys(sizes.findings, 0.5),
        "run": {key: _plain(value) for key, value in record.items() if key != "history"},
    }  # fmt: skip
    manifest.write(folder, facts)


def _plain(value: Any) -> Any:
    """Values as the manifest's writer takes them: no null, no list of tables."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [json.dumps(item) if isinstance(item, Mapping) else _plain(item) for item in value]
    if isinstance(value, float) and round(value, 4) != value:
        return repr(value)  # the manifest's numbers have four digits
    return "" if value is None else value


def identifier(name: str) -> str:
    """A folder's name as a model's id."""
    found = re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-._")
    return (found or "model")[:64]
