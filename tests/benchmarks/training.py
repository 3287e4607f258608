"""Films a second of our training loop beside a plain PyTorch loop over the same model, films, augmentation and batch.

The peer is the loop that a tutorial would write: draw, augment, forward, backward, clip, AdamW. Ours also keeps the
moving average, writes each loss down and could be killed at any step.
"""

from __future__ import annotations

import contextlib
import io
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

NAME = "training"
STEPS, BATCH, ROUNDS = 6, 16, 5
MOST_TIMES = 1.0


def run() -> dict[str, Any]:
    """Milliseconds a film, ours and the peer's in turns."""
    with tempfile.TemporaryDirectory() as folder:
        material = _material(Path(folder))
        ours, peer = [], []
        for turn in range(ROUNDS):
            ours.append(_ours(material, Path(folder) / f"run{turn}"))
            peer.append(_peer(material))
    mine, other = min(ours), min(peer)  # whatever else the machine does only adds
    return {
        "name": "training a small encoder",
        "ours": mine,
        "peer": other,
        "ratio": mine / other,
        "unit": "ms/film",
        "peer_name": "a plain PyTorch loop",
        "bound": MOST_TIMES,
        "note": f"batch {BATCH}, {STEPS} steps, best of {ROUNDS}, 128 x 128",
    }


def _material(folder: Path) -> Any:
    """64 films of noise, packed."""
    from workstation.imaging.encode import write_png
    from workstation.reporting.findings import Presence
    from workstation.vlm.training.datasets.sample import Dataset, Sample
    from workstation.vlm.training.material import gather

    chance, samples = np.random.default_rng(0), []
    for number in range(64):
        path = folder / f"{number}.png"
        write_png(path, chance.integers(0, 256, (224, 224), dtype=np.uint8))
        found = {"edema": Presence.PRESENT if number % 2 else Presence.ABSENT}
        samples.append(Sample("noise", path, f"p{number}", found))
    dataset = Dataset("noise", folder, "CC0", len(samples), tuple(samples))
    return gather([dataset], folder / "work", (1.0, 0.0, 0.0), False)


def _model() -> Any:
    import torch

    from workstation.vlm.config import LlamaConfig, ModelConfig
    from workstation.vlm.model import CxrLlava

    torch.manual_seed(0)
    return CxrLlava(ModelConfig(llama=LlamaConfig(8, 8, 8, 1, 1, 1), mirrored=False, findings=("edema",)))


def _ours(material: Any, folder: Path) -> float:
    import torch

    from workstation.vlm.training import loop
    from workstation.vlm.training.feed import Feed
    from workstation.vlm.training.stages.encoder import EncoderStage
    from workstation.vlm.training.state import Schedule, State
    from workstation.vlm.training.watch import Watch
    from workstation.vlm.training.world import World, _bf16

    stage = EncoderStage(_model(), material, "findings", "ignore", 1.0)
    schedule, folder = Schedule(1, STEPS + 2, 1e-3), folder.absolute()
    folder.mkdir()
    stage.lesson.to(memory_format=torch.channels_last)  # as `conduct` does
    state = State(stage.lesson, schedule, folder / "encoder.safetensors")
    feed = Feed(material.side("train"), BATCH, 1, 0, 1, 0, stage.batch)
    begin = [0.0]
    with contextlib.redirect_stderr(io.StringIO()):
        watch = Watch("encoder", folder, schedule, 0, BATCH)

        def told(step: int, loss: float) -> None:
            watch(step, loss)
            if step == 2:  # two steps to warm up
                begin[0] = time.perf_counter()
            if step == STEPS + 2:
                begin[0] = time.perf_counter() - begin[0]

        loop.run(stage.lesson, feed, state, World(bf16=_bf16("cpu", "auto")), loop.Pace(), told, 0)
        feed.close()
        watch.close()
    return begin[0] * 1e3 / (STEPS * BATCH)


def _peer(material: Any) -> float:
    import torch
    import torch.nn.functional as F

    from workstation.vlm.training.augment import augment
    from workstation.vlm.training.world import _bf16

    model = _model()
    assert model.finding_head is not None
    seen = [*model.vision_tower.parameters(), *model.finding_head.parameters()]
    optimiser = torch.optim.AdamW(seen, 1e-3, weight_decay=0.05)
    films = torch.from_numpy(np.stack([material.film(n, 128) for n in range(len(material.samples))]))
    answers = torch.tensor([[float(n % 2)] for n in range(len(films))])
    generator, begin = torch.Generator().manual_seed(0), 0.0
    for step in range(STEPS + 2):
        if step == 2:
            begin = time.perf_counter()
        chosen = torch.randint(0, len(films), (BATCH,), generator=generator)
        batch = augment(films[chosen], generator)
        with torch.autocast("cpu", torch.bfloat16, enabled=_bf16("cpu", "auto")):
            logits = model.finding_head(model.image_tokens(batch))
        loss = F.binary_cross_entropy_with_logits(logits.float(), answers[chosen])
        loss.backward()
        torch.nn.utils.clip_grad_norm_(seen, 1.0)
        optimiser.step()
        optimiser.zero_grad()
        loss.item()
    return (time.perf_counter() - begin) * 1e3 / (STEPS * BATCH)
