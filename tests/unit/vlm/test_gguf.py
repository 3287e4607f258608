"""llama.cpp behind our own encoder gives torch's answers on the same weights."""

import random
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from workstation.errors import ModelError
from workstation.reporting.draft import Decoding
from workstation.vlm import checkpoint, config, prompt, tokenizer
from workstation.vlm.conversion import Converted, convert
from workstation.vlm.generate import embed_prompt, generate
from workstation.vlm.llama import Cache
from workstation.vlm.model import CxrLlava

llama_cpp = pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed on this machine")
from workstation.vlm import llama_cpp as backend  # noqa: E402

SENTENCES = (
    "The heart is enlarged.",
    "There is no pleural effusion; 12 mm, 50% (a film).",
    "FINDINGS:\nPossible edema.\n\nIMPRESSION:\nEdema.",
    "  two  spaces, tabs\tand naïve Ünïcode ≥ 3 µm 胸部",
)


def written(folder: Path, out: Path, quantisation: str = "F32") -> Converted:
    return convert(SimpleNamespace(kind="cxr-llava"), folder, out, quantisation, lambda doing, share: None, bool)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A random model of the shipped kind, wide enough that its logits differ."""
    torch.manual_seed(5)
    path = tmp_path_factory.mktemp("model")
    words = tokenizer.train(list(SENTENCES) * 4, 400)
    language = config.LlamaConfig(vocab_size=410, num_hidden_layers=3, num_attention_heads=8, num_key_value_heads=4)
    vision = config.VisionConfig(image_size=32, width=48, layers=1, heads=4, stem_width=8)
    sizes = config.ModelConfig(vision, language, pooled_grid=2, report_prompt=prompt.chat(prompt.REPORT))
    model = CxrLlava(sizes)
    for parameter in model.llama.parameters():
        if parameter.ndim == 2:
            torch.nn.init.normal_(parameter, std=0.08)
    words.write(path / "tokenizer.json")
    config.write(sizes, path / "config.json")
    checkpoint.save(model.state_dict(), path / "model.safetensors")
    return path


@pytest.fixture(scope="module")
def model(folder):
    return CxrLlava.load(folder)


@pytest.fixture(scope="module")
def encoded(model):
    film = np.random.default_rng(3).integers(0, 256, (32, 32)).astype(np.uint8)
    return model.encode(film)


@pytest.fixture
def decoder(folder, tmp_path):
    written(folder, tmp_path / "model.gguf")
    found = backend.LlamaCppDecoder(tmp_path / "model.gguf", threads=1)
    yield found
    found.close()


def given(model, encoded):
    return embed_prompt(model, encoded.embeddings, model.config.report_prompt)


def test_logits_after_words_picture_and_words_agree_to_a_thousandth(model, encoded, decoder):
    before, after = prompt.split(model.config.report_prompt, model.words)
    cache = Cache()
    with torch.inference_mode():
        expected = [model.next_logits(given(model, encoded), cache).numpy()]
        expected += [model.next_logits(model.embed([token]), cache).numpy() for token in (7, 300, 42)]
    decoder.read_tokens(before)
    decoder.read_embeddings(encoded.embeddings.numpy())
    found = [decoder.read_tokens(after), *(decoder.read_tokens([token]) for token in (7, 300, 42))]
    assert np.std(expected[0]) > 0.1  # logits that say something
    assert np.abs(np.array(found) - np.array(expected)).max() <= 1e-3


@pytest.mark.parametrize("temperature", [0.0, 0.7])
def test_the_same_text_is_written(model, encoded, decoder, temperature):
    decoding = Decoding(temperature, 0.9, 50, 60)
    question = model.config.report_prompt
    pieces: list[str] = []
    ours = backend.generate(decoder, model.words, encoded, question, decoding, 11, pieces.append)
    assert ours == generate(model, encoded, question, decoding, 11)
    assert "".join(pieces) == ours.text
    assert backend.generate(decoder, model.words, encoded, question, decoding, 11) == ours


def test_another_picture_changes_the_logits(model, encoded, decoder):
    before, _ = prompt.split(model.config.report_prompt, model.words)
    decoder.read_tokens(before)
    one = decoder.read_embeddings(encoded.embeddings.numpy())
    decoder.reset()
    decoder.read_tokens(before)
    assert np.abs(decoder.read_embeddings(-encoded.embeddings.numpy()) - one).max() > 1e-2


def test_words_are_split_alike(model, decoder):
    chance = random.Random(1)
    texts = [*SENTENCES, model.config.report_prompt]
    texts += ["".join(chance.choices("abc DEF.,;:'\n 019-é", k=40)) for _ in range(50)]
    for text in texts:
        assert decoder.tokenise(text) == model.words.encode(text)


def test_a_long_answer_ends_where_the_context_does(model, encoded, decoder, monkeypatch):
    monkeypatch.setattr(model.words, "end", -1)
    decoding = Decoding(0.0, 1.0, 0, 10_000)
    found = backend.generate(decoder, model.words, encoded, model.config.report_prompt, decoding, 1)
    assert found.stopped_by == "length"
    assert found.token_ids == generate(model, encoded, model.config.report_prompt, decoding, 1).token_ids


def test_it_stops_when_told(model, encoded, decoder, monkeypatch):
    monkeypatch.setattr(model.words, "end", -1)
    pieces: list[str] = []
    asked = (decoder, model.words, encoded, model.config.report_prompt, Decoding(0.9, 1, 0, 50), 1)
    found = backend.generate(*asked, pieces.append, stop=lambda: len(pieces) == 3)
    assert (found.stopped_by, found.text) == ("stop", "".join(pieces)) and len(pieces) == 3


def test_it_stops_while_it_reads_the_prompt(model, encoded, decoder):
    asked = (decoder, model.words, encoded, model.config.report_prompt, Decoding(0.0, 1, 0, 10), 1)
    count = iter(range(1000))
    found = backend.generate(*asked, stop=lambda: next(count) >= 5)
    assert (found.stopped_by, found.text) == ("stop", "")
    assert backend.generate(*asked).text == generate(model, encoded, *asked[3:]).text  # and starts afresh


def test_another_question_on_the_film_is_answered_as_from_the_beginning(model, encoded, decoder):
    before, after = prompt.split(model.config.report_prompt, model.words)
    image, ids = encoded.embeddings.numpy(), [7, 300, 42]
    decoder.begin(before, image)
    fresh = decoder.read_tokens([*after, *ids])
    decoder.begin(before, image)
    decoder.read_tokens([5] * 90)
    mark = decoder.position
    again = decoder.begin(before, image)
    assert decoder.position == len(before) + len(image) < mark  # taken back, not read again
    assert np.array_equal(decoder.read_tokens([*after, *ids]), fresh)
    decoder.reset()
    assert np.array_equal(decoder.begin(before, image), again)
    decoder.begin(before, -image)
    assert not np.array_equal(decoder.read_tokens([*after, *ids]), fresh)


def test_a_talk_of_several_turns_is_answered_alike(model, encoded, decoder):
    first = model.config.report_prompt
    for question in (first, f"{first} Edema.</s><s>[INST] Where? [/INST]", first):
        asked = (encoded, question, Decoding(0.0, 1.0, 0, 20), 1)
        assert backend.generate(decoder, model.words, *asked) == generate(model, *asked)


def test_wrong_widths_and_overlong_prompts_are_refused_not_fatal(decoder):
    with pytest.raises(ModelError):
        decoder.read_embeddings(np.zeros((4, decoder.width + 1), np.float32))
    with pytest.raises(ModelError):
        decoder.read_tokens([5] * (decoder.room + 1))
    with pytest.raises(ModelError):
        decoder.read_tokens([decoder.vocabulary_size])


def test_a_prompt_without_room_for_an_answer_is_refused_before_it_is_read(model, encoded, decoder):
    long = model.config.report_prompt.replace(" [/INST]", " a film" * 600 + " [/INST]")
    with pytest.raises(ModelError, match="too long"):
        backend.generate(decoder, model.words, encoded, long, Decoding(0.0, 1.0, 0, 20), 1)
    assert decoder.position == 0


def test_eight_bits_stay_near(model, encoded, folder, tmp_path, decoder):
    written(folder, tmp_path / "q8.gguf", "Q8_0")
    assert (tmp_path / "q8.gguf").stat().st_size < 0.35 * (tmp_path / "model.gguf").stat().st_size
    small = backend.LlamaCppDecoder(tmp_path / "q8.gguf", threads=1)
    exact, near = (d.read_embeddings(encoded.embeddings.numpy()) for d in (decoder, small))
    small.close()
    assert np.corrcoef(exact, near)[0, 1] > 0.999


@pytest.mark.parametrize("harm", ["no gguf", "empty", "head cut", "weights cut", "a vast count"])
def test_a_damaged_file_is_refused_before_the_library_sees_it(folder, tmp_path, monkeypatch, harm):
    path = written(folder, tmp_path / "bad.gguf").path
    whole = path.read_bytes()
    harmed = {"no gguf": b"PK" + whole, "empty": b"", "head cut": whole[:900], "weights cut": whole[:-64]}
    path.write_bytes(harmed.get(harm, whole[:8] + b"\xff" * 8 + whole[16:]))
    monkeypatch.setattr(backend, "bindings", lambda: pytest.fail("llama.cpp was called"))
    with pytest.raises(ModelError) as refused:
        backend.LlamaCppDecoder(path, threads=1)
    assert refused.value.code == ("model_format" if harm in ("no gguf", "empty") else "model_damaged")


def test_an_unknown_quantisation_is_refused(folder, tmp_path):
    with pytest.raises(ModelError):
        written(folder, tmp_path / "x.gguf", "Q1")
    assert list(tmp_path.iterdir()) == []
