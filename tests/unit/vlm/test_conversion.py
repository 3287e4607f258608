"""A converted language model answers as torch does: on the originals' reference sets and on the bundled model."""

import hashlib
import shutil
from collections import namedtuple
from functools import cache, partial
from operator import contains
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import gguf as witness
import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from tests.conftest import ROOT
from tests.unit.vlm.small import small_model, write_model
from tests.unit.vlm.test_golden import ABSENT, SETS, words_of
from workstation.errors import ModelError
from workstation.imaging.film import describe
from workstation.imaging.film import load as film
from workstation.imaging.prepare import prepare
from workstation.reporting.draft import Decoding
from workstation.vlm import conversion, gguf_header
from workstation.vlm.conversion import QUANTISATIONS, Converted, convert
from workstation.vlm.generate import embed_prompt, generate
from workstation.vlm.llama import Cache
from workstation.vlm.model import CxrLlava, Encoded
from workstation.vlm.prompt import split
from workstation.vlm.published import load as published
from workstation.vlm.quantise import quantise

pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed on this machine")
from workstation.vlm import llama_cpp as backend

BUNDLED = ROOT / "models" / "cxr-llava-mini"
LOGITS = 1e-3
each_set = pytest.mark.parametrize("folder", SETS or [pytest.param(None, marks=ABSENT)], ids=lambda f: f and f.name)


class Case(NamedTuple):
    """A loaded model, its folder and kind, and prompts with films that it is asked about."""

    model: CxrLlava
    folder: Path
    kind: str
    asked: list[tuple[Encoded, str]]


def converted(folder, out, quantisation="F32", kind="cxr-llava", stop=bool, progress=lambda doing, share: None):
    return convert(SimpleNamespace(kind=kind), folder, out, quantisation, progress, stop)


@cache
def reference(folder: Path) -> Case:
    model = published.load(folder / "checkpoint")
    side = model.config.vision.image_size
    asked = [
        (
            model.encode(prepare(film(describe(folder / "images" / case["image"])), side, "clip-centre-crop")),
            case["prompt"],
        )
        for case in words_of(folder)["cases"]
    ]
    return Case(model, folder / "checkpoint", "cxr-llava-v2", asked)


@cache
def bundled() -> Case:
    model = CxrLlava.load(BUNDLED)
    side, chance = model.config.vision.image_size, np.random.default_rng(2)
    films = [chance.integers(0, 256, (side, side)).astype(np.uint8), np.full((side, side), 90, np.uint8)]
    return Case(model, BUNDLED, "cxr-llava", [(model.encode(each), model.config.report_prompt) for each in films])


def agrees(case: Case, out: Path) -> float:
    """Largest difference of logits after the prompt and along the greedy answer, which must be torch's."""
    converted(case.folder, out, "F32", case.kind)
    decoder = backend.LlamaCppDecoder(out, threads=1)
    greedy, largest = Decoding(0.0, 1.0, 0, 24), 0.0
    for encoded, prompt in case.asked:
        answer = generate(case.model, encoded, prompt, greedy, 0)
        assert backend.generate(decoder, case.model.words, encoded, prompt, greedy, 0) == answer
        largest = max(largest, *(apart for apart in steps(case.model, decoder, encoded, prompt, answer.token_ids)))
    decoder.close()
    return largest


@torch.inference_mode()
def steps(model, decoder, encoded, prompt, ids):
    """Difference of logits after the prompt and after each of ``ids``."""
    before, after = split(prompt, model.words)
    cache = Cache()
    expected = model.next_logits(embed_prompt(model, encoded.embeddings, prompt), cache).numpy()
    decoder.begin(before, encoded.embeddings.numpy())
    yield float(np.abs(decoder.read_tokens(after) - expected).max())
    for token in ids:
        expected = model.next_logits(model.embed([token]), cache).numpy()
        yield float(np.abs(decoder.read_tokens([token]) - expected).max())


@each_set
def test_a_published_checkpoint_answers_as_in_torch(folder, tmp_path):
    """Torch's own answers are the original's: `test_golden`."""
    assert agrees(reference(folder), tmp_path / "f32.gguf") <= LOGITS


def test_the_bundled_model_answers_as_in_torch(tmp_path):
    assert agrees(bundled(), tmp_path / "f32.gguf") <= LOGITS


@each_set
def test_the_published_vocabulary_is_read_by_llama_cpp_as_by_us(folder, tmp_path):
    case = reference(folder)
    converted(case.folder, tmp_path / "q8.gguf", "Q8_0", case.kind)
    decoder = backend.LlamaCppDecoder(tmp_path / "q8.gguf", threads=1)
    texts = [chunk for _, prompt in case.asked for chunk in prompt.split("<image>")]
    for text in [*texts, *(each["text"] for each in words_of(folder)["tokenizer_cases"])]:
        assert decoder.tokenise(text) == case.model.words.encode(text), text
    decoder.close()


@each_set
@pytest.mark.parametrize("quantisation", ["F16", "Q8_0", "Q4_K_M"])
def test_smaller_files_stay_near(folder, tmp_path, quantisation):
    """K-quants cannot take these toys' rows of 128: those stay Q8_0, and that is told."""
    case = reference(folder)
    made = converted(case.folder, tmp_path / "small.gguf", quantisation, case.kind)
    exact = converted(case.folder, tmp_path / "f32.gguf", "F32", case.kind)
    assert made.bytes < 0.55 * exact.bytes
    assert bool(made.notes) == (quantisation == "Q4_K_M")
    small, large = (backend.LlamaCppDecoder(each.path, threads=1) for each in (made, exact))
    encoded, prompt = case.asked[0]
    before, after = split(prompt, case.model.words)
    found = []
    for decoder in (small, large):
        decoder.begin(before, encoded.embeddings.numpy())
        found.append(decoder.read_tokens(after))
        decoder.close()
    assert np.corrcoef(*found)[0, 1] > {"F16": 0.9999, "Q8_0": 0.995, "Q4_K_M": 0.98}[quantisation]


def test_k_quants_take_the_bundled_model_whole(tmp_path):
    made = converted(BUNDLED, tmp_path / "small.gguf", "Q4_K_M")
    kinds = {kind for shape, kind in gguf_header.read(made.path).tensors.values() if len(shape) > 1}
    assert kinds <= {"Q4_K", "Q6_K"} and made.notes == ()


@pytest.mark.parametrize("quantisation", QUANTISATIONS)
def test_the_result_is_told_truly(tmp_path, quantisation):
    said: list[tuple[str, float]] = []
    made = converted(BUNDLED, tmp_path / "x.gguf", quantisation, progress=lambda *each: said.append(each))
    data = made.path.read_bytes()
    assert made == Converted(tmp_path / "x.gguf", hashlib.sha256(data).hexdigest(), len(data), quantisation)
    assert list(tmp_path.iterdir()) == [made.path]
    assert all(0 <= share <= 1 for _, share in said) and ("writing", 1.0) in said and said[-1] == ("checking", 1.0)


def test_the_head_is_read_as_the_foreign_reader_does(tmp_path):
    made = converted(BUNDLED, tmp_path / "x.gguf", "Q8_0")
    ours, theirs = gguf_header.read(made.path), witness.GGUFReader(made.path)
    assert ours.tensors == {t.name: (tuple(map(int, t.shape[::-1])), t.tensor_type.name) for t in theirs.tensors}
    assert ours.number("embedding_length") == theirs.get_field("llama.embedding_length").contents() == 256
    assert len(ours.keys["tokenizer.ggml.tokens"]) == len(theirs.get_field("tokenizer.ggml.tokens").contents())


@pytest.mark.parametrize("quantisation", ["Q8_0", "Q4_K_M"])
def test_a_stopped_conversion_leaves_the_earlier_file(tmp_path, quantisation):
    (tmp_path / "x.gguf").write_text("earlier")
    for last in ("writing", "quantising" if quantisation == "Q4_K_M" else "checking"):
        said: list[str] = []
        stop, progress = partial(contains, said, last), partial(note, said)
        with pytest.raises(ModelError) as stopped:
            converted(BUNDLED, tmp_path / "x.gguf", quantisation, "cxr-llava", stop, progress)
        assert stopped.value.code == "stopped"
        assert [each.read_text() for each in tmp_path.iterdir()] == ["earlier"]


def note(said: list[str], doing: str, share: float) -> None:
    said.append(doing)


def test_too_little_disk_is_told_before_anything_is_written(tmp_path, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(conversion.shutil, "disk_usage", lambda folder: usage(1, 1, 1 << 20))
    with pytest.raises(ModelError, match="free") as refused:
        converted(BUNDLED, tmp_path / "x.gguf", "F32")
    assert refused.value.code == "disk" and list(tmp_path.iterdir()) == []


def test_a_disk_that_fills_up_leaves_the_earlier_file(tmp_path, monkeypatch):
    (tmp_path / "x.gguf").write_text("earlier")
    monkeypatch.setattr(
        witness.GGUFWriter, "write_tensor_data", lambda *each: (_ for _ in ()).throw(OSError(28, "full"))
    )
    with pytest.raises(ModelError) as refused:
        converted(BUNDLED, tmp_path / "x.gguf", "F16")
    assert refused.value.code == "disk" and [each.read_text() for each in tmp_path.iterdir()] == ["earlier"]


@pytest.mark.parametrize("harm", ["nan", "shape", "cut", "missing", "vocabulary"])
def test_a_damaged_model_is_refused(tmp_path, harm):
    folder = write_model(small_model(), tmp_path / "model")
    path = folder / "model.safetensors"
    tensors = load_file(path)
    if harm == "nan":
        tensors["llama.layers.1.mlp.up_proj.weight"][0, 0] = torch.nan
    elif harm == "shape":
        tensors["lm_head.weight"] = tensors["lm_head.weight"][:-1].clone()
    elif harm == "missing":
        del tensors["llama.norm.weight"]
    elif harm == "vocabulary":
        (folder / "tokenizer.json").write_text("{}")
    save_file(tensors, path)
    if harm == "cut":
        path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ModelError):
        converted(folder, tmp_path / "x.gguf", "F16")
    assert list(tmp_path.iterdir()) == [folder]


def test_numbers_that_half_precision_cannot_hold_are_refused(tmp_path):
    folder = write_model(small_model(), tmp_path / "model")
    tensors = load_file(folder / "model.safetensors")
    tensors["lm_head.weight"][0, 0] = 1e5
    save_file(tensors, folder / "model.safetensors")
    with pytest.raises(ModelError, match="F16"):
        converted(folder, tmp_path / "x.gguf", "F16")
    assert converted(folder, tmp_path / "x.gguf", "F32").bytes


@each_set
def test_a_published_folder_with_a_shard_cut_short_is_refused(folder, tmp_path):
    shutil.copytree(folder / "checkpoint", tmp_path / "model")
    shard = max((tmp_path / "model").glob("*.safetensors"))
    shard.write_bytes(shard.read_bytes()[:-100])
    with pytest.raises(ModelError):
        converted(tmp_path / "model", tmp_path / "x.gguf", "F16", "cxr-llava-v2")


def test_a_dead_conversions_leftovers_are_taken_away_and_a_living_ones_are_not(tmp_path):
    import os

    old, new = tmp_path / "x.gguf.1.part", tmp_path / "x.gguf.2.part"
    for each in (old, new):
        each.write_text("half")
    os.utime(old, (1, 1))
    converted(BUNDLED, tmp_path / "x.gguf", "Q8_0")
    assert not old.exists() and new.exists()


def test_eight_bits_are_those_of_llama_cpps_own_quantiser(tmp_path):
    exact, ours = (converted(BUNDLED, tmp_path / name, name) for name in ("F32", "Q8_0"))
    quantise(exact.path, tmp_path / "theirs", "Q8_0", {}, lambda: None, bool)
    found, expected = (witness.GGUFReader(path).tensors for path in (ours.path, tmp_path / "theirs"))
    theirs = {tensor.name: tensor.data for tensor in expected}
    assert theirs.keys() == {tensor.name for tensor in found}
    assert all(np.array_equal(tensor.data, theirs[tensor.name]) for tensor in found)
