"""Decisions about findings -> a sectioned report in our own sentences: what the language model learns to write.

No side (labels have none), no size, no comparison, no devices, no word of normality. A denial is written only for a
finding in the ``absent`` list, which holds deniable findings alone (clinical-safety rule 2).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from workstation.reporting.findings import Presence


@dataclass(frozen=True, slots=True)
class Decisions:
    """Findings by what is to be said of them; those in no list are not mentioned."""

    present: tuple[str, ...] = ()
    uncertain: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()

    def presence(self, finding: str) -> Presence:
        for names, word in ((self.present, Presence.PRESENT), (self.uncertain, Presence.UNCERTAIN)):
            if finding in names:
                return word
        return Presence.ABSENT if finding in self.absent else Presence.NOT_MENTIONED


ORDER = (
    "consolidation", "pneumonia", "infiltration", "lung opacity", "edema", "atelectasis", "nodule", "mass", "fibrosis",
    "emphysema", "pleural effusion", "pleural thickening", "pneumothorax", "cardiomegaly", "hernia",
)  # fmt: skip
NAMES = {
    "infiltration": "an infiltrate",
    "lung opacity": "a lung opacity",
    "nodule": "a pulmonary nodule",
    "mass": "a pulmonary mass",
    "pleural effusion": "a pleural effusion",
    "pneumothorax": "a pneumothorax",
    "edema": "pulmonary edema",
    "hernia": "a hernia",
    "cardiomegaly": "cardiomegaly",
}
PRESENT = {
    "consolidation": ("There is consolidation.", "Consolidation is seen in the lung.", "The lung shows consolidation."),
    "pneumonia": ("The appearance is that of pneumonia.", "There is pneumonia.", "Changes of pneumonia are present."),
    "infiltration": ("An infiltrate is seen.", "There is an infiltrate in the lung.", "The lung shows an infiltrate."),
    "lung opacity": ("There is a lung opacity.", "An opacity is seen in the lung.", "The lung shows an opacity."),
    "edema": ("There is pulmonary edema.", "The lungs show edema.", "Pulmonary edema is present."),
    "atelectasis": ("There is atelectasis.", "Atelectasis is seen.", "The lung shows atelectasis."),
    "nodule": ("There is a pulmonary nodule.", "A nodule is seen in the lung.", "The lung shows a nodule."),
    "mass": ("There is a pulmonary mass.", "A mass is seen.", "The film shows a pulmonary mass."),
    "fibrosis": ("There is fibrosis.", "Fibrotic change is seen.", "The lungs show fibrosis."),
    "emphysema": ("There is emphysema.", "The lungs show emphysema.", "Emphysema is seen."),
    "pleural effusion": ("There is a pleural effusion.", "A pleural effusion is seen.", "Pleural fluid is present."),
    "pleural thickening": ("There is pleural thickening.", "The pleura is thickened.", "Pleural thickening is seen."),
    "pneumothorax": ("There is a pneumothorax.", "A pneumothorax is seen.", "A pneumothorax is present."),
    "cardiomegaly": ("The heart is enlarged.", "There is cardiomegaly.", "The cardiac silhouette is enlarged."),
    "hernia": ("There is a hiatal hernia.", "A hernia is seen.", "A hiatal hernia is present."),
}
UNCERTAIN = ("There may be {}.", "There might be {}.", "The film is suspicious for {}.")
_ABSENT = ("There is no {}.", "No {} is seen.", "No {} is identified.")
NOTHING = (
    "This draft names nothing on this film, which does not exclude disease.",
    "Nothing is named here, and disease is not excluded by that.",
)
NOTHING_IMPRESSION = "Nothing named by this draft; disease is not excluded."


def write(decisions: Decisions, chance: random.Random) -> str:
    """One report in ``FINDINGS:`` and ``IMPRESSION:`` sections, phrased by ``chance``."""
    return f"FINDINGS:\n{' '.join(_findings(decisions, chance))}\n\nIMPRESSION:\n{impression(decisions)}"


def _findings(decisions: Decisions, chance: random.Random) -> list[str]:
    sentences = [chance.choice(PRESENT[name]) for name in ordered(decisions.present)]
    if decisions.uncertain:
        sentences.append(_sentence(chance.choice(UNCERTAIN), _series(decisions.uncertain, "and", NAMES)))
    if decisions.absent:
        sentences.append(_sentence(chance.choice(_ABSENT), _series(decisions.absent, "or", {})))
    if not decisions.present and not decisions.uncertain:
        sentences.append(chance.choice(NOTHING))
    return sentences


def impression(decisions: Decisions) -> str:
    """The findings named, in one or two short sentences."""
    lines = []
    if decisions.present:
        lines.append(_sentence("{}.", _series(decisions.present, "and", {})))
    if decisions.uncertain:
        lines.append(_sentence("Possible {}.", _series(decisions.uncertain, "and", {})))
    return " ".join(lines) or NOTHING_IMPRESSION


def _series(names: Sequence[str], joint: str, articles: dict[str, str]) -> str:
    *most, last = [articles.get(name, name) for name in ordered(names)]
    return f"{', '.join(most)} {joint} {last}" if most else last


def ordered(names: Sequence[str]) -> list[str]:
    """As a report goes through the chest."""
    return sorted(names, key=ORDER.index)


def _sentence(pattern: str, filling: str) -> str:
    text = pattern.format(filling)
    return text[0].upper() + text[1:]


def corpus(findings: Sequence[str], deniable: Sequence[str], count: int, seed: int) -> list[str]:
    """Reports about decisions drawn at random: the text that the vocabulary is learnt from."""
    chance = random.Random(seed)
    return [write(draw(findings, deniable, chance), chance) for _ in range(count)]


def draw(findings: Sequence[str], deniable: Sequence[str], chance: random.Random) -> Decisions:
    """Decisions about nothing in particular."""
    picked = {name: chance.choices(("present", "uncertain", "none"), (1, 1, 4))[0] for name in findings}
    present = tuple(name for name, word in picked.items() if word == "present")
    uncertain = tuple(name for name, word in picked.items() if word == "uncertain")
    silent = [name for name in deniable if picked.get(name) == "none"]
    return Decisions(present, uncertain, tuple(name for name in silent if chance.random() < 0.6))
