import numpy as np
import pytest

from mnist_core import Hand
from mnist_core.data.additions import Addition
from mnist_core.data.datasets import load_dataset
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
    assert len(dataset.added) == round(1297 / 3)
    recipe = find_recipe("quick-cnn")
    job = Job.of(new_run(recipe, name), dataset)
    plain = Job.of(new_run(recipe, "uci-digits"), load_dataset("uci-digits"))
    assert len(job.digits) == len(plain.digits) + round(1297 / 3)
    np.testing.assert_array_equal(job.validation.images, plain.validation.images)
    assert len(np.unique(dataset.added.images, axis=0)) == 3


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
    (tmp_path / "x.zip").write_bytes(b"PK")
    with pytest.raises(DataError, match="hand's ZIP file"):
        load_dataset(Addition(0.1, tmp_path / "x.zip", "uci-digits").name)
