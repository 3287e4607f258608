"""The vocabulary of findings, and what a text may say of each.

Names are CONTRACT's: the 14 of CheXpert (Irvin 2019) and the further classes of NIH ChestX-ray14 (Wang 2017).
"""

from __future__ import annotations

from enum import StrEnum

CHEXPERT = (
    "no finding",
    "enlarged cardiomediastinum",
    "cardiomegaly",
    "lung opacity",
    "lung lesion",
    "edema",
    "consolidation",
    "pneumonia",
    "atelectasis",
    "pneumothorax",
    "pleural effusion",
    "pleural other",
    "fracture",
    "support devices",
)
NIH_FURTHER = ("infiltration", "mass", "nodule", "emphysema", "fibrosis", "pleural thickening", "hernia")
FINDINGS = CHEXPERT + NIH_FURTHER
PAPER_SIX = ("cardiomegaly", "consolidation", "edema", "pleural effusion", "pneumonia", "pneumothorax")


class Presence(StrEnum):
    """What a text says of a finding."""

    PRESENT = "present"
    ABSENT = "absent"
    UNCERTAIN = "uncertain"
    NOT_MENTIONED = "not mentioned"
