"""An evidence map of the bundled model, warm: all covered films in batches beside the same films one after the other.

The one after the other is what a plain occlusion does; the maps are equal. Seconds, the calmest round of each.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

NAME = "evidence"
UNIT = "s"
ROUNDS = 3
MOST_S = 2.0


def run() -> dict[str, Any]:
    """Seconds of one map on this machine's cores."""
    from workstation.paths import bundled_models
    from workstation.vlm import occlusion
    from workstation.vlm.device import all_threads
    from workstation.vlm.model import CxrLlava

    model = CxrLlava.load(bundled_models() / "cxr-llava-mini")
    picture, finding = _film(model.config.vision.image_size), model.config.findings[0]

    def draw(batch: int) -> Callable[[], Any]:
        def drawn() -> Any:
            occlusion.BATCH = batch
            return occlusion.occlusion(model, picture, finding)

        return drawn

    ways = [draw(occlusion.BATCH), draw(1)]
    with all_threads():
        rounds = [[_seconds(way) for way in ways] for _ in range(ROUNDS)]
    ours, peer = (min(each) for each in zip(*rounds, strict=True))
    return {
        "ours": ours,
        "peer": peer,
        "ratio": ours / peer,
        "unit": UNIT,
        "peer_name": "film by film",
        "bound": 1.0,
        "bound_ours": MOST_S,
        "note": f"2 x {occlusion.GRID} x {occlusion.GRID} covered films",
    }


def _film(side: int) -> Any:
    """Smooth noise without black margins, which would be passed over."""
    import numpy as np

    rows, columns = np.mgrid[0:side, 0:side].astype(np.float32)
    shape = 120 + 60 * np.sin(rows / 9) * np.cos(columns / 7)
    return np.clip(shape + np.random.default_rng(5).normal(0, 10, shape.shape), 1, 255).astype(np.uint8)


def _seconds(way: Callable[[], Any]) -> float:
    began = time.perf_counter()
    way()
    return time.perf_counter() - began
