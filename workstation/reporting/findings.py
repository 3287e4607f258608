"""Findings: their names, and which of them a text affirms, denies or doubts.

The one door for rooms that read sentences; the reading itself is the labeler's.
"""

from __future__ import annotations

from workstation.reporting.labeler import mentions
from workstation.reporting.presence import CHEXPERT, FINDINGS, NIH_FURTHER, PAPER_SIX, Presence

__all__ = ["CHEXPERT", "FINDINGS", "NIH_FURTHER", "PAPER_SIX", "Presence", "mentions"]
