import gzip
import subprocess
import sys

import numpy as np
import pytest

from mnist_core.data import load_dataset, load_uci_digits
from mnist_core.digits import Digits
from mnist_core.errors import DataError


@pytest.fixture
def parts() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (30, 28, 28), np.uint8)
    labels = np.arange(30, dtype=np.uint8) % 10
    return {
        "x_train": images[:20],
        "y_train": labels[:20],
        "x_test": images[20:],
        "y_test": labels[20:],
    }


def test_uci_digits_are_the_ones_of_scikit_learn(uci):
    from sklearn.datasets import load_digits

    theirs = load_digits()
    assert uci.images.shape == (1797, 28, 28)
    np.testing.assert_array_equal(uci.labels, theirs.target)
    small = uci.images[:, 4:24, 4:24].reshape(1797, 10, 2, 10, 2).mean((2, 4))
    assert np.corrcoef(small.sum((1, 2)), theirs.images.sum((1, 2)))[0, 1] > 0.3


def test_uci_digits_load_without_importing_scikit_learn():
    check = (
        "import sys; from mnist_core.data import load_uci_digits; load_uci_digits();"
        "assert not {'sklearn', 'scipy', 'tensorflow'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", check], check=True)


def test_uci_digits_are_split_without_overlap():
    dataset = load_dataset("uci-digits")
    assert (len(dataset.train), len(dataset.test)) == (1297, 500)
    joined = np.concatenate([dataset.train.images, dataset.test.images])
    np.testing.assert_array_equal(joined, load_uci_digits().images)


def test_an_npz_in_keras_layout_is_read(tmp_path, parts):
    np.savez(tmp_path / "mine.npz", **parts)
    dataset = load_dataset(str(tmp_path / "mine.npz"))
    assert dataset.name == "mine.npz"
    np.testing.assert_array_equal(dataset.train.images, parts["x_train"])
    np.testing.assert_array_equal(dataset.test.labels, parts["y_test"])


@pytest.mark.parametrize("packed", [False, True])
def test_a_folder_of_idx_files_is_read(tmp_path, parts, packed):
    names = {
        "x_train": "train-images-idx3-ubyte",
        "y_train": "train-labels-idx1-ubyte",
        "x_test": "t10k-images-idx3-ubyte",
        "y_test": "t10k-labels-idx1-ubyte",
    }
    for key, name in names.items():
        array = parts[key]
        header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
        content = header + array.tobytes()
        if packed:
            (tmp_path / f"{name}.gz").write_bytes(gzip.compress(content))
        else:
            (tmp_path / name).write_bytes(content)
    dataset = load_dataset(str(tmp_path))
    np.testing.assert_array_equal(dataset.train.images, parts["x_train"])
    np.testing.assert_array_equal(dataset.test.labels, parts["y_test"])


def test_an_incomplete_idx_folder_names_the_missing_file(tmp_path):
    with pytest.raises(DataError, match="train-images-idx3-ubyte"):
        load_dataset(str(tmp_path))


def test_a_truncated_idx_file_is_refused(tmp_path):
    content = bytes([0, 0, 8, 3]) + np.array([9, 28, 28], ">u4").tobytes() + b"\0" * 100
    (tmp_path / "train-images-idx3-ubyte").write_bytes(content)
    with pytest.raises(DataError, match="train-images-idx3-ubyte"):
        load_dataset(str(tmp_path))


def test_an_npz_with_other_arrays_says_what_was_expected(tmp_path):
    np.savez(tmp_path / "other.npz", a=np.zeros(3))
    with pytest.raises(DataError, match="x_train"):
        load_dataset(str(tmp_path / "other.npz"))


def test_a_damaged_npz_is_refused(tmp_path):
    (tmp_path / "damaged.npz").write_bytes(b"PK\x03\x04 nothing more")
    with pytest.raises(DataError, match=r"damaged\.npz"):
        load_dataset(str(tmp_path / "damaged.npz"))


def test_an_npz_with_a_flipped_bit_is_refused(tmp_path):
    path = tmp_path / "flipped.npz"
    np.savez(path, x_train=np.zeros((1, 28, 28), np.uint8))
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\1\2") + 10] ^= 1  # how the array is packed
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"flipped\.npz"):
        load_dataset(str(path))


def test_an_unknown_name_lists_what_there_is():
    with pytest.raises(
        DataError, match=r"mnist, uci-digits, Kaggle's train\.csv, an \.npz.*Received: emnist"
    ):
        load_dataset("emnist")


@pytest.mark.parametrize(
    ("images", "labels", "says"),
    [
        (np.zeros((2, 28, 28)), np.zeros(2, np.uint8), "float64"),
        (np.zeros((2, 27, 28), np.uint8), np.zeros(2, np.uint8), "27"),
        (np.zeros((2, 28, 28), np.uint8), np.zeros(3, np.uint8), "3 labels"),
        (np.zeros((2, 28, 28), np.uint8), np.array([1, 10], np.uint8), "up to 10"),
    ],
)
def test_what_is_not_digits_is_refused(images, labels, says):
    with pytest.raises(DataError, match=says):
        Digits(images, labels)


def test_the_fingerprint_tells_digits_apart(uci):
    assert uci.fingerprint() == Digits(uci.images.copy(), uci.labels.copy()).fingerprint()
    assert uci.fingerprint() != uci[1:].fingerprint()


def test_mnist_is_whole(mnist):
    assert mnist.train.images.shape == (60_000, 28, 28)
    assert mnist.test.images.shape == (10_000, 28, 28)
    assert np.bincount(mnist.train.labels).tolist() == [
        5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949,
    ]  # fmt: skip
