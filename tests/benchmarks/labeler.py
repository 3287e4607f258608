"""`python -m tests.benchmarks.labeler [--development]`: our labeler beside medspaCy's ConText on Open-i's human labels.

Micro-F1 of presence over the seven classes that CheXpert and Open-i share, with 95 % intervals by bootstrap over
studies, read both ways (doubt counted as present, and as absent); and reports a second. The 886 studies of the two
ReXrank files are for the final measurement alone; ``--development`` measures on the others. ConText lives in a virtual
environment of its own in the cache folder, which the first run makes; it gets the same phrases for its targets.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from workstation.reporting.labeler import label, vocabulary

CLASSES = {
    "Atelectasis": "atelectasis",
    "Cardiomegaly": "cardiomegaly",
    "Effusion": "pleural effusion",
    "Pneumonia": "pneumonia",
    "Pneumothorax": "pneumothorax",
    "Consolidation": "consolidation",
    "Edema": "edema",
}
PEER = ("medspacy==1.3.1", "numpy<2")
CONVENTIONS = {"doubt is present": ("present", "uncertain"), "doubt is absent": ("present",)}
RESAMPLES, SEED = 1000, 20240701
HERE = Path(__file__).resolve().parent
# Heart size is a state in our labeler; ConText finds phrases, so it is given the state's usual spellings.
_HEART = r"(?:heart|cardiac (?:silhouette|shadow|contours?|size)|cardiomediastinal silhouette)"
_ENLARGED = r"(?:enlarged|enlargement|large|widened)"
HEART_PHRASES = (rf"{_HEART}[^.;,]{{0,40}}\b{_ENLARGED}", rf"{_ENLARGED} (?:\w+ )?(?:\w+ )?{_HEART}")

Counts = tuple[int, int, int]
Answer = Mapping[str, str]


def studies(shared: Path, development: bool) -> list[dict[str, Any]]:
    """Text and human labels of the held-out studies, or of the others."""
    gold = _by(shared / "data/openi_gold/openi_gld_std14.csv", "filename")
    texts = _by(shared / "data/openi_text/index.csv", "origin_id")
    held = {name for kind in ("test", "valid") for name in _rexrank(shared, kind)}
    chosen = [name for name in gold if name in texts and (name in held) is not development]
    read: list[dict[str, Any]] = [{"text": _text(texts[name]), "gold": gold[name]} for name in chosen]
    return [study for study in read if study["text"].strip()]


def _by(path: Path, key: str) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return {row[key]: row for row in csv.DictReader(lines)}


def _rexrank(shared: Path, kind: str) -> list[str]:
    named = json.loads((shared / f"data/openi_gold/ReXRank_IUXray_{kind}.json").read_text(encoding="utf-8"))
    return [name.split("_")[0] for name in named]


def _text(row: Mapping[str, str]) -> str:
    return f"{row['report_findings']}\n{row['report_impression']}"


# ---- scores
def counts(answers: Sequence[Answer], gold: Sequence[Mapping[str, str]], positive: Sequence[str]) -> list[list[Counts]]:
    """For each study and class: true positive, false positive, false negative."""
    table = []
    for answer, row in zip(answers, gold, strict=True):
        pairs = [(answer[name] in positive, row[column] == "1") for column, name in CLASSES.items()]
        table.append([(int(said and true), int(said and not true), int(true and not said)) for said, true in pairs])
    return table


def f1(cells: Sequence[Counts]) -> float | None:
    true, wrong, missed = (sum(cell[place] for cell in cells) for place in range(3))
    return 2 * true / (2 * true + wrong + missed) if true + wrong + missed else None


def interval(table: list[list[Counts]]) -> tuple[float, float]:
    """2.5 and 97.5 % of micro-F1 over studies drawn with replacement."""
    chance = random.Random(SEED)
    sums = [tuple(map(sum, zip(*study, strict=True))) for study in table]
    drawn = sorted(f1(chance.choices(sums, k=len(sums))) or 0.0 for _ in range(RESAMPLES))  # type: ignore[arg-type]
    return drawn[int(0.025 * RESAMPLES)], drawn[int(0.975 * RESAMPLES) - 1]


# ---- the two labelers
def ours(texts: Sequence[str]) -> tuple[list[Answer], float]:
    began = time.process_time()
    found = [label(text).findings for text in texts]
    return [{name: str(value) for name, value in one.items()} for one in found], time.process_time() - began


def peer(texts: Sequence[str]) -> tuple[list[Answer], float]:
    """ConText's answers and its processor seconds, from a process of its own environment."""
    asked = json.dumps({"texts": list(texts), "targets": targets(), "ignored": list(vocabulary.NOTHING)})
    command = [str(_environment()), str(HERE / "labeler_peer.py")]
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"ConText did not run: {done.stderr.strip().splitlines()[-1:]}")
    answer = json.loads(done.stdout.rsplit("\n@@", 1)[1])
    return answer["answers"], answer["seconds"]


def targets() -> list[tuple[str, str]]:
    """The phrases of our vocabulary for the seven classes (no mere hints) and those of an enlarged heart."""
    wanted = set(CLASSES.values())
    named = [(names.split(";"), pattern) for names, pattern in vocabulary.FINDINGS]
    phrases = [(name, pattern) for names, pattern in named for name in names if name in wanted]
    return [*phrases, *(("cardiomegaly", pattern) for pattern in HEART_PHRASES)]


def _environment() -> Path:
    """Its Python; made at the first call."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "cxr-labeler-peer"
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not (folder / "complete").exists():
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PEER], check=True, stdout=sys.stderr)
        (folder / "complete").touch()
    return python


# ---- the table
def report(
    name: str, label_all: Callable[[Sequence[str]], tuple[list[Answer], float]], read: list[dict[str, Any]]
) -> None:
    answers, seconds = label_all([study["text"] for study in read])
    print(f"{name}: {len(read) / seconds:.0f} reports a second of processor time")
    gold = [study["gold"] for study in read]
    for convention, positive in CONVENTIONS.items():
        table = counts(answers, gold, positive)
        low, high = interval(table)
        print(f"  {convention}: micro-F1 {f1([cell for study in table for cell in study]):.3f} [{low:.3f}, {high:.3f}]")
        for place, finding in enumerate(CLASSES.values()):
            cells = [study[place] for study in table]
            true, wrong, missed = (sum(cell[part] for cell in cells) for part in range(3))
            told = "-" if f1(cells) is None else f"{f1(cells):.3f}"
            print(f"    {finding:17} F1 {told}  right {true}, too many {wrong}, missed {missed}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.labeler")
    parser.add_argument("--development", action="store_true", help="the 2,940 studies the rules were made on")
    parser.add_argument("--ours-only", action="store_true", help="without ConText")
    chosen = parser.parse_args()
    shared = Path(os.environ.get("CXR_SHARED") or HERE.parents[2] / "shared")
    if not (shared / "data/openi_gold").is_dir():
        raise SystemExit("The Open-i labels are absent: set CXR_SHARED to the folder that holds data/openi_gold.")
    read = studies(shared, chosen.development)
    print(
        f"{len(read)} studies, {'development' if chosen.development else 'held out'}; {RESAMPLES} bootstraps by study"
    )
    report("ours", ours, read)
    if not chosen.ours_only:
        report(f"medspaCy ConText ({PEER[0]})", peer, read)
    return 0


if __name__ == "__main__":
    sys.exit(main())
