"""A model's card: what it is, what it was trained on, how good it is, and how far to trust it."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from mnist_core.errors import ModelError, RecipeError
from mnist_core.intervals import Interval
from mnist_core.models.network_input import input_in_words
from mnist_core.recipes.recipe import Recipe

OWN = "card.json"  # the key of the card's own checksum, which is of its text without this value
ITSELF, BY_DEFAULT = "itself", "default"  # whose digitness judges, as `Card.judge` says
CHECKED = {"model.keras", "model.tflite", "history.csv"}


@dataclass(frozen=True)
class Calibration:
    """How a network's logits become a verdict. Fitted on digits it was not trained on.

    Attributes:
        temperature: what logits are divided by before the softmax (Guo et al. 2017, "On
            calibration of modern neural networks").
        least_digitness: a drawing with a lower digitness is rejected as not a digit.
        least_confidence: an answer with a lower calibrated confidence is "unsure".
        fitted_on: a description of the digits it was fitted on.
    """

    temperature: float = 1.0
    least_digitness: float = float("-inf")
    least_confidence: float = 0.0
    fitted_on: str = "nothing"


@dataclass(frozen=True)
class Metrics:
    """How good a model is on one set of digits.

    Attributes:
        n: number of digits.
        accuracy: share of digits read correctly.
        interval: 95 % Wilson interval of the accuracy.
        loss: mean cross-entropy of the calibrated probabilities, in nats.
        calibration_error: expected calibration error, 15 bins of equal width.
        calibration_error_by_chance: 95 % range of the calibration error that a perfectly calibrated
            model would show on a set of this size.
        answered: coverage, the share with the verdict "digit".
        answered_interval: 95 % Wilson interval of the coverage.
        right_when_answered: accuracy among these; NaN if there are none.
        right_when_answered_interval: 95 % Wilson interval of that accuracy.
    """

    n: int
    accuracy: float
    interval: Interval
    loss: float
    calibration_error: float
    calibration_error_by_chance: Interval
    answered: float
    answered_interval: Interval
    right_when_answered: float
    right_when_answered_interval: Interval


@dataclass(frozen=True)
class OODMetrics:
    """How well a model separates outliers (pictures that show no digit) from digits.

    Attributes:
        n: number of outliers.
        called_digit: share of the outliers with the verdict "digit".
        interval: 95 % Wilson interval of that share.
        auroc: probability that a digit has a higher `digitness` than an outlier.
        auroc_interval: 95 % bootstrap interval of the AUROC.
    """

    n: int
    called_digit: float
    interval: Interval
    auroc: float
    auroc_interval: Interval


@dataclass(frozen=True)
class Card:
    """Everything known about a trained model. Stored as `card.json`.

    Attributes:
        name: name of the model.
        recipe: how it was trained.
        data: name, fingerprint and sizes of the data set it was trained on.
        trained: when the training ended, ISO 8601, UTC.
        seconds: training time.
        parameters: number of trainable weights.
        versions: versions of Python and of the main libraries.
        calibration: how its logits become a verdict.
        metrics: metrics by the name of the set, such as "mnist-test".
        before: the same before training: with random weights, or with those of `pretrained`; none
            for trees.
        judge: whose digitness tells a digit from anything else: "itself" or "default", the default
            model. Cards of older versions have neither; see `judges_itself`.
        refusals: OOD metrics by the kind of outlier, such as "letters"; empty if not measured.
        checksums: SHA-256 of each of the model's other files, by name.
        input: what its files take, in words.
    """

    name: str
    recipe: Recipe
    data: dict[str, Any]
    trained: str
    seconds: float
    parameters: int
    versions: dict[str, str]
    calibration: Calibration
    metrics: dict[str, Metrics]
    refusals: dict[str, OODMetrics] = field(default_factory=dict)
    checksums: dict[str, str] = field(default_factory=dict)
    before: dict[str, Metrics] = field(default_factory=dict)
    judge: str = ""
    input: str = input_in_words()

    @property
    def judges_itself(self) -> bool:
        """Whether the model's own digitness decides: by default, if it was trained on outliers."""
        return self.judge == ITSELF if self.judge else self.recipe.outliers > 0

    def write(self, path: Path) -> None:
        """Write the card as JSON, including its own checksum."""
        values = {**asdict(self), "checksums": {**self.checksums, OWN: ""}}
        text = json.dumps(values, indent=2) + "\n"
        path.write_text(with_checksum(text, "", checksum_of(text)), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> "Card":
        """Return the card that `write` wrote.

        Raises:
            ModelError: the file is missing or damaged.
        """
        try:
            text = path.read_text(encoding="utf-8")
            values = json.loads(text)
            check_checksums(text, values.get("checksums", {}))
            check_judge(values.get("judge", ""))
            values["recipe"] = Recipe.from_dict(values["recipe"])
            values["calibration"] = Calibration(**values["calibration"])
            for key in {"metrics", "before"} & set(values):
                values[key] = {name: Metrics(**with_tuples(v)) for name, v in values[key].items()}
            refusals = values.get("refusals", {})
            values["refusals"] = {
                name: OODMetrics(**with_tuples(v)) for name, v in refusals.items()
            }
            return cls(**values)
        except FileNotFoundError:
            raise ModelError(f"The model in {path.parent} is incomplete: no {path.name}.") from None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecipeError) as problem:
            raise ModelError(
                f"{path} is damaged, or written by another version. Copy the model's folder again, "
                "or train the model again."
            ) from problem


def with_tuples(values: dict[str, Any]) -> dict[str, Any]:
    """Return values in which the lists that JSON made of the intervals are tuples again."""
    return {name: tuple(v) if isinstance(v, list) else v for name, v in values.items()}


def check_judge(judge: str) -> None:
    """Raise if a card names a judge that there is not.

    Raises:
        ValueError: it does.
    """
    if judge not in ("", ITSELF, BY_DEFAULT):
        raise ValueError(f"Expected the judge {ITSELF} or {BY_DEFAULT}. Received: {judge}")


def check_checksums(text: str, checksums: dict[str, str]) -> None:
    """Raise if a card is not what was written, and drop its own checksum from `checksums`.

    Cards of older versions have no checksum of their own.

    Raises:
        ValueError: the checksum differs, or a file is listed that no model has.
    """
    own = checksums.pop(OWN, None)
    if own is not None and checksum_of(with_checksum(text, own, "")) != own:
        raise ValueError("The card does not match its checksum")
    if unknown := set(checksums) - CHECKED:
        raise ValueError(f"Expected checksums of {CHECKED}. Received: {unknown}")


def with_checksum(text: str, before: str, after: str) -> str:
    """Return a card's text with its own checksum replaced."""
    return text.replace(f'"{OWN}": "{before}"', f'"{OWN}": "{after}"', 1)


def checksum_of(text: str) -> str:
    """Return the SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()
