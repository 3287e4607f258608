"""What a model needs is counted from its weights, and held against what the machine has."""

import pytest

from workstation.catalog import needs, room
from workstation.catalog.manifest import parse

FILES = {"model.safetensors": {"sha256": "0" * 64, "bytes": 1}}
# CXR-LLaVA v2 (cxr-llava.md 1.3): 7.046 billion weights; 2 * 32 layers * 4096 * 3070 positions are kept
PAPER = {"encoder": 307_000_000, "language": 6_738_000_000, "cache": 804_782_080}


def manifest(**more):
    return parse({"id": "m", "files": FILES, "preprocess": {"side": 512, "method": "letterbox"}, **more})


@pytest.fixture
def seven_billion():
    return manifest(parameters=PAPER, needs_bytes=16_300_000_000, backends=["torch", "llama.cpp"])


def test_the_full_size_shrinks_with_its_numbers(seven_billion):
    rounded = {name: round(count / 1e9, 1) for name, count in needs.each(seven_billion).items()}
    assert rounded == {"F32": 32.0, "BF16": 16.3, "F16": 16.9, "Q8_0": 10.6, "Q4_K_M": 7.6}
    assert needs.least(seven_billion) == needs.each(seven_billion)["Q4_K_M"]


def test_a_model_that_counts_nothing_needs_what_its_maker_says():
    told = manifest(needs_bytes=5, quantisations=["F16"])
    assert (needs.each(told), needs.with_torch(told, "F32"), needs.small(told)) == ({"F16": 5}, 5, True)


@pytest.mark.parametrize(
    ("gpu", "memory", "converted", "answer"),
    [(24, 8, (), "gpu"), (12, 24, (), "cpu"), (0, 12, (), "no"), (0, 12, ("Q8_0",), "cpu"), (0, 6, ("Q4_K_M",), "no")],
)
def test_it_fits_where_one_way_of_running_it_does(seven_billion, monkeypatch, gpu, memory, converted, answer):
    monkeypatch.setattr(room, "gpu_bytes", lambda: gpu * 10**9)
    monkeypatch.setattr(room, "memory_bytes", lambda: memory * 10**9)
    assert needs.fits(seven_billion, converted) == answer
