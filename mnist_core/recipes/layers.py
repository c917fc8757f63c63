"""The layers of a network, as data: the shape of each one's output, and what it costs.

Shapes are for one picture, without the batch: (28, 28), (height, width, channels) or (width,).
Nothing here loads TensorFlow; `training.networks` makes the Keras layer of each.
"""

from dataclasses import dataclass
from math import prod
from typing import Literal

DIGITS = 10

Shape = tuple[int, ...]
Padding = Literal["valid", "same"]


@dataclass(frozen=True)
class Layer:
    """A layer of a network. This base class keeps the shape and has no weights."""

    @property
    def title(self) -> str:
        """Its name on a page; "" hides it, because it only rescales or reshapes."""
        return ""

    def output_shape(self, shape: Shape) -> Shape:
        """Return the shape of its output for an input of this shape."""
        return shape

    def parameters(self, shape: Shape) -> int:
        """Return the number of its trainable weights for an input of this shape."""
        return 0

    def multiply_adds(self, shape: Shape) -> int:
        """Return the multiply-adds of its forward pass for one picture of this shape."""
        return 0


@dataclass(frozen=True)
class Rescaling(Layer):
    """Multiply every value by a factor."""

    factor: float


@dataclass(frozen=True)
class UnitMeanSquare(Layer):
    """Scale each column of pixels so that the mean of its squares is 1."""


@dataclass(frozen=True)
class AddChannel(Layer):
    """Add the channel axis that convolutions expect to a grey picture."""

    def output_shape(self, shape: Shape) -> Shape:
        """Return (height, width, 1)."""
        return (*shape, 1)


@dataclass(frozen=True)
class Convolution(Layer):
    """A convolution: each filter looks for one pattern of `size` x `size` pixels.

    Attributes:
        filters: number of filters, which is the number of output channels.
        size: side of the kernel, in pixels.
        padding: "valid" trims the edges, "same" keeps the size.
        bias: whether each filter has a bias.
        relu: whether ReLU follows.
    """

    filters: int
    size: int
    padding: Padding = "valid"
    bias: bool = True
    relu: bool = True

    @property
    def title(self) -> str:
        """Its name on a page."""
        return f"Convolution {self.size} x {self.size}"

    def output_shape(self, shape: Shape) -> Shape:
        """Return (height, width, filters)."""
        trimmed = 0 if self.padding == "same" else self.size - 1
        return (shape[0] - trimmed, shape[1] - trimmed, self.filters)

    def parameters(self, shape: Shape) -> int:
        """Return the number of weights and biases."""
        return self._kernel(shape) + self.bias * self.filters

    def multiply_adds(self, shape: Shape) -> int:
        """Return the multiply-adds: each weight is used once for every pixel of the output."""
        height, width, _ = self.output_shape(shape)
        return self._kernel(shape) * height * width

    def _kernel(self, shape: Shape) -> int:
        return self.size**2 * shape[-1] * self.filters


@dataclass(frozen=True)
class MaxPooling(Layer):
    """Keep the largest of each 2 x 2 values, which halves height and width."""

    padding: Padding = "valid"

    @property
    def title(self) -> str:
        """Its name on a page."""
        return "Max pooling 2 x 2"

    def output_shape(self, shape: Shape) -> Shape:
        """Return (height / 2, width / 2, channels), rounded up if the padding is "same"."""
        height, width, channels = shape
        extra = self.padding == "same"
        return ((height + extra) // 2, (width + extra) // 2, channels)


@dataclass(frozen=True)
class BatchNormalization(Layer):
    """Bring each channel to mean 0 and variance 1 over a batch, then scale and shift it."""

    @property
    def title(self) -> str:
        """Its name on a page."""
        return "Batch normalisation"

    def parameters(self, shape: Shape) -> int:
        """Return the number of weights: a scale and a shift for each channel."""
        return 2 * shape[-1]


@dataclass(frozen=True)
class ReLU(Layer):
    """Replace negative values by 0."""


@dataclass(frozen=True)
class Dropout(Layer):
    """Switch off a random share of the inputs in each training step."""

    share: float

    @property
    def title(self) -> str:
        """Its name on a page."""
        return f"Dropout {self.share:g}"


@dataclass(frozen=True)
class Flatten(Layer):
    """Put all values into one row."""

    @property
    def title(self) -> str:
        """Its name on a page."""
        return "Flatten"

    def output_shape(self, shape: Shape) -> Shape:
        """Return (width,)."""
        return (prod(shape),)


@dataclass(frozen=True)
class Dense(Layer):
    """A dense (fully connected) layer: every output depends on every input; ReLU follows.

    Attributes:
        width: number of outputs.
        name: its name in the trained network, such as "features"; None if it needs none.
    """

    width: int
    name: str | None = None

    @property
    def title(self) -> str:
        """Its name on a page."""
        return "Dense"

    def output_shape(self, shape: Shape) -> Shape:
        """Return (width,)."""
        return (self.width,)

    def parameters(self, shape: Shape) -> int:
        """Return the number of weights and biases."""
        return (prod(shape) + 1) * self.width

    def multiply_adds(self, shape: Shape) -> int:
        """Return the multiply-adds: one for each weight, not counting biases."""
        return prod(shape) * self.width


@dataclass(frozen=True)
class Output(Dense):
    """The output layer: the logits of the ten digits, without ReLU, in full precision."""

    width: int = DIGITS
    name: str | None = "logits"

    @property
    def title(self) -> str:
        """Its name on a page."""
        return "Output"
