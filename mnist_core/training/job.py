"""A job: a training run with its digits, checked once before training starts."""

from dataclasses import dataclass
from pathlib import Path

from mnist_core.data.additions import Addition
from mnist_core.data.digits import Dataset, Digits
from mnist_core.models.cards import Card
from mnist_core.models.registry import check_name, find_model
from mnist_core.models.staging import check_can_overwrite
from mnist_core.recipes.layer_plan import layers_of
from mnist_core.recipes.recipe import Recipe
from mnist_core.recipes.splits import split
from mnist_core.runs.run import Run


@dataclass(frozen=True)
class Job:
    """A run with its digits: all that its trainer and its packaging need.

    Attributes:
        run: the run; its folder gets the checkpoint, the history and the card.
        dataset: the digits that `run.data` names.
        digits: the training set, with added digits, repeated to be their share of it.
        validation: the validation set; may be empty.
        output_dir: the folder to write the model to.
        force: whether an existing model may be replaced.
    """

    run: Run
    dataset: Dataset
    digits: Digits
    validation: Digits
    output_dir: Path
    force: bool

    @classmethod
    def of(cls, run: Run, dataset: Dataset, *, force: bool = False) -> "Job":
        """Return the job of a run. A model in the run's own folder may always be replaced.

        Raises:
            ModelError: the name is not allowed for a model, or no model has the name `pretrained`.
            RecipeError: a network with these settings is impossible.
        """
        check_name(run.name or run.recipe.name)
        layers_of(run.recipe)
        if run.recipe.pretrained:
            find_model(run.recipe.pretrained)
        digits, validation = split(dataset.train, run.recipe)
        if dataset.added is not None:  # after the split: no validation digit is trained on
            addition = Addition.parse(run.data)
            digits = digits.joined(addition.repeated(dataset.added, len(digits)))
        force = force or run.writes_into_run_folder
        return cls(run, dataset, digits, validation, run.output_dir, force)

    @property
    def recipe(self) -> Recipe:
        """How to train."""
        return self.run.recipe

    @property
    def n_added(self) -> int:
        """Number of added digits, repetitions included."""
        return len(self.digits) + len(self.validation) - len(self.dataset.train)

    def finished_card(self) -> Card | None:
        """Return the card of the run's model, or None if there is no model in `output_dir`."""
        return self.run.card() if self.run.model == self.output_dir else None

    def is_trained(self) -> bool:
        """Return whether all epochs of the recipe are done."""
        rows = self.run.history()
        epochs = (
            1 if self.recipe.trainer == "softmax" else self.recipe.epochs
        )  # its history is one row
        return bool(rows) and rows[-1]["epoch"] >= epochs

    def ensure_output_free(self) -> None:
        """Raise if the model exists and must not be replaced.

        Raises:
            ModelError: there is a model of this name, and `force` is not set.
        """
        check_can_overwrite(self.output_dir, force=self.force)
