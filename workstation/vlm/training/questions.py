"""Decisions about findings -> a question on the film and our own answer to it: the paper's other two tasks.

An answer says of a finding what the report would say. What the model does not judge (devices, sides, sizes, change,
other diseases, the patient) is answered by `NOT_ASSESSED`, and a score between naming and denying by `BETWEEN`.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from workstation.reporting.findings import Presence
from workstation.vlm.prompt import DIFFERENTIAL
from workstation.vlm.training.grammar import NAMES, ORDER, PRESENT, UNCERTAIN, Decisions, impression, ordered

NOT_ASSESSED = "Not assessed by this model."
BETWEEN = "The score lies in between: this model neither names nor excludes it."
MOST_EXPLAINED = 3
NO_DIFFERENTIAL = "Nothing is named here from which a differential could be drawn; disease is not excluded."

_IS_THERE = (
    "Is there {}?", "Does this film show {}?", "Do you see {}?", "Is {} present?", "Can you see {} here?",
    "Does the patient have {}?", "Is there any sign of {}?", "Is there evidence of {}?", "What about {}?",
)  # fmt: skip
_OTHER_NAMES = {
    "cardiomegaly": ("an enlarged heart", "enlargement of the heart"),
    "edema": ("edema", "pulmonary congestion"),
    "pleural effusion": ("an effusion", "pleural fluid"),
    "lung opacity": ("an opacity",),
    "infiltration": ("infiltration", "infiltrates"),
    "nodule": ("a nodule",),
    "mass": ("a mass",),
    "emphysema": ("signs of emphysema",),
    "consolidation": ("a consolidation",),
}
_FURTHER = {
    "cardiomegaly": ("Is the heart enlarged?", "Is the heart too big?", "How is the heart size?"),
    "pleural effusion": ("Is there fluid in the pleural space?",),
    "pleural thickening": ("Is the pleura thickened?",),
    "edema": ("Are the lungs congested?",),
}
_OPEN = (
    "What does this film show?", "What are the findings?", "Describe the film.", "What is abnormal?",
    "What is the impression?", "Summarize the film.", "What do you see?", "Is anything wrong?",
)  # fmt: skip
_DIFFERENTIALS = (
    DIFFERENTIAL, "What is the differential diagnosis?", "What could explain these findings?",
    "Which diseases are possible?", "What could be the cause?",
)  # fmt: skip
_UNJUDGED_THINGS = (
    "a fracture", "a rib fracture", "a tube", "a catheter", "a central line", "a pacemaker", "a drain", "free air",
    "tuberculosis", "COVID-19", "cancer", "a metastasis", "an aneurysm", "scoliosis", "a foreign body",
    "lymphadenopathy", "a widened mediastinum", "a pneumomediastinum", "calcification", "a cavity", "an abscess",
    "a pulmonary embolism", "sarcoidosis", "asthma", "a lung lesion", "pleural plaques",
)  # fmt: skip
_UNJUDGED = (
    "How old is the patient?", "Is this a man or a woman?", "On which side is it?", "Where is it?", "Which lobe?",
    "How large is it?", "Has it changed?", "Is it new?", "Is it better than before?", "Is the tube in place?",
    "Where is the tip of the catheter?", "Is this film normal?", "Can disease be excluded?", "Is the patient healthy?",
    "How is the bone?", "Are the ribs intact?", "Is the mediastinum normal?", "How are the hila?", "Is the aorta wide?",
    "What is the prognosis?", "Which treatment is needed?", "Should the patient go home?", "Is surgery needed?",
    "Is the film rotated?", "Was the inspiration deep?", "How severe is it?", "Is it acute?", "What is the name?",
    "When was the film taken?", "What is the weather?", "Who are you?", "How does the diaphragm look?",
)  # fmt: skip
_CAUSES = {  # in words that name no further finding
    "consolidation": "bacterial disease, aspiration or hemorrhage",
    "pneumonia": "bacteria, viruses or aspiration",
    "infiltration": "bacterial disease, aspiration or inflammation",
    "lung opacity": "bacterial disease, aspiration or cancer",
    "edema": "cardiac disease, kidney failure or acute lung injury",
    "atelectasis": "shallow breath, mucus or an obstructed bronchus",
    "nodule": "granuloma, cancer or an old scar",
    "mass": "cancer, abscess or granuloma",
    "fibrosis": "old inflammation, radiation or dust",
    "emphysema": "smoking or hereditary disease",
    "pleural effusion": "cardiac disease, inflammation or cancer",
    "pleural thickening": "old inflammation, asbestos or cancer",
    "pneumothorax": "injury, a burst bulla or a procedure",
    "cardiomegaly": "cardiomyopathy, valve disease or pericardial fluid",
    "hernia": "a wide hiatus",
}


def ask(decisions: Decisions, assessed: Sequence[str], chance: random.Random) -> tuple[str, str]:
    """One question and its answer about a film of which `decisions` says what can be said."""
    kind = chance.random()
    if kind < 0.5:
        return _about(chance.choice(assessed), decisions, chance)
    if kind < 0.65:
        return chance.choice(_OPEN), impression(decisions)
    if kind < 0.8:
        return chance.choice(_DIFFERENTIALS), differential(decisions)
    return _unjudged(assessed, chance), NOT_ASSESSED


def _about(finding: str, decisions: Decisions, chance: random.Random) -> tuple[str, str]:
    return _question(finding, chance), answer(finding, decisions, chance)


def _question(finding: str, chance: random.Random) -> str:
    if finding in _FURTHER and chance.random() < 0.25:
        return chance.choice(_FURTHER[finding])
    named = chance.choice((NAMES.get(finding, finding), finding, *_OTHER_NAMES.get(finding, ())))
    return chance.choice(_IS_THERE).format(named)


def answer(finding: str, decisions: Decisions, chance: random.Random) -> str:
    """What is said of one assessed finding."""
    presence = decisions.presence(finding)
    if presence is Presence.PRESENT:
        return f"Yes. {chance.choice(PRESENT[finding])}"
    if presence is Presence.UNCERTAIN:
        return f"Possibly. {chance.choice(UNCERTAIN).format(NAMES.get(finding, finding))}"
    return f"No {finding} is seen." if presence is Presence.ABSENT else BETWEEN


def differential(decisions: Decisions) -> str:
    """Causes of at most `MOST_EXPLAINED` named findings, the surer ones first, in the report's order."""
    sure = [f"{name.capitalize()}: {_CAUSES[name]}." for name in ordered(decisions.present)]
    doubtful = [f"Possible {name}: {_CAUSES[name]}." for name in ordered(decisions.uncertain)]
    return " ".join([*sure, *doubtful][:MOST_EXPLAINED]) or NO_DIFFERENTIAL


def _unjudged(assessed: Sequence[str], chance: random.Random) -> str:
    silent = [name for name in ORDER if name not in assessed]
    if chance.random() < 0.5:
        return chance.choice(_UNJUDGED)
    named = [*_UNJUDGED_THINGS, *silent * 3]
    return chance.choice(_IS_THERE).format(chance.choice(named))
