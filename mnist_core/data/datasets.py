"""Load a data set: labelled digits in MNIST format, from any supported source.

`load_dataset` takes "mnist", "uci-digits", or a file or folder of digits in any form that
`digit_files` knows. Pictures stay uint8 all the way: that makes MNIST 55 MB instead of 220 MB as
float32.
"""

import gzip
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

import cv2
import numpy as np

from mnist_core.data.additions import PREFIX as ADDED
from mnist_core.data.additions import Addition
from mnist_core.data.digit_files import WANTED, read_labelled
from mnist_core.data.digits import Dataset, Digits
from mnist_core.data.kaggle import AS_IS, EVERY_DIGIT, load_kaggle
from mnist_core.data.mnist import find_mnist
from mnist_core.data.mnist_form import Conformed, to_mnist_form
from mnist_core.errors import DataError
from mnist_core.extras import require
from mnist_core.files import is_file, is_folder
from mnist_core.pictures import Picture
from mnist_core.preprocessing import prepare

Progress = Callable[[int, int], None]


def load_dataset(
    name: str, on_progress: Progress | None = None, *, to_train: bool = True
) -> Dataset:
    """Return a data set.

    Args:
        name: "mnist", "uci-digits", or the path of a file or folder of digits. "every:" before a
            path leaves no digit for testing. `Addition.name` adds somebody's own digits to any of
            these.
        on_progress: called with bytes done and bytes in total, if MNIST has to be downloaded.
        to_train: whether to train on it, for which a file has to have at least six digits.

    Raises:
        DataError: there is no such data set, or its file is damaged.
    """
    if name.startswith(ADDED):
        addition = Addition.parse(name)
        base = load_dataset(addition.data, on_progress, to_train=to_train)
        return replace(base, added=addition.digits())
    if name == "mnist":
        parts = read_labelled(find_mnist(on_progress)).parts
        return whole_dataset(parts, name)
    if name == "uci-digits":
        digits = load_uci_digits()
        return Dataset(name, digits[:UCI_TRAIN], digits[UCI_TRAIN:])
    rest = name.removeprefix(AS_IS)
    path = Path(rest.removeprefix(EVERY_DIGIT))
    if not (is_file(path) or is_folder(path)):
        raise DataError(
            f"Expected a data set: mnist, uci-digits, or {WANTED}. "
            f"Received: {path.name or name}, which is none of these."
        )
    return load_kaggle(path, every_digit=rest.startswith(EVERY_DIGIT), to_train=to_train)


def load_in_mnist_form(
    name: str, on_progress: Progress | None = None, *, to_train: bool = True
) -> Dataset:
    """Return a data set whose pictures are all in MNIST's format; those that were not are prepared.

    "as-is:" before a path leaves them as they are, and digits that are added to it too. Takes and
    raises what `load_dataset` does.
    """
    if name.startswith(ADDED):
        addition = Addition.parse(name)
        base = load_in_mnist_form(addition.data, on_progress, to_train=to_train)
        return with_added(base, addition)
    dataset = load_dataset(name, on_progress, to_train=to_train)
    if name in ("mnist", "uci-digits") or name.startswith(AS_IS):
        return dataset
    train, test = to_mnist_form(dataset.train.images), to_mnist_form(dataset.test.images)
    both = Conformed(
        train.images, np.concatenate([train.prepared, test.prepared]), train.scaled or test.scaled
    )
    return replace(
        dataset,
        train=Digits(train.images, dataset.train.labels),
        test=Digits(test.images, dataset.test.labels),
        prepared=int(both.prepared.sum()),
        remarks=(*dataset.remarks, *both.remarks),
    )


def with_added(dataset: Dataset, addition: Addition) -> Dataset:
    """Return a data set with an addition, in MNIST's format unless the data set stays as it is."""
    own, remarks = addition.digits(), dataset.remarks
    if not addition.data.startswith(AS_IS):
        conformed = to_mnist_form(own.images)
        own = Digits(conformed.images, own.labels)
        said = (f"{addition.file.name}: {remark}" for remark in conformed.remarks)
        remarks = (*said, *remarks)
    return replace(dataset, added=own, remarks=remarks)


def whole_dataset(parts: dict[str, Digits], name: str) -> Dataset:
    """Return both parts of a file as a data set.

    Raises:
        DataError: one is missing.
    """
    if len(parts) != 2:
        raise DataError(
            f"Expected {name} to have a training set and a test set. Received: one of them."
        )
    return Dataset(name, parts["train"], parts["test"])


UCI_TRAIN = 1_297  # of 1,797 digits are the training set; the other 500 are the test set


@cache
def load_uci_digits() -> Digits:
    """Return the 1,797 digits that come with scikit-learn, in MNIST format.

    They are the test part of Alpaydin and Kaynak, "Optical Recognition of Handwritten Digits",
    UCI Machine Learning Repository 1998: 8 x 8 pictures of 17 grey levels by 13 writers. They are
    read from scikit-learn's files without importing it, which would cost 0.7 s and 70 MB.

    Raises:
        MissingExtraError: scikit-learn is not installed.
    """
    require("train", "sklearn")
    file = distribution("scikit-learn").locate_file("sklearn/datasets/data/digits.csv.gz")
    with gzip.open(str(file), "rt") as lines:
        rows = np.loadtxt(lines, delimiter=",", dtype=np.uint8)
    images = np.stack([enlarge(row.reshape(8, 8)) for row in rows[:, :64]])
    return Digits(images, rows[:, 64])


def enlarge(small: Picture) -> Picture:
    """Return an 8 x 8 picture with grey levels 0 to 16 in MNIST format."""
    grey = cv2.convertScaleAbs(small, alpha=255 / 16)
    large = cv2.resize(np.pad(grey, 2), (96, 96), interpolation=cv2.INTER_CUBIC)
    steps = prepare(large)
    if steps is None:
        raise DataError("Expected ink in each of the uci-digits. Received: a blank one")
    return steps.centred
