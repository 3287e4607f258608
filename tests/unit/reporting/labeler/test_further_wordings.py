"""Wordings of an outside reader on which the labeler failed once: lists after a denial, causes, names of failure."""

from __future__ import annotations

import pytest

from tests.unit.reporting.labeler.meaning import meant
from workstation.reporting.presence import Presence

P, A, U = Presence.PRESENT, Presence.ABSENT, Presence.UNCERTAIN

WORDINGS = [
    ("Pleural effusion - absent", {"pleural effusion": A}),
    (
        "Not seen: pneumothorax, effusion, consolidation.",
        {"pneumothorax": A, "pleural effusion": A, "consolidation": A},
    ),
    ("Heart size cannot be assessed due to the large effusion.", {"pleural effusion": P}),
    ("Loculated fluid in the right pleural space.", {"pleural effusion": P}),
    ("Left lower lobe is collapsed.", {"atelectasis": P}),
    ("The right lung is not collapsed.", {}),
    ("Suggestion of mild edema.", {"edema": U}),
    ("Pneumonia is considered unlikely.", {"pneumonia": A}),
    ("No overt failure.", {"edema": A}),
    ("Respiratory failure.", {}),
    ("Atelectasis is favored over pneumonia at the left base.", {"atelectasis": U, "pneumonia": U}),
    ("A right chest wall port terminates in the SVC.", {"support devices": P}),
    ("Rounded mass-like opacity in the lingula.", {"lung lesion": P, "lung opacity": P}),
    ("Mediastinal widening cannot be evaluated.", {"enlarged cardiomediastinum": U}),
    ("Right IJ line has been removed.", {"support devices": A}),
]


@pytest.mark.parametrize(("text", "expected"), WORDINGS)
def test_a_wording_is_read_as_it_is_meant(text, expected):
    assert meant(text) == expected
