"""A recipe: everything that decides what a training run makes, as data.

Each field that can be set carries its own rule, so that errors, the command line and forms build
themselves from it. The recipes there are stand in `recipes.py`.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from mnist_core.errors import RecipeError

TRAINERS = ("keras", "scratch", "softmax", "forest", "boosted")
NETWORKS = ("mlp", "convnet", "stacked-cnn", "quick-cnn", "pen-cnn")
NORMALIZATIONS = ("scale", "unit-columns")
SPLITS = ("random", "last", "scikit-learn")
INITIALIZATIONS = ("default", "uniform", "he", "xavier")
OPTIMIZERS = ("adam", "sgd", "rmsprop", "adadelta")
SCHEDULES = ("constant", "one-cycle")
AUGMENTATIONS = ("none", "nudge", "shift", "hands")
PRECISIONS = ("float32", "bfloat16")

POOL = 4  # epochs until a picture that was drawn before training may come back

Rule = tuple[Callable[[Any], bool], str]


def setting(default: Any, accepts: Callable[[Any], bool], expected: str) -> Any:
    """Return a dataclass field that carries its own rule, for errors and for forms."""
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
        source: where it comes from, with what it leaves open and we chose.
        claim: what its source says it reaches.
        references: what its source refers to.
        protocol: the digits its source measures on, "mnist" or "kaggle".
        trainer: what trains it: Keras, or one of the others that `trainers` knows.
        network: the architecture, a key of `networks.NETWORKS`.
        normalization: "scale" to 0..1, or each column of pixels to "unit-columns" of length 1.
        filters: widths of the convolutional layers, first to last.
        hidden: widths of the dense layers, first to last.
        dropout: share of units dropped after each dense layer, or before the output.
        pool_dropout: share of units dropped after pooling.
        initialization: of the weights; "default" is the trainer's own.
        l2: factor of the L2 penalty on every kernel.
        weight_decay: share of every weight that a step takes away, times the rate (Loshchilov and
            Hutter 2019, arXiv 1711.05101).
        epochs: how many times the training digits are gone through; iterations of logistic
            regression, trees of a forest, rounds of boosting.
        batch_size: digits for each step of the optimiser; 0 takes all at once.
        optimizer: a key of Keras's optimisers.
        momentum: of plain gradient descent ("sgd").
        learning_rate: the rate, or the peak of the one-cycle schedule.
        schedule: "constant", or "one-cycle" (Smith 2018, arXiv 1803.09820).
        precision: of the layers while training: "float32", or "bfloat16", which multiplies with 16
            bits and keeps the weights in 32 (Kalamkar et al. 2019, arXiv 1905.12322). Processors
            made for it are faster so; others may be slower.
        augmentation: a key of `augmentation.AUGMENTATIONS`.
        styles: made digits (see `styles`) for each digit to train on.
        pens: drawings of recorded pens (see `pen_drawings`) for each digit to train on.
        typefaces: digits of handwriting typefaces for each digit to train on.
        outliers: pictures that show no digit (see `outliers`) for each digit to train on.
        blur: share of all pictures that are shown out of focus.
        split: which are held out: "random" ones, the "last" ones as Keras does, or those that
            scikit-learn's `train_test_split` picks.
        validation_share: share of the training digits held out, 0 to 0.5.
        seed: of the split, the first weights, the order of batches and the augmentation.
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
    l2: float = setting(0.0, *between(0, 1))
    weight_decay: float = setting(0.0, *between(0, 1))
    epochs: int = setting(10, *between(1, 1000))
    batch_size: int = setting(128, *between(0, 10_000))
    optimizer: str = setting("adam", *one_of(*OPTIMIZERS))
    momentum: float = setting(0.0, *between(0, 0.99))
    learning_rate: float = setting(1e-3, *between(1e-7, 1))
    schedule: str = setting("constant", *one_of(*SCHEDULES))
    precision: str = setting("float32", *one_of(*PRECISIONS))
    augmentation: str = setting("none", *one_of(*AUGMENTATIONS))
    styles: float = setting(0.0, *between(0, 1))
    pens: float = setting(0.0, *between(0, 2))
    typefaces: float = setting(0.0, *between(0, 2))
    outliers: float = setting(0.0, *between(0, 2))
    blur: float = setting(0.0, *between(0, 1))
    split: str = setting("random", *one_of(*SPLITS))
    validation_share: float = setting(0.1, *between(0, 0.5))
    seed: int = setting(0, *between(0, 2**31 - 1))

    def __post_init__(self) -> None:
        """Refuse a value out of range, so that later code can trust every one."""
        for item in fields(self):
            value = getattr(self, item.name)
            if isinstance(item.default, float) and isinstance(value, int):
                object.__setattr__(self, item.name, float(value))  # 0 is typed for 0.0
            if item.metadata and not item.metadata["accepts"](value):
                raise RecipeError(
                    f"Expected {item.name} to be {item.metadata['expected']}. Received: {value}"
                )

    @property
    def draws(self) -> bool:
        """Whether pictures are drawn before training, which takes minutes."""
        return bool(self.pens or self.typefaces or self.outliers)

    def to_dict(self) -> dict[str, Any]:
        """Return the recipe as plain values for a card or a run."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Recipe":
        """Return the recipe that `to_dict` wrote.

        What a newer version has added is passed over: a server that was started before an update
        must still be able to tell how its runs stand.
        """
        known = {item.name for item in fields(cls)}
        plain: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value
            for key, value in values.items()
            if key in known
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
