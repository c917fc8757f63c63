import numpy as np
import pytest

from mnist_core import Hand
from mnist_core.data.additions import Addition
from mnist_core.data.datasets import load_dataset, load_in_mnist_form
from mnist_core.data.digits import Digits
from mnist_core.data.kaggle import write_train
from mnist_core.data.mnist_form import has_mnist_form
from mnist_core.errors import DataError
from mnist_core.recipes.catalog import find_recipe
from mnist_core.runs.store import new_run
from mnist_core.training.job import Job


@pytest.fixture
def zipped(tmp_path, uci):
    hand = Hand()
    for image in uci.images[:3]:
        hand.add(image, 4)
    hand.save(tmp_path / "a:hand.zip")
    return tmp_path / "a:hand.zip"


def test_own_digits_are_trained_on_and_never_validated_or_tested_on(zipped):
    name = Addition(0.25, zipped, "uci-digits").name
    dataset = load_dataset(name)
    assert len(dataset.train) == 1297
    recipe = find_recipe("quick-cnn").with_settings(["validation_share=0.3"])
    job = Job.of(new_run(recipe, name), dataset)
    plain = Job.of(new_run(recipe, "uci-digits"), load_dataset("uci-digits"))
    added = job.digits[len(plain.digits) :]
    assert len(added) == job.n_added == round(len(plain.digits) / 3)  # a quarter of all
    assert len(np.unique(added.images, axis=0)) == 3
    np.testing.assert_array_equal(job.validation.images, plain.validation.images)


@pytest.mark.parametrize("n", [900, 4_500])  # one third of the own digits, or all and two thirds
def test_where_not_all_are_there_as_often_they_are_chosen_evenly(tmp_path, n):
    labels = np.repeat(np.arange(10, dtype=np.uint8), 30)  # sorted, as files often are
    own = Digits(np.zeros((300, 28, 28), np.uint8), labels)
    chosen = Addition(0.1, tmp_path, "uci-digits").repeated(own, n)
    np.testing.assert_array_equal(np.bincount(chosen.labels), np.full(10, n // 90))


def test_own_digits_are_brought_into_mnist_s_format_and_it_is_said(tmp_path, uci):
    own, data = tmp_path / "own.csv", tmp_path / "data.csv"
    write_train(own, Digits(255 - uci.images[:3], uci.labels[:3]))
    write_train(data, uci[:12])
    dataset = load_in_mnist_form(Addition(0.5, own, "uci-digits").name)
    assert has_mnist_form(dataset.added.images).all()
    assert dataset.remarks[0].startswith("own.csv: 3 of 3 pictures are not as MNIST stores them")
    dataset = load_in_mnist_form(Addition(0.5, own, f"as-is:{data}").name)
    np.testing.assert_array_equal(dataset.added.images, 255 - uci.images[:3])
    assert not dataset.remarks


def test_a_name_gives_back_its_parts(tmp_path):
    addition = Addition(0.1, tmp_path / "with:colons.zip", "every:/x/train.csv")
    assert Addition.parse(addition.name) == addition


@pytest.mark.parametrize("name", ["with:", "with:0.1:x", "with:a:1:b:c", "with:0.1:-:f:mnist"])
def test_another_name_is_a_clear_error(name):
    with pytest.raises(DataError, match="Expected with:"):
        load_dataset(name)


@pytest.mark.parametrize("share", [0, -1, 0.6, float("nan")])
def test_a_share_out_of_range_is_refused(share, tmp_path):
    with pytest.raises(DataError, match="share"):
        Addition(share, tmp_path, "mnist")


def test_a_file_that_is_no_hand_is_a_clear_error(tmp_path):
    name = Addition(0.1, tmp_path / "x.zip", "uci-digits").name
    with pytest.raises(DataError, match=r"Expected x\.zip to be.*: No such file or directory$"):
        load_dataset(name)
    (tmp_path / "x.zip").write_bytes(b"PK")
    with pytest.raises(DataError, match="hand's ZIP file"):
        load_dataset(name)
