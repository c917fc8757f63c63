"""Reading a digit from any picture of it."""

import contextlib
import copy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mnist_core.errors import ModelError
from mnist_core.hand.adaptation import Adaptation, Outputs
from mnist_core.hand.hand import Hand
from mnist_core.hand.references import load_references
from mnist_core.inference.calibration import digitness_of, is_accepted, probabilities_of
from mnist_core.inference.litert import Network, Progress, outputs_in_steps
from mnist_core.inference.number import Number
from mnist_core.inference.number_reading import read_picture, read_strokes
from mnist_core.inference.pages import Page, read_page
from mnist_core.inference.rejection import Reason, rejection_reason
from mnist_core.models.cards import Card
from mnist_core.models.registry import (
    DEFAULT,
    default_model,
    find_model,
    open_card,
    public_dirs,
    shipped_models_dir,
)
from mnist_core.pictures import Picture
from mnist_core.preprocessing import FIELD, Steps, prepare

Verdict = Literal["digit", "unsure", "not a digit", "blank"]


@dataclass(frozen=True)
class Reading:
    """The result of reading one picture.

    Attributes:
        verdict: "digit", "unsure" (see `candidates`), "not a digit" or "blank".
        probabilities: float32 (10,), calibrated, sums to 1; uniform for a blank.
        digitness: how much it looks like a digit at all, larger is more, as the model's judge sees
            it, or else the model; -inf for a blank.
        steps: the picture after each step of preprocessing; None for a blank.
        reason: why it is "not a digit", where that is known: a "dot", a "frame" around it,
            "several" shapes, "mirrored" (or turned), "cut" by the picture's edge, or "faint".
    """

    verdict: Verdict
    probabilities: NDArray[np.float32]
    digitness: float
    steps: Steps | None
    reason: Reason | None = None

    @property
    def candidates(self) -> tuple[int, int]:
        """The two most probable digits, the best first."""
        best, second = np.argsort(-self.probabilities, kind="stable")[:2]
        return int(best), int(second)

    @property
    def digit(self) -> int | None:
        """The best guess, or None if there is no digit."""
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
    """A trained model, ready to read; safe to use from several threads at once."""

    def __init__(self, folder: Path, hand: Hand | None = None) -> None:
        """Open the model in a folder.

        Args:
            folder: the model's folder.
            hand: whose examples to learn from, later changes included; without one, it reads as
                for everybody.

        Raises:
            ModelError: the model is incomplete or damaged, or cannot learn a hand.
        """
        self.card: Card = open_card(folder)
        self.name = self.card.name
        self.network = Network(folder / "model.tflite")
        self._last: tuple[bytes, NDArray[np.float32]] | None = None
        self.judge: Reader | None = None if self.card.judges_itself else find_judge()
        self.adaptation: Adaptation | None = None
        if hand is not None:
            self._learn(hand)

    def with_hand(self, hand: Hand) -> "Reader":
        """Return a reader with the same network that learns from a hand; this one does not change.

        Raises:
            ModelError: the network has no features, which a hand is compared by.
        """
        other = copy.copy(self)
        other._learn(hand)
        return other

    def _learn(self, hand: Hand) -> None:
        """Learn from a hand from now on; raises what `with_hand` does."""
        if not self.network.features:
            raise ModelError(
                f"{self.name} cannot learn a hand: its network has no layer before the output to "
                "compare drawings in. Choose another model."
            )
        folder, network = self.network.path.parent, self.card.checksums["model.tflite"]
        references = load_references(folder, network, self.network.features)
        self.adaptation = Adaptation(hand, self.network.run, self._digitness, references)

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
        if not drawn:
            return [BLANK] * len(prepared)
        read = self.outputs(np.stack(drawn))
        each = zip(read.logits, read.digitness, strict=True)
        return [self.classify(steps, *next(each)) if steps else BLANK for steps in prepared]

    def read_prepared(self, steps: Steps) -> Reading:
        """Read the digit in a picture that is preprocessed already, as `read` does."""
        read = self.outputs(steps.centred[None])
        return self.classify(steps, read.logits[0], read.digitness[0])

    def read_number(
        self, picture: Picture | None = None, *, strokes: Sequence[ArrayLike] | None = None
    ) -> Number:
        """Read a number of one or more digits, from a picture or from pen strokes.

        Args:
            picture: uint8 (H, W), (H, W, 3) or (H, W, 4) of any size; ink darker or lighter than
                the paper.
            strokes: float (n, 2) each, x and y in any unit, y down, in the order drawn. Any pen
                width is forgotten: they are drawn with a pen of a tenth of the row's height. One
                point is a dot. Without any, the text is "" and the confidence 0.

        Raises:
            ValueError: both or neither are given, one has another shape or dtype, or a point is
                not two numbers within 1e100 of 0.
            DrawingSizeError: there are more than 400 strokes or 20,000 points.
        """
        if picture is not None and strokes is None:
            return read_picture(self, picture)
        if strokes is not None and picture is None:
            return read_strokes(self, strokes)
        raise ValueError("Expected a picture or strokes. Received: both or neither")

    def read_page(self, picture: Picture) -> Page:
        """Read the numbers on a photographed or scanned page.

        The sheet is straightened by its corners, shadows and ruled lines are taken out.

        Args:
            picture: uint8 (H, W), (H, W, 3) or (H, W, 4); more than 2,000 pixels on the longer
                side show no more.

        Raises:
            ValueError: `picture` has another shape or dtype.
        """
        return read_page(self, picture)

    def predict(
        self, prepared: Picture, on_progress: Progress = lambda done, size: None
    ) -> NDArray[np.float32]:
        """Return calibrated probabilities for pictures that already have MNIST's format.

        Args:
            prepared: uint8 (n, 28, 28), ink light on black.
            on_progress: called step by step with the number of pictures read and of all.

        Returns:
            float32 (n, 10); each row sums to 1.
        """
        logits = outputs_in_steps(
            lambda part: {"logits": self.logits(part)}, prepared, "logits", on_progress
        )
        return probabilities_of(logits, self.card.calibration.temperature)

    def logits(self, prepared: Picture) -> NDArray[np.float32]:
        """Return the uncalibrated outputs, float32 (n, 10)."""
        if self.adaptation is None:  # no judge is asked
            return self.network.run(prepared)["logits"]
        return self.outputs(prepared).logits

    def logits_once(self, prepared: Picture) -> NDArray[np.float32]:
        """Return the same as `logits`, and remember it for the same pictures.

        Several networks ask the same judge about a picture in turn.
        """
        content, last = prepared.tobytes(), self._last
        if last is None or last[0] != content:
            last = self._last = content, self.logits(prepared)
        return last[1]

    def outputs(self, prepared: Picture) -> Outputs:
        """Return logits and digitness of pictures in MNIST format, uint8 (n, 28, 28).

        A network that knows no outliers sees a digit in everything: the digitness is that of its
        judge, if there is one.
        """
        outputs = self.network.run(prepared)
        logits = outputs["logits"]
        digitness = self._digitness(prepared, logits)
        if self.adaptation is None:
            return Outputs(logits, digitness)
        return self.adaptation.apply(outputs["features"], logits, digitness)

    def _digitness(self, prepared: Picture, logits: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the digitness of pictures, and of the network's own logits if nobody judges."""
        return digitness_of(self.judge.logits_once(prepared) if self.judge else logits)

    def classify(
        self, steps: Steps, logits: NDArray[np.float32], digitness: float | np.floating
    ) -> Reading:
        """Return the reading of one prepared picture, using the thresholds in the card.

        Args:
            steps: the picture after each step of preprocessing.
            logits: float32 (10,).
            digitness: as `outputs` gives it.
        """
        calibration = self.card.calibration
        probabilities = probabilities_of(logits, calibration.temperature)
        digitness = float(digitness)
        if steps.is_dot or digitness < self.least_digitness:
            reason = rejection_reason(steps, self.accepts)
            return Reading("not a digit", probabilities, digitness, steps, reason)
        is_unsure = probabilities.max() < calibration.least_confidence
        return Reading("unsure" if is_unsure else "digit", probabilities, digitness, steps)

    @property
    def least_digitness(self) -> float:
        """The digitness below which a drawing is rejected: its judge's threshold, or its own."""
        return (self.judge or self).card.calibration.least_digitness

    def accepts(self, prepared: Picture) -> NDArray[np.bool_]:
        """Return which pictures, uint8 (n, 28, 28), it or its judge is sure to be digits."""
        judge = self.judge or self
        return is_accepted(judge.network.run(prepared)["logits"], judge.card.calibration)


BLANK = Reading("blank", np.full(10, 0.1, np.float32), float("-inf"), None)


def load_reader(name: str | None = None, *, hand: Hand | None = None) -> Reader:
    """Return the reader of a model; without a name, of the default model.

    Args:
        name: the model's name.
        hand: whose examples to learn from; later changes of it are followed.

    Raises:
        ModelError: there is no such model, it is incomplete or damaged, or it cannot learn a hand.
    """
    return Reader(find_model(name), hand)


def find_judge() -> Reader | None:
    """Return the reader that judges for models that know no outliers, or None if there is none.

    It is the default model, or the one that ships as such if the default knows no outliers either.
    """
    version = judge_version()
    return open_judge(*version) if version else None


def judge_version() -> tuple[Path, int] | None:
    """Return the folder of the model that judges, and when its card was changed; None for none."""
    default = [root / default_model() for root in public_dirs()]
    for folder in (*default, shipped_models_dir() / DEFAULT):
        with contextlib.suppress(ModelError, OSError):
            if Card.read(folder / "card.json").judges_itself:
                return folder, (folder / "card.json").stat().st_mtime_ns
    return None


@lru_cache(maxsize=2)  # all readers share it
def open_judge(folder: Path, _changed: int) -> Reader:
    """Return the reader of the model in a folder, opened again when its card has changed."""
    return Reader(folder)
