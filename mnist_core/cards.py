"""A model's card: what it is, what it was trained on, how good it is, and how far to trust it."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from mnist_core.errors import ModelError
from mnist_core.intervals import Interval
from mnist_core.recipe import Recipe

OWN = "card.json"  # the card's own checksum is of its text with nothing in the place of it
CHECKED = {"model.keras", "model.tflite", "history.csv"}


@dataclass(frozen=True)
class Calibration:
    """How a network's logits become a verdict; fitted on digits it was not trained on.

    Attributes:
        temperature: what logits are divided by before the softmax (Guo et al. 2017, "On
            calibration of modern neural networks").
        least_digitness: below it a drawing does not look like a digit.
        least_confidence: calibrated probability of the best guess below which it is unsure.
        fitted_on: in words, on what.
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
        accuracy: share read right.
        interval: 95 % Wilson interval of the accuracy.
        loss: mean cross-entropy of the calibrated probabilities, in nats.
        calibration_error: expected calibration error, 15 bins of equal width.
        calibration_error_by_chance: between which calibration errors 95 % of such sets would lie
            if the confidence were exactly true.
        answered: share with the verdict "digit".
        answered_interval: 95 % Wilson interval of it.
        right_when_answered: share read right among these; NaN without any.
        right_when_answered_interval: 95 % Wilson interval of it.
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
class Refusal:
    """How well a model tells what is no digit from digits.

    Attributes:
        n: number of pictures that show no digit.
        called_digit: share of them with the verdict "digit".
        interval: 95 % Wilson interval of it.
        auroc: chance that a digit's `digitness` is above that of one of them.
        auroc_interval: 95 % bootstrap interval of it.
    """

    n: int
    called_digit: float
    interval: Interval
    auroc: float
    auroc_interval: Interval


@dataclass(frozen=True)
class Card:
    """Everything there is to say about a trained model. Kept as `card.json`.

    Attributes:
        name: what the model is called.
        recipe: how it was trained.
        data: name, fingerprint and sizes of the digits it was trained on.
        trained: when the training ended, ISO 8601, UTC.
        seconds: how long the training took.
        parameters: number of trainable weights.
        versions: of Python and of the libraries that matter.
        calibration: see there.
        metrics: by the name of the set, such as "mnist-test".
        before: the same for the network with its first weights, where it had any.
        refusals: by what is no digit, such as "letters"; empty where that was not measured.
        checksums: SHA-256 of each of the model's other files, by name.
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
    refusals: dict[str, Refusal] = field(default_factory=dict)
    checksums: dict[str, str] = field(default_factory=dict)
    before: dict[str, Metrics] = field(default_factory=dict)

    def write(self, path: Path) -> None:
        """Write the card as JSON, with a checksum of its own."""
        values = {**asdict(self), "checksums": {**self.checksums, OWN: ""}}
        text = json.dumps(values, indent=2) + "\n"
        path.write_text(with_checksum(text, "", checksum_of(text)), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> "Card":
        """Return the card that `write` wrote.

        Raises:
            ModelError: there is none, or it is damaged.
        """
        try:
            text = path.read_text(encoding="utf-8")
            values = json.loads(text)
            refuse_damaged(text, values.get("checksums", {}))
            values["recipe"] = Recipe.from_dict(values["recipe"])
            values["calibration"] = Calibration(**values["calibration"])
            for key in {"metrics", "before"} & set(values):
                values[key] = {of: Metrics(**figures(v)) for of, v in values[key].items()}
            refusals = values.get("refusals", {})
            values["refusals"] = {of: Refusal(**figures(v)) for of, v in refusals.items()}
            return cls(**values)
        except FileNotFoundError:
            raise ModelError(f"The model in {path.parent} is incomplete: no {path.name}.") from None
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
            raise ModelError(
                f"{path} is damaged, or written by another version. Copy the model's folder anew, "
                "or train it again."
            ) from problem


def figures(values: dict[str, Any]) -> dict[str, Any]:
    """Return figures as they were before JSON made lists of their intervals."""
    return {name: tuple(v) if isinstance(v, list) else v for name, v in values.items()}


def refuse_damaged(text: str, checksums: dict[str, str]) -> None:
    """Make sure that a card says what was written; its own checksum is taken out.

    Cards of versions before there was one have none.

    Raises:
        ValueError: it does not.
    """
    own = checksums.pop(OWN, None)
    if own is not None and checksum_of(with_checksum(text, own, "")) != own:
        raise ValueError("The text is not what the checksum says")
    if strange := set(checksums) - CHECKED:
        raise ValueError(f"Expected checksums of {CHECKED}. Received: {strange}")


def with_checksum(text: str, before: str, after: str) -> str:
    """Return a card's text with another checksum of its own."""
    return text.replace(f'"{OWN}": "{before}"', f'"{OWN}": "{after}"', 1)


def checksum_of(text: str) -> str:
    """Return the SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()
