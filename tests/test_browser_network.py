"""Networks for the browser: the same layers and weights as in the .tflite file."""

import json
import struct

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema

from devtools.live import find_node, read_live
from mnist_core import load_reader
from mnist_core.errors import ModelError
from mnist_core.inference.calibration import probabilities_of
from mnist_core.models.browser_network import browser_network
from mnist_core.models.registry import SHIPPED
from ui.draw.live_files import MOST_BYTES

SHIPPED_NAMES = sorted(path.name for path in SHIPPED.iterdir())
needs_node = pytest.mark.skipif(not find_node(), reason="Node.js is not installed")


def header_of(content: bytes) -> list[dict[str, object]]:
    """Return the layers that a file names."""
    (length,) = struct.unpack_from("<I", content)
    return json.loads(content[4 : 4 + length])["layers"]


@pytest.mark.parametrize("name", SHIPPED_NAMES)
def test_a_browser_gets_every_weight_of_every_model_that_ships(name):
    content = browser_network(SHIPPED / name / "model.tflite")
    layers = header_of(content)
    assert {layer["kind"] for layer in layers} & {"scale", "unit-mean-square"}
    assert (layers[-1]["kind"], layers[-1]["output"]) == ("dense", 10)
    (length,) = struct.unpack_from("<I", content)
    weights = np.frombuffer(content[4 + length :], "<f2")
    expected = load_reader(name).card.parameters
    assert np.isfinite(weights).all()
    assert expected * 0.99 < len(weights) < expected + 1_000  # normalisation may be in a kernel


def test_the_default_network_is_light_enough_for_a_page():
    assert len(browser_network(SHIPPED / "pen-cnn" / "model.tflite")) <= min(MOST_BYTES, 860_000)


@pytest.mark.parametrize("content", [b"", b"damaged", b"\0" * 64, b"\x1c\0\0\0TFL3" + b"\xff" * 64])
def test_a_damaged_file_is_an_error(tmp_path, content):
    (tmp_path / "model.tflite").write_bytes(content)
    with pytest.raises(ModelError, match="layers that a browser cannot run"):
        browser_network(tmp_path / "model.tflite")


def test_a_layer_that_is_not_known_is_named(tiny_model, tmp_path):
    import flatbuffers

    model = schema.ModelT.InitFromPackedBuf((tiny_model / "model.tflite").read_bytes(), 0)
    dense = schema.BuiltinOperator.FULLY_CONNECTED
    for code in model.operatorCodes:
        if code.builtinCode == dense or code.deprecatedBuiltinCode == dense:
            code.builtinCode = code.deprecatedBuiltinCode = schema.BuiltinOperator.COS
    builder = flatbuffers.Builder(0)
    builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
    (tmp_path / "model.tflite").write_bytes(builder.Output())
    with pytest.raises(ModelError, match="COS is not known"):
        browser_network(tmp_path / "model.tflite")


@needs_node
@pytest.mark.slow
def test_javascript_computes_the_default_network_as_litert_does(mnist):
    reader, images = load_reader("pen-cnn"), mnist.test.images[:1000]
    ours = probabilities_of(read_live(reader, prepared=images).logits.astype(np.float32), 1.0)
    theirs = probabilities_of(reader.logits(images), 1.0)
    assert np.abs(ours - theirs).max() < 1e-3
    assert (ours.argmax(axis=1) == theirs.argmax(axis=1)).all()


@needs_node
@pytest.mark.slow
@pytest.mark.parametrize("name", ["quick-cnn", "keras-convnet", "logbook-mlp", "softmax"])
def test_javascript_computes_every_kind_of_layer(uci, name):
    """Half floats have three digits: together they change a probability by little."""
    reader, images = load_reader(name), uci.images[:100]
    ours = probabilities_of(read_live(reader, prepared=images).logits.astype(np.float32), 1.0)
    assert np.abs(ours - probabilities_of(reader.logits(images), 1.0)).max() < 5e-3
