"""A published folder is read whole or refused in two sentences; the full size has 589 tensors (cxr-llava.md 1.3)."""

import json
import math
import os
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sentencepiece
import torch
from safetensors.torch import load_file, save_file

from tests import toy_published
from tests.toy_published import FIRST, SECOND, published_config, vocabulary, write_json
from workstation.errors import ModelError
from workstation.reporting.draft import Decoding
from workstation.vlm.generate import generate
from workstation.vlm.prompt import split
from workstation.vlm.published import config, load, names, shards
from workstation.vlm.published.prompt import DECODING, DIFFERENTIAL, REPORT, Turn, ask, render

SYSTEM = (
    "You are a helpful radiologist. Try to interpret chest x ray image and answer to the question that user provides."
)
Q, K = "llama.layers.0.self_attn.q_proj.weight", "llama.layers.0.self_attn.k_proj.weight"


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return toy_published.write(tmp_path_factory.mktemp("published"))


@pytest.fixture
def folder(template, tmp_path):
    return Path(shutil.copytree(template, tmp_path / "model"))


def _edit_json(path: Path, edit: Any) -> None:
    value = json.loads(path.read_text())
    edit(value)
    write_json(path, value)


def _edit_shard(path: Path, edit: Any) -> None:
    tensors = load_file(path)
    edit(tensors)
    save_file(tensors, path, {"format": "pt"})


def _refusal(folder: Path) -> ModelError:
    with pytest.raises(ModelError) as caught:
        load.load(folder)
    message, remedy = caught.value.message, caught.value.remedy
    assert message.endswith(".") and remedy.endswith(".") and str(folder.parent) not in message
    return caught.value


# the full size


def test_the_published_config_names_its_589_tensors():
    shapes = names.shapes(config.parse(published_config()))
    rooms = Counter(name.split(".")[0] for name in shapes)
    assert rooms == {"vision_tower": 296, "llama": 290, "mm_projector": 2, "lm_head": 1}
    assert shapes["vision_tower.positional_embedding"] == (1025, 1024)
    assert shapes["vision_tower.transformer.resblocks.23.mlp.c_fc.weight"] == (4096, 1024)
    assert shapes["llama.layers.31.mlp.down_proj.weight"] == (4096, 11008)
    assert round(sum(map(math.prod, shapes.values())) / 1e9, 3) == 7.046


def test_the_modules_of_the_full_size_want_exactly_those_tensors():
    sizes = config.parse(published_config())
    with torch.device("meta"):
        wanted = load.CxrLlava(sizes.sizes).state_dict()
    shapes = names.shapes(sizes)
    del shapes[names.UNUSED]
    assert {name: tuple(tensor.shape) for name, tensor in wanted.items()} == shapes


def test_the_original_context_bounds_the_answer():
    sizes = config.parse(published_config()).sizes  # 2048 text positions, the film one of them
    ids = 110
    positions = ids - 1 + sizes.image_tokens
    assert sizes.llama.max_position_embeddings - positions == 2048 - ids - 1


# a whole folder


def test_a_whole_folder_is_read_in_full_precision_and_nothing_beside_it(folder):
    checked = shards.check(folder)
    assert set(checked.files) == {FIRST, SECOND}
    assert checked.bytes == sum(os.path.getsize(folder / file) for file in (FIRST, SECOND))
    model, stored = load.load(folder), load_file(folder / FIRST) | load_file(folder / SECOND)
    assert {value.dtype for value in model.state_dict().values()} == {torch.float32}
    assert all(torch.equal(value, stored[name].float()) for name, value in model.state_dict().items())
    assert not model.training and not any(weight.requires_grad for weight in model.parameters())


def test_an_answer_is_drawn_as_the_paper_drew_and_again_from_its_seed(folder):
    model = load.load(folder)
    encoded = model.encode(np.random.default_rng(0).integers(0, 256, (32, 32), dtype=np.uint8))
    assert encoded.embeddings.shape == (4, 32) and encoded.probabilities is encoded.gate is None
    assert Decoding(temperature=0.2, top_p=0.8, top_k=50, max_new_tokens=512) == DECODING
    hot = Decoding(2.0, 0.95, 50, 16)
    first, again, other = (generate(model, encoded, ask(REPORT), hot, seed) for seed in (3, 3, 4))
    assert first == again and first.token_ids != other.token_ids


# words and prompts


def test_the_prompts_are_the_ones_the_original_rendered():
    frame = f"<s>[INST] <<SYS>>\n{SYSTEM}\n<</SYS>>\n\n<image>\n"
    assert ask(REPORT) == (
        f"{frame}Write a radiologic report on the given chest radiograph, including information about atelectasis,"
        " cardiomegaly, consolidation, pulmonary edema, pleural effusion, and pneumothorax. [/INST]"
    )
    assert ask(DIFFERENTIAL) == f"{frame}What are the possible differential diagnoses for this patient? [/INST]"
    assert ask("  Is the heart large? ") == f"{frame}  Is the heart large? [/INST]"


def test_a_talk_goes_on_in_the_template():
    talk = [Turn("user", " B "), Turn("assistant", " C\n"), Turn("user", " D ")]
    assert render([Turn("system", "A"), *talk]) == (
        "<s>[INST] <<SYS>>\nA\n<</SYS>>\n\n B [/INST] C </s><s>[INST] D [/INST]"
    )
    assert render(talk[:1]) == "<s>[INST] B [/INST]"


@pytest.mark.parametrize("roles", [[], ["system"], ["assistant"], ["user", "user"], ["user", "system", "user"]])
def test_question_and_answer_alternate(roles):
    with pytest.raises(ModelError, match="alternate"):
        render([Turn(role, "words") for role in roles])


def test_two_begins_lead_and_a_lone_blank_follows_the_film(folder):
    words = load.load(folder).words
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(folder / "tokenizer.model"))
    before, after = split("<s>[INST] <image>\nHeart? [/INST]", words)
    assert before[:2] == [1, 1] and before[2:] == pieces.encode("[INST] ")
    assert [pieces.id_to_piece(number) for number in after[:2]] == ["\u2581", "<0x0A>"]
    assert words.encode("a</s>b") == [*pieces.encode("a"), 2, *pieces.encode("b")]


@pytest.mark.parametrize("text", ["The heart size is normal.", "3.5 cm, caf\u00e9 \u2265 8 mm", "one\n  two\n"])
def test_what_was_written_is_read_back(folder, text):
    words = load.load(folder).words
    assert words.decode([words.begin, *words.encode(text), words.end]) == text
    assert words.decode([words.begin]) == ""


# what is refused


def _cut(keep: float) -> Any:
    def damage(folder: Path) -> None:
        os.truncate(folder / SECOND, int((folder / SECOND).stat().st_size * keep))

    return damage


def _drop(name: str) -> Any:
    return lambda folder: (folder / name).unlink()


def _index(edit: Any) -> Any:
    return lambda folder: _edit_json(folder / shards.INDEX, lambda value: edit(value["weight_map"]))


def _weights(edit: Any) -> Any:
    return lambda folder: _edit_shard(folder / SECOND, edit)


def _put(name: str, data: bytes) -> Any:
    return lambda folder: (folder / name).write_bytes(data)


def _spoil_vocabulary(folder: Path) -> None:
    path = folder / "tokenizer.model"
    path.write_bytes(path.read_bytes().replace(b"<0x1A>", b"<0x1\xce>"))


def _swap(tensors: dict[str, torch.Tensor]) -> None:
    tensors[Q], tensors[K] = tensors[K], tensors[Q]


DAMAGE = {
    "a shard that was never downloaded": (_drop(SECOND), "model_missing", f"shard {SECOND} is missing"),
    "half a shard": (_cut(0.5), "model_damaged", "not downloaded whole"),
    "a shard without its last byte": (_cut(0.99999), "model_damaged", "not downloaded whole"),
    "an empty shard": (_cut(0), "model_damaged", "not downloaded whole"),
    "a pointer in place of a shard": (_put(SECOND, b"version https://git-lfs"), "model_damaged", "not downloaded"),
    "a header of rubbish": (_put(SECOND, b"\xff" * 4096), "model_damaged", "not downloaded whole"),
    "no index": (_drop(shards.INDEX), "model_missing", shards.INDEX),
    "an index of rubbish": (_put(shards.INDEX, b"{"), "model_damaged", "is damaged"),
    "an index of another form": (_put(shards.INDEX, b"[1]"), "model_damaged", "is damaged"),
    "an index without a weight": (_index(lambda m: m.pop(Q)), "model_damaged", "1 weights are missing"),
    "a weight too many": (_index(lambda m: m.update({"llama.new": FIRST})), "model_damaged", "1 unknown"),
    "a weight in the other shard": (_index(lambda m: m.update({Q: FIRST})), "model_damaged", "does not hold"),
    "an index to pickle": (_index(lambda m: m.update({Q: "a.bin"})), "model_format", "pickle"),
    "an index out of the folder": (_index(lambda m: m.update({Q: "../a.safetensors"})), "model_format", "no part"),
    "swapped weights": (_weights(_swap), "model_damaged", "belongs"),
    "a turned weight": (
        _weights(lambda t: t.update({"llama.embed_tokens.weight": t["llama.embed_tokens.weight"].T.contiguous()})),
        "model_damaged",
        "belongs",
    ),
    "whole numbers": (_weights(lambda t: t.update({Q: t[Q].to(torch.int8)})), "model_damaged", "I8"),
    "not a number": (_weights(lambda t: t[K].view(-1)[7].fill_(float("nan"))), "model_damaged", "not finite"),
    "infinity": (_weights(lambda t: t[K].view(-1)[7].fill_(float("inf"))), "model_damaged", "not finite"),
    "no vocabulary": (_drop("tokenizer.model"), "model_missing", "tokenizer.model"),
    "a vocabulary of rubbish": (_put("tokenizer.model", b"\x00rubbish"), "model_damaged", "tokenizer.model"),
    "a vocabulary with a spoiled byte": (_spoil_vocabulary, "model_damaged", "tokenizer.model"),
    "an empty vocabulary": (_put("tokenizer.model", b""), "model_damaged", "tokenizer.model"),
    "another vocabulary": (
        lambda folder: (folder / "tokenizer.model").write_bytes(vocabulary(290)),
        "model_damaged",
        "another model's",
    ),
    "no config": (_drop("config.json"), "model_missing", "config.json"),
    "a config of rubbish": (_put("config.json", b"\x00"), "model_damaged", "config.json"),
    "a config of another model": (_put("config.json", b'{"model_type": "llama"}'), "model_format", "not a CXR-LLAVA"),
    "a config of another size": (
        lambda folder: _edit_json(folder / "config.json", lambda value: value["llama"].update(hidden_size=64)),
        "model_damaged",
        "belongs",
    ),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_folder_is_refused_with_its_reason(folder, name):
    damage, code, said = DAMAGE[name]
    damage(folder)
    refused = _refusal(folder)
    assert refused.code == code and said in refused.message


def test_pickled_weights_are_refused_by_name_alone_and_never_opened(tmp_path, folder):
    (tmp_path / "weights.bin").write_bytes(b"never read")
    for given in (tmp_path / "weights.bin", tmp_path):
        refused = _refusal(given)
        assert (refused.code, "safetensors" in refused.remedy) == ("model_format", True)


def test_a_swapped_shape_is_found_from_the_headers_alone(folder):
    _edit_shard(folder / SECOND, _swap)
    with pytest.raises(ModelError, match="belongs"):
        shards.check(folder)


@pytest.mark.parametrize(
    ("where", "key", "value"),
    [
        ("clip_vision_cfg", "mlp_ratio", 2.0),
        ("clip_vision_cfg", "no_ln_pre", True),
        ("clip_vision_cfg", "layers", 0),
        ("clip_vision_cfg", "width", "1024"),
        ("clip_vision_cfg", "width", 1000),
        ("image_preprocess_cfg", "std", 0.0),
        ("image_preprocess_cfg", "mean", float("nan")),
        ("llama", "rope_scaling", {"type": "linear", "factor": 2.0}),
        ("llama", "hidden_act", "gelu"),
        ("llama", "rms_norm_eps", None),
        ("llama", "rope_theta", 10**400),
        ("llama", "num_key_value_heads", 5),
        ("llama", "num_hidden_layers", 10**9),
        ("llama", "eos_token_id", True),
    ],
)
def test_a_config_that_we_would_compute_otherwise_is_refused(where, key, value):
    wanted = published_config()
    wanted[where][key] = value
    with pytest.raises(ModelError):
        config.parse(wanted)


def test_heads_of_another_width_and_absent_shared_heads_are_read():
    wanted = published_config(head_width=128)
    del wanted["llama"]["num_key_value_heads"]
    found = config.parse(wanted)
    assert found.vision.heads == 8 and found.llama.num_key_value_heads == 32


def test_one_whole_file_needs_no_index(tmp_path):
    folder = toy_published.write(tmp_path)
    whole = {}
    for shard in sorted(folder.glob("*.safetensors")):
        whole |= load_file(shard)
        shard.unlink()
    (folder / shards.INDEX).unlink()
    save_file(whole, folder / shards.WHOLE)
    assert shards.check(folder).files.keys() == {shards.WHOLE}
    save_file(dict(list(whole.items())[1:]), folder / shards.WHOLE)
    with pytest.raises(ModelError, match="1 weights are missing"):
        shards.check(folder)


# the full size on a sparse disk


def _sparse(folder: Path) -> Path:
    """Every header of the full size and no weight: 14 GB that take no room where files may have holes."""
    write_json(folder / "config.json", published_config())
    shapes = names.shapes(config.parse(published_config()))
    order = sorted(shapes, key=lambda name: name.startswith("llama."))
    thirds = {f"model-0000{at + 1}-of-00003.safetensors": order[at * 200 : at * 200 + 200] for at in range(3)}
    for file, inside in thirds.items():
        header, begin = {}, 0
        for name in inside:
            end = begin + 2 * math.prod(shapes[name])
            header[name] = {"dtype": "BF16", "shape": list(shapes[name]), "data_offsets": [begin, end]}
            begin = end
        text = json.dumps(header).encode()
        (folder / file).write_bytes(len(text).to_bytes(8, "little") + text)
        os.truncate(folder / file, 8 + len(text) + begin)
    places = {name: file for file, inside in thirds.items() for name in inside}
    write_json(folder / shards.INDEX, {"weight_map": places})
    return folder


def test_headers_of_the_full_size_are_checked_without_reading_its_weights(tmp_path):
    folder = _sparse(tmp_path)
    if sum(path.stat().st_blocks for path in folder.iterdir()) * 512 > 1 << 30:
        pytest.skip("this disk makes no holes in files")
    found = shards.check(folder)
    assert round(found.bytes / 1e9, 2) == 14.09
    os.truncate(folder / "model-00003-of-00003.safetensors", found.bytes // 4)
    with pytest.raises(ModelError, match="not downloaded whole"):
        shards.check(folder)
