"""What the models window says in words: sizes, fit, memory, the end of a work."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from workstation.catalog import installed
from workstation.drafting.messages import JobRequest
from workstation.settings import Settings
from workstation.ui.models.desk import done_words
from workstation.ui.models.facts import fits_words, gather, loaded_words, size_words

NOON = datetime(2026, 1, 5, 12, 0)
LOADED = {"id": "m", "backend": "torch", "device": "cuda (NVIDIA X)", "quantisation": "BF16", "bytes": 14_200_000_000}


@pytest.mark.parametrize(
    ("count", "words"),
    [(250_000, "0.2 MB"), (1_500_000, "1.5 MB"), (41_000_000, "41 MB"), (14_200_000_000, "14.2 GB")],
)
def test_sizes_are_as_people_say_them(count, words):
    assert size_words(count) == words


def test_what_is_in_memory_says_where_and_since_when_it_rests():
    resting = loaded_words("m", {**LOADED, "idle_s": 1800.0}, busy=False, now=NOON)
    assert resting == "in GPU memory (14.2 GB), torch BF16, idle since 11:30"
    assert loaded_words("m", {**LOADED, "idle_s": 0.0}, busy=True, now=NOON).endswith("at work")
    assert loaded_words("other", LOADED, busy=False) == "not loaded"
    assert loaded_words("m", None, busy=False) == "not loaded"


def test_the_chosen_model_is_marked_and_the_setting_decides(home):
    bundled = installed.installed(home)[0].manifest.id
    assert [facts.id for facts in gather(home, Settings({})) if facts.chosen] == [bundled]
    assert not [facts for facts in gather(home, Settings({"model": "elsewhere"})) if facts.chosen]


def test_a_model_that_does_not_fit_says_what_it_needs(home):
    facts = gather(home, Settings({}))[0]
    told = fits_words(replace(facts, fits="no", gpu_bytes=8_000_000_000, memory_bytes=16_000_000_000))
    assert told.startswith("does not fit: needs ") and "16.0 GB" in told and "the GPU has 8.0 GB" in told
    assert fits_words(replace(facts, fits="gpu", gpu_bytes=8_000_000_000)).startswith("fits this GPU: needs ")


def test_the_end_of_a_work_is_told_with_its_warnings():
    request = JobRequest("r", "import", folder="f")
    told = done_words(request, {"id": "v2", "status": "imported", "warnings": ["The folder states no terms."]})
    assert told.startswith("v2 was imported") and told.endswith("The folder states no terms.")
    again = done_words(request, {"id": "v2", "status": "already"})
    assert "was here already" in again
