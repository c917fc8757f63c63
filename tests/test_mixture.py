import numpy as np
import pytest
from helpers.sources import some_characters, some_fonts, some_pens, some_symbols

from mnist_core.data.digits import Digits
from mnist_core.errors import DataError
from mnist_core.recipes.recipe import POOL_EPOCHS
from mnist_core.synthesis import mixture
from mnist_core.synthesis.mixture import NOTHING, Mixture, Source, mix
from mnist_core.synthesis.symbol_drawings import TEST_KINDS, TRAINING_KINDS


@pytest.fixture
def digits(uci) -> Digits:
    return uci[:200]


@pytest.fixture
def at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pens, typefaces and signs be at hand."""
    monkeypatch.setattr(mixture, "load_pens", some_pens)
    monkeypatch.setattr(mixture, "load_characters", some_characters)
    monkeypatch.setattr(mixture, "load_fonts", some_fonts)
    monkeypatch.setattr(mixture, "load_symbols", some_symbols)


def test_digits_alone_are_all_taken_in_every_epoch(digits, tiny_recipe):
    alone = mix(digits, tiny_recipe)
    assert len(alone) == 200
    assert alone.classes == 10
    for seed in (1, 2):
        rng = np.random.default_rng(seed)
        _, labels = alone.batch(alone.sample_epoch(rng), rng)
        np.testing.assert_array_equal(np.bincount(labels), np.bincount(digits.labels))


def test_made_digits_are_added_as_the_recipe_says(digits, tiny_recipe):
    assert len(mix(digits, tiny_recipe.with_settings(["styles=0.5"]))) == 300


@pytest.mark.parametrize(
    ("setting", "classes"), [("pens=0.3", 10), ("typefaces=0.3", 10), ("outliers=0.3", 11)]
)
def test_each_origin_is_added_as_the_recipe_says(at_hand, digits, tiny_recipe, setting, classes):
    mixed = mix(digits, tiny_recipe.with_settings([setting]))
    assert len(mixed) == 260
    assert mixed.classes == classes
    added = mixed.sources[1]
    assert 0.8 * POOL_EPOCHS * 60 < len(added.images) <= POOL_EPOCHS * 60
    assert (added.labels == NOTHING).all() == (classes == 11)


def test_typefaces_are_bent_anew_as_digits_are_and_pens_are_not(at_hand, digits, tiny_recipe):
    settings = ["augmentation=hands", "pens=0.1", "typefaces=0.1", "outliers=0.1"]
    mixed = mix(digits, tiny_recipe.with_settings(settings))
    assert [part.augmentation for part in mixed.sources] == ["hands", "nudge", "hands", "nudge"]


def test_an_epoch_takes_other_drawings_than_the_one_before(at_hand, digits, tiny_recipe):
    mixed = mix(digits, tiny_recipe.with_settings(["pens=0.3"]))
    rng = np.random.default_rng(0)
    first, second = (set(map(tuple, mixed.sample_epoch(rng).tolist())) for _ in range(2))
    assert len(first) == len(second) == 260
    assert len(first & second) < 240


def test_pictures_are_drawn_anew_as_often_as_the_recipe_says(at_hand, digits, tiny_recipe):
    recipe = tiny_recipe.with_settings(["pens=0.3", "styles=0.1", "redraw_every=2"])
    epochs = [mix(digits, recipe, epoch) for epoch in range(3)]
    drawn = [mixed.sources[1].images for mixed in epochs]
    assert 0.8 * 2 * 60 < len(drawn[0]) <= 2 * 60
    np.testing.assert_array_equal(drawn[0], drawn[1])
    np.testing.assert_array_equal(drawn[2], epochs[0].of_epoch(2).sources[1].images)
    for first, third in zip(epochs[0].sources, epochs[2].sources, strict=True):
        assert not np.array_equal(first.images, third.images)
    np.testing.assert_array_equal(epochs[2].sources[0].images[:200], digits.images)
    never = recipe.with_settings(["redraw_every=0"])
    same = [mix(digits, never, epoch).sources[1].images for epoch in (0, 9)]
    np.testing.assert_array_equal(*same)


def test_the_same_seed_mixes_the_same(at_hand, digits, tiny_recipe):
    recipe = tiny_recipe.with_settings(["pens=0.1", "typefaces=0.1", "outliers=0.1", "styles=0.1"])
    first, second = mix(digits, recipe), mix(digits, recipe)
    for a, b in zip(first.sources, second.sources, strict=True):
        np.testing.assert_array_equal(a.images, b.images)


def test_only_the_part_that_asks_for_it_is_augmented(digits):
    plain = Source(digits.images, digits.labels, 50)
    moved = Source(digits.images, digits.labels, 50, "shift")
    mixed = Mixture((plain, moved))
    rng = np.random.default_rng(0)
    images, _ = mixed.batch(np.array([[0, 3], [1, 3], [0, 4], [1, 4]]), rng)
    np.testing.assert_array_equal(images[:2], digits.images[3:5])
    assert (images[2:] != digits.images[3:5]).any()


@pytest.mark.parametrize("source", ["load_pens", "load_characters"])
def test_a_recipe_whose_pens_are_not_to_be_had_says_so(
    source, at_hand, digits, tiny_recipe, monkeypatch
):
    def unreachable() -> None:
        raise DataError("The pens could not be fetched.")

    monkeypatch.setattr(mixture, source, unreachable)
    with pytest.raises(DataError, match="could not be fetched"):
        mix(digits, tiny_recipe.with_settings(["pens=0.1"]))


def test_whatever_is_shown_may_be_out_of_focus(at_hand, digits, tiny_recipe):
    mixed = mix(digits, tiny_recipe.with_settings(["outliers=1", "blur=1"]))
    sampled = np.array([[source, index] for source in (0, 1) for index in range(20)])
    images, labels = mixed.batch(sampled, np.random.default_rng(0))
    sharp, _ = Mixture(mixed.sources).batch(sampled, np.random.default_rng(0))
    assert set(labels[20:]) == {NOTHING}
    assert (images != sharp).any(axis=(1, 2)).all()


def test_only_the_kinds_to_train_on_are_shown(at_hand, digits, tiny_recipe, monkeypatch):
    shown = []
    monkeypatch.setattr(
        mixture,
        "make_outliers",
        lambda pens, characters, fonts, symbols, count, rng: (
            shown.append(symbols.kinds) or np.zeros((count, 28, 28), np.uint8)
        ),
    )
    mix(digits, tiny_recipe.with_settings(["outliers=0.1"]))
    first, last = TRAINING_KINDS
    assert set(shown[0].tolist()) == set(range(first, last + 1))
    assert last < TEST_KINDS[0]
