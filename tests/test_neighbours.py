import numpy as np
import pytest

from mnist_core import load_reader
from mnist_core.errors import ModelError
from mnist_core.evaluation.neighbours import has_features, nearest_neighbours


@pytest.fixture(scope="module")
def reader():
    return load_reader("tutorial-mlp")


def test_a_digit_is_most_like_itself_and_its_neighbours_mostly_have_its_label(reader, uci):
    digits = uci[:600]
    same = []
    for index in range(0, 600, 60):
        found = nearest_neighbours(reader, digits.images[index], digits)
        assert len(found) == 8
        assert found[0] == index
        same += (digits.labels[found] == digits.labels[index]).tolist()
    assert np.mean(same) > 0.8


def test_the_similarity_is_the_cosine(reader, uci):
    digits = uci[:300]
    features = reader.network.run(digits.images)["features"].astype(np.float64)
    wanted = reader.network.run(uci.images[900:901])["features"][0].astype(np.float64)
    cosine = features @ wanted / np.linalg.norm(features, axis=1) / np.linalg.norm(wanted)
    found = nearest_neighbours(reader, uci.images[900], digits, 5)
    # Half precision may swap two that are as near as makes no difference.
    np.testing.assert_allclose(cosine[found], np.sort(cosine)[::-1][:5], atol=2e-3)


def test_features_are_computed_once_with_progress(reader, uci, monkeypatch):
    digits, steps = uci[:700], []
    first = nearest_neighbours(
        reader, uci.images[0], digits, on_progress=lambda *step: steps.append(step)
    )
    assert steps == [(512, 700), (700, 700)]
    again = nearest_neighbours(
        reader, uci.images[0], digits, on_progress=lambda *step: steps.append(step)
    )
    assert len(steps) == 2
    np.testing.assert_array_equal(first, again)


def test_fewer_digits_than_asked_for_are_all_returned(reader, uci):
    assert sorted(nearest_neighbours(reader, uci.images[0], uci[:3])) == [0, 1, 2]


def test_a_blank_picture_is_no_failure(reader, uci):
    assert len(nearest_neighbours(reader, np.zeros((28, 28), np.uint8), uci[:20])) == 8


def test_a_network_without_features_says_so(uci):
    reader = load_reader("softmax")
    assert not has_features(reader)
    with pytest.raises(ModelError, match="softmax has no penultimate layer"):
        nearest_neighbours(reader, uci.images[0], uci[:20])
