"""What a sentence affirms, denies or doubts."""

import pytest

from workstation.reporting.findings import FINDINGS, Presence, mentions

P, A, U = Presence.PRESENT, Presence.ABSENT, Presence.UNCERTAIN


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The heart is enlarged.", {"cardiomegaly": P}),
        ("Heart size is normal.", {"cardiomegaly": A}),
        ("The cardiac silhouette is not enlarged.", {"cardiomegaly": A}),
        ("No pleural effusion or pneumothorax.", {"pleural effusion": A, "pneumothorax": A}),
        ("There is no pneumonia; a small pleural effusion is seen.", {"pneumonia": A, "pleural effusion": P}),
        ("Possible right basal consolidation.", {"consolidation": U}),
        ("The costophrenic angles are sharp.", {"pleural effusion": A}),
        ("Blunting of the right costophrenic angle.", {"pleural effusion": U}),
        ("Pneumothorax is not seen.", {"pneumothorax": A}),
        ("Small pericardial effusion.", {}),
        ("No effusion. There is a large effusion.", {"pleural effusion": P}),
        ("The film is well inspired.", {}),
    ],
)
def test_presence(text, expected):
    assert mentions(text) == expected


def test_every_name_is_from_the_vocabulary():
    assert set(mentions("cardiomegaly, edema, nodules, hernia, fracture, mass, infiltrates")) <= set(FINDINGS)
