"""Exported models, each opened with the library that it is for, on a thousand digits."""

import subprocess
import sys
import zipfile

import numpy as np
import pytest

from mnist_core import load_reader
from mnist_core.data.digits import Digits
from mnist_core.inference.calibration import probabilities_of
from mnist_core.models.network_input import input_in_words
from mnist_core.models.registry import SHIPPED, list_models

pytestmark = [pytest.mark.tensorflow, pytest.mark.slow]

MODELS = ["pen-cnn", "logbook-mlp", "simple-nn"]  # together they have every kind of layer
LEVELS = ["byte", "unit"]
KERAS_2 = """
import os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tf_keras
model = tf_keras.models.load_model(sys.argv[1], compile=False)
np.save(sys.argv[3], model.predict(np.load(sys.argv[2]), verbose=0))
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


@pytest.fixture(scope="module", params=[(name, levels) for name in MODELS for levels in LEVELS])
def exported(request, tmp_path_factory):
    """A model in all four formats: its name, what it takes, and the folder."""
    from mnist_core.training.export import WRITERS, write_export

    name, levels = request.param
    folder = tmp_path_factory.mktemp("exports")
    for kind in WRITERS:
        write_export(SHIPPED / name, folder / f"model{kind}", kind, levels)
    return name, levels, folder


@pytest.mark.parametrize("kind", [".keras", ".h5"])
@pytest.mark.filterwarnings("ignore::UserWarning")  # Keras thinks little of HDF5
def test_keras_3_computes_the_same(exported, thousand, kind):
    import keras

    name, levels, folder = exported
    model = keras.models.load_model(folder / f"model{kind}", compile=False)
    theirs = model.predict(given(thousand, levels), verbose=0)
    np.testing.assert_allclose(theirs, expected(name, thousand), atol=1e-5)


def test_keras_2_computes_the_same(exported, thousand, tmp_path):
    pytest.importorskip("tf_keras")
    name, levels, folder = exported
    np.save(tmp_path / "given.npy", given(thousand, levels))
    files = [str(folder / "model.h5"), str(tmp_path / "given.npy"), str(tmp_path / "said.npy")]
    # In a process of its own: Keras 2 and Keras 3 disturb each other
    done = subprocess.run([sys.executable, "-c", KERAS_2, *files], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    said = np.load(tmp_path / "said.npy")
    np.testing.assert_allclose(said, expected(name, thousand), atol=1e-5)


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


def test_the_h5_of_every_model_that_ships_opens_in_keras_2(thousand, tmp_path):
    pytest.importorskip("tf_keras")
    from mnist_core.training.export import write_export

    for name in set(list_models()) - set(MODELS):
        write_export(SHIPPED / name, tmp_path / "model.h5", ".h5", "byte")
        np.save(tmp_path / "given.npy", given(thousand[:20], "byte"))
        files = [str(tmp_path / file) for file in ("model.h5", "given.npy", "said.npy")]
        done = subprocess.run([sys.executable, "-c", KERAS_2, *files], capture_output=True)
        assert done.returncode == 0, f"{name}: {done.stderr[-2000:]}"
        said = np.load(tmp_path / "said.npy")
        np.testing.assert_allclose(said, expected(name, thousand[:20]), atol=1e-5)
