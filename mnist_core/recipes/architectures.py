"""The architectures: each is a function that yields the layers of a network.

That function is all there is to define. The Keras model, the number of weights, the table on the
Models page and the fields on the Retrain page are made from it.

Its arguments are named after settings of a recipe, and it is called with their values. It yields
the layers between the scaling of the pixels and the hidden layers, and must end with one row of
values. `plan` in `layer_plan` adds the layers that all networks share.
"""

from collections.abc import Callable, Iterator

from mnist_core.errors import RecipeError
from mnist_core.recipes.layers import (
    AddChannel,
    BatchNormalization,
    Convolution,
    Dropout,
    Flatten,
    Layer,
    MaxPooling,
    ReLU,
)

Architecture = Callable[..., Iterator[Layer]]

NETWORKS: dict[str, Architecture] = {}


def network(architecture: Architecture) -> Architecture:
    """Register an architecture, so that recipes can name it: `quick_cnn` is "quick-cnn"."""
    NETWORKS[architecture.__name__.replace("_", "-")] = architecture
    return architecture


@network
def mlp() -> Iterator[Layer]:
    """Yield only a flattening: the hidden layers follow it."""
    yield Flatten()


@network
def convnet(filters: tuple[int, ...], pool_dropout: float) -> Iterator[Layer]:
    """Yield convolutions with ReLU, each followed by pooling."""
    yield AddChannel()
    for width in filters:
        yield Convolution(width, 3)
        yield MaxPooling()
    yield Flatten()
    yield Dropout(pool_dropout)


@network
def stacked_cnn(filters: tuple[int, ...], pool_dropout: float) -> Iterator[Layer]:
    """Yield convolutions with ReLU, followed by one pooling."""
    yield AddChannel()
    for width in filters:
        yield Convolution(width, 3)
    yield MaxPooling()
    yield Dropout(pool_dropout)
    yield Flatten()


@network
def quick_cnn(filters: tuple[int, ...]) -> Iterator[Layer]:
    """Yield the layers of a network like LeNet, with batch normalisation.

    Normalisation comes after pooling, where it is cheapest.
    """
    yield AddChannel()
    for i, width in enumerate(filters):
        # Later pictures are too small to be trimmed.
        yield Convolution(width, 5, "valid" if i < 2 else "same", bias=False, relu=False)
        yield MaxPooling("same")
        yield BatchNormalization()
        yield ReLU()
    yield Flatten()


@network
def pen_cnn(filters: tuple[int, ...]) -> Iterator[Layer]:
    """Yield the layers of a network like VGG, with three poolings and batch normalisation.

    Pooling comes before normalisation, which then has a quarter of the work: an epoch takes a fifth
    less CPU time.
    """
    yield AddChannel()
    for stage in three_stages(filters):
        for i, width in enumerate(stage, start=1):
            yield Convolution(width, 3, "same", bias=False, relu=False)
            if i == len(stage):
                yield MaxPooling()
            yield BatchNormalization()
            yield ReLU()
    yield Flatten()


def three_stages(filters: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    """Return the filters of the convolutions before each of three poolings; one before the first.

    Raises:
        RecipeError: there are fewer than three filters.
    """
    if len(filters) < 3:
        raise RecipeError(f"Expected at least three filters. Received: {len(filters)}")
    half = 1 + len(filters) // 2  # an odd one goes to the second stage
    return filters[:1], filters[1:half], filters[half:]
