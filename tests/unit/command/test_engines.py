"""What `doctor` says of llama.cpp, of memory and of the backend that drafts run on."""

import pytest

from workstation.command import engines
from workstation.vlm.probe import features

NO_GPU = {"version": "2.13.0+cpu", "cuda_build": None}
GPU = {"version": "2.13.0", "cuda_build": "12", "gpu": "H100", "gpu_free_bytes": 70 << 30, "gpu_bytes": 80 << 30}
WORDS = {"version": "0.3.36", "gpu": False, "features": ["SSE3", "AVX2", "REPACK"], "multimodal": False}
ABSENT = {"version": None, "why": "ModuleNotFoundError: No module named 'llama_cpp'"}


def test_the_processors_features_are_those_that_were_built_in():
    said = "CPU : SSE3 = 1 | AVX2 = 1 | AVX512 = 0 | LLAMAFILE = 1 | CUDA : ARCHS = 890 | "
    assert features(said) == ["SSE3", "AVX2", "LLAMAFILE", "ARCHS"]


def test_llama_cpp_is_described_as_it_was_built():
    found = engines.llama_cpp({"torch": NO_GPU, "llama_cpp": WORDS})
    assert found.status == "ok" and not found.remedy
    assert found.found.startswith("0.3.36, without GPU; uses AVX2;") and "not built" in found.found
    built = engines.llama_cpp({"torch": NO_GPU, "llama_cpp": {**WORDS, "multimodal": True}})
    assert "multimodal part built" in built.found


def test_a_gpu_that_llama_cpp_was_not_built_for_is_told_with_the_way_to_it():
    found = engines.llama_cpp({"torch": GPU, "llama_cpp": WORDS})
    assert found.status == "warn" and "GGML_CUDA=ON" in found.remedy
    assert engines.llama_cpp({"torch": GPU, "llama_cpp": {**WORDS, "gpu": True}}).status == "ok"


@pytest.mark.parametrize(
    ("torch", "words", "wanted", "said"),
    [
        (NO_GPU, WORDS, "auto", "torch (auto): exact, on the processor: there is no GPU; a model too large"),
        (NO_GPU, ABSENT, "auto", "torch (auto): exact, on the processor: there is no GPU"),
        (GPU, WORDS, "torch", "torch (as set): exact and on the GPU"),
        (GPU, WORDS, "llama.cpp", "words by llama.cpp on the processor, films by torch on H100"),
    ],
)
def test_the_backend_is_told_with_its_reason(monkeypatch, torch, words, wanted, said):
    monkeypatch.setattr(engines.room, "nvidia", lambda: "")
    found = engines.backend({"torch": torch, "llama_cpp": words}, wanted)
    assert found.status == "ok" and found.found.startswith(said)


def test_a_backend_that_is_not_there_is_a_warning():
    found = engines.backend({"torch": NO_GPU, "llama_cpp": ABSENT}, "llama.cpp")
    assert found.status == "warn" and found.remedy


def test_memory_is_told_and_scarcity_warned_of(monkeypatch):
    monkeypatch.setattr(engines.room, "memory_bytes", lambda: 8 << 30)
    assert engines.memory({"torch": GPU}).found == "8.0 GiB free, 70.0 GiB of 80.0 free on the GPU"
    monkeypatch.setattr(engines.room, "memory_bytes", lambda: 1 << 30)
    scarce = engines.memory({"torch": NO_GPU})
    assert scarce.status == "warn" and scarce.found == "1.0 GiB free"
