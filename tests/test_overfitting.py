"""Whether a network overfits, judged by histories made by hand."""

import math
from itertools import pairwise

import pytest

from mnist_core.recipes.catalog import find_recipe
from ui.curves.histories import History, history_of_model
from ui.curves.overfitting import detect_overfitting, overfitting_summary

NAN = math.nan


def rows(losses: list[float], val_losses: list[float]) -> tuple[dict[str, float], ...]:
    return tuple(
        {
            "epoch": epoch,
            "loss": loss,
            "accuracy": 0.9,
            "val_loss": val_loss,
            "val_accuracy": 0.9,
            "seconds": 1.0,
        }
        for epoch, (loss, val_loss) in enumerate(zip(losses, val_losses, strict=True), start=1)
    )


def falling(n: int, first: float = 1.0) -> list[float]:
    return [first * 0.8**epoch for epoch in range(n)]


def words(losses: list[float], val_losses: list[float], recipe: str = "tutorial-mlp") -> str:
    history = rows(losses, val_losses)
    return overfitting_summary(History("a", "a", "kept", find_recipe(recipe), "mnist", history))


def test_a_small_loss_is_written_without_powers_of_ten():
    said = words(
        [*falling(6, 0.001), 0.000099, 0.000099], [0.5, 0.4, 0.3, 0.25, 0.3, 0.4, 0.5, 0.6]
    )
    assert "to 0.000099," in said


def test_validation_loss_that_rises_while_training_loss_falls_is_overfitting():
    overfitting = detect_overfitting(rows(falling(8), [0.5, 0.4, 0.3, 0.25, 0.3, 0.35, 0.4, 0.45]))
    assert overfitting is not None
    assert (overfitting.since, overfitting.rises) == (5, True)
    assert overfitting.training[1] < overfitting.training[0]
    assert overfitting.validation == (0.25, pytest.approx(0.425))


def test_its_sentence_names_the_epoch_and_the_figures():
    said = words(falling(6), [0.5, 0.3, 0.2, 0.3, 0.4, 0.5])
    assert said.startswith("Overfitting from epoch 4 (it starts to learn by heart): ")
    assert "the validation loss rises, from 0.2 to 0.45" in said


@pytest.mark.parametrize(
    ("losses", "val_losses"),
    [
        (falling(8), falling(8, 1.1)),  # both fall
        (falling(8), [0.5, 0.4, 0.3, 0.25, 0.24, 0.22, 0.2, 0.3]),  # one bad epoch, the last
        ([1, 0.5, 0.3, 0.5, 0.8, 1.2], [1, 0.6, 0.4, 0.6, 0.9, 1.3]),  # both rise: it diverges
        ([1, 0.5, 0.3, 0.3, 0.3, 0.3], [1, 0.6, 0.4, 0.4, 0.4, 0.4]),  # both stay
        ([1.0], [0.9]),
        ([1.0, 0.8], [0.5, 0.9]),
    ],
)
def test_no_gap_that_grows(losses, val_losses):
    assert detect_overfitting(rows(losses, val_losses)) is None
    assert "No overfitting: the gap" in words(losses, val_losses)


@pytest.mark.parametrize(
    "val_losses",
    [
        [0.5, 0.4, 0.3, 0.2, 0.2, 0.2, 0.2, 0.2],
        [0.5, 0.4, 0.3, 0.2, 0.201, 0.203, 0.2, 0.204],
        [0.3, 0.2, 0.3, 0.2, 0.3, 0.2, 0.3, 0.2],  # goes up and down, but nowhere
    ],
)
def test_validation_loss_that_stays_while_training_loss_falls_gains_nothing(val_losses):
    overfitting = detect_overfitting(rows(falling(8), val_losses))
    assert overfitting is not None
    assert not overfitting.rises
    assert "No further gain from epoch" in words(falling(8), val_losses)
    assert "Overfitting" not in words(falling(8), val_losses)


def test_it_may_begin_after_the_first_epoch():
    overfitting = detect_overfitting(rows(falling(5), [0.2, 0.3, 0.4, 0.5, 0.6]))
    assert overfitting is not None
    assert overfitting.since == 2


def test_diverged_epochs_are_left_out():
    overfitting = detect_overfitting(rows([*falling(6), NAN], [0.5, 0.3, 0.2, 0.3, 0.4, 0.5, NAN]))
    assert overfitting is not None
    assert overfitting.since == 4


def test_without_a_validation_set_overfitting_cannot_be_seen():
    assert "overfitting cannot be seen" in words(falling(3), [NAN] * 3)


def test_where_nothing_is_finished_nothing_is_said():
    assert "No epoch is finished" in words([], [])


def test_regularisation_explains_why_validation_is_better_than_training():
    assert "makes the training digits harder" in words(falling(3), falling(3, 0.5), "pen-cnn")
    assert "makes the training digits harder" not in words(
        falling(3), falling(3, 0.5), "tutorial-mlp"
    )


@pytest.mark.parametrize(
    ("model", "since"), [("logbook-mlp", 6), ("keras-convnet", None), ("quick-cnn", None)]
)
def test_models_that_ship(model, since):
    history = history_of_model(model)
    assert history is not None
    overfitting = detect_overfitting(history.rows)
    assert (overfitting and overfitting.since) == since
    assert not overfitting or overfitting.rises
    best = history.best
    assert best is not None
    if since:
        later = [row["val_loss"] for row in history.rows if row["epoch"] >= since]
        assert min(later) > best["val_loss"]
        assert any(a < b for a, b in pairwise(later))
