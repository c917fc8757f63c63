"""Recipes: everything that decides what a training run makes, as data.

A recipe is one frozen entry in `RECIPES`. The command line builds itself from its fields; adding
a recipe is one entry here and, where its network is new, one function in `networks.py`.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from mnist_core.errors import RecipeError

OPTIMIZERS = ("adam", "sgd", "rmsprop")
SCHEDULES = ("constant", "one-cycle")
AUGMENTATIONS = ("none", "shift", "hands")

Rule = tuple[Callable[[Any], bool], str]


def setting(default: Any, accepts: Callable[[Any], bool], expected: str) -> Any:
    """Return a dataclass field that carries its own rule, for errors and for forms."""
    return field(default=default, metadata={"accepts": accepts, "expected": expected})


def one_of(*choices: str) -> Rule:
    """Return the rule that a value is one of these words."""
    return lambda value: value in choices, f"one of {', '.join(choices)}"


def between(low: float, high: float) -> Rule:
    """Return the rule that a number lies in this closed range."""
    return lambda value: low <= value <= high, f"from {low:g} to {high:g}"


def each_between(low: int, high: int, most: int) -> Rule:
    """Return the rule for a short list of whole numbers, such as the widths of layers."""
    return (
        lambda value: len(value) <= most and all(low <= item <= high for item in value),
        f"at most {most} numbers from {low} to {high}, separated by commas",
    )


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How to train one network, complete: the same recipe and seed repeat the run.

    Attributes:
        name: what the command line calls it.
        title: what a page calls it.
        source: where it comes from.
        network: the architecture, a key of `networks.NETWORKS`.
        filters: widths of the convolutional layers, first to last.
        hidden: widths of the dense layers, first to last.
        dropout: share of units dropped before the output.
        l2: factor of the L2 penalty on every kernel.
        epochs: how many times the training digits are gone through.
        batch_size: digits for each step of the optimiser.
        optimizer: a key of Keras's optimisers.
        learning_rate: the rate, or the peak of the one-cycle schedule.
        schedule: "constant", or "one-cycle" (Smith 2018, arXiv 1803.09820).
        augmentation: a key of `augmentation.AUGMENTATIONS`.
        styles: made digits (see `styles`) for each digit to train on.
        validation_share: share of the training digits held out, 0 to 0.5.
        seed: of the split, the first weights, the order of batches and the augmentation.
    """

    name: str
    title: str
    source: str
    network: str = setting("mlp", *one_of("mlp", "quick-cnn", "pen-cnn"))
    filters: tuple[int, ...] = setting((), *each_between(1, 512, 8))
    hidden: tuple[int, ...] = setting((128,), *each_between(1, 4096, 8))
    dropout: float = setting(0.0, *between(0, 0.9))
    l2: float = setting(0.0, *between(0, 1))
    epochs: int = setting(10, *between(1, 1000))
    batch_size: int = setting(128, *between(1, 10_000))
    optimizer: str = setting("adam", *one_of(*OPTIMIZERS))
    learning_rate: float = setting(1e-3, *between(1e-7, 1))
    schedule: str = setting("constant", *one_of(*SCHEDULES))
    augmentation: str = setting("none", *one_of(*AUGMENTATIONS))
    styles: float = setting(0.0, *between(0, 1))
    validation_share: float = setting(0.1, *between(0, 0.5))
    seed: int = setting(0, *between(0, 2**31 - 1))

    def __post_init__(self) -> None:
        """Refuse a value out of range, so that later code can trust every one."""
        for item in fields(self):
            value = getattr(self, item.name)
            if item.metadata and not item.metadata["accepts"](value):
                raise RecipeError(
                    f"Expected {item.name} to be {item.metadata['expected']}. Received: {value}"
                )

    def to_dict(self) -> dict[str, Any]:
        """Return the recipe as plain values for a card or a run."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Recipe":
        """Return the recipe that `to_dict` wrote."""
        plain: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in values.items()
        }
        return cls(**plain)

    def with_settings(self, settings: Iterable[str]) -> "Recipe":
        """Return the recipe with some values changed.

        Args:
            settings: texts of the form "epochs=3" or "hidden=128,64".

        Raises:
            RecipeError: a text of another form, an unknown setting, or a value out of range.
        """
        changes: dict[str, Any] = {}
        for text in settings:
            key, equals, value = text.partition("=")
            if not equals or key not in SETTINGS:
                raise RecipeError(
                    f"Expected KEY=VALUE with KEY one of {', '.join(SETTINGS)}. Received: {text}"
                )
            changes[key] = parse(getattr(self, key), key, value)
        return replace(self, **changes)


SETTINGS = tuple(item.name for item in fields(Recipe) if item.metadata)


def parse(like: Any, key: str, text: str) -> Any:
    """Return a setting's text as a value of the same type as its present one."""
    try:
        if isinstance(like, tuple):
            return tuple(int(item) for item in text.split(",") if item.strip())
        return type(like)(text.strip())
    except ValueError:
        kind = {int: "a whole number", float: "a number"}.get(type(like), "numbers")
        raise RecipeError(f"Expected {key} to be {kind}. Received: {text}") from None


RECIPES = {
    recipe.name: recipe
    for recipe in (
        Recipe(
            name="pen-cnn",
            title="Pen CNN: reads real hands",
            source="Inkling's own, the default",
            network="pen-cnn",
            filters=(32, 64, 64, 128),
            hidden=(128,),
            dropout=0.4,
            epochs=30,
            learning_rate=2e-3,
            schedule="one-cycle",
            augmentation="hands",
            styles=0.15,
            validation_share=1 / 12,
        ),
        Recipe(
            name="quick-cnn",
            title="Quick CNN: 99 % in seconds",
            source="Inkling's own",
            network="quick-cnn",
            filters=(16, 32),
            hidden=(64,),
            epochs=3,
            learning_rate=1e-2,
            schedule="one-cycle",
            validation_share=1 / 12,
        ),
    )
}


def find_recipe(name: str) -> Recipe:
    """Return the recipe of this name.

    Raises:
        RecipeError: there is none; names those there are.
    """
    if name not in RECIPES:
        raise RecipeError(f"Expected a recipe: one of {', '.join(RECIPES)}. Received: {name}")
    return RECIPES[name]
