"""100,000 ready drafts through `evaluate`: minutes and memory; and the bootstrap beside a loop over scikit-learn.

The drafts are written by a rule from drawn labels: about 40 words each, one in three different. Memory is the peak of
the command's own process, beside that of a tenth of the drafts.
"""

from __future__ import annotations

import csv
import itertools
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

NAME = "evaluation"
DRAFTS, FEW = 100_000, 10_000
MOST_S, MOST_TIMES_MEMORY = 300.0, 4.0
LOOPS = 3
FINDINGS = ("cardiomegaly", "edema", "consolidation", "pneumonia", "atelectasis", "pneumothorax", "pleural effusion")
PLACES = ("left lower", "right lower", "left upper", "right upper", "both lower")
_WITH_PEAK = (
    "import resource, sys, main; code = main.main(sys.argv[1:]); "
    "print('\\n@@', resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr); sys.exit(code)"
)


def run() -> list[dict[str, Any]]:
    """Seconds and megabytes of the whole command, and milliseconds of a resample."""
    with tempfile.TemporaryDirectory() as folder:
        few, many = (_evaluate(Path(folder), count) for count in (FEW, DRAFTS))
    seconds = {
        "name": f"evaluate {DRAFTS:,} ready drafts with reference reports",
        "ours": many[0],
        "peer": None,
        "ratio": None,
        "unit": "s",
        "bound_ours": MOST_S,
        "note": f"{DRAFTS / many[0]:,.0f} drafts a second, labels, overlap, 1000 resamples and page included",
    }
    memory = {
        "name": f"memory of {DRAFTS:,} drafts",
        "ours": many[1],
        "peer": few[1],
        "ratio": many[1] / few[1],
        "unit": "MB",
        "peer_name": f"{FEW:,} drafts",
        "bound": MOST_TIMES_MEMORY,
        "note": f"{(many[1] - few[1]) * 1e6 / (DRAFTS - FEW):,.0f} bytes a draft",
    }
    return [seconds, memory, _resample()]


def _evaluate(folder: Path, count: int) -> tuple[float, float]:
    """Seconds and peak megabytes of the command."""
    cases, drafts = _tables(folder, count)
    words = ["evaluate", str(cases), "--drafts", f"ours={drafts}", "--out", str(folder / f"out{count}"), "--json"]
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", _WITH_PEAK, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return time.perf_counter() - start, int(done.stderr.rsplit("@@", 1)[1]) / 1e3


def _tables(folder: Path, count: int) -> tuple[Path, Path]:
    import random

    draw = random.Random(4)
    cases, drafts = folder / f"cases{count}.csv", folder / f"drafts{count}.csv"
    with open(cases, "w", newline="") as one, open(drafts, "w", newline="") as two:
        case, draft = csv.writer(one), csv.writer(two)
        case.writerow(["image", "labels", "source", "patient_id", "report"])
        draft.writerow(["image", "text", *(f"p_{finding}" for finding in FINDINGS)])
        for i in range(count):
            truth = [draw.random() < 0.15 for _ in FINDINGS]
            said = [flag != (draw.random() < 0.1) for flag in truth]
            there = ";".join(itertools.compress(FINDINGS, truth)) or "no finding"
            case.writerow([f"films/{i}.png", there, "abcd"[i % 4], i // 2, _text(draw, truth)])
            scores = [f"{min(1.0, max(0.0, draw.gauss(0.3 + 0.3 * flag, 0.2))):.4f}" for flag in truth]
            draft.writerow([f"films/{i}.png", _text(draw, said), *scores])
    return cases, drafts


def _text(draw: Any, flags: list[bool]) -> str:
    """A sentence a finding, said or denied, with a place and a size that differ from case to case."""
    said = [
        f"There is {finding} in the {draw.choice(PLACES)} zone, {draw.randrange(3, 40)} mm."
        if flag
        else f"No {finding}."
        for finding, flag in zip(FINDINGS, flags, strict=True)
    ]
    return "FINDINGS:\n" + " ".join(said) + "\n\nIMPRESSION:\nAs above."


def _resample() -> dict[str, Any]:
    """One resample of 100,000 cases: F1 and AUROC of seven findings and their averages."""
    import numpy as np

    draw = np.random.default_rng(0)
    truth = draw.random((DRAFTS, len(FINDINGS))) < 0.15
    scores = np.clip(draw.normal(0.3 + 0.3 * truth, 0.2), 0, 1)
    said, patients = scores > 0.5, np.arange(DRAFTS) // 2
    ours, peer = _ours(truth, said, scores, patients), _peer(truth, said, scores, patients)
    return {
        "name": f"a resample of {DRAFTS:,} cases by patient",
        "ours": ours,
        "peer": peer,
        "ratio": ours / peer,
        "unit": "ms",
        "peer_name": "a loop over scikit-learn",
        "bound": 0.5,
    }


def _ours(truth: Any, said: Any, scores: Any, patients: Any) -> float:
    import numpy as np

    from workstation.stats import bootstrap
    from workstation.stats.classification import rates

    cells = np.stack([truth & said, ~truth & said, truth & ~said, ~truth & ~said], 2).astype(np.uint8)
    start = time.perf_counter()
    statistics: list[Any] = [bootstrap.Sums(cells.reshape(len(cells), -1), patients)]
    statistics += [bootstrap.Ranked(truth[:, i], scores[:, i], patients) for i in range(truth.shape[1])]
    drawn = bootstrap.run(np.zeros(patients.max() + 1, int), statistics, 40)
    rates(drawn[0].reshape(40, -1, 4))
    return (time.perf_counter() - start) * 1e3 / 40


def _peer(truth: Any, said: Any, scores: Any, patients: Any) -> float:
    import numpy as np
    from sklearn.metrics import f1_score, roc_auc_score

    draw = np.random.default_rng(0)
    start = time.perf_counter()
    for _ in range(LOOPS):
        weights = np.bincount(draw.integers(0, patients.max() + 1, patients.max() + 1), minlength=patients.max() + 1)
        each = weights[patients]
        for average in (None, "micro"):
            f1_score(truth, said, average=average, sample_weight=each)
        for i in range(truth.shape[1]):
            roc_auc_score(truth[:, i], scores[:, i], sample_weight=each)
    return (time.perf_counter() - start) * 1e3 / LOOPS
