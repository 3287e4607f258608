"""Gate scores: which films are refused, and as what."""

import pytest

from workstation.drafting.gate import seeming


def gate(frontal, lateral=0.0, other=0.0, child=0.0):
    return {"frontal chest": frontal, "lateral chest": lateral, "other": other, "child": child}


@pytest.mark.parametrize(
    ("scores", "code"),
    [
        (gate(0.98, 0.01, 0.01), None),
        (gate(0.55, 0.45), None),
        (gate(0.2, lateral=0.8), "lateral"),
        (gate(0.1, other=0.9), "not_chest"),
        (gate(0.3, child=0.7), "age"),
        (gate(0.2, lateral=0.35, other=0.45), "not_chest"),
        (None, None),
        ({"frontal chest": 0.4}, None),
    ],
)
def test_the_likeliest_kind_is_named(scores, code):
    found = seeming(scores, {})
    assert (found.code if found else None) == code


def test_the_manifest_sets_the_limits():
    assert seeming(gate(0.6, lateral=0.4), {"lateral chest": 0.3}).code == "lateral"
    limits = {"lateral chest": 0.95, "other": 0.95, "child": 0.95}
    assert seeming(gate(0.2, lateral=0.8), limits) is None


def test_a_kind_that_reaches_its_own_limit_is_not_hidden_by_a_larger_one():
    limits = {"lateral chest": 0.9, "other": 0.9, "child": 0.3}
    assert seeming(gate(0.36, other=0.33, child=0.31), limits).code == "age"
