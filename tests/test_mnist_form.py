"""Pictures that are not MNIST's are noticed and prepared; MNIST's own never are."""

import numpy as np
import pytest

from mnist_core import load_reader
from mnist_core.data.datasets import load_in_mnist_form
from mnist_core.data.kaggle import write_train
from mnist_core.data.levels import SCALED
from mnist_core.data.mnist_form import form_remark, has_mnist_form, to_mnist_form
from mnist_core.inference.verdicts import answer_all


def test_none_of_mnist_is_mistaken_for_something_else(mnist):
    assert has_mnist_form(mnist.train.images).all()
    assert has_mnist_form(mnist.test.images).all()


def test_none_of_the_uci_digits_is_mistaken_for_something_else(uci):
    assert has_mnist_form(uci.images).all()
    assert to_mnist_form(uci.images).images is uci.images


def on_grey_paper(images: np.ndarray) -> np.ndarray:
    return (80 + images // 2).astype(np.uint8)


@pytest.mark.parametrize(
    "change",
    [
        on_grey_paper,
        lambda images: 255 - images,
        lambda images: np.roll(images, 3, axis=2),
        lambda images: images // 3,
    ],
    ids=["grey paper", "dark ink", "off centre", "faint"],
)
def test_what_departs_is_noticed_and_read_as_well_as_before(uci, change):
    images = change(uci.images[:200])
    assert not has_mnist_form(images).any()
    answers = answer_all(load_reader(), images)
    assert (answers.digits == uci.labels[:200]).mean() > 0.85
    assert answers.remarks[-1].startswith("200 of 200 pictures are not as MNIST stores them")


def test_as_is_hands_them_over_untouched(uci):
    images, reader = on_grey_paper(uci.images[:50]), load_reader("softmax")
    answers = answer_all(reader, images, as_is=True)
    assert answers.remarks == ()
    np.testing.assert_array_equal(answers.probabilities, reader.predict(images))


def test_only_what_departs_is_prepared(uci):
    images = uci.images[:10].copy()
    images[3] = 255 - images[3]
    conformed = to_mnist_form(images)
    assert np.flatnonzero(conformed.prepared).tolist() == [3]
    np.testing.assert_array_equal(np.delete(conformed.images, 3, 0), np.delete(images, 3, 0))


def test_paper_alone_is_blank_whatever_its_grey():
    images = np.stack([np.zeros((28, 28), np.uint8), np.full((28, 28), 90, np.uint8)])
    answers = answer_all(load_reader("softmax"), images)
    assert answers.verdicts == ("blank", "blank")
    assert answers.doubtful.tolist() == [0, 1]


def test_the_verdicts_are_those_of_the_reader(uci):
    reader = load_reader()
    answers = answer_all(reader, uci.images[:300])
    said = [reader.read(image).verdict for image in uci.images[:300]]
    assert np.mean([one == other for one, other in zip(answers.verdicts, said, strict=True)]) > 0.95


def test_two_levels_are_read_as_black_and_white(uci):
    binary = (uci.images[:50] > 127).astype(np.uint8)
    answers = answer_all(load_reader(), binary)
    assert answers.remarks[0] == SCALED
    assert (answers.digits == uci.labels[:50]).mean() > 0.85


def test_one_picture_is_counted_as_one():
    assert form_remark(np.array([True])).startswith("1 of 1 picture is not")
    assert form_remark(np.array([False])) == ""


def test_a_file_to_train_on_is_prepared_unless_it_is_to_stay(tmp_path, uci):
    path = tmp_path / "train.csv"
    digits = uci[:30]
    write_train(path, type(digits)(on_grey_paper(digits.images), digits.labels))
    dataset = load_in_mnist_form(str(path))
    assert dataset.prepared == 30
    assert has_mnist_form(dataset.in_order().images).all()
    raw = load_in_mnist_form(f"as-is:{path}")
    assert raw.prepared == 0
    np.testing.assert_array_equal(raw.in_order().images, on_grey_paper(digits.images))
