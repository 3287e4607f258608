"""Words come one by one, the same for the same seed, until the end, the limit or the reader's stop."""

import pytest
import torch
from transformers.generation.logits_process import TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper

from tests.unit.vlm.small import small_model
from workstation.errors import ModelError
from workstation.reporting.draft import Decoding
from workstation.vlm.generate import Stream, choose, embed_prompt, generate
from workstation.vlm.llama import Cache

HOT = Decoding(1.0, 0.9, 40, 24)
GREEDY = Decoding(0.0, 1.0, 0, 24)


@pytest.fixture(scope="module")
def model():
    return small_model()


@pytest.fixture(scope="module")
def encoded(model):
    return model.encode(torch.randint(0, 256, (32, 32), dtype=torch.uint8).numpy())


def _write(model, encoded, decoding, seed=1, **calls):
    return generate(model, encoded, model.config.report_prompt, decoding, seed, **calls)


def test_the_pieces_that_arrive_are_the_text(model, encoded):
    pieces = []
    made = _write(model, encoded, HOT, on_text=pieces.append)
    assert len(pieces) > 5 and "".join(pieces) == made.text == model.words.decode(made.token_ids)


def test_the_same_seed_gives_the_same_words_and_another_seed_others(model, encoded):
    first, again, other = (_write(model, encoded, HOT, seed) for seed in (7, 7, 8))
    assert first == again
    assert first.token_ids != other.token_ids


def test_greedy_text_does_not_depend_on_the_seed_and_is_the_likeliest(model, encoded):
    made = _write(model, encoded, GREEDY, 1)
    assert made == _write(model, encoded, GREEDY, 2)
    ids, given = [], embed_prompt(model, encoded.embeddings, model.config.report_prompt)
    with torch.inference_mode():
        for _ in made.token_ids:  # without a cache: everything is read again for each token
            whole = torch.cat([given, model.embed(ids)], 1) if ids else given
            ids.append(int(model.next_logits(whole, Cache()).argmax()))
    assert tuple(ids) == made.token_ids


def test_the_reader_can_stop_at_any_token(model, encoded):
    asked = []
    made = _write(model, encoded, HOT, stop=lambda: asked.append(1) is None and len(asked) > 3)
    assert made.stopped_by == "stop" and len(made.token_ids) == 3


def test_length_ends_it_and_says_so(model, encoded):
    made = _write(model, encoded, Decoding(0.0, 1.0, 0, 5))
    assert (made.stopped_by, len(made.token_ids)) == ("length", 5)


def test_the_end_token_ends_it_and_is_no_text(encoded):
    model = small_model(1)
    with torch.no_grad():
        model.lm_head = torch.nn.Linear(32, model.words.size)
        model.lm_head.bias.zero_()
        model.lm_head.bias[model.words.end] = 1e6
    made = _write(model, encoded, HOT)
    assert (made.stopped_by, made.text, made.token_ids) == ("end", "", ())


def test_another_films_embeddings_change_the_words(model):
    films = torch.randint(0, 256, (2, 32, 32), dtype=torch.uint8).numpy()
    logits = []
    for film in films:
        given = embed_prompt(model, model.encode(film).embeddings, model.config.report_prompt)
        with torch.inference_mode():
            logits.append(model.next_logits(given, Cache()))
    assert not torch.allclose(logits[0], logits[1], atol=1e-4)


@pytest.mark.parametrize("prompt", ["no film here", "<image> and <image>"])
def test_a_prompt_holds_the_film_exactly_once(model, encoded, prompt):
    with pytest.raises(ModelError, match="exactly once"):
        generate(model, encoded, prompt, GREEDY, 0)


def test_a_prompt_that_fills_the_model_is_refused(model, encoded):
    with pytest.raises(ModelError, match="too long"):
        generate(model, encoded, "<image>" + "long question " * 300, GREEDY, 0)


@pytest.mark.parametrize("decoding", [Decoding(0.7, 0.8, 50, 1), Decoding(1.3, 0.5, 0, 1), Decoding(0.2, 1.0, 5, 1)])
def test_sampling_keeps_what_transformers_keeps(decoding):
    torch.manual_seed(0)
    logits = torch.randn(200) * 3
    warped = TemperatureLogitsWarper(decoding.temperature)(None, logits.unsqueeze(0))
    if decoding.top_k:
        warped = TopKLogitsWarper(decoding.top_k)(None, warped)
    if decoding.top_p < 1:
        warped = TopPLogitsWarper(decoding.top_p)(None, warped)
    allowed = set(torch.isfinite(warped[0]).nonzero().flatten().tolist())
    generator = torch.Generator().manual_seed(0)
    drawn = {choose(logits, decoding, generator) for _ in range(1500)}
    assert drawn <= allowed and int(logits.argmax()) in drawn


def test_half_a_character_waits_for_its_other_half():
    whole = "naïve".encode()
    pieces = []
    stream = Stream(lambda ids: bytes(ids).decode("utf-8", "replace"), pieces.append)
    for byte in whole:
        stream.add(byte)
    assert pieces == ["n", "a", "ï", "v", "e"]
    assert stream.finish("end", "").text == "naïve"
