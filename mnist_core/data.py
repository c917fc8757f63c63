"""Labelled digits in MNIST's format, from wherever they are to be had.

`load_dataset` takes "mnist", "uci-digits", Kaggle's train.csv, an .npz file in Keras's layout or a
folder of IDX files as MNIST was first published. Pictures stay uint8 all the way: MNIST is 55 MB
so, and 220 MB as float32.
"""

import gzip
import importlib.util
from collections.abc import Callable
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from mnist_core.digits import Dataset, Digits
from mnist_core.errors import DataError
from mnist_core.preprocessing import Picture, prepare
from mnist_core.sources.kaggle import load_kaggle
from mnist_core.sources.mnist_source import find_mnist
from mnist_core.sources.npz import arrays_in

Progress = Callable[[int, int], None]


def load_dataset(name: str, on_progress: Progress | None = None) -> Dataset:
    """Return a set of digits.

    Args:
        name: "mnist", "uci-digits", the path of Kaggle's train.csv, of an .npz file in Keras's
            layout, or of a folder of IDX files.
        on_progress: called with bytes done and bytes in all, should MNIST have to be downloaded.

    Raises:
        DataError: there is no such set, or its file is damaged.
    """
    if name == "mnist":
        return read_npz(find_mnist(on_progress), name)
    if name == "uci-digits":
        digits = load_uci_digits()
        return Dataset(name, digits[:UCI_TRAIN], digits[UCI_TRAIN:])
    path = Path(name)
    if path.is_dir():
        return read_idx(path)
    if path.suffix == ".npz" and path.is_file():
        return read_npz(path, path.name)
    if path.suffix.lower() == ".csv" and path.is_file():
        return load_kaggle(path)
    raise DataError(
        "Expected the digits' name or place: mnist, uci-digits, Kaggle's train.csv, an .npz file "
        f"in Keras's layout, or a folder of IDX files. Received: {name}, which is none of these."
    )


UCI_TRAIN = 1_297  # of 1,797; the other 500 test a model that was trained on these


@cache
def load_uci_digits() -> Digits:
    """Return the 1,797 digits that come with scikit-learn, in MNIST's format.

    They are the test part of Alpaydin and Kaynak, "Optical Recognition of Handwritten Digits",
    UCI Machine Learning Repository 1998: 8 x 8 pictures of 17 grey levels by 13 writers. They are
    read from scikit-learn's files without importing it, which would cost 0.7 s and 70 MB.

    Raises:
        DataError: scikit-learn is not installed.
    """
    package = importlib.util.find_spec("sklearn")
    if package is None or package.origin is None:
        raise DataError("uci-digits come with scikit-learn. Install it: pip install scikit-learn")
    file = Path(package.origin).parent / "datasets" / "data" / "digits.csv.gz"
    with gzip.open(file, "rt") as lines:
        rows = np.loadtxt(lines, delimiter=",", dtype=np.uint8)
    images = np.stack([enlarge(row.reshape(8, 8)) for row in rows[:, :64]])
    return Digits(images, rows[:, 64])


def enlarge(small: Picture) -> Picture:
    """Return an 8 x 8 picture of levels 0 to 16 in MNIST's format."""
    grey = cv2.convertScaleAbs(small, alpha=255 / 16)
    large = cv2.resize(np.pad(grey, 2), (96, 96), interpolation=cv2.INTER_CUBIC)
    steps = prepare(large)
    if steps is None:
        raise DataError("Expected ink in every one of the uci-digits. Received: a blank one")
    return steps.centred


def read_npz(path: Path, name: str) -> Dataset:
    """Return the digits of a file with the arrays x_train, y_train, x_test and y_test.

    Raises:
        DataError: the file is damaged or holds something else.
    """
    what = "x_train, y_train, x_test and y_test as Keras's mnist.npz does"
    with arrays_in(path, what) as arrays:
        parts = [arrays[key] for key in ("x_train", "y_train", "x_test", "y_test")]
    return dataset_of(name, *parts)


def read_idx(folder: Path) -> Dataset:
    """Return the digits of a folder with MNIST's four IDX files, gzipped or not.

    Raises:
        DataError: a file is missing, damaged or of another kind.
    """
    stems = (
        "train-images-idx3-ubyte",
        "train-labels-idx1-ubyte",
        "t10k-images-idx3-ubyte",
        "t10k-labels-idx1-ubyte",
    )
    return dataset_of(folder.name, *(read_idx_file(folder, stem) for stem in stems))


def read_idx_file(folder: Path, stem: str) -> NDArray[np.uint8]:
    """Return the array in one IDX file: magic number, big-endian sizes, then bytes."""
    plain, packed = folder / stem, folder / f"{stem}.gz"
    try:
        content = plain.read_bytes() if plain.exists() else gzip.decompress(packed.read_bytes())
        axes = content[3]
        shape = tuple(np.frombuffer(content, ">u4", axes, offset=4))
        return np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(shape)
    except (OSError, EOFError, ValueError, IndexError) as problem:
        raise DataError(
            f"Expected {plain} (or .gz) to be an IDX file of bytes. Received: {problem}"
        ) from problem


def dataset_of(
    name: str,
    train_images: NDArray[np.uint8],
    train_labels: NDArray[np.uint8],
    test_images: NDArray[np.uint8],
    test_labels: NDArray[np.uint8],
) -> Dataset:
    """Return four arrays as a dataset."""
    return Dataset(
        name,
        Digits(train_images, train_labels.astype(np.uint8)),
        Digits(test_images, test_labels.astype(np.uint8)),
    )
