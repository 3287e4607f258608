"""A folder that was found good -> what its manifest will say: kind, films and ages, prompts, memory, what it may claim.

A model from elsewhere is never clinical by its own word (clinical-safety 1), and nothing of it counts as measured
here. Knows no pixels and copies nothing.
"""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from workstation.catalog import manifest as manifests
from workstation.catalog.candidate import Candidate
from workstation.catalog.manifest import PUBLISHED
from workstation.catalog.needs import OVERHEAD_BYTES, QUANTISATIONS, SMALL_BYTES
from workstation.reporting.findings import PAPER_SIX
from workstation.vlm.inspection import Inspected
from workstation.vlm.published.prompt import DECODING, DIFFERENTIAL, REPORT

ASKED = ("atelectasis", "cardiomegaly", "consolidation", "edema", "pleural effusion", "pneumothorax")  # by its prompt
UNMEASURED = "A model from elsewhere: nobody has measured it here, its negatives least of all. It is silent on tubes."


def values(candidate: Candidate, inspected: Inspected) -> dict[str, Any]:
    """Everything of the manifest but ``id`` and ``files``."""
    if candidate.manifest is not None:
        return _own(candidate)
    return {
        **_published(candidate, inspected),
        "terms": candidate.terms,
        "source": f"imported from the folder {candidate.folder.name} on {_today()}",
        "parameters": dict(inspected.parameters),
        "needs_bytes": _needs(inspected.parameters),
        "backends": ["torch", "llama.cpp"],
        "quantisations": list(QUANTISATIONS),
    }


def _published(candidate: Candidate, inspected: Inspected) -> dict[str, Any]:
    return {
        "name": f"{candidate.folder.name} (CXR-LLaVA v2)",
        "kind": PUBLISHED,
        "clinical": False,
        "description": "A published CXR-LLaVA checkpoint, read by this program's own code.",
        "statement": UNMEASURED,
        "findings": ASKED,
        "deniable": (),
        "paper_findings": PAPER_SIX,
        "preprocess": {"side": inspected.side, "method": "clip-centre-crop"},
        "accepts": {"views": ("PA", "AP"), "age_years": (18, 120)},
        "decoding": asdict(DECODING),
        "tasks": ("report", "differential", "question"),
        "prompts": {"report": REPORT, "differential": DIFFERENTIAL},
    }


def _own(candidate: Candidate) -> dict[str, Any]:
    found = tomllib.loads((candidate.folder / manifests.NAME).read_text(encoding="utf-8"))
    return {key: value for key, value in found.items() if key not in ("id", "files")} | {"clinical": False}


def _needs(counts: Mapping[str, int]) -> int:
    """Where it runs best: a small one in float32, a large one in 16 bits."""
    exact = 4 * sum(counts.values()) + OVERHEAD_BYTES
    return exact if exact <= SMALL_BYTES else 2 * sum(counts.values()) + OVERHEAD_BYTES


def _today() -> str:
    return datetime.datetime.now(datetime.UTC).date().isoformat()
