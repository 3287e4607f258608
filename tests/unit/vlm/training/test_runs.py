"""Any step may be the last: killed, stopped, out of disk, out of memory, not a number; and two processes are as one."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.unit.vlm.training.tiny import losses, plan
from workstation.errors import TrainingError
from workstation.vlm.training.conduct import conduct
from workstation.vlm.training.loop import Pace, Schedule, run
from workstation.vlm.training.stages.lesson import Lesson
from workstation.vlm.training.state import State
from workstation.vlm.training.world import World

ROOT = Path(__file__).resolve().parents[4]
STAGES = ("encoder", "contrast", "finetune")


def start(code, *words, **more):
    """A Python of its own, in the program's folder."""
    surroundings = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT), **more}
    return subprocess.Popen(
        [sys.executable, *words, code], cwd=ROOT, env=surroundings, stderr=subprocess.PIPE, text=True
    )


def conducting(folder, stage, more="", act="conduct(chosen)"):
    return (
        "from pathlib import Path; import time\n"
        "from tests.unit.vlm.training.tiny import plan\n"
        "from workstation.vlm.training.conduct import conduct\n"
        f"chosen = plan(Path({str(folder)!r}), {stage!r}, {more})\n{act}\n"
    )


def when(there, seconds=120.0):
    end = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.01)


def rows(path):
    return len(path.read_text().splitlines()) - 1 if path.exists() else 0


@pytest.mark.slow
def test_a_run_that_is_killed_goes_on_with_the_losses_of_an_unbroken_one(tmp_path):
    whole = plan(tmp_path, "finetune", work=tmp_path / "whole", steps=60, save_steps=7)
    conduct(whole)
    work = tmp_path / "killed"
    process = start(conducting(tmp_path, "finetune", f"work=Path({str(work)!r}), steps=60, save_steps=7"), "-c")
    when(lambda: rows(work / "finetune-losses.csv") >= 17)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL and rows(work / "finetune-losses.csv") < 60
    conduct(replace(whole, work=work))
    assert losses(work, "finetune") == losses(tmp_path / "whole", "finetune")
    assert (tmp_path / "finetune" / "model.safetensors").exists()


@pytest.mark.parametrize("stage", ["encoder", "contrast"])
def test_a_check_on_the_way_changes_nothing_of_what_follows(tmp_path, stage):
    for name, every in (("checked", 2), ("unchecked", 1000)):
        conduct(plan(tmp_path, stage, work=tmp_path / name, steps=6, check=every, dropout=0.3))
    assert losses(tmp_path / "checked", stage) == losses(tmp_path / "unchecked", stage)


@pytest.mark.slow
def test_a_run_that_is_asked_to_stop_saves_and_says_how_to_go_on(tmp_path):
    work = tmp_path / "work"
    told = (
        "from workstation.errors import TrainingError\n"
        "try:\n    conduct(chosen)\n"
        "except TrainingError as e:\n    raise SystemExit(f'{e.code}: {e}')"
    )
    process = start(conducting(tmp_path, "encoder", "steps=100000", told), "-c")
    when(lambda: rows(work / "encoder-losses.csv") >= 3)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 1 and "stopped: Training was stopped and saved after step" in said
    assert (work / "encoder.safetensors").exists() and (work / "encoder-curves.png").exists()


@pytest.mark.slow
def test_two_processes_have_the_losses_of_one(tmp_path):
    """Same global batch, gradients summed over gloo: equal to 2e-4 of each loss in float32; sharded (FSDP) too."""
    alone = {"work": tmp_path / "one", "dropout": 0.0, "augment": 0.5, "steps": 6}
    for stage in STAGES:
        conduct(plan(tmp_path, stage, **alone))
    script = tmp_path / "two.py"
    script.write_text(
        "from pathlib import Path\nimport torch\ntorch.distributed.init_process_group('gloo')\n"
        "from tests.unit.vlm.training.tiny import plan\n"
        "from workstation.vlm.training.conduct import conduct\n"
        f"here = Path({str(tmp_path)!r})\n"
        f"for stage in {STAGES!r}:\n"
        "    conduct(plan(here, stage, work=here / 'two', dropout=0.0, augment=0.5, steps=6))\n"
        "conduct(plan(here, 'finetune', work=here / 'parts', dropout=0.0, augment=0.5, steps=6, shard=True))\n"
    )
    words = ("-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2")
    process = start(str(script), *words)
    _, said = process.communicate(timeout=280)
    assert process.returncode == 0, said[-2000:]
    for stage, other in [*((stage, "two") for stage in STAGES), ("finetune", "parts")]:
        one, two = (np.array(losses(tmp_path / each, stage), float) for each in ("one", other))
        assert len(one) == 6 and np.allclose(one, two, rtol=2e-4), (stage, other, one, two)


class Line(Lesson):
    """One weight, so that a step costs nothing."""

    def __init__(self):
        super().__init__(torch.nn.Linear(1, 1), ())
        self.weight = torch.nn.Parameter(torch.ones(64, 64))

    def forward(self, batch):
        return (self.weight @ batch["x"]).pow(2).sum().unsqueeze(0)


def feed(step):
    return [{"x": torch.full((64, 1), 0.1), "count": torch.ones(1)}]


def runs(folder, lesson, steps=6, source=feed, pace=Pace(1)):  # noqa: B008
    state = State(lesson, Schedule(1, steps, 1e-2), folder / "line.safetensors")
    state.resume()
    told = []
    run(lesson, source, state, World(), pace, lambda step, loss: told.append(loss), 0)
    return told


def test_a_loss_that_is_no_number_stops_before_the_weights_are_spoilt(tmp_path):
    lesson = Line()

    def spoilt(step):
        return [{"x": torch.full((64, 1), float("nan") if step == 3 else 0.1), "count": torch.ones(1)}]

    with pytest.raises(TrainingError, match="step 4") as caught:
        runs(tmp_path, lesson, source=spoilt)
    assert caught.value.code == "loss" and bool(lesson.weight.isfinite().all())
    assert runs(tmp_path, Line()) and State(Line(), Schedule(1, 6, 1e-2), tmp_path / "line.safetensors").resume()


def test_memory_that_gives_out_is_told_with_a_remedy(tmp_path):
    class Greedy(Line):
        def forward(self, batch):
            return super().forward(batch) + torch.empty(1 << 60).sum()

    with pytest.raises(TrainingError, match="--batch") as caught:
        runs(tmp_path, Greedy())
    assert caught.value.code == "memory"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits of file sizes are POSIX's")
def test_a_full_disk_in_mid_checkpoint_keeps_the_earlier_one(tmp_path):
    """A limit on the size of files makes the very write fail that a full disk would."""
    import resource

    runs(tmp_path, Line(), steps=2)
    before = (tmp_path / "line.safetensors").read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limits[1]))
    try:
        with pytest.raises(TrainingError, match="could not be written") as caught:
            runs(tmp_path, Line(), steps=9)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, old)
    assert caught.value.code == "disk" and (tmp_path / "line.safetensors").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["line.safetensors"]
    assert len(runs(tmp_path, Line(), steps=9)) == 7


def test_accumulated_parts_are_the_whole_batch(tmp_path):
    one, four = (
        plan(tmp_path, "encoder", work=tmp_path / f"{n}", accumulate=n, dropout=0.0, augment=0.0) for n in (1, 4)
    )
    conduct(one)
    conduct(four)
    found = [np.array(losses(tmp_path / each, "encoder"), float) for each in ("1", "4")]
    assert np.allclose(*found, rtol=1e-4)


def test_a_checkpoint_of_other_settings_is_refused(tmp_path):
    conduct(plan(tmp_path, "encoder", steps=2))
    with pytest.raises(TrainingError, match="other settings") as caught:
        conduct(plan(tmp_path, "encoder", steps=2, seed=1))
    assert caught.value.code == "checkpoint"
