"""How fast and how well a drawing is read: LiteRT against Keras, on MNIST's test set."""

import os
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.result import Result, share_of
from mnist_core import Reader, load_reader
from mnist_core.data.datasets import load_dataset
from mnist_core.data.digits import Digits
from mnist_core.models.registry import find_model
from mnist_core.pictures import Picture
from mnist_core.preprocessing import prepare


def measure_reading() -> list[Result]:
    """Return the default model's speed, its agreement with Keras, and its accuracy."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras

    reader = load_reader()
    model = keras.models.load_model(find_model() / "model.keras")
    digits = load_dataset("mnist").test
    return [
        *speed(reader, model, canvases(digits[:200])),
        *agreement(reader, model, digits),
        accuracy(reader, digits),
    ]


def canvases(digits: Digits) -> list[Picture]:
    """Return digits as a visitor's canvas sends them: uint8 (280, 280, 4)."""
    large = [np.kron(image, np.ones((10, 10), np.uint8)) for image in digits.images]
    return [np.dstack([grey, grey, grey, np.full_like(grey, 255)]) for grey in large]


def median_ms(read: Callable[[Picture], object], pictures: list[Picture]) -> float:
    """Return the median milliseconds per picture, after a warm-up."""
    times = []
    for picture in [*pictures[:10], *pictures]:
        began = time.perf_counter()
        read(picture)
        times.append(time.perf_counter() - began)
    return float(np.median(times[10:]) * 1e3)


def speed(reader: Reader, model: Any, pictures: list[Picture]) -> list[Result]:
    """Compare `reader.read` with the same through `keras.Model.predict`."""

    def predict(picture: Picture) -> None:
        if steps := prepare(picture):
            model.predict(steps.centred[None].astype(np.float32), verbose=0)

    ours = median_ms(reader.read, pictures)
    theirs = median_ms(predict, pictures[:60])
    times = over_network(reader, pictures)
    return [
        Result(
            "the same, over the network alone on the same pictures",
            f"{times:.2f} x as long",
            "2.0 x",
            times <= 2,
        ),
        Result("reader.read of a 280 x 280 canvas, median", f"{ours:.2f} ms", "1 ms", ours <= 1),
        Result(
            "the same with keras.Model.predict",
            f"{theirs:.1f} ms, {theirs / ours:.0f} x as long",
            "30 x",
            theirs >= 30 * ours,
        ),
    ]


def over_network(reader: Reader, pictures: list[Picture]) -> float:
    """Return the median of how many times as long `reader.read` takes as the network in it.

    It is the processor's time, and both are timed in turn, so that other work on the machine
    slows both alike. Both run in this thread alone.
    """
    ratios = []
    for picture in pictures:
        if steps := prepare(picture):
            seen = steps.centred[None]
            began = time.thread_time()
            reader.read(picture)
            read = time.thread_time()
            reader.network.run(seen)
            ratios.append((read - began) / (time.thread_time() - read))
    return float(np.median(ratios))


def agreement(reader: Reader, model: Any, digits: Digits) -> list[Result]:
    """Compare the probabilities of LiteRT with those of Keras."""
    logits = reader.logits(digits.images).astype(np.float64)
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    ours = powers / powers.sum(axis=1, keepdims=True)
    theirs = model.predict(digits.images.astype(np.float32), batch_size=500, verbose=0)
    most = float(np.abs(ours - theirs).max())
    other = int((ours.argmax(axis=1) != theirs.argmax(axis=1)).sum())
    return [
        Result("LiteRT against Keras, largest difference", f"{most:.1e}", "1e-5", most <= 1e-5),
        Result(
            "digits that the two read differently", f"{other} of {len(digits):,}", "0", other == 0
        ),
    ]


def accuracy(reader: Reader, digits: Digits) -> Result:
    """Measure the accuracy on MNIST's test set."""
    right = int((reader.predict(digits.images).argmax(axis=1) == digits.labels).sum())
    return Result(
        f"accuracy of {reader.name} on MNIST's test set",
        share_of(right, len(digits)),
        "99.5 %",
        right >= 0.995 * len(digits),
    )
