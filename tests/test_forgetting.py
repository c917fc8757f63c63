"""Digits that are added for training must not cost MNIST's."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from mnist_core.errors import RunError
from mnist_core.models.cards import Card
from mnist_core.models.registry import shipped_models_dir
from mnist_core.training.forgetting import TEST, ensure_little_is_forgotten

pytestmark = pytest.mark.tensorflow


@pytest.fixture
def card() -> Card:
    return Card.read(shipped_models_dir() / "quick-cnn" / "card.json")


def with_loss(card: Card, loss: float) -> Card:
    """Return the card of a network that reads so much less of MNIST's test set."""
    measured = card.metrics[TEST]
    return replace(card, metrics={TEST: replace(measured, accuracy=measured.accuracy - loss)})


def job_of(
    card: Card, added: object = "digits", fingerprint: str = "", **settings: object
) -> SimpleNamespace:
    recipe = replace(card.recipe, **settings)
    train = SimpleNamespace(fingerprint=lambda: fingerprint or card.data["fingerprint"])
    return SimpleNamespace(recipe=recipe, dataset=SimpleNamespace(added=added, train=train))


@pytest.mark.parametrize("seed", [0, 7])
def test_a_network_that_lost_much_of_mnist_is_refused_and_told_why(card, seed):
    with pytest.raises(RunError, match="wrong labels.*smaller share"):
        ensure_little_is_forgotten(job_of(card, seed=seed), with_loss(card, 0.01))


@pytest.mark.parametrize("loss", [-0.01, 0, 0.0009, 0.002])
def test_what_chance_may_explain_is_kept(card, loss):
    ensure_little_is_forgotten(job_of(card), with_loss(card, loss))


def test_without_added_digits_or_with_other_settings_nothing_is_refused(card):
    ensure_little_is_forgotten(job_of(card, added=None), with_loss(card, 0.5))
    ensure_little_is_forgotten(job_of(card, epochs=1), with_loss(card, 0.5))
    ensure_little_is_forgotten(job_of(card, name="nobody's"), with_loss(card, 0.5))
    ensure_little_is_forgotten(job_of(card), replace(card, metrics={}))


def test_with_other_digits_than_those_of_the_model_that_ships_nothing_is_refused(card):
    ensure_little_is_forgotten(job_of(card, fingerprint="the uci-digits'"), with_loss(card, 0.5))
