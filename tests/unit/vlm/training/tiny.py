"""Small films with labels and reports, a config for a model of a few thousand weights, and plans for them."""

import csv
from pathlib import Path

import numpy as np

from workstation.imaging.encode import write_png
from workstation.vlm import config
from workstation.vlm.config import LlamaConfig, ModelConfig, VisionConfig
from workstation.vlm.training.conduct import Plan

LABELS = ("edema", "pleural effusion", "no finding")
SIZES = ModelConfig(
    VisionConfig(32, "patch", 16, 16, 1, 2), LlamaConfig(400, 32, 64, 1, 2, 2, 1024), pooled_grid=2, gate_side=16
)


def films(folder: Path, count: int = 60) -> Path:
    """``count`` films of as many patients; what is found shows as a bright band of its own place."""
    chance = np.random.default_rng(0)
    folder.mkdir(parents=True)
    with (folder / "index.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(
            ["image", "source", "patient_id_if_known", "view", "labels", "report_findings", "split", "licence"]
        )
        for number in range(count):
            kind = number % 3
            picture = chance.integers(0, 60, (40, 40), dtype=np.uint8)
            picture[5 + 10 * kind : 12 + 10 * kind] += 150
            write_png(folder / f"{number}.png", picture)
            report = "Small left pleural effusion." if kind == 1 and number % 2 else ""
            table.writerow([f"{number}.png", "toy", f"p{number}", "frontal", LABELS[kind], report, "", "CC0"])
    return folder


def plan(folder: Path, stage: str, **more: object) -> Plan:
    """A short run over ``folder/films``, its result in ``folder/STAGE``."""
    if not (folder / "films").exists():
        films(folder / "films")
    if not (folder / "tiny.json").exists():
        config.write(SIZES, folder / "tiny.json")
    usual = {
        "data": (f"index={folder / 'films'}",), "size": str(folder / "tiny.json"), "out": folder / stage, "steps": 12,
        "batch": 8, "precision": "fp32", "device": "cpu", "work": folder / "work", "words_steps": 4, "check": 6,
    }  # fmt: skip
    return Plan(**{"stage": stage, **usual, **more})  # type: ignore[arg-type]


def losses(work: Path, name: str) -> list[str]:
    """The losses as they were written, digit for digit."""
    with (work / f"{name}-losses.csv").open() as file:
        return [row["loss"] for row in csv.DictReader(file)]
