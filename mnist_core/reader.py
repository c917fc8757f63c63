"""Reading a digit from any picture of it: the one thing everything else is for."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mnist_core.calibration import digitness_of, probabilities_of
from mnist_core.cards import Card
from mnist_core.litert import Network
from mnist_core.preprocessing import FIELD, Picture, Steps, prepare
from mnist_core.registry import find_model, open_card

Verdict = Literal["digit", "unsure", "not a digit", "blank"]


@dataclass(frozen=True)
class Reading:
    """What was read from one picture.

    Attributes:
        verdict: "digit", "unsure" (see `candidates`), "not a digit" or "blank".
        probabilities: float32 (10,), calibrated, sums to 1; uniform for a blank.
        digitness: how much it looks like a digit at all, larger = more; -inf for a blank.
        steps: what became of the picture on its way to the network; None for a blank.
    """

    verdict: Verdict
    probabilities: NDArray[np.float32]
    digitness: float
    steps: Steps | None

    @property
    def candidates(self) -> tuple[int, int]:
        """The two most probable digits, the best first."""
        best, second = np.argsort(-self.probabilities, kind="stable")[:2]
        return int(best), int(second)

    @property
    def digit(self) -> int | None:
        """The best guess, or None where there is no digit to guess at."""
        return self.candidates[0] if self.verdict in ("digit", "unsure") else None

    @property
    def confidence(self) -> float:
        """The probability of the best guess, 0.1 to 1."""
        return float(self.probabilities.max())

    @property
    def ink(self) -> Picture:
        """What the network saw: uint8 (28, 28), ink light on black."""
        return self.steps.centred if self.steps else np.zeros((FIELD, FIELD), np.uint8)


class Reader:
    """A trained model, ready to read. Any number of threads may use one at once."""

    def __init__(self, folder: Path) -> None:
        """Open the model in a folder.

        Raises:
            ModelError: the model is incomplete or damaged.
        """
        self.card: Card = open_card(folder)
        self.name = self.card.name
        self.network = Network(folder / "model.tflite")

    def read(self, image: Picture) -> Reading:
        """Read the digit in a picture.

        Args:
            image: uint8 (H, W), (H, W, 3) or (H, W, 4) of any size; ink darker or lighter than
                the paper, anywhere on it.

        Raises:
            ValueError: `image` has another shape or dtype.
        """
        return self.read_batch([image])[0]

    def read_batch(self, images: Iterable[Picture]) -> list[Reading]:
        """Read the digit in each of several pictures, as `read` does."""
        prepared = [prepare(image) for image in images]
        drawn = [steps.centred for steps in prepared if steps]
        logits = iter(self.logits(np.stack(drawn)) if drawn else ())
        return [self.judge(steps, next(logits)) if steps else BLANK for steps in prepared]

    def predict(self, prepared: Picture) -> NDArray[np.float32]:
        """Return calibrated probabilities for pictures that are in MNIST's format already.

        Args:
            prepared: uint8 (n, 28, 28), ink light on black.

        Returns:
            float32 (n, 10); each row sums to 1.
        """
        return probabilities_of(self.logits(prepared), self.card.calibration.temperature)

    def logits(self, prepared: Picture) -> NDArray[np.float32]:
        """Return the network's uncalibrated outputs, float32 (n, 10)."""
        return self.network.run(prepared)["logits"]

    def judge(self, steps: Steps, logits: NDArray[np.float32]) -> Reading:
        """Return what to say of one drawing, by the thresholds in the card."""
        calibration = self.card.calibration
        probabilities = probabilities_of(logits, calibration.temperature)
        digitness = float(digitness_of(logits))
        verdict: Verdict = "digit"
        if steps.is_dot or digitness < calibration.least_digitness:
            verdict = "not a digit"
        elif probabilities.max() < calibration.least_confidence:
            verdict = "unsure"
        return Reading(verdict, probabilities, digitness, steps)


BLANK = Reading("blank", np.full(10, 0.1, np.float32), float("-inf"), None)


def load_reader(name: str | None = None) -> Reader:
    """Return the reader of a model, by default of the one that ships as the best.

    Raises:
        ModelError: there is no such model, or it is incomplete or damaged.
    """
    return Reader(find_model(name))
