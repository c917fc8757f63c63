"""A recipe's network, layer by layer, told without building it: that would load TensorFlow.

It follows `networks`; a test holds the two together.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

from mnist_core.errors import RecipeError
from mnist_core.preprocessing import FIELD
from mnist_core.recipe import Recipe

Shape = tuple[int, ...]
DIGITS = 10


@dataclass(frozen=True)
class Layer:
    """One layer of a network.

    Attributes:
        name: what it is.
        output_shape: of one digit.
        parameters: number of its weights that are trained.
        multiply_adds: for one digit, forward.
    """

    name: str
    output_shape: Shape
    parameters: int = 0
    multiply_adds: int = 0


class Plan:
    """Layers, put one behind another."""

    def __init__(self) -> None:
        self.layers: list[Layer] = []
        self.shape: Shape = (FIELD, FIELD, 1)

    def add(self, name: str, shape: Shape, parameters: int = 0, multiply_adds: int = 0) -> None:
        """Put a layer behind the last one."""
        if min(shape) < 1:
            raise RecipeError(
                "Expected as many filters as the picture is large enough for: each convolution "
                f"leaves less of its 28 x 28 pixels. Received: {len(self.layers)} layers before "
                "nothing is left. Take fewer filters."
            )
        self.layers.append(Layer(name, shape, parameters, multiply_adds))
        self.shape = shape

    def convolution(self, filters: int, width: int, *, same: bool, bias: bool) -> None:
        """Add a convolution."""
        height, _, channels = self.shape
        side = height if same else height - width + 1
        weights = width * width * channels * filters
        self.add(
            f"Convolution {width} x {width}",
            (side, side, filters),
            weights + bias * filters,
            weights * max(side, 0) ** 2,
        )

    def normalization(self) -> None:
        """Add batch normalisation: a factor and a summand for each channel."""
        self.add("Batch normalisation", self.shape, 2 * self.shape[-1])

    def pooling(self, *, same: bool = False) -> None:
        """Add max pooling, which halves the sides."""
        height, _, channels = self.shape
        side = (height + same) // 2
        self.add("Max pooling 2 x 2", (side, side, channels))

    def dropout(self, share: float) -> None:
        """Add dropout, if there is any."""
        if share:
            self.add(f"Dropout {share:g}", self.shape)

    def dense(self, width: int, name: str = "Dense") -> None:
        """Add a dense layer."""
        (inputs,) = self.shape
        self.add(name, (width,), (inputs + 1) * width, inputs * width)

    def flatten(self) -> None:
        """Put all values into one row, if they are not."""
        if len(self.shape) > 1:
            self.add("Flatten", (prod(self.shape),))

    def classify(self, recipe: Recipe) -> None:
        """Add the hidden layers and the ten logits."""
        self.flatten()
        for width in recipe.hidden:
            self.dense(width)
            self.dropout(recipe.dropout)
        if not recipe.hidden:
            self.dropout(recipe.dropout)
        self.dense(DIGITS, "Output")


def layers_of(recipe: Recipe) -> list[Layer]:
    """Return the layers of a recipe's network, from pixels to logits; of trees, none.

    Raises:
        RecipeError: the picture is too small for so many filters, or the filters or hidden layers
            are fewer than the network needs.
    """
    plan = Plan()
    if recipe.trainer == "keras":
        PLANS[recipe.network](plan, recipe)
        plan.classify(recipe)
    elif recipe.trainer == "scratch":
        if len(recipe.hidden) != 1:
            raise RecipeError(f"Expected one hidden layer. Received: {len(recipe.hidden)}")
        plan.flatten()
        plan.dense(recipe.hidden[0])
        plan.dense(DIGITS, "Output")
    elif recipe.trainer == "softmax":
        plan.flatten()
        plan.dense(DIGITS, "Output")
    return plan.layers


def plan_convnet(plan: Plan, recipe: Recipe) -> None:
    """Add convolutions, each followed by pooling."""
    for filters in recipe.filters:
        plan.convolution(filters, 3, same=False, bias=True)
        plan.pooling()
    plan.flatten()
    plan.dropout(recipe.pool_dropout)


def plan_stacked_cnn(plan: Plan, recipe: Recipe) -> None:
    """Add convolutions, then one pooling."""
    for filters in recipe.filters:
        plan.convolution(filters, 3, same=False, bias=True)
    plan.pooling()
    plan.dropout(recipe.pool_dropout)


def plan_quick_cnn(plan: Plan, recipe: Recipe) -> None:
    """Add wide convolutions with pooling and batch normalisation."""
    for i, filters in enumerate(recipe.filters):
        plan.convolution(filters, 5, same=i >= 2, bias=False)
        plan.pooling(same=True)
        plan.normalization()


def plan_pen_cnn(plan: Plan, recipe: Recipe) -> None:
    """Add convolutions with batch normalisation, pooled three times."""
    for *before, last in three_stages(recipe.filters):
        for filters in before:
            plan.convolution(filters, 3, same=True, bias=False)
            plan.normalization()
        plan.convolution(last, 3, same=True, bias=False)
        plan.pooling()
        plan.normalization()


def three_stages(filters: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    """Return the widths of the convolutions before each of three poolings, the first one alone.

    Raises:
        RecipeError: there are fewer than three.
    """
    if len(filters) < 3:
        raise RecipeError(f"Expected at least three filters. Received: {len(filters)}")
    half = 1 + len(filters) // 2  # the second stage has the odd one
    return filters[:1], filters[1:half], filters[half:]


PLANS: dict[str, Callable[[Plan, Recipe], None]] = {
    "mlp": lambda plan, recipe: None,
    "convnet": plan_convnet,
    "stacked-cnn": plan_stacked_cnn,
    "quick-cnn": plan_quick_cnn,
    "pen-cnn": plan_pen_cnn,
}
