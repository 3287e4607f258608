"""A finding that the encoder scores positive -> `Evidence`: which regions of the film change its score.

Never for a negative finding, never for a model without a finding head, never a map that contradicts itself
(clinical-safety 8). Knows no pipe.
"""

from __future__ import annotations

import time

import numpy as np

from workstation.drafting.composing import HEAD_THRESHOLD
from workstation.drafting.endings import Stopped
from workstation.drafting.loading import Loaded
from workstation.drafting.messages import EvidenceRequest
from workstation.drafting.seeing import Sight
from workstation.drafting.sheet import Sheet
from workstation.drafting.writing import created_now, judged
from workstation.errors import ModelError
from workstation.imaging.orientation import from_standard, stands_sideways
from workstation.imaging.prepare import placed
from workstation.reporting.draft import Evidence
from workstation.vlm.occlusion import agreement

LEAST_AGREEMENT = 0.2  # two of three maps of random weights stay below it, and one in ten of the bundled model


def show(sheet: Sheet, request: EvidenceRequest, loaded: Loaded, sight: Sight) -> Evidence:
    """Everything after the model is in memory; raises as `Engine.evidence`."""
    sheet.tell("encoding", loaded.describe.device)
    seen = sight.again(sheet, loaded)
    scores = judged(seen.encoded.probabilities, sheet.manifest)
    if request.finding not in scores:
        raise _refused(f"This model has no score for {request.finding}, so nothing can be shown of it.", "no_evidence")
    score = scores[request.finding]
    if score < sheet.manifest.thresholds.get(request.finding, HEAD_THRESHOLD):
        raise _refused(f"The score does not speak for {request.finding}: there is nothing to show.", "negative")
    sheet.tell("covering", request.finding)
    grid, rectangle = _map(sheet, request.finding, loaded, seen.picture)
    return Evidence(
        request.finding,
        score,
        tuple(tuple(round(float(drop), 5) for drop in row) for row in grid),
        rectangle,
        loaded.describe,
        seen.pixel_sha256,
        round(time.perf_counter() - sheet.since, 4),
        created_now(),
    )


def _map(
    sheet: Sheet, finding: str, loaded: Loaded, picture: np.ndarray
) -> tuple[np.ndarray, tuple[float, float, float, float]]:
    """The grid turned as the film is stored, and what it covers there."""
    instance, how = sheet.instance, sheet.manifest.preprocess
    sideways = stands_sideways(instance)
    size = (instance.columns, instance.rows) if sideways else (instance.rows, instance.columns)
    where = placed(*size, how.side, how.method)
    maps = loaded.occlusion(picture, finding, where.box, sheet.stop)
    if not maps.size:
        raise Stopped
    if agreement(maps) < LEAST_AGREEMENT:
        raise _refused(
            "Two ways of covering this film disagree about this finding: a map of it would mislead.", "unstable"
        )
    drops = maps.mean(0)
    row0, col0, row1, col1 = where.rectangle
    return from_standard(drops, instance), (col0, row0, col1, row1) if sideways else (row0, col0, row1, col1)


def _refused(message: str, code: str) -> ModelError:
    return ModelError(message, "Ask about a finding that the draft names and the model scores.", code)
