"""Explanations: which ink decides, what is missing, what would change it, and each proof."""

import copy
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from mnist_core import Reader, load_reader
from mnist_core.errors import ModelError, PictureError
from mnist_core.explanation.activations import activations
from mnist_core.explanation.counterfactuals import LARGEST, find_counterfactuals
from mnist_core.explanation.digit_map import agreement_of, load_map, place_on, write_map
from mnist_core.explanation.edits import changed, propose
from mnist_core.explanation.explanation import explain
from mnist_core.explanation.fine_ink import fine_ink, in_mnist_format, strokes_in
from mnist_core.explanation.missing_ink import find_missing_ink
from mnist_core.explanation.occlusion import DELETED, delete, occlude, prove, windows
from mnist_core.explanation.paths import trace
from mnist_core.explanation.pictures import colour_ink, why_picture
from mnist_core.explanation.squeezed import squeeze
from mnist_core.inference.litert import Network
from mnist_core.models.registry import SHIPPED, list_models
from mnist_core.preprocessing import prepare


@pytest.fixture(scope="module")
def reader() -> Reader:
    return load_reader("pen-cnn")


@pytest.fixture
def bent_one() -> np.ndarray:
    """A 1 with a short hook, which is nearly a 7: uint8 (280, 280)."""
    canvas = np.zeros((280, 280), np.uint8)
    stroke = np.array([[112, 80], [150, 62], [140, 215]], np.int32)
    return cv2.polylines(canvas, [stroke], False, 255, 16, cv2.LINE_AA)


# Which ink decides


def test_only_ink_decides(reader, seven):
    ink = prepare(seven).centred
    found = occlude(reader, ink)
    assert found.digit == 7
    assert found.ink.shape == (28, 28) and found.ink.dtype == np.float32
    assert not found.ink[ink == 0].any() and found.ink.any()
    assert np.abs(found.ink).max() <= 1


def test_each_window_holds_ink(seven):
    ink = prepare(seven).centred
    assert 30 < len(windows(ink)) < 150
    assert ((windows(ink) * ink).sum(axis=(1, 2)) > 0).all()


def test_a_faint_speck_is_explained_too(reader):
    ink = np.zeros((28, 28), np.uint8)
    ink[14, 14] = 3
    assert occlude(reader, ink).ink.shape == (28, 28)


def test_another_digit_can_be_explained(reader, seven):
    found = occlude(reader, prepare(seven).centred, digit=1)
    assert found.digit == 1 and found.probability < 0.5


def test_exactly_a_tenth_of_the_ink_is_deleted(seven):
    ink = prepare(seven).centred
    inked = np.flatnonzero(ink)
    left = delete(ink, inked)
    assert left.sum() == pytest.approx((1 - DELETED) * ink.sum(), abs=1)
    assert (left <= ink).all()


@pytest.mark.slow
def test_the_named_ink_is_worth_more_than_other_ink(reader, uci):
    """The benchmark `inside` measures how much more, on drawings by strangers."""
    falls = [
        (proof.named, proof.at_random)
        for ink in uci.images[:40]
        for proof in [prove(reader, ink, occlude(reader, ink))]
    ]
    named, at_random = np.mean(falls, axis=0)
    assert named >= 1.5 * at_random > 0


def ranks(values: np.ndarray) -> np.ndarray:
    return np.argsort(np.argsort(values)).astype(float)


@pytest.fixture
def shuffled(reader, tmp_path) -> Reader:
    """The same network with the weights of each layer in random order."""
    file = reader.network.path
    content, rng = bytearray(file.read_bytes()), np.random.default_rng(0)
    interpreter = Interpreter(str(file))
    for tensor in interpreter.get_tensor_details():
        if tensor["dtype"] != np.float32 or len(tensor["shape"]) < 2:
            continue
        try:
            weights = np.ascontiguousarray(interpreter.get_tensor(tensor["index"]))
        except ValueError:  # no constant: it is computed for each picture
            continue
        place = content.find(weights.tobytes())
        if place >= 0:
            mixed = rng.permutation(weights.ravel()).tobytes()
            content[place : place + len(mixed)] = mixed
    path = tmp_path / "model.tflite"
    path.write_bytes(content)
    other = copy.copy(reader)
    other.network = Network(path)
    return other


@pytest.mark.slow
def test_a_network_with_shuffled_weights_gives_another_map(reader, shuffled, uci):
    """A map that stayed the same would be drawn by the picture and not by the network.

    Adebayo and others 2018, "Sanity checks for saliency maps".
    """
    correlations = []
    for ink in uci.images[:40]:
        inked = ink > 0
        real, random = (occlude(one, ink).ink[inked] for one in (reader, shuffled))
        correlations.append(np.corrcoef(ranks(real), ranks(random))[0, 1])
    assert abs(np.mean(correlations)) <= 0.2


# What is missing


def test_a_missing_stroke_changes_the_answer(reader, bent_one):
    steps = prepare(bent_one)
    answer = reader.read(bent_one).candidates[0]
    found = find_missing_ink(reader, steps)
    assert found
    fine = fine_ink(steps)
    for one in found:
        read = reader.predict(in_mnist_format([one.stroke.apply(fine)]))[0]
        assert read.argmax() == one.digit != answer
    assert len({one.digit for one in found}) == len(found)


# What would change it


def test_a_counterfactual_is_read_as_what_it_says(reader, bent_one):
    steps = prepare(bent_one)
    answer = reader.read(bent_one).candidates[0]
    found = find_counterfactuals(reader, steps)
    order = [(not one.looks_like_digit, one.changed) for one in found]
    assert found and order == sorted(order)
    for one in found:
        reading = reader.read(one.fine)
        assert reading.candidates[0] == one.digit != answer
        assert one.looks_like_digit == (reading.digit is not None)
        assert 0 < one.changed <= LARGEST
        assert one.changed == changed(fine_ink(steps), one.fine)
        assert one.edits


@pytest.mark.slow
def test_the_same_drawing_has_the_same_counterfactuals(reader, seven):
    steps = prepare(seven)
    once, again = (find_counterfactuals(reader, steps) for _ in range(2))
    assert [(one.digit, one.changed) for one in once] == [(one.digit, one.changed) for one in again]


def test_strokes_lie_on_their_ink(reader, seven):
    steps = prepare(seven)
    (stroke,) = strokes_in(steps, [np.array([[90, 70], [190, 72], [130, 215]], float)], (280, 280))
    fine = fine_ink(steps)
    assert all(fine[int(y), int(x)] == 255 for x, y in stroke)


def test_strokes_far_off_or_beyond_number_propose_few_edits(seven):
    """A browser can send any coordinates."""
    steps = prepare(seven)
    rng = np.random.default_rng(0)
    for strokes in (
        [np.array([[90.0, 70.0], [1e6, 72.0]])],
        [rng.uniform(-1e6, 1e6, (20_000, 2))],
        [rng.uniform(0, 280, (50, 2)) for _ in range(400)],
    ):
        edits = propose(fine_ink(steps), strokes_in(steps, strokes, (280, 280)))
        assert 0 < len(edits) < 20_000


# Paths


@pytest.mark.parametrize(
    ("draw", "paths"),
    [
        (lambda paper: cv2.line(paper, (20, 20), (80, 90), 255, 9), 1),
        (lambda paper: cv2.circle(paper, (56, 56), 30, 255, 9), 1),
        (lambda paper: cv2.drawMarker(paper, (56, 56), 255, cv2.MARKER_CROSS, 70, 9), 4),
        (lambda paper: cv2.circle(paper, (56, 56), 3, 255, -1), 0),
        (lambda paper: paper, 0),
    ],
    ids=["line", "ring", "cross", "dot", "blank"],
)
def test_paths_are_traced(draw, paths):
    paper = np.zeros((112, 112), np.uint8)
    draw(paper)
    traced = [path for path in trace(paper) if len(path) > 8]
    assert len(traced) == paths
    assert all(paper[int(y), int(x)] for path in traced for x, y in path)


# Layers


@pytest.mark.parametrize("name", list_models())
def test_the_layers_end_in_the_logits(name, seven):
    ink = prepare(seven).centred
    layers = activations(SHIPPED / name / "model.tflite", ink)
    logits = load_reader(name).network.run(ink[None])["logits"][0]
    np.testing.assert_allclose(layers[-1].values, logits, atol=1e-3)


def test_a_convolution_is_a_sum_of_products(seven):
    path = SHIPPED / "keras-convnet" / "model.tflite"
    first = activations(path, prepare(seven).centred)[0]
    patch = first.seen[10:13, 12:15]
    for n, kernel in enumerate(first.weights):
        value = max(float((patch * kernel).sum() + first.bias[n]), 0)
        assert first.is_rectified and not first.is_padded
        assert first.values[10, 12, n] == pytest.approx(value, abs=1e-4)


@pytest.mark.parametrize("content", [b"", b"no network", bytes(2000)])
def test_a_damaged_network_is_an_error_in_words(content, tmp_path, seven):
    path = tmp_path / "model.tflite"
    path.write_bytes(content)
    with pytest.raises(ModelError, match="is damaged"):
        activations(path, prepare(seven).centred)


# All together


def test_an_explanation_explains_the_reading(reader, seven):
    found = explain(reader, 255 - seven, [[(90, 70), (190, 72), (130, 215)]])
    assert found.occlusion.digit == found.reading.digit == 7
    assert found.occlusion.digit not in {one.digit for one in found.counterfactuals}
    assert why_picture(found).size[0] > 300


def test_a_blank_picture_has_no_explanation(reader):
    with pytest.raises(PictureError, match="no ink"):
        explain(reader, np.full((280, 280), 255, np.uint8))


def test_what_decides_is_coloured(seven):
    ink = prepare(seven).centred
    decides = np.zeros((28, 28), np.float32)
    decides[14, 14], decides[10, 10] = 0.5, -0.5
    red, _, blue = colour_ink(ink, decides)[14, 14]
    assert red > blue
    red, _, blue = colour_ink(ink, decides)[10, 10]
    assert blue > red


@pytest.mark.parametrize("shape", [(280, 280), (280, 560, 3), (10, 20, 4), (1, 1)])
def test_any_picture_is_squeezed(shape):
    picture = np.full(shape, 255, np.uint8)
    squeezed = squeeze(picture)
    assert squeezed.shape == (28, 28) and not squeezed.any()


def test_a_small_digit_stays_small_where_it_is_squeezed(seven):
    squeezed = squeeze(255 - seven)
    assert squeezed.any()  # ink is light
    assert squeezed[0, 0] == 0


# The map


def test_the_map_that_ships_fits_and_can_be_trusted(reader):
    found = load_map(reader)
    assert found is not None and len(found.places) == 2_000
    assert found.places.min() >= 0 and found.places.max() <= 1
    assert (SHIPPED / "pen-cnn" / "map.npz").stat().st_size <= 40_000
    assert found.agreement == pytest.approx(agreement_of(found.places, found.labels), abs=1e-6)
    assert found.agreement >= 0.9


def test_a_drawing_lies_among_digits_like_it(reader, seven):
    found = load_map(reader)
    placed = place_on(found, reader, prepare(seven).centred)
    assert (found.labels[placed.neighbours] == 7).mean() > 0.5
    nearest = ((found.places - placed.place) ** 2).sum(axis=1).argmin()
    assert found.labels[nearest] == 7


@pytest.mark.parametrize(
    "damage",
    [
        lambda file: file.write_bytes(b"no map"),
        lambda file: file.unlink(),
        lambda file: write_map(
            file.parent, np.zeros((3, 2)), np.zeros(3, np.uint8), "of another network"
        ),
    ],
    ids=["damaged", "missing", "another network's"],
)
def test_a_map_that_does_not_fit_is_not_shown(damage, tmp_path, data_root):
    folder = Path(shutil.copytree(SHIPPED / "pen-cnn", tmp_path / "pen-cnn"))
    damage(folder / "map.npz")
    reader = Reader(folder)
    assert load_map(reader) is None
    shutil.copy(SHIPPED / "pen-cnn" / "map.npz", folder)  # mended while the app runs
    assert load_map(reader) is not None


def test_a_model_without_features_has_no_map():
    assert load_map(load_reader("softmax")) is None
