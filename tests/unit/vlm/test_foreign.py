"""Another maker's GGUF with its mmproj: recognised by their heads, refused when they do not belong together."""

from pathlib import Path
from types import SimpleNamespace

import gguf
import numpy as np
import pytest

from tests.unit.vlm.small import small_model, write_model
from workstation.errors import ModelError
from workstation.reporting.draft import Decoding
from workstation.vlm import foreign, mtmd
from workstation.vlm.conversion import convert
from workstation.vlm.foreign import ForeignModel, examine

pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed on this machine")
WIDTH, SIDE, PATCH, EYES = 32, 32, 16, 32
GREEDY = Decoding(0.0, 1.0, 0, 12)
FILMS = np.random.default_rng(1).integers(0, 256, (2, 40, 50)).astype(np.uint8)


def built() -> bool:
    try:
        mtmd.Eyes.bindings()
    except ModelError:
        return False
    return True


def eyes(path: Path, projector: str = "mlp", width: int = WIDTH, architecture: str = "clip", key: int = 768) -> Path:
    """A CLIP of one layer with LLaVA's projector into ``width``, random. ``key`` is the old files' misleading width."""
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_bool("clip.has_vision_encoder", True)
    writer.add_string("clip.projector_type", projector)
    writer.add_bool("clip.use_gelu", True)
    numbers = {
        "image_size": SIDE, "patch_size": PATCH, "embedding_length": EYES, "feed_forward_length": 64,
        "projection_dim": key, "block_count": 1, "attention.head_count": 2,
    }  # fmt: skip
    for name, value in numbers.items():
        writer.add_uint32(f"clip.vision.{name}", value)
    writer.add_float32("clip.vision.attention.layer_norm_epsilon", 1e-5)
    for name in ("image_mean", "image_std"):
        writer.add_array(f"clip.vision.{name}", [0.5, 0.5, 0.5])
    for name, shape in tensors(width).items():
        writer.add_tensor(name, np.random.default_rng(len(name)).normal(0, 0.3, shape).astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def tensors(width: int) -> dict[str, tuple[int, ...]]:
    square = {f"v.blk.0.{name}": (EYES, EYES) for name in ("attn_q", "attn_k", "attn_v", "attn_out")}
    linear = square | {"v.blk.0.ffn_up": (64, EYES), "v.blk.0.ffn_down": (EYES, 64)}
    linear |= {"mm.0": (width, EYES), "mm.2": (width, width)}
    norms = [f"v.{name}" for name in ("pre_ln", "post_ln", "blk.0.ln1", "blk.0.ln2")]
    shapes: dict[str, tuple[int, ...]] = {"v.patch_embd.weight": (EYES, 3, PATCH, PATCH), "v.class_embd": (EYES,)}
    shapes["v.position_embd.weight"] = ((SIDE // PATCH) ** 2 + 1, EYES)
    for name, shape in linear.items():
        shapes |= {f"{name}.weight": shape, f"{name}.bias": shape[:1]}
    return shapes | {f"{name}.{part}": (EYES,) for name in norms for part in ("weight", "bias")}


@pytest.fixture(scope="module")
def language(tmp_path_factory):
    """Our own small model's words stand for another maker's."""
    folder = tmp_path_factory.mktemp("language")
    write_model(small_model(3), folder / "model")
    made = convert(
        SimpleNamespace(kind="cxr-llava"), folder / "model", folder / "words.gguf", "F32", lambda *each: None, bool
    )
    return made.path.read_bytes()


@pytest.fixture
def folder(tmp_path, language):
    (tmp_path / "words.gguf").write_bytes(language)
    eyes(tmp_path / "mmproj.gguf")
    return tmp_path


def test_two_files_that_belong_together_are_recognised(folder):
    found = examine(folder)
    assert (found.model.name, found.mmproj.name) == ("words.gguf", "mmproj.gguf")
    assert (found.architecture, found.width, found.context, found.projector) == ("llama", WIDTH, 256, "mlp")
    assert found.bytes == sum(path.stat().st_size for path in folder.iterdir())
    assert found.image_side == SIDE


@pytest.mark.parametrize(
    "wrong", [{"width": 48}, {"projector": "nonsense"}, {"projector": "qwen2a"}, {"projector": ""}]
)
def test_the_mmproj_of_another_model_is_refused(folder, wrong):
    eyes(folder / "mmproj.gguf", **wrong)
    with pytest.raises(ModelError) as refused:
        examine(folder)
    assert refused.value.code == "wrong_mmproj"


def test_where_no_tensor_tells_the_width_its_key_does(folder):
    eyes(folder / "mmproj.gguf", projector="lfm2", key=WIDTH)
    assert examine(folder).projector == "lfm2"
    eyes(folder / "mmproj.gguf", projector="lfm2", key=WIDTH + 1)
    with pytest.raises(ModelError, match="another model"):
        examine(folder)


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        ("no mmproj", "model_missing"),
        ("two models", "model_format"),
        ("cut", "model_damaged"),
        ("no gguf", "model_format"),
        ("no words", "model_format"),
    ],
)
def test_a_folder_that_is_not_whole_is_refused(folder, harm, code):
    if harm == "no mmproj":
        (folder / "mmproj.gguf").unlink()
    elif harm == "two models":
        (folder / "more.gguf").write_bytes((folder / "words.gguf").read_bytes())
    elif harm == "cut":
        (folder / "words.gguf").write_bytes((folder / "words.gguf").read_bytes()[:-200])
    elif harm == "no gguf":
        (folder / "words.gguf").write_bytes(b"PK\x03\x04" + bytes(500))
    else:
        eyes(folder / "words.gguf", architecture="llama")
    with pytest.raises(ModelError) as refused:
        examine(folder)
    assert refused.value.code == code


@pytest.mark.skipif(built(), reason="the multimodal part is built here")
def test_without_the_multimodal_part_the_way_to_it_is_told(folder):
    with pytest.raises(ModelError, match="LLAVA_BUILD=ON") as refused:
        ForeignModel.load(folder, threads=1)
    assert refused.value.code == "backend"


needs_mtmd = pytest.mark.skipif(not built(), reason="llama.cpp is built without its multimodal part here")


@needs_mtmd
def test_a_foreign_model_writes_of_the_film_it_is_given(folder):
    model = ForeignModel.load(folder, threads=1)
    pieces: list[str] = []
    prompt = "USER: <image>\nWrite a report. ASSISTANT:"
    answer = model.write(FILMS[0], prompt, GREEDY, 1, pieces.append)
    seen = model._decoder.logits()
    assert answer.text == "".join(pieces) and answer.stopped_by in ("end", "length")
    assert model.write(FILMS[0], prompt, GREEDY, 1) == answer
    model.write(FILMS[1], prompt, GREEDY, 1)
    assert not np.allclose(model._decoder.logits(), seen, atol=1e-4)
    assert model.write(FILMS[0], prompt, GREEDY, 1, stop=lambda: True).stopped_by == "stop"
    model.close()


@needs_mtmd
def test_prompts_without_room_or_film_are_refused(folder):
    model = ForeignModel.load(folder, threads=1)
    for prompt in ("<image> " + "film " * 400, "<image> and <image>", "What is seen?"):  # it brings no chat template
        with pytest.raises(ModelError) as refused:
            model.write(FILMS[0], prompt, GREEDY, 1)
        assert refused.value.code == "prompt"
    with pytest.raises(ModelError):
        model.write(FILMS[0].astype(np.float32), "<image>", GREEDY, 1)
    model.close()


@needs_mtmd
def test_the_library_is_not_asked_for_a_wrong_mmproj(folder, monkeypatch):
    eyes(folder / "mmproj.gguf", width=48)
    monkeypatch.setattr(foreign, "LlamaCppDecoder", lambda *each, **more: pytest.fail("the model was loaded"))
    with pytest.raises(ModelError, match="another model"):
        ForeignModel.load(folder, threads=1)
