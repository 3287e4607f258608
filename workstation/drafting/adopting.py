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
from workstation.catalog.manifest import FOREIGN_GGUF, PUBLISHED
from workstation.catalog.needs import OVERHEAD_BYTES, QUANTISATIONS, SMALL_BYTES
from workstation.reporting.findings import PAPER_SIX
from workstation.vlm.inspection import Inspected
from workstation.vlm.published.prompt import DECODING, DIFFERENTIAL, REPORT

ASKED = ("atelectasis", "cardiomegaly", "consolidation", "edema", "pleural effusion", "pneumothorax")  # by its prompt
UNMEASURED = "A model from elsewhere: nobody has measured it here, its negatives least of all."
SECTIONED = (
    "You are a radiologist. Write the report of this frontal chest radiograph of an adult, with the two sections"
    " FINDINGS: and IMPRESSION:, in plain sentences without lists or bold type."
)


def values(candidate: Candidate, inspected: Inspected) -> dict[str, Any]:
    """Everything of the manifest but ``id`` and ``files``."""
    if candidate.manifest is not None:
        return _own(candidate)
    return {
        **(_foreign if candidate.kind == FOREIGN_GGUF else _published)(candidate, inspected),
        "clinical": False,
        "terms": candidate.terms,
        "source": f"imported from the folder {candidate.folder.name} on {_today()}",
        "deniable": (),
        "accepts": {"views": ("PA", "AP"), "age_years": (18, 120)},
        "decoding": asdict(DECODING),
        "tasks": ("report", "differential", "question"),
    }


def _published(candidate: Candidate, inspected: Inspected) -> dict[str, Any]:
    return {
        "name": f"{candidate.folder.name} (CXR-LLaVA v2)",
        "kind": PUBLISHED,
        "description": "A published CXR-LLaVA checkpoint, read by this program's own code.",
        "statement": f"{UNMEASURED} It is silent on tubes and lines.",
        "findings": ASKED,
        "paper_findings": PAPER_SIX,
        "preprocess": {"side": inspected.side, "method": "clip-centre-crop"},
        "prompts": {"report": REPORT, "differential": DIFFERENTIAL},
        "parameters": dict(inspected.parameters),
        "needs_bytes": _needs(inspected.parameters),
        "backends": ("torch", "llama.cpp"),
        "quantisations": QUANTISATIONS,
    }


def _foreign(candidate: Candidate, inspected: Inspected) -> dict[str, Any]:
    return {
        "name": inspected.name or candidate.folder.name,
        "kind": FOREIGN_GGUF,
        "description": "Another maker's vision model with its own image part, run by llama.cpp.",
        "statement": f"{UNMEASURED} Its prompt stands in its manifest.toml and may be changed there.",
        "preprocess": {"side": inspected.side, "method": "whole"},
        "prompts": {"report": SECTIONED, "differential": DIFFERENTIAL},
        "needs_bytes": candidate.bytes + candidate.bytes // 8 + OVERHEAD_BYTES,
        "backends": ("llama.cpp",),
        "quantisations": (inspected.quantisation,),
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
