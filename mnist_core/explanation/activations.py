"""Activations: what each layer of a network makes of a drawing.

LiteRT can keep every layer's result where it usually reuses the memory. So the network that reads
also explains itself: no second export is needed, and models that were trained long ago can be
looked into as well.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from numpy.typing import NDArray

from mnist_core.errors import ModelError
from mnist_core.pictures import Picture

Floats = NDArray[np.float32]
Kind = Literal["convolution", "pooling", "normalisation", "dense"]

KINDS: dict[int, Kind] = {
    schema.BuiltinOperator.CONV_2D: "convolution",
    schema.BuiltinOperator.MAX_POOL_2D: "pooling",
    schema.BuiltinOperator.ADD: "normalisation",
    schema.BuiltinOperator.FULLY_CONNECTED: "dense",
}
WEIGHTED = ("convolution", "dense")


@dataclass(frozen=True, eq=False)
class Layer:
    """A layer and what it makes of a drawing.

    Attributes:
        kind: "convolution", "pooling", "normalisation" or "dense".
        seen: what comes in, float32 (H, W, channels) or (inputs,).
        values: what comes out, float32 (H, W, maps) or (units,).
        weights: float32 (maps, height, width, channels) or (units, inputs); None without any.
        bias: float32 (maps,) or (units,), which is added to the sums; None without weights.
        is_rectified: whether sums below 0 become 0 (ReLU).
        is_padded: whether zeros around the input keep its size, in a convolution.
    """

    kind: Kind
    seen: Floats
    values: Floats
    weights: Floats | None = None
    bias: Floats | None = None
    is_rectified: bool = False
    is_padded: bool = False


def activations(path: Path, ink: Picture) -> list[Layer]:
    """Return the layers of an exported network, from the first to the ten sums.

    Args:
        path: the .tflite file; it is loaded again, which takes milliseconds, and not kept.
        ink: uint8 (28, 28), in MNIST's format.

    Raises:
        ModelError: the file is damaged.
    """
    try:
        content = path.read_bytes()
        interpreter = Interpreter(
            model_content=content,
            num_threads=1,
            experimental_preserve_all_tensors=True,
            experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
        )
        interpreter.get_signature_runner()(image=ink[None].astype(np.float32))
        return list(layers_of(interpreter, content))
    except (OSError, ValueError, RuntimeError) as problem:
        raise ModelError(f"{path} is damaged: {problem}") from problem


def layers_of(interpreter: Any, content: bytes) -> Iterator[Layer]:
    """Yield the layers of a network that has just run.

    Args:
        interpreter: LiteRT's, with all tensors kept.
        content: the file that it runs, which says what feeds what.
    """
    model = schema.Model.GetRootAs(content, 0)
    graph = model.Subgraphs(0)
    for n in range(graph.OperatorsLength()):
        operator = graph.Operators(n)
        kind = KINDS.get(model.OperatorCodes(operator.OpcodeIndex()).BuiltinCode())
        if kind is None:
            continue
        values = interpreter.get_tensor(int(operator.Outputs(0)))[0]
        if values.ndim == (1 if kind == "dense" else 3):  # else it scales the input
            inputs = [int(one) for one in operator.InputsAsNumpy() if one >= 0]
            yield layer(kind, values, [interpreter.get_tensor(one) for one in inputs], operator)


def layer(kind: Kind, values: Floats, inputs: list[Floats], operator: Any) -> Layer:
    """Return one layer with its weights.

    Args:
        kind: what it is.
        values: what comes out.
        inputs: what comes in, as a batch of one; then weights and bias, if it has any.
        operator: its description in the file.
    """
    seen = inputs[0][0]
    if kind not in WEIGHTED:
        return Layer(kind, seen, values)
    weights = inputs[1]
    bias = inputs[2] if len(inputs) > 2 else np.zeros(len(weights), np.float32)
    options = schema.Conv2DOptions() if kind == "convolution" else schema.FullyConnectedOptions()
    options.Init(operator.BuiltinOptions().Bytes, operator.BuiltinOptions().Pos)
    return Layer(
        kind,
        seen,
        values,
        weights,
        bias,
        options.FusedActivationFunction() == schema.ActivationFunctionType.RELU,
        kind == "convolution" and options.Padding() == schema.Padding.SAME,
    )
