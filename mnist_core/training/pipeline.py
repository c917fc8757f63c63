"""A training run from its digits to a model: `train` it, or `finish` it early."""

from mnist_core.data.digits import Dataset
from mnist_core.models.cards import Card
from mnist_core.runs.report import SILENT, Report
from mnist_core.runs.run import Run
from mnist_core.training.checkpoints import best_network
from mnist_core.training.job import Job
from mnist_core.training.packaging import package
from mnist_core.training.trainers import TRAINERS


def train(run: Run, dataset: Dataset, *, force: bool = False, report: Report = SILENT) -> Card:
    """Train a run's network, starting after its last finished epoch, and make a model of it.

    Args:
        run: the run; its folder gets the checkpoint, the history and the card.
        dataset: the digits that `run.data` names.
        force: whether a model of the same name may be replaced.
        report: receives the progress; an epoch is on disk before it is reported.

    Returns:
        The card of the model, which is at `run.output_dir`. A model in the run's own folder, which
        `finish` made from fewer epochs, is replaced.

    Raises:
        ModelError: there is a model of this name, and `force` is not set.
        RunError: the checkpoint is damaged, or training diverged.
        RecipeError: the recipe needs a library that is not installed, such a network is impossible,
            or `batch_size` exceeds the training set.
    """
    job = Job.of(run, dataset, force=force)
    if job.is_trained() and (card := job.finished_card()):
        return card  # the process was killed after everything was done
    job.ensure_output_free()
    run.discard_card()
    report.phase("drawing" if run.recipe.draws else "training")
    trained = TRAINERS[run.recipe.trainer](job, report)
    return package(job, trained, report)


def finish(run: Run, dataset: Dataset, *, force: bool = False, report: Report = SILENT) -> Card:
    """Make a model of a run's best network, without training any further.

    Returns:
        The card of the model, which is at `run.output_dir`.

    Raises:
        ModelError: there is a model of this name, and `force` is not set.
        RunError: the network's file is damaged, training had diverged, or the run trains trees,
            which are not saved.
    """
    job = Job.of(run, dataset, force=force)
    if card := job.finished_card():
        return card  # the process was killed after everything was done
    return package(job, best_network(run), report)
