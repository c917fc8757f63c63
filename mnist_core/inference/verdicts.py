"""Reading many pictures of 28 x 28 pixels at once, and which answers a reader would not give.

A submission needs an answer for every picture. `Reader.read` would refuse some of them or be
unsure; whoever hands the answers in should know which.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.mnist_form import to_mnist_form
from mnist_core.hand.adaptation import Outputs
from mnist_core.inference.calibration import digitness_of, probabilities_of
from mnist_core.inference.litert import Progress, outputs_in_steps
from mnist_core.inference.reader import Reader, Verdict
from mnist_core.pictures import Picture, crop_to_ink
from mnist_core.preprocessing import is_dot


@dataclass(frozen=True)
class Answers:
    """A model's answers for many pictures.

    Attributes:
        images: what the network saw, uint8 (n, 28, 28).
        probabilities: calibrated, float32 (n, 10).
        verdicts: of each picture, what `Reader.read` would say.
        remarks: that pictures were prepared first, if they were, in sentences.
    """

    images: Picture
    probabilities: NDArray[np.float32]
    verdicts: tuple[Verdict, ...]
    remarks: tuple[str, ...] = ()

    @property
    def digits(self) -> NDArray[np.intp]:
        """The best guess for each picture, (n,), whatever its verdict."""
        return self.probabilities.argmax(axis=1)

    @property
    def doubtful(self) -> NDArray[np.intp]:
        """The indices of the pictures that `Reader.read` would not answer with a digit."""
        return np.flatnonzero([verdict != "digit" for verdict in self.verdicts])


def answer_all(
    reader: Reader,
    images: Picture,
    on_progress: Progress = lambda done, size: None,
    *,
    as_is: bool = False,
) -> Answers:
    """Return a model's answer for every picture.

    Args:
        reader: the model.
        images: uint8 (n, 28, 28). Those that are not in MNIST's format are prepared first.
        on_progress: called step by step with the number of pictures read and of all.
        as_is: whether all pictures go to the network as they are.
    """
    remarks: tuple[str, ...] = ()
    if not as_is:
        conformed = to_mnist_form(images)
        images, remarks = conformed.images, conformed.remarks
    logits = outputs_in_steps(reader.network.run, images, "logits", on_progress)
    probabilities = probabilities_of(logits, reader.card.calibration.temperature)
    return Answers(images, probabilities, verdicts_of(reader, images, logits), remarks)


def verdicts_of(
    reader: Reader, images: Picture, logits: NDArray[np.float32]
) -> tuple[Verdict, ...]:
    """Return what `Reader.read` says about prepared pictures whose logits, (n, 10), are known."""
    if not len(images):
        return ()
    judged = reader.judge.logits(images) if reader.judge else logits
    return judge_all(reader, images, Outputs(logits, digitness_of(judged)))


def judge_all(reader: Reader, images: Picture, outputs: Outputs) -> tuple[Verdict, ...]:
    """Return what `Reader.read` says about prepared pictures, from what `Reader.outputs` says."""
    calibration = reader.card.calibration
    confidence = probabilities_of(outputs.logits, calibration.temperature).max(axis=1, initial=0)
    is_unsure = confidence < calibration.least_confidence
    is_rejected = outputs.digitness < reader.least_digitness
    return tuple(
        verdict_of(image, bool(rejected), bool(unsure))
        for image, rejected, unsure in zip(images, is_rejected, is_unsure, strict=True)
    )


def verdict_of(image: Picture, rejected: bool, unsure: bool) -> Verdict:
    """Return the verdict for one picture, from what the thresholds say about it."""
    if not image.any():
        return "blank"
    if rejected or is_dot(crop_to_ink(image)):
        return "not a digit"
    return "unsure" if unsure else "digit"
