"""`python -m tests.fuzz --files 10000 --seed 1`: counts of verdicts, and each bad one with the way to make it again."""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.fuzz import corpus
from tests.fuzz.cage import caged
from tests.fuzz.damage import damaged
from tests.fuzz.judge import Truth, Verdict, judge, take, truth, with_own_decoder

TOLD_EVERY = 500
LARGE, LARGE_SHARE = 400_000, 0.12  # bytes; of the draws: large films cost a second each


def main() -> int:
    """0 where nothing crashed, hung or lied; 2 without any film."""
    asked = _asked()
    with tempfile.TemporaryDirectory() as folder:
        making = corpus.arriving if asked.arriving else corpus.synthetic
        made = [] if asked.real else making(Path(folder))
        others = [] if asked.synthetic or asked.arriving else corpus.real()
        films = [path for path in made + others if asked.only in str(path)]
        if not films:
            print("There is no film to damage.")
            return 2
        counted, bad = _run(films, asked, Path(folder))
    for end, number in counted.most_common():
        print(f"{number:7d}  {end}")
    for line in bad:
        print(line)
    print(f"{sum(counted.values())} files, {len(bad)} bad")
    return 1 if bad else 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--files", type=int, default=200, help="how many damaged films")
    parser.add_argument("--seed", type=int, default=1, help="of the first one; the others follow it")
    parser.add_argument("--synthetic", action="store_true", help="without the real films beside the project")
    parser.add_argument("--real", action="store_true", help="only the real films beside the project")
    parser.add_argument("--arriving", action="store_true", help="archives, directories, states, reports; taken in")
    parser.add_argument("--seconds", type=float, default=0.0, help="stop after so long, 0 = never")
    parser.add_argument("--only", default="", help="films with these letters in their path")
    parser.add_argument("--keep", default="", help="folder for the bad files")
    parser.add_argument("--show", default="", help="print the files of this verdict, too")
    return parser.parse_args()


def _run(films: list[Path], asked: argparse.Namespace, folder: Path) -> tuple[Counter[str], list[str]]:
    small = [path for path in films if path.stat().st_size <= LARGE]
    large = [path for path in films if path.stat().st_size > LARGE] or small
    truths: dict[Path, Truth | None] = {}
    counted: Counter[str] = Counter()
    bad: list[str] = []
    begun = time.monotonic()
    if asked.arriving:
        _warm()
    for seed in range(asked.seed, asked.seed + asked.files):
        rng = random.Random(seed)
        path = rng.choice(large if rng.random() < LARGE_SHARE else small or large)
        if path not in truths:
            truths[path] = None if asked.arriving else truth(path)
        verdict, how = _one(rng, path, truths[path], folder, asked.arriving)
        word = f"{verdict.end} {verdict.why if verdict.end in ('refused', 'changed', 'died') else ''}".strip()
        counted[word] += 1
        if not verdict.good or (asked.show and word.startswith(asked.show)):
            line = f"seed {seed}  {path.name}  {how}: {verdict.end} {verdict.why}"
            print(line, flush=True)
            if not verdict.good:
                bad.append(line)
            if asked.keep:
                os.replace(folder / _name(path), Path(asked.keep) / f"{seed}-{path.name}")
        if sum(counted.values()) % TOLD_EVERY == 0:
            print(json.dumps(counted), f"{time.monotonic() - begun:.0f} s", flush=True)
        if asked.seconds and time.monotonic() - begun > asked.seconds:
            break
    return counted, bad


def _name(path: Path) -> str:
    """An archive is told by its name."""
    return "damaged.zip" if path.suffix == ".zip" else "damaged"


def _warm() -> None:
    """Imported once here, not in every child."""
    import sqlite_utils  # noqa: F401

    import workstation.workflow.companions
    import workstation.workflow.intake
    import workstation.workflow.zipped  # noqa: F401


def _one(rng: random.Random, path: Path, true: Truth | None, folder: Path, arriving: bool) -> tuple[Verdict, str]:
    data, how = damaged(rng, path.read_bytes())
    broken = folder / _name(path)
    broken.write_bytes(data)

    def work() -> Verdict:
        with_own_decoder()
        return take(broken) if arriving else judge(broken, true)

    return caged(work, str(folder)), how


if __name__ == "__main__":
    sys.exit(main())
