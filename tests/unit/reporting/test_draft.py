"""A draft survives its JSON, today's and tomorrow's."""

import json

from workstation.reporting.draft import Decoding, Draft, DraftModel, DraftSeconds, DraftSentence

DRAFT = Draft(
    findings="The heart is enlarged.",
    impression="Cardiomegaly.",
    text="FINDINGS:\nThe heart is enlarged.\n\nIMPRESSION:\nCardiomegaly.\n",
    not_assessed=("fracture",),
    sentences=(DraftSentence("The heart is enlarged.", "findings", 0.8, ("cardiomegaly",)),),
    probabilities={"cardiomegaly": 0.8},
    model=DraftModel("toy", "00", "torch", "cpu", "F32"),
    prompt="<image>",
    decoding=Decoding(0.0, 1.0, 0, 64),
    seed=7,
    pixel_sha256="aa",
    seconds=DraftSeconds(0.1, 0.2, 0.3, 0.4),
    tokens=9,
    stopped_by="end",
    warnings=(),
)


def test_round_trip():
    assert Draft.from_json(json.loads(json.dumps(DRAFT.to_json()))) == DRAFT


def test_keys_of_a_newer_version_are_ignored():
    value = DRAFT.to_json()
    value["from_the_future"] = 1
    value["model"]["from_the_future"] = 1
    assert Draft.from_json(value) == DRAFT
