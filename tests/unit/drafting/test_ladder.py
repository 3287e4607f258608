"""The ways to run a model, the best first: exact before small, the graphics card before the processor."""

import pytest

from tests.unit.catalog.test_needs import PAPER, manifest
from workstation.drafting.ladder import Place, rungs
from workstation.errors import ModelError

BOTH = ["torch", "llama.cpp"]


def ways(converted=(), gpu=None, large=True, **wishes):
    found = manifest(parameters=PAPER, needs_bytes=16 * 10**9 if large else 10**8, backends=BOTH)
    place = Place(**{"backend": "auto", "device": None, "threads": 1, **wishes})
    return [(way.backend, way.device, way.quantisation) for way in rungs(found, place, converted, gpu)]


def test_a_large_model_steps_from_the_card_to_smaller_numbers_to_the_processor():
    assert ways(("F16", "Q4_K_M"), "BF16") == [
        ("torch", "cuda", "BF16"),
        ("llama.cpp", "cuda", "F16"),
        ("llama.cpp", "cuda", "Q4_K_M"),
        ("torch", "cpu", "F32"),
        ("torch", "cpu", "BF16"),
        ("llama.cpp", "cpu", "F16"),
        ("llama.cpp", "cpu", "Q4_K_M"),
    ]


def test_a_small_model_is_exact_on_either_backend():
    assert ways(large=False) == [("torch", "cpu", "F32"), ("llama.cpp", "cpu", "F32")]


def test_a_wish_leaves_only_what_grants_it():
    assert ways(("F16", "Q8_0"), backend="torch") == [("torch", "cpu", "F32"), ("torch", "cpu", "BF16")]
    assert ways(("F16", "Q8_0"), quantisation="Q8_0") == [("llama.cpp", "cpu", "Q8_0")]


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"backend": "llama.cpp"}, "not_converted"),
        ({"quantisation": "Q4_K_M"}, "not_converted"),
        ({"backend": "torch", "quantisation": "Q8_0"}, "quantisation"),
    ],
)
def test_a_wish_that_nothing_grants_is_refused_with_the_way_out(wish, code):
    with pytest.raises(ModelError) as refused:
        ways(**wish)
    assert refused.value.code == code and refused.value.remedy
