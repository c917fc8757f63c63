"""The layers of a recipe's network and their costs, without loading TensorFlow."""

from collections.abc import Iterator
from dataclasses import dataclass
from inspect import signature

from mnist_core.errors import RecipeError
from mnist_core.preprocessing import FIELD
from mnist_core.recipes.architectures import NETWORKS, Architecture
from mnist_core.recipes.layers import (
    Dense,
    Dropout,
    Flatten,
    Layer,
    Output,
    Rescaling,
    Shape,
    UnitMeanSquare,
)
from mnist_core.recipes.recipe import Recipe


@dataclass(frozen=True)
class LayerSummary:
    """One layer of a network as a table shows it.

    Attributes:
        name: its name on a page.
        output_shape: shape of its output for one digit.
        parameters: number of its trainable weights.
        multiply_adds: multiply-adds of its forward pass for one digit.
    """

    name: str
    output_shape: Shape
    parameters: int
    multiply_adds: int


def plan(recipe: Recipe) -> list[Layer]:
    """Return the layers of a recipe's network, from pixels to logits; trees have none.

    Raises:
        RecipeError: the network needs more filters, or another number of hidden layers.
    """
    match recipe.trainer:
        case "keras":
            parts: list[Architecture] = [normalize, NETWORKS[recipe.network], classify]
            layers = [layer for part in parts for layer in fill_in(part, recipe)]
        case "scratch" if len(recipe.hidden) != 1:
            raise RecipeError(f"Expected one hidden layer. Received: {len(recipe.hidden)}")
        case "scratch":
            layers = [*normalize("scale"), Flatten(), *classify(recipe.hidden, 0)]
        case "softmax":
            layers = [*normalize("scale"), Flatten(), *classify((), 0)]
        case _:
            layers = []
    return [layer for layer in layers if layer != Dropout(0)]


def fill_in(part: Architecture, recipe: Recipe) -> list[Layer]:
    """Return the layers of a part of a network, called with the settings it has as arguments."""
    return list(part(**{name: getattr(recipe, name) for name in signature(part).parameters}))


def normalize(normalization: str) -> Iterator[Layer]:
    """Yield the layers that scale pixels from 0 to 255 to the range a network trains well on."""
    if normalization == "unit-columns":  # what keras.utils.normalize(axis=1) does
        yield UnitMeanSquare()
        yield Rescaling(FIELD**-0.5)
    else:
        yield Rescaling(1 / 255)


def classify(hidden: tuple[int, ...], dropout: float) -> Iterator[Layer]:
    """Yield the hidden layers and the output; the last hidden layer gives the features."""
    for i, width in enumerate(hidden, start=1):
        yield Dense(width, "features" if i == len(hidden) else None)
        yield Dropout(dropout)
    if not hidden:
        yield Dropout(dropout)
    yield Output()


def settings_of_network(name: str) -> frozenset[str]:
    """Return the settings of a recipe that the layers of this network depend on."""
    parts = (normalize, NETWORKS[name], classify)
    return frozenset(setting for part in parts for setting in signature(part).parameters)


def layers_of(recipe: Recipe) -> list[LayerSummary]:
    """Return the layers of a recipe's network as a table shows them; trees have none.

    Raises:
        RecipeError: the network has more convolutions than the picture is large enough for, or
            `plan` refuses the recipe.
    """
    rows: list[LayerSummary] = []
    shape: Shape = (FIELD, FIELD)
    for layer in plan(recipe):
        output = layer.output_shape(shape)
        if min(output) < 1:
            raise RecipeError(
                "Expected fewer filters: each one is a convolution that makes the picture smaller, "
                f"and after {len(rows)} layers nothing is left of its 28 x 28 pixels. "
                f"Received: {len(recipe.filters)} filters."
            )
        if layer.title:
            costs = layer.parameters(shape), layer.multiply_adds(shape)
            rows.append(LayerSummary(layer.title, output, *costs))
        shape = output
    return rows
