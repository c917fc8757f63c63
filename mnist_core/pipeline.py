"""The path of a training run: digits, training, a model."""

from collections.abc import Callable

from mnist_core.cards import Card
from mnist_core.digits import Dataset
from mnist_core.layers import layers_of
from mnist_core.model_making import make_model, measure_trees, target_of
from mnist_core.running.progress import Phase
from mnist_core.running.run import Run
from mnist_core.splits import split
from mnist_core.staging import refuse_to_overwrite
from mnist_core.trainers import GROWERS, TRAINERS
from mnist_core.training import Epoch, Step
from mnist_core.weights import best_network


def is_unkept(run: Run) -> bool:
    """Tell whether a run's model stays in its own folder, where nobody else counts on it."""
    return target_of(run).parent == run.folder


def is_trained(run: Run) -> bool:
    """Tell whether a run has been trained for every epoch that its recipe asks for."""
    rows = run.history()
    epochs = 1 if run.recipe.trainer == "softmax" else run.recipe.epochs  # its history is one row
    return bool(rows) and rows[-1]["epoch"] >= epochs


def execute(
    run: Run,
    dataset: Dataset,
    *,
    force: bool = False,
    on_step: Callable[[Step], None] = lambda step: None,
    on_epoch: Callable[[Epoch], None] = lambda epoch: None,
    on_phase: Callable[[Phase], None] = lambda phase: None,
) -> Card:
    """Train a run's network, from its last finished epoch on, and make a model of it.

    Args:
        run: what to do; its folder gets the checkpoint, the history and the state.
        dataset: the digits that `run.data` names.
        force: whether a model of the same name may be replaced.
        on_step: called after each batch.
        on_epoch: called after each epoch, which is then safely on disk.
        on_phase: called when another part of the work begins.

    Returns:
        The card of the model, which is at `target_of(run)`. One in the run's own folder, which
        `finish` made of fewer epochs, is replaced.

    Raises:
        ModelError: there is a model of that name, and `force` is not set.
        RunError: the checkpoint is damaged, or the training diverged.
        RecipeError: the recipe needs a library that is not installed, there can be no such
            network, or its batches are larger than the digits to train on are many.
    """
    layers_of(run.recipe)  # raises what would be wrong with them, in words
    if (card := run.card()) and run.model == target_of(run) and is_trained(run):
        return card  # it was cut off when everything was done
    force = force or is_unkept(run)
    refuse_to_overwrite(target_of(run), force=force)
    (run.folder / "card.json").unlink(missing_ok=True)  # it told of fewer epochs
    digits, validation = split(dataset.train, run.recipe)
    on_phase("drawing" if run.recipe.draws else "training")
    if run.recipe.trainer in GROWERS:
        return measure_trees(run, dataset, digits, validation)
    network = TRAINERS[run.recipe.trainer](run, digits, validation, on_step, on_epoch)
    return make_model(run, dataset, network, force=force, on_phase=on_phase)


def finish(
    run: Run,
    dataset: Dataset,
    *,
    force: bool = False,
    on_phase: Callable[[Phase], None] = lambda phase: None,
) -> Card:
    """Make a model of the best network that a run has, without training it any further.

    Returns:
        The card of the model, which is at `target_of(run)`.

    Raises:
        ModelError: there is a model of that name, and `force` is not set.
        RunError: the network's file is damaged, its training had diverged, or trees leave nothing
            to make a model of.
    """
    if (card := run.card()) and run.model == target_of(run):
        return card  # it was cut off when everything was done
    force = force or is_unkept(run)
    refuse_to_overwrite(target_of(run), force=force)
    if not run.history():
        run.write_history([])
    return make_model(run, dataset, best_network(run), force=force, on_phase=on_phase)
