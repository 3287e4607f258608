"""A plan -> a trained folder: data gathered, a model opened, its stage run through the loop, the result written.

The one place where training's parts are joined; the command only fills in a `Plan`.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from workstation.errors import TrainingError
from workstation.vlm import tokenizer
from workstation.vlm.tokenizer import Words
from workstation.vlm.training import closing, datasets, loop, opening, record
from workstation.vlm.training import world as worlds
from workstation.vlm.training.datasets import splits
from workstation.vlm.training.feed import Feed
from workstation.vlm.training.loop import Pace, Schedule
from workstation.vlm.training.material import Material, gather, with_reports
from workstation.vlm.training.opening import Opening
from workstation.vlm.training.stages import talk
from workstation.vlm.training.stages.align import align_stage, words_stage
from workstation.vlm.training.stages.contrast import ContrastStage
from workstation.vlm.training.stages.encoder import EncoderStage
from workstation.vlm.training.stages.finetune import finetune_stage
from workstation.vlm.training.stages.lesson import Stage
from workstation.vlm.training.state import State
from workstation.vlm.training.watch import Watch
from workstation.vlm.training.world import World

STAGES = ("encoder", "contrast", "align", "finetune")
MOST_JUDGED = 2000  # validation films at the end; a tenth of them on the way


@dataclass(frozen=True, slots=True)
class Plan:
    """What the command line said; ``batch`` counts films of one step over all processes and parts."""

    stage: str
    data: tuple[str, ...]
    out: Path
    work: Path | None = None
    size: str = "mini"
    start: Path | None = None
    language: Path | None = None
    labels: str = "findings"
    uncertain: str = "chexpert"
    split: str = "0.8,0.1,0.1"
    official_split: bool = False
    prepare: str = "letterbox"
    ages: tuple[float, float] | None = None
    reports: Path | None = None
    epochs: float = 10.0
    steps: int = 0
    words_steps: int = 400
    batch: int = 32
    accumulate: int = 1
    rate: float = 0.0
    weight_decay: float = 0.05
    average: float = 0.99
    augment: float = 1.0
    dropout: float = -1.0
    check: int = 0
    save_steps: int = 0
    save_minutes: float = 5.0
    seed: int = 0
    threads: int = 0
    precision: str = "auto"
    device: str = "auto"
    shard: bool = False
    recompute: bool = False
    half: bool = False
    id: str = ""

    @property
    def folder(self) -> Path:
        return self.work or self.out.with_name(f"{self.out.name}.work")


RATES = {"encoder": 6e-4, "contrast": 3e-4, "align": 2e-3, "finetune": 3e-4, "words": 1e-3}
# What may differ between a run and the run that goes on from it.
_FREE = ("out", "work", "save_steps", "save_minutes", "accumulate", "threads", "device", "shard", "recompute", "half")


@dataclass(slots=True)
class _Done:
    """What the parts of a run leave for its record."""

    history: dict[str, Any] = field(default_factory=dict)
    steps: int = 0


def conduct(plan: Plan) -> dict[str, Any]:
    """Run a stage to its end; returns the run record (on every process).

    Raises
    ------
    TrainingError
        dataset_*, start, size, vocabulary, batch, loss, memory, disk, checkpoint, stopped ...
    """
    closing.check_out(plan.out, plan.stage)
    if plan.threads:
        torch.set_num_threads(plan.threads)
    with worlds.joined(plan.device, plan.precision, plan.shard) as world:
        material = _material(plan, world)
        opening.seeded(plan.seed)
        opened = _opened(plan, material, world)
        done = _Done()
        if plan.stage == "align" and not {"llama", "lm_head"} <= opened.read:
            _run(
                plan,
                world,
                words_stage(opened.model, material, plan.uncertain),
                "words",
                plan.words_steps,
                done,
                material,
            )
        stage = _stage(plan, opened, material)
        steps = plan.steps or max(1, round(plan.epochs * len(material.side("train")) / plan.batch))
        _run(plan, world, stage, plan.stage, steps, done, material)
        return _finish(plan, world, opened, stage, material, done)


def look(plan: Plan) -> Material:
    """The films of a plan, packed, and what was left out: what ``train data`` shows."""
    return _material(plan, World())


def _material(plan: Plan, world: World) -> Material:
    """The first process packs, the others find it packed."""
    if not plan.data:
        raise TrainingError("No data was named.", "Give --data NAME=FOLDER at least once.", "dataset_missing")
    shares = splits.fractions(plan.split)
    closing.free_enough(plan.folder, 1 << 20)
    if world.rank > 0:
        world.wait()
    found = [datasets.read(place) for place in plan.data]
    if plan.reports is not None:
        found = with_reports(found, plan.reports)
    side = 224 if plan.prepare == "letterbox" else opening.side(plan.size, plan.start)
    told = _packing if world.speaks else (lambda done, of: None)
    material = gather(found, plan.folder, shares, plan.official_split, plan.ages, side, plan.prepare, told)
    if world.rank == 0:
        world.wait()
    if not len(material.side("train")):
        raise TrainingError("No film is left to train on.", "Change --split, or give more data.", "no_films")
    return material


def _packing(done: int, of: int) -> None:
    if done == of or done % 500 == 0:
        print(f"packing: film {done}/{of}", file=sys.stderr, flush=True)


def _opened(plan: Plan, material: Material, world: World) -> Opening:
    if plan.stage in ("encoder", "contrast"):
        findings = [name for name in material.findings if name != "no finding"]
        wanted = findings if plan.stage == "encoder" and plan.labels == "findings" else []
        opened = opening.open_eyes(plan.size, plan.start, wanted)
    else:
        opened = opening.open_all(plan.size, plan.start, partial(_vocabulary, plan, material, world), plan.language)
    if plan.dropout >= 0:
        for module in opened.model.modules():
            if isinstance(module, nn.Dropout):
                module.p = plan.dropout
    return opened


def _vocabulary(plan: Plan, material: Material, world: World, size: int) -> Words:
    """Learnt once and kept in the work folder: a run that goes on, and every process, speaks the same words."""
    path = plan.folder / f"words-{size}-{material.sha256[:12]}.json"
    if world.speaks and not path.is_file():
        beside = path.with_suffix(".part")
        tokenizer.train(talk.corpus(material.samples, 2000, plan.seed), size).write(beside)
        beside.replace(path)
    world.wait()
    return Words.read(path)


def _stage(plan: Plan, opened: Opening, material: Material) -> Stage:
    model, policy, augment = opened.model, plan.uncertain, plan.augment
    if plan.stage == "encoder":
        if plan.labels == "binary":
            opened.sizes = replace(opened.sizes, findings=())
        return EncoderStage(model, material, plan.labels, policy, augment)
    if plan.stage == "contrast":
        if "finding_head" not in opened.read:
            model.finding_head, opened.sizes = None, replace(opened.sizes, findings=())
        return ContrastStage(model, material, policy, augment)
    made = align_stage if plan.stage == "align" else finetune_stage
    return made(model, material, policy, augment)


def _run(plan: Plan, world: World, stage: Stage, name: str, steps: int, done: _Done, material: Material) -> None:
    """One pass of the loop, from its checkpoint if there is one; the moving average is what stays."""
    lesson = stage.lesson.to(world.device)
    if not world.sharded:  # FSDP cuts contiguous weights only
        lesson = lesson.to(memory_format=torch.channels_last)  # convolutions are faster so
    if plan.recompute:
        worlds.recompute(lesson)
    shared = world.share(lesson)
    schedule = Schedule(
        1, steps, plan.rate if plan.rate and name == plan.stage else RATES[name], plan.weight_decay, plan.average
    )
    closing.free_enough(plan.folder, 2 * opening.memory_needed(lesson))
    state = State(lesson, schedule, world.checkpoint(plan.folder, name), world.mean, world.part)
    state.facts = {"settings": _settings(plan, material, steps)}
    world.resume(state)
    train, judged = material.side("train"), material.side("val")[:MOST_JUDGED].tolist()
    feed = Feed(train, plan.batch, plan.accumulate, world.rank, world.size, plan.seed, stage.batch)
    watch = Watch(
        name, plan.folder, schedule, state.steps, plan.batch, plan.check or max(1, steps // 10),
        _checker(stage, judged[: max(16, len(judged) // 10)]), world.speaks,
    )  # fmt: skip
    try:
        loop.run(shared, feed, state, world, Pace(plan.save_steps, plan.save_minutes), watch, plan.seed)
    finally:
        watch.close()
        feed.close()
    state.use_average()
    done.steps = state.steps
    done.history[name] = _history(watch)


def _checker(stage: Stage, numbers: Sequence[int]) -> Callable[[], float] | None:
    return (lambda: stage.scores(numbers)["loss"]) if len(numbers) else None


def _history(watch: Watch) -> dict[str, Any]:
    losses = [float(row[1]) for row in watch.rows]
    return {
        "steps": len(losses),
        "first_loss": losses[0] if losses else None,
        "last_loss": losses[-1] if losses else None,
    }


def _settings(plan: Plan, material: Material, steps: int) -> str:
    """Of everything that the numbers of a run depend on."""
    chosen = {name: str(value) for name, value in asdict(plan).items() if name not in _FREE}
    return hashlib.sha256(json.dumps([chosen, material.sha256, steps], sort_keys=True).encode()).hexdigest()


def _finish(plan: Plan, world: World, opened: Opening, stage: Stage, material: Material, done: _Done) -> dict[str, Any]:
    judged = material.side("val")[:MOST_JUDGED].tolist()
    scores = stage.scores(judged) if len(judged) else {}
    names = opened.model.state_dict()
    tensors = {name: world.whole(value) for name, value in names.items()}  # every process takes part
    found = _record(plan, world, opened, material, done, scores)
    if world.speaks:
        _write(plan, opened, stage, tensors, found, material)
    world.wait()
    return found


def _record(
    plan: Plan, world: World, opened: Opening, material: Material, done: _Done, scores: Mapping[str, float]
) -> dict[str, Any]:
    settings = {name: str(value) if isinstance(value, Path) else value for name, value in asdict(plan).items()}
    settings = {name: list(value) if isinstance(value, tuple) else value for name, value in settings.items()}
    device = torch.cuda.get_device_name() if world.device.startswith("cuda") else "cpu"
    return {
        "stage": plan.stage,
        "data_sha256": material.sha256,
        "films": dict(material.counts),
        "seed": plan.seed,
        "steps": done.steps,
        "settings": settings,
        "processes": world.size,
        "bf16": world.bf16,
        "parameters": sum(p.numel() for p in opened.model.parameters()),
        "started_from": _origin(plan.start),
        "scores": {"split": "validation, by patient", "films": len(material.side("val")), **scores},
        "history": done.history,
        **record.surroundings(device),
    }


def _origin(start: Path | None) -> dict[str, str]:
    if start is None:
        return {"folder": "", "run": "new weights"}
    run = start / record.NAME
    told = hashlib.sha256(run.read_bytes()).hexdigest() if run.is_file() else "no run.json"
    return {"folder": start.name, "run": told}


def _write(
    plan: Plan, opened: Opening, stage: Stage, tensors: Mapping[str, Tensor], found: dict[str, Any], material: Material
) -> None:
    parts = closing.halved(tensors, stage.parts, plan.half)
    words = getattr(opened.model, "words", None)
    if opened.published and words is not None:
        closing.write_published(plan.out, opened.model.config, words, parts, found)
        return
    sizes = opened.sizes

    def fill(folder: Path) -> None:
        record.write_run(folder, found)
        if "llama" in stage.parts:
            record.write_manifest(folder, sizes, material.licences, found, plan.id or plan.out.name, plan.prepare)

    closing.write(plan.out, sizes, words, parts, fill)
