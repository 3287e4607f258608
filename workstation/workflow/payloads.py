"""What the log's events say of drafts, decisions and versions: codes and numbers, never words or names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workstation.reporting.draft import Draft
from workstation.reporting.report import SECTIONS
from workstation.workflow.version import Version


def of_draft(draft: Draft) -> dict[str, Any]:
    """Of a finished draft: which weights, where, how long, how it ended."""
    model, seconds = draft.model, draft.seconds
    return {
        "model": model.id,
        "model_sha256": model.sha256,
        "backend": model.backend,
        "device": model.device,
        "quantisation": model.quantisation,
        "seed": draft.seed,
        "tokens": draft.tokens,
        "sentences": len(draft.sentences),
        "stopped_by": draft.stopped_by,
        "override": draft.override,
        "seconds_load": seconds.load,
        "seconds_encode": seconds.encode,
        "seconds_first_token": seconds.first_token,
        "seconds_total": seconds.total,
    }


def of_decision(version: Version, stated: bool) -> dict[str, Any]:
    """Of a decision: what it was, whether the reader stated it, and the difference to the draft in numbers."""
    return {
        "decision": version.decision.value if version.decision else None,
        "stated": stated,
        "grade": version.grade.value if version.grade else None,
        "draft": version.draft_id,
        "difference": version.difference,
        "characters": characters(version.sections),
    }


def characters(sections: Mapping[str, str]) -> dict[str, int]:
    """The length of each known section; a section under a name of the reader's own counts as other."""
    counts: dict[str, int] = {}
    for name, text in sections.items():
        known = name if name in SECTIONS else "other"
        counts[known] = counts.get(known, 0) + len(text)
    return counts


def of_version(version: Version) -> dict[str, Any]:
    """Of a signed version: its number and fingerprint."""
    return {
        "number": version.number,
        "text_sha256": version.text_sha256,
        "research": version.research,
        "role": version.signature.role,
        "exports": len(version.exports),
    }


def of_recall(version: Version) -> dict[str, Any]:
    """Of a version that was called back: which document of the store it is."""
    return {"number": version.number, "document": version.document, "text_sha256": version.text_sha256}
