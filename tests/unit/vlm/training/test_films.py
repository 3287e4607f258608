"""Augmented films are still films; negatives are not; both are the same for the same seed."""

import numpy as np
import pytest
import torch

from workstation.vlm.training.augment import augment
from workstation.vlm.training.negatives import bank, spoil


@pytest.fixture
def films():
    rows, columns = np.mgrid[0:64, 0:64]
    return torch.from_numpy(np.stack([(rows * 3) % 256, (columns * 3) % 256, rows + columns]).astype(np.uint8))


def test_augmented_films_stay_in_range_and_keep_their_shape(films):
    out = augment(films, torch.Generator().manual_seed(0))
    assert out.shape == films.shape and out.min() >= 0 and out.max() <= 255


def test_the_same_seed_augments_alike_and_films_are_not_touched(films):
    before = films.clone()
    one, two, other = (augment(films, torch.Generator().manual_seed(seed)) for seed in (3, 3, 4))
    assert torch.equal(one, two) and not torch.equal(one, other) and torch.equal(films, before)


def test_no_strength_leaves_the_film_but_for_flips_and_bars(films):
    out = augment(films[:1].repeat(40, 1, 1), torch.Generator().manual_seed(1), 0.0)
    plain, mirror = films[0].float(), films[0].flip(-1).float()
    centre = (slice(8, 56), slice(8, 56))
    for film in out:
        distance = min((film - ref)[centre].abs().max() for ref in (plain, mirror))
        assert distance < 1.0


def test_negatives_are_pictures_of_many_kinds():
    drawn = bank(60, 48, 0)
    assert drawn.shape == (60, 48, 48) and drawn.dtype == np.uint8
    assert np.array_equal(drawn, bank(60, 48, 0))
    assert len({film.tobytes() for film in drawn}) == 60


def test_a_spoilt_film_is_never_the_film(films):
    film, chance = films[2].numpy(), np.random.default_rng(0)
    for _ in range(50):
        assert not np.array_equal(spoil(film, chance), film)
