"""A recipe: everything that determines the result of a training run, as data.

Each setting carries its own rule, from which errors, the command line and forms are built. The
recipes themselves are in `catalog.py`.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from mnist_core.errors import RecipeError
from mnist_core.recipes.architectures import NETWORKS

NORMALIZATIONS = ("scale", "unit-columns")
SPLITS = ("random", "last", "scikit-learn")
INITIALIZATIONS = ("default", "uniform", "he", "xavier")
OPTIMIZERS = ("adam", "sgd", "rmsprop", "adadelta")
SCHEDULES = ("constant", "one-cycle")
AUGMENTATIONS = ("none", "nudge", "shift", "hands")
PRECISIONS = ("float32", "bfloat16")

POOL_EPOCHS = 3  # that pictures are drawn for in advance, if they are never drawn anew

Rule = tuple[Callable[[Any], bool], str]


def setting(default: Any, accepts: Callable[[Any], bool], expected: str) -> Any:
    """Return a dataclass field that carries its rule, for errors and for forms."""
    return field(default=default, metadata={"accepts": accepts, "expected": expected})


def one_of(*choices: str) -> Rule:
    """Return the rule that a value is one of these words."""
    return lambda value: value in choices, f"one of {', '.join(choices)}"


def between(low: float, high: float) -> Rule:
    """Return the rule that a number lies in this closed range."""
    return lambda value: low <= value <= high, f"from {written_out(low)} to {written_out(high)}"


def written_out(number: float) -> str:
    """Return a number of at most ten decimals without an exponent."""
    return f"{number:.10f}".rstrip("0").rstrip(".")


def each_between(low: int, high: int, most: int) -> Rule:
    """Return the rule for a short list of integers, such as the widths of layers."""
    return (
        lambda value: len(value) <= most and all(low <= item <= high for item in value),
        f"at most {most} numbers from {low} to {high}, separated by commas",
    )


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """Everything needed to train one network: the same recipe and seed repeat the run.

    Attributes:
        name: name on the command line.
        title: name on a page.
        source: where it comes from, and what we chose because the source leaves it open.
        claim: the accuracy that its source claims.
        references: links in its source.
        protocol: the data set that its source evaluates on, "mnist" or "kaggle".
        trainer: what trains it: "keras", or another key of `trainers.TRAINERS`.
        network: the architecture, a key of `architectures.NETWORKS`.
        normalization: "scale" scales pixels to 0..1, "unit-columns" each column to length 1.
        filters: widths of the convolutional layers, first to last.
        hidden: widths of the dense layers, first to last.
        dropout: share of units dropped after each dense layer, or before the output.
        pool_dropout: share of units dropped after pooling.
        initialization: of the weights; "default" is the trainer's default.
        pretrained: the name of a model with the same network, whose weights training starts from;
            empty for random ones.
        l2: factor of the L2 penalty on every kernel.
        weight_decay: share of every weight that a step removes, times the rate (Loshchilov and
            Hutter 2019, arXiv 1711.05101).
        epochs: number of passes over the training digits; for the other trainers iterations of
            logistic regression, trees of a forest, rounds of boosting.
        batch_size: digits in each step of the optimiser; 0 means all.
        optimizer: a key of Keras's optimisers.
        momentum: of plain gradient descent ("sgd").
        learning_rate: the rate, or the peak of the one-cycle schedule.
        schedule: "constant", or "one-cycle" (Smith 2018, arXiv 1803.09820).
        averaging: momentum of the moving average of the weights that the trained network gets
            (Polyak and Juditsky 1992); 0 for the last weights. A run that is stopped early does
            not get it.
        precision: of the layers during training: "float32", or "bfloat16", which multiplies with
            16 bits and stores the weights with 32 (Kalamkar et al. 2019, arXiv 1905.12322). It is
            faster on processors made for it, and may be slower on others.
        augmentation: a key of `augmentation.AUGMENTATIONS`.
        styles: synthetic digits (see `made_digits`) for each digit to train on.
        pens: drawings of recorded pens (see `pen_drawings`) for each digit to train on.
        typefaces: digits of handwriting typefaces for each digit to train on.
        outliers: pictures that show no digit (see `outliers`) for each digit to train on.
        redraw_every: epochs after which new pictures are drawn, so that none is used twice; 0 for
            never.
        blur: share of the training pictures that are blurred.
        coarse: share of the training pictures that are redrawn with few pixels.
        split: which digits are for validation: "random" ones, the "last" ones as in Keras, or
            those that scikit-learn's `train_test_split` picks.
        validation_share: share of the training digits used for validation, 0 to 0.5.
        seed: of the split, the initial weights, the order of batches and the augmentation.
    """

    name: str
    title: str
    source: str
    claim: str = ""
    references: tuple[str, ...] = ()
    protocol: str = "mnist"
    trainer: str = "keras"
    network: str = setting("mlp", *one_of(*NETWORKS))
    normalization: str = setting("scale", *one_of(*NORMALIZATIONS))
    filters: tuple[int, ...] = setting((), *each_between(1, 512, 8))
    hidden: tuple[int, ...] = setting((128,), *each_between(1, 4096, 8))
    dropout: float = setting(0.0, *between(0, 0.9))
    pool_dropout: float = setting(0.0, *between(0, 0.9))
    initialization: str = setting("default", *one_of(*INITIALIZATIONS))
    pretrained: str = setting("", lambda name: len(name) <= 64, "the name of a model, or empty")
    l2: float = setting(0.0, *between(0, 1))
    weight_decay: float = setting(0.0, *between(0, 1))
    epochs: int = setting(10, *between(1, 1000))
    batch_size: int = setting(128, *between(0, 10_000))
    optimizer: str = setting("adam", *one_of(*OPTIMIZERS))
    momentum: float = setting(0.0, *between(0, 0.99))
    learning_rate: float = setting(1e-3, *between(1e-7, 1))
    schedule: str = setting("constant", *one_of(*SCHEDULES))
    averaging: float = setting(0.0, *between(0, 0.9999))
    precision: str = setting("float32", *one_of(*PRECISIONS))
    augmentation: str = setting("none", *one_of(*AUGMENTATIONS))
    styles: float = setting(0.0, *between(0, 1))
    pens: float = setting(0.0, *between(0, 2))
    typefaces: float = setting(0.0, *between(0, 2))
    outliers: float = setting(0.0, *between(0, 2))
    redraw_every: int = setting(0, *between(0, 10))
    blur: float = setting(0.0, *between(0, 1))
    coarse: float = setting(0.0, *between(0, 1))
    split: str = setting("random", *one_of(*SPLITS))
    validation_share: float = setting(0.1, *between(0, 0.5))
    seed: int = setting(0, *between(0, 2**31 - 1))

    def __post_init__(self) -> None:
        """Raise if a value is out of range, so that later code can trust every value."""
        for item in fields(self):
            value = getattr(self, item.name)
            if isinstance(item.default, float) and isinstance(value, int):
                object.__setattr__(self, item.name, float(value))  # 0 was typed, meaning 0.0
            if item.metadata and not item.metadata["accepts"](value):
                raise RecipeError(
                    f"Expected {item.name} to be {item.metadata['expected']}. Received: {value}"
                )

    @property
    def draws(self) -> bool:
        """Whether pictures are drawn before training, which takes minutes."""
        return bool(self.pens or self.typefaces or self.outliers)

    @property
    def pool_epochs(self) -> int:
        """Number of epochs that pictures are drawn for in advance."""
        return self.redraw_every or POOL_EPOCHS

    def pool_of(self, epoch: int) -> int:
        """Return which drawing of pictures an epoch uses; both are counted from 0."""
        return epoch // self.redraw_every if self.redraw_every else 0

    def batches(self, n: int) -> int:
        """Return the number of batches that an epoch of `n` pictures makes."""
        return -(-n // (self.batch_size or n)) if n else 0

    def to_dict(self) -> dict[str, Any]:
        """Return the recipe as JSON values, for a card or a run."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Recipe":
        """Return the recipe that `to_dict` wrote.

        Unknown keys are ignored: a server that was started before an update must still be able to
        read the runs of the newer version.
        """
        known = {item.name for item in fields(cls)}
        known_values: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value
            for key, value in values.items()
            if key in known
        }
        return cls(**known_values)

    def with_settings(self, settings: Iterable[str]) -> "Recipe":
        """Return the recipe with some values changed.

        Args:
            settings: strings such as "epochs=3" or "hidden=128,64".

        Raises:
            RecipeError: a string of another form, an unknown setting, or a value out of range.
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
    """Return the value in `text`, of the same type as `like`."""
    try:
        if isinstance(like, tuple):
            return tuple(int(item) for item in text.split(",") if item.strip())
        return type(like)(text.strip())
    except ValueError:
        kind = {int: "a whole number", float: "a number"}.get(type(like), "numbers")
        raise RecipeError(f"Expected {key} to be {kind}. Received: {text}") from None


def setting_text(value: object) -> str:
    """Return a setting's value as `Recipe.with_settings` and the command line take it."""
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
