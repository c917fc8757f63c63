"""Exported models, each opened with the library that it is for, on a thousand digits."""

import subprocess
import sys
import zipfile
from pathlib import Path

import keras
import numpy as np
import pytest

from mnist_core import load_reader
from mnist_core.data.digits import Digits
from mnist_core.inference.calibration import probabilities_of
from mnist_core.models.network_input import input_in_words
from mnist_core.models.registry import SHIPPED
from mnist_core.training.export import rounded_normalization

pytestmark = [pytest.mark.tensorflow, pytest.mark.slow]

MODELS = ["pen-cnn", "logbook-mlp", "simple-nn"]  # together they have every kind of layer
LEVELS = {name: ["byte"] for name in MODELS} | {"logbook-mlp": ["byte", "unit"]}
SHIPPED_NAMES = sorted(card.parent.name for card in SHIPPED.glob("*/card.json"))
KERAS_2 = """
import os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tf_keras
for folder in sys.argv[1:]:
    try:
        model = tf_keras.models.load_model(f"{folder}/model.h5", compile=False)
        np.save(f"{folder}/said.npy", model.predict(np.load(f"{folder}/given.npy"), verbose=0))
    except Exception as problem:
        print(f"{folder}: {problem}", file=sys.stderr)
"""


@pytest.fixture(scope="module")
def thousand(uci: Digits) -> np.ndarray:
    """A thousand digits, uint8 (1000, 28, 28)."""
    return uci.images[:1000]


def given(images: np.ndarray, levels: str) -> np.ndarray:
    """Return pictures as an exported network wants them."""
    return images.astype(np.float32) / (255 if levels == "unit" else 1)


def expected(name: str, images: np.ndarray) -> np.ndarray:
    """Return what a model says without calibration."""
    return probabilities_of(load_reader(name).logits(images), 1.0)


@pytest.fixture(scope="module")
def exports(thousand, tmp_path_factory) -> dict[tuple[str, str], Path]:
    """Return the folder of each export, by the model and what its files take.

    Every model that ships is there as .h5, beside the digits it is given, and those of `MODELS` in
    all four formats.
    """
    from mnist_core.training.export import WRITERS, write_export

    folders = {}
    for name in SHIPPED_NAMES:
        for levels in LEVELS.get(name, ["byte"]):
            folder = folders[name, levels] = tmp_path_factory.mktemp("exports")
            for kind in WRITERS if name in MODELS else [".h5"]:
                write_export(SHIPPED / name, folder / f"model{kind}", kind, levels)
            np.save(folder / "given.npy", given(thousand, levels))
    return folders


@pytest.fixture(
    scope="module", params=[(name, levels) for name in MODELS for levels in LEVELS[name]]
)
def exported(request, exports):
    """A model in all four formats: its name, what it takes, and the folder."""
    return *request.param, exports[request.param]


@pytest.fixture(scope="module")
def keras_2(exports) -> str:
    """Have Keras 2 say what every export reads in its digits, and return what it complained of.

    In a process of its own, because Keras 2 and Keras 3 disturb each other.
    """
    pytest.importorskip("tf_keras")
    command = [sys.executable, "-c", KERAS_2, *map(str, exports.values())]
    return subprocess.run(command, capture_output=True, text=True).stderr


@pytest.mark.parametrize("kind", [".keras", ".h5"])
@pytest.mark.filterwarnings("ignore::UserWarning")  # Keras thinks little of HDF5
def test_keras_3_computes_the_same(exported, thousand, kind):
    import keras

    name, levels, folder = exported
    model = keras.models.load_model(folder / f"model{kind}", compile=False)
    theirs = model.predict(given(thousand, levels), verbose=0)
    np.testing.assert_allclose(theirs, expected(name, thousand), atol=1e-5)


@pytest.mark.parametrize("name", sorted({*SHIPPED_NAMES} - {*MODELS}))
@pytest.mark.filterwarnings("ignore::UserWarning")  # Keras thinks little of HDF5
def test_every_model_that_ships_survives_hdf5(name, exports, thousand):
    import keras

    model = keras.models.load_model(exports[name, "byte"] / "model.h5", compile=False)
    theirs = model.predict(given(thousand, "byte"), verbose=0)
    np.testing.assert_allclose(theirs, expected(name, thousand), atol=1e-5)


@pytest.mark.parametrize("name", SHIPPED_NAMES)
def test_keras_2_computes_the_same(name, exports, keras_2, thousand):
    for levels in LEVELS.get(name, ["byte"]):
        said = exports[name, levels] / "said.npy"
        assert said.is_file(), keras_2.partition(str(said.parent))[2] or keras_2[-2000:]
        np.testing.assert_allclose(np.load(said), expected(name, thousand), atol=1e-5)


def test_litert_computes_the_same(exported, thousand):
    from mnist_core.inference.litert import Network

    name, levels, folder = exported
    network = Network(folder / "model.tflite")
    network.one, pixels = network.load(threads=1), given(thousand, levels)
    logits = network.one(image=pixels)["logits"]
    np.testing.assert_allclose(probabilities_of(logits, 1.0), expected(name, thousand), atol=1e-5)


def test_onnx_computes_the_same(exported, thousand):
    ort = pytest.importorskip("onnxruntime")
    name, levels, folder = exported
    session = ort.InferenceSession(folder / "model.onnx", providers=["CPUExecutionProvider"])
    (image,) = session.get_inputs()
    (theirs,) = session.run(None, {image.name: given(thousand, levels)})
    np.testing.assert_allclose(theirs, expected(name, thousand), atol=1e-5)


def test_each_file_says_what_it_takes(exported):
    import h5py
    import onnx
    from ai_edge_litert import schema_py_generated as schema

    _, levels, folder = exported
    words = input_in_words(levels)
    with zipfile.ZipFile(folder / "model.keras") as archive:
        assert archive.read("input.txt").decode() == f"{words}\n"
    with h5py.File(folder / "model.h5") as file:
        assert file.attrs["input"] == words
    model = schema.ModelT.InitFromPackedBuf((folder / "model.tflite").read_bytes(), 0)
    assert model.description.decode() == words
    assert onnx.load(folder / "model.onnx").graph.input[0].doc_string == words


def test_a_browser_gets_what_normalises_a_batch_as_it_is():
    """It multiplies with a half float and adds one, and gives what it gave before."""
    rng = np.random.default_rng(0)
    layer = keras.layers.BatchNormalization()
    layer.build((None, 3, 3, 64))
    scale, shift, mean = rng.normal(0, 1, (3, 64))
    layer.set_weights([scale, shift, mean, rng.uniform(0.01, 4, 64)])
    maps = rng.normal(0, 1, (5, 3, 3, 64)).astype(np.float32)
    before = np.asarray(layer(maps))
    layer.set_weights(rounded_normalization(layer))
    gamma, beta, mean, variance = layer.get_weights()
    factor = gamma / np.sqrt(variance + layer.epsilon)
    for value in (factor, beta - mean * factor):
        np.testing.assert_allclose(value, value.astype(np.float16), rtol=0, atol=2e-6)
    np.testing.assert_allclose(np.asarray(layer(maps)), before, atol=0.02)
