import gzip
import io
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mnist_core.data.datasets import load_dataset, load_uci_digits
from mnist_core.data.digit_files import read_labelled, read_pictures
from mnist_core.data.digits import Digits
from mnist_core.data.kaggle import write_test, write_train
from mnist_core.errors import DataError
from mnist_core.evaluation.leakage import difference


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


@pytest.mark.slow
def test_uci_digits_load_without_importing_scikit_learn():
    check = (
        "import sys; from mnist_core.data.datasets import load_uci_digits; load_uci_digits();"
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
    assert load_dataset(str(tmp_path / "mine.npz")).name == "mine.npz"
    read = read_labelled(tmp_path / "mine.npz").parts
    np.testing.assert_array_equal(read["train"].images, parts["x_train"])
    np.testing.assert_array_equal(read["test"].labels, parts["y_test"])


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
    read = read_labelled(tmp_path).parts
    np.testing.assert_array_equal(read["train"].images, parts["x_train"])
    np.testing.assert_array_equal(read["test"].labels, parts["y_test"])


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
        DataError, match=r"mnist, uci-digits, or a CSV file.*an \.npz.*Received: emnist"
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


def idx(array: np.ndarray, kind: int = 8) -> bytes:
    return (
        bytes([0, 0, kind, array.ndim]) + np.array(array.shape, ">u4").tobytes() + array.tobytes()
    )


SPELLINGS = {
    "plain": "{}-{}-idx{}-ubyte",
    "dots": "{}-{}.idx{}-ubyte",
    "folders": "{0}-{1}-idx{2}-ubyte/{0}-{1}-idx{2}-ubyte",
    "torchvision": "MNIST/raw/{}-{}-idx{}-ubyte",
    "emnist": "emnist-digits-{}-{}-idx{}-ubyte",
    "short": "{}_{}",
}


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_idx_files_are_known_by_their_content(tmp_path, parts, spelling, packed):
    for key, array in parts.items():
        kind, part = key.split("_")
        name = SPELLINGS[spelling].format(
            part if part == "train" else "t10k", *{"x": ("images", 3), "y": ("labels", 1)}[kind]
        )
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(idx(array)) if packed else idx(array))
    read = read_labelled(tmp_path).parts
    np.testing.assert_array_equal(read["train"].images, parts["x_train"])
    np.testing.assert_array_equal(read["test"].labels, parts["y_test"])
    archive = Path(shutil.make_archive(str(tmp_path / "all"), "zip", tmp_path))
    test = read_labelled(archive).parts["test"]
    np.testing.assert_array_equal(test.images, parts["x_test"])


def npz_of(**arrays: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def as_arrays(digits: Digits) -> dict[str, bytes]:
    images, labels = digits.images, digits.labels
    flat = images.reshape(len(images), 784)
    return {
        "X and y": npz_of(X=flat, y=labels.astype(np.int64)),
        "one-hot": npz_of(images=images, labels=np.eye(10)[labels]),
        "columns": npz_of(x=images[..., None], y=labels[:, None]),
        "channel first": npz_of(data=images[:, None], target=labels.astype(np.float32)),
        "0 to 1": npz_of(X=(flat / 255).astype(np.float32), y=labels),
        "text": npz_of(X=flat, y=labels.astype(str)),
        "by columns": npz_of(X=np.asfortranarray(flat), y=labels),
        "unnamed": npz_of(arr_0=images, arr_1=labels),
        "parts": npz_of(
            X_train=images[:20], y_train=labels[:20], X_test=images[20:], y_test=labels[20:]
        ),
    }


def test_every_widespread_npz_holds_the_same_digits(uci):
    for name, content in as_arrays(uci[:40]).items():
        digits = read_labelled(content, name).whole()
        np.testing.assert_array_equal(digits.images, uci.images[:40], name)
        np.testing.assert_array_equal(digits.labels, uci.labels[:40], name)


@pytest.mark.parametrize(
    ("arrays", "says"),
    [
        ({"y": np.array([256, 1, 2])}, "y, label 0: .* from 0 to 9. Received: 256"),
        ({"y": np.array([1, 2.5, 2])}, "y, label 1: expected a whole number.*2.5"),
        ({"y": np.ones((3, 10))}, "y, row 0: expected nine times 0 and once 1"),
        ({"y": np.array([1, 2])}, "3 pictures and 2 labels"),
        ({"X": np.full((3, 784), -0.5)}, "X, picture 0, pixel 0: .*from 0 to 255.*Received: -0.5"),
        ({"X": np.full((3, 784), 300)}, "Received: 300"),
        ({"X": np.zeros((3, 32, 32))}, r"X \(3, 32, 32\)"),
        ({"X": np.zeros((3, 28, 28, 3))}, r"X \(3, 28, 28, 3\)"),
        ({"other": np.zeros(3)}, "other"),
    ],
)  # fmt: skip
def test_arrays_are_checked_before_they_are_converted(arrays, says):
    with pytest.raises(DataError, match=f"mine.*{says}"):
        read_labelled(npz_of(**{"X": np.zeros((3, 784)), "y": np.arange(3), **arrays}), "mine")


def test_the_ending_does_not_matter(tmp_path, uci):
    (tmp_path / "MNIST.NPZ").write_bytes(as_arrays(uci[:40])["X and y"])
    assert len(load_dataset(str(tmp_path / "MNIST.NPZ")).train) == 34


def test_a_folder_for_each_digit_is_read(tmp_path, uci):
    for index in range(30):
        for part, image in (("training", uci.images[index]), ("testing", uci.images[index + 30])):
            digit = uci.labels[index if part == "training" else index + 30]
            folder = tmp_path / part / str(digit)
            folder.mkdir(parents=True, exist_ok=True)
            Image.fromarray(image).save(folder / f"{index}.png")
    dataset = load_dataset(str(tmp_path))
    assert (len(dataset.train), len(dataset.test)) == (30, 30)
    assert difference(dataset.train, uci[:30]).labels.tolist() == []
    (tmp_path / "training" / "3" / "bad.png").write_text("no picture")
    with pytest.raises(DataError, match=r"training/3/bad\.png: This file is not a picture"):
        load_dataset(str(tmp_path))
    Image.new("L", (2_001, 2_000)).save(tmp_path / "training" / "3" / "bad.png")
    with pytest.raises(DataError, match=r"bad\.png: .* larger than 4 megapixels"):
        load_dataset(str(tmp_path))


def test_kaggles_own_archive_is_read(tmp_path, uci):
    write_train(tmp_path / "train.csv", uci[:12])
    write_test(tmp_path / "test.csv", uci.images[12:15])
    with zipfile.ZipFile(tmp_path / "digit-recognizer.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("train.csv", "test.csv"):
            archive.write(tmp_path / name, name)
        archive.writestr("sample_submission.csv", "ImageId,Label\n1,0\n")
    assert len(load_dataset(str(tmp_path / "digit-recognizer.zip")).in_order()) == 12
    images = read_pictures(tmp_path / "digit-recognizer.zip").images
    np.testing.assert_array_equal(images, uci.images[12:15])


def test_an_archive_whose_paths_begin_with_a_dot_is_read(tmp_path, uci):
    with zipfile.ZipFile(tmp_path / "mine.zip", "w") as archive:
        for folder in ("./", "./digits/"):
            archive.writestr(folder, b"")
        archive.writestr("./digits/mine.npz", npz_of(X=uci.images[:12], y=uci.labels[:12]))
        archive.writestr("./.hidden/other.npz", npz_of(X=uci.images[:2], y=uci.labels[:2]))
    read = read_labelled(tmp_path / "mine.zip").whole()
    assert read.labels.tolist() == uci.labels[:12].tolist()


def test_an_npz_in_a_zip_is_read(tmp_path, uci):
    with zipfile.ZipFile(tmp_path / "mine.zip", "w") as archive:
        archive.writestr("digits/mine.npz", npz_of(X=uci.images[:12], y=uci.labels[:12]))
    read = read_labelled(tmp_path / "mine.zip").whole()
    assert read.labels.tolist() == uci.labels[:12].tolist()
    images = read_pictures(tmp_path / "mine.zip").images
    np.testing.assert_array_equal(images, uci.images[:12])
    with zipfile.ZipFile(tmp_path / "mine.zip", "a") as archive:
        archive.writestr("digits/other.npz", npz_of(X=uci.images[:2], y=uci.labels[:2]))
    for read_any in (read_labelled, read_pictures):
        with pytest.raises(DataError, match=r"mine\.npz, other\.npz\. Choose one of them"):
            read_any(tmp_path / "mine.zip")
    with zipfile.ZipFile(tmp_path / "mine.zip", "a") as archive:
        archive.writestr("digits/test.npz", npz_of(X=uci.images[12:15]))
    images = read_pictures(tmp_path / "mine.zip").images
    np.testing.assert_array_equal(images, uci.images[12:15])


@pytest.mark.slow
def test_parquet_is_read_as_the_hubs_have_it(tmp_path, uci):
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    files = []
    for image in uci.images[:20]:
        file = io.BytesIO()
        Image.fromarray(image).save(file, "PNG")
        files.append({"bytes": file.getvalue(), "path": None})
    table = pa.table({"image": files, "label": uci.labels[:20].astype(np.int64)})
    pq.write_table(table, tmp_path / "train-00000-of-00001.parquet")
    digits = load_dataset(str(tmp_path)).in_order()
    np.testing.assert_array_equal(digits.images, uci.images[:20])
    with pytest.raises(DataError, match="expected the columns image and label. Received: label"):
        pq.write_table(table.select(["label"]), tmp_path / "other.parquet")
        load_dataset(str(tmp_path / "other.parquet"))


def test_the_order_of_a_file_comes_back(tmp_path, uci):
    write_train(tmp_path / "train.csv", uci[:60])
    np.testing.assert_array_equal(
        load_dataset(str(tmp_path / "train.csv")).in_order().images, uci.images[:60]
    )


def test_a_folder_named_as_a_known_set_is_not_taken_for_it(tmp_path, uci):
    (tmp_path / "mnist").mkdir()
    write_train(tmp_path / "mnist" / "train.csv", uci[:12])
    assert load_dataset(str(tmp_path / "mnist")).name == "own mnist"
