"""A network for the browser: its layers and weights, taken from the tensors of its .tflite file.

The file begins with the length of its header in bytes (uint32, little-endian, a multiple of 4). The
header is JSON, {"layers": [...]}, from pixels to logits. Then come all weights as float16, little-
endian, layer by layer, in the order that each layer names below. `ui/draw/live/network.js` runs it.

    {"kind": "scale", "factor"}                         every value times `factor`
    {"kind": "unit-mean-square", "epsilon"}             columns / sqrt(mean square + epsilon)
    {"kind": "convolution", "input", "output", "size", "before", "relu"}
                                     weights (filters, size, size, channels), biases (filters,)
    {"kind": "pooling", "input", "output"}              the largest of each 2 x 2 values
    {"kind": "affine", "width", "relu"}                 factors (width,), terms (width,)
    {"kind": "dense", "input", "output", "relu"}        weights (output, input), biases (output,)

"input" and "output" are (height, width, channels), of a dense layer numbers; "before" is how many
zeros a convolution adds above and to the left. "relu" is whether ReLU follows.
"""

import json
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray

from mnist_core.errors import ModelError

ALIGNMENT = 4  # bytes
OPERATORS = {
    number: name for name, number in vars(schema.BuiltinOperator).items() if name.isupper()
}
RESHAPING = {"SHAPE", "STRIDED_SLICE", "PACK", "RESHAPE"}  # they change no value
NORMALIZING = ("SQUARE", "MEAN", "ADD", "RSQRT", "MUL")  # what UnitMeanSquare becomes

Floats = NDArray[np.float32]
Layer = tuple[dict[str, Any], list[Floats]]  # as in the header, and its weights in order


def browser_network(path: Path) -> bytes:
    """Return a network as a browser reads it.

    Args:
        path: the model's .tflite file.

    Raises:
        ModelError: it has a layer that is not known here, or is damaged.
    """
    try:
        layers = list(layers_of(Graph(path.read_bytes())))
    except (LookupError, TypeError, ValueError, AttributeError, struct.error) as problem:
        raise ModelError(f"{path} has layers that a browser cannot run: {problem}") from problem
    header = json.dumps({"layers": [layer for layer, _ in layers]}).encode()
    header += b" " * (-len(header) % ALIGNMENT)
    weights = [np.ravel(each) for _, several in layers for each in several]
    return struct.pack("<I", len(header)) + header + np.concatenate(weights).astype("<f2").tobytes()


class Graph:
    """The operators of a .tflite file, in the order in which they run."""

    def __init__(self, content: bytes) -> None:
        """Read a file.

        Raises:
            ValueError: it is no .tflite file.
        """
        if not schema.Model.ModelBufferHasIdentifier(content, 0):
            raise ValueError("Expected a .tflite file. Received: something else")
        self.model = schema.ModelT.InitFromPackedBuf(content, 0)
        self.tensors = self.model.subgraphs[0].tensors
        self.operators = self.model.subgraphs[0].operators

    def name(self, operator: Any) -> str:
        """Return what an operator does, such as "CONV_2D"."""
        code = self.model.operatorCodes[operator.opcodeIndex]
        return OPERATORS[max(code.builtinCode, code.deprecatedBuiltinCode)]

    def shape(self, tensor: int) -> list[int]:
        """Return a tensor's shape for one picture, without the batch."""
        return [int(side) for side in self.tensors[tensor].shape[1:]]

    def weights(self, tensor: int) -> Floats | None:
        """Return what a tensor holds in the file, or None where it is computed.

        Raises:
            ValueError: it holds something else than float32.
        """
        details = self.tensors[tensor]
        content = self.model.buffers[details.buffer].data
        if content is None:
            return None
        if details.type != schema.TensorType.FLOAT32:
            raise ValueError(f"Expected weights as float32. Received: type {details.type}")
        return np.frombuffer(bytes(content), "<f4").reshape(details.shape)


def layers_of(graph: Graph) -> Iterator[Layer]:
    """Yield the layers, each with its weights.

    Raises:
        ValueError: one is not known here.
    """
    waiting = [each for each in graph.operators if graph.name(each) not in RESHAPING]
    while waiting:
        names = tuple(graph.name(each) for each in waiting[: len(NORMALIZING)])
        if names == NORMALIZING:
            epsilon = constants(graph, waiting[2])[0]
            yield {"kind": "unit-mean-square", "epsilon": float(epsilon)}, []
            waiting = waiting[len(NORMALIZING) :]
        elif names[:2] == ("MUL", "ADD"):
            yield affine(graph, *waiting[:2])
            waiting = waiting[2:]
        elif names[0] in LAYERS:
            yield LAYERS[names[0]](graph, waiting.pop(0))
        else:
            raise ValueError(f"the operator {names[0]} is not known")


def constants(graph: Graph, operator: Any) -> list[Floats]:
    """Return the weights among an operator's inputs, in order."""
    found = [graph.weights(tensor) for tensor in operator.inputs]
    return [each for each in found if each is not None]


def scale(graph: Graph, operator: Any) -> Layer:
    """Return a multiplication by one number."""
    (factor,) = constants(graph, operator)
    return {"kind": "scale", "factor": float(factor.item())}, []


def affine(graph: Graph, factors: Any, terms: Any) -> Layer:
    """Return a multiplication and an addition for each channel: a batch normalisation."""
    several = [*constants(graph, factors), *constants(graph, terms)]
    width = graph.shape(terms.outputs[0])[-1]
    if [each.size for each in several] != [width, width]:
        raise ValueError(f"Expected {width} factors and terms")
    return {"kind": "affine", "width": width, "relu": has_relu(terms)}, several


def convolution(graph: Graph, operator: Any) -> Layer:
    """Return a convolution with a square kernel that moves pixel by pixel."""
    options = operator.builtinOptions
    weights, biases = constants(graph, operator)
    steps = {options.strideH, options.strideW, options.dilationHFactor, options.dilationWFactor}
    _, size, other, _ = weights.shape
    if steps != {1} or size != other:
        raise ValueError("Expected a square kernel that moves pixel by pixel")
    layer = {
        "kind": "convolution",
        **sizes(graph, operator),
        "size": size,
        "before": (size - 1) // 2 if options.padding == schema.Padding.SAME else 0,
        "relu": has_relu(operator),
    }
    return layer, [weights, biases]


def pooling(graph: Graph, operator: Any) -> Layer:
    """Return a maximum of each 2 x 2 values."""
    options = operator.builtinOptions
    if {options.strideH, options.strideW, options.filterHeight, options.filterWidth} != {2}:
        raise ValueError("Expected the maximum of 2 x 2 values")
    return {"kind": "pooling", **sizes(graph, operator)}, []


def dense(graph: Graph, operator: Any) -> Layer:
    """Return a dense layer."""
    weights, biases = constants(graph, operator)
    output, width = weights.shape
    layer = {"kind": "dense", "input": width, "output": output, "relu": has_relu(operator)}
    return layer, [weights, biases]


def sizes(graph: Graph, operator: Any) -> dict[str, list[int]]:
    """Return the shapes of an operator's input and output."""
    return {"input": graph.shape(operator.inputs[0]), "output": graph.shape(operator.outputs[0])}


def has_relu(operator: Any) -> bool:
    """Return whether ReLU follows an operator.

    Raises:
        ValueError: another function does.
    """
    kinds = schema.ActivationFunctionType
    activation = operator.builtinOptions.fusedActivationFunction
    if activation not in (kinds.NONE, kinds.RELU):
        raise ValueError(f"Expected ReLU or nothing after a layer. Received: {activation}")
    return bool(activation == kinds.RELU)


LAYERS: dict[str, Callable[[Graph, Any], Layer]] = {
    "MUL": scale,
    "CONV_2D": convolution,
    "MAX_POOL_2D": pooling,
    "FULLY_CONNECTED": dense,
}
