"""The logbook's riddle: 0.9662 on validation, but a little over 82 % from Kaggle. Why?

    python -m benchmarks.logbook

Its author's code, unchanged, runs on a seeded stand-in for Kaggle's files. The network then reads
the other 28,000 digits, preprocessed in every way that a mistake could have led to.
"""

import os
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.datasets import load_dataset
from mnist_core.data.kaggle import stand_in

Floats = NDArray[np.floating]
SEEDS = (0, 1, 2)


def unit(x: NDArray[np.generic], axis: int) -> Floats:
    """Return x with length 1 along an axis, as `keras.utils.normalize` makes it."""
    length = np.linalg.norm(x.astype(np.float32), axis=axis, keepdims=True)
    return x / np.where(length == 0, 1, length)


# From pictures, (n, 28, 28, 1) with pixels 0 to 255, to the network's input.
MISTAKES: dict[str, Callable[[NDArray[np.uint8]], Floats]] = {
    "as in training: along the height (axis=1)": lambda x: unit(x, 1),
    "not at all: pixels 0 to 255": lambda x: x.astype(np.float32),
    "divided by 255": lambda x: x / np.float32(255),
    "along the width (axis=2)": lambda x: unit(x, 2),
    "along the channel (the default axis): ink is 1": lambda x: unit(x, 3),
    "along the samples (axis=0)": lambda x: unit(x, 0),
    "before reshaping: each row of 784": lambda x: unit(x.reshape(-1, 784), 1).reshape(x.shape),
    "divided by 255 twice": lambda x: x / np.float32(255**2),
    "height and width exchanged": lambda x: unit(x.transpose(0, 2, 1, 3), 1),
    "dark on light": lambda x: unit(255 - x, 1),
    "as in training, and then once more": lambda x: unit(unit(x, 1), 1),
    "by the sum, not the length": lambda x: x / np.maximum(x.sum(1, keepdims=True, dtype=int), 1),
}
# From probabilities, (n, 10), to the submitted digits.
DECODINGS: dict[str, Callable[[Floats], NDArray[np.intp]]] = {
    "the first digit above 0.5": lambda p: (p > 0.5).argmax(axis=1),
    "the first digit above 0.99": lambda p: (p > 0.99).argmax(axis=1),
    "the first digit above 0.999": lambda p: (p > 0.999).argmax(axis=1),
    "probabilities cut to whole numbers": lambda p: p.astype(int).argmax(axis=1),
}


def main() -> None:
    """Print the accuracy after each mistake: mean, least and most over the seeds."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import tensorflow as tf
    from sklearn.model_selection import train_test_split

    dataset = stand_in(load_dataset("mnist"))
    shaped = dataset.train.images.reshape(-1, 28, 28, 1)
    train, held_out, train_labels, held_out_labels = train_test_split(
        shaped, dataset.train.labels, test_size=0.3, random_state=42
    )
    test, labels = dataset.test.images.reshape(-1, 28, 28, 1), dataset.test.labels
    scores: dict[str, list[float]] = {}
    for seed in SEEDS:
        tf.keras.utils.set_random_seed(seed)
        model = tf.keras.models.Sequential()
        model.add(tf.keras.layers.Flatten())
        model.add(tf.keras.layers.Dense(128, activation=tf.nn.relu))
        model.add(tf.keras.layers.Dense(128, activation=tf.nn.relu))
        model.add(tf.keras.layers.Dense(10, activation=tf.nn.softmax))
        model.compile(
            optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"]
        )
        x_train = tf.keras.utils.normalize(train, axis=1)
        history = model.fit(x_train, train_labels, epochs=10, verbose=0)
        record(scores, "training", history.history["accuracy"][-1])
        x_test = tf.keras.utils.normalize(held_out, axis=1)
        record(scores, "validation", model.evaluate(x_test, held_out_labels, verbose=0)[1])
        for mistake, preprocess in MISTAKES.items():
            probabilities = model.predict(preprocess(test), batch_size=1000, verbose=0)
            record(scores, mistake, float((probabilities.argmax(axis=1) == labels).mean()))
        probabilities = model.predict(unit(test, 1), batch_size=1000, verbose=0)
        for decoding, decode in DECODINGS.items():
            record(scores, decoding, float((decode(probabilities) == labels).mean()))
    print("| what | mean | least | most |\n|---|---|---|---|")
    for what, values in scores.items():
        print(f"| {what} | {np.mean(values):.4f} | {min(values):.4f} | {max(values):.4f} |")


def record(scores: dict[str, list[float]], what: str, value: float) -> None:
    """Add one seed's figure to a table."""
    scores.setdefault(what, []).append(float(value))


if __name__ == "__main__":
    main()
