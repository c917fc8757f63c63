"""What varies in a sweep: ranges of numbers and choices, as `--vary` and `--seeds` name them."""

import re
from dataclasses import dataclass
from itertools import islice, product

from mnist_core.errors import RecipeError
from mnist_core.recipes.layer_plan import layers_of
from mnist_core.recipes.recipe import SETTINGS, Recipe, parse

LOGARITHMIC = 100 * (1 - 1e-9)  # ratio of a range's ends; 1e-3 / 1e-5 is a little off 100
MOST_SEEDS = 100
CHECKED = 256  # combinations of ends and choices that are checked before the first trial
NOT_VARIED = {
    "seed": "the seeds go into --seeds",
    "split": "trials would be compared on different validation digits",
    "validation_share": "trials would be compared on different validation digits",
    "averaging": "weights are averaged after the last epoch, and trials are compared before that",
}
SEEDS = re.compile(r"(\d{1,10})(?:-(\d{1,10}))?")


@dataclass(frozen=True)
class Range:
    """The numbers from `low` to `high`, both included; whole numbers if both are.

    Attributes:
        setting: the name of the setting.
        low: the smallest value.
        high: the largest value, greater than `low`.
    """

    setting: str
    low: float
    high: float

    @property
    def is_whole(self) -> bool:
        """Whether only whole numbers are meant."""
        return isinstance(self.low, int)

    @property
    def is_logarithmic(self) -> bool:
        """Whether each power of ten is as likely as the next."""
        return self.low > 0 and self.high / self.low >= LOGARITHMIC

    @property
    def examples(self) -> tuple[str, ...]:
        """The two ends, as `Recipe.with_settings` takes them."""
        return str(self.low), str(self.high)


@dataclass(frozen=True)
class Choices:
    """Some values of a setting, as `Recipe.with_settings` takes them; there is no order."""

    setting: str
    values: tuple[str, ...]

    @property
    def examples(self) -> tuple[str, ...]:
        """All values."""
        return self.values


Variation = Range | Choices


def parse_variations(recipe: Recipe, texts: tuple[str, ...]) -> tuple[Variation, ...]:
    """Return what varies.

    Args:
        recipe: the recipe that varies.
        texts: strings such as "learning_rate=1e-4..1e-2" or "filters=16,32/32,64".

    Raises:
        RecipeError: a string of another form, an unknown setting, one that is named twice, a
            reversed range, a value out of range, or a network that is impossible.
    """
    if not texts:
        raise RecipeError("Expected at least one setting to vary, such as dropout=0..0.5.")
    variations = tuple(parse_variation(recipe, text) for text in texts)
    names = [variation.setting for variation in variations]
    for name in names:
        if names.count(name) > 1:
            raise RecipeError(f"Expected each setting to vary once. Received {name} twice.")
    for values in islice(product(*(variation.examples for variation in variations)), CHECKED):
        settings = [*map("=".join, zip(names, values, strict=True))]
        try:
            layers_of(recipe.with_settings(settings))
        except RecipeError as problem:
            raise RecipeError(f"{recipe.name} with {' '.join(settings)}: {problem}") from problem
    return variations


def parse_variation(recipe: Recipe, text: str) -> Variation:
    """Return how one setting varies.

    Raises:
        RecipeError: as `parse_variations` does.
    """
    setting, equals, values = (part.strip() for part in text.partition("="))
    known = [name for name in SETTINGS if name not in NOT_VARIED]
    if setting in NOT_VARIED:
        raise RecipeError(f"{setting} cannot vary: {NOT_VARIED[setting]}. Received: {text}")
    if not equals or setting not in known:
        raise RecipeError(
            "Expected SETTING=A..B or SETTING=A/B/C with SETTING one of "
            f"{', '.join(known)}. Received: {text}"
        )
    return parse_range(recipe, setting, values) or parse_choices(recipe, setting, values)


def parse_range(recipe: Recipe, setting: str, text: str) -> Range | None:
    """Return the range in a text such as "1e-4..1e-2"; None if it is none.

    Raises:
        RecipeError: it is reversed, or an end is not a number or not allowed.
    """
    first, dots, last = text.partition("..")
    if not dots:
        return None
    like = getattr(recipe, setting)
    if not isinstance(like, int | float):
        raise RecipeError(
            f"{setting} is not a number, so it has no range. Expected choices separated by /. "
            f"Received: {text}"
        )
    low, high = (getattr(checked(recipe, setting, end), setting) for end in (first, last))
    if low >= high:
        raise RecipeError(
            f"Expected the range of {setting} to go from a smaller number to a larger one. "
            f"Received: {text}"
        )
    return Range(setting, low, high)


def parse_choices(recipe: Recipe, setting: str, text: str) -> Choices:
    """Return the choices in a text such as "16,32/32,64".

    Raises:
        RecipeError: one of them is not allowed, or is there twice.
    """
    values = tuple(part.strip() for part in text.split("/"))
    parsed = [getattr(checked(recipe, setting, value), setting) for value in values]
    if len(set(parsed)) < len(parsed):
        raise RecipeError(f"Expected the choices of {setting} to differ. Received: {text}")
    return Choices(setting, values)


def checked(recipe: Recipe, setting: str, text: str) -> Recipe:
    """Return the recipe with one value changed.

    Raises:
        RecipeError: the value is of another type, not finite, or out of range.
    """
    value = parse(getattr(recipe, setting), setting, text)
    if value != value:  # NaN is in no range, but says so of itself only here
        raise RecipeError(f"Expected {setting} to be a number. Received: {text}")
    return recipe.with_settings([f"{setting}={text}"])


def parse_seeds(text: str) -> tuple[int, ...]:
    """Return the seeds in a text such as "0-4" or "1,2,5-7".

    Raises:
        RecipeError: a text of another form, a reversed range, a seed that is there twice, or more
            than `MOST_SEEDS`.
    """
    seeds: list[int] = []
    for part in text.split(","):
        found = SEEDS.fullmatch(part.strip())
        first = int(found[1]) if found else 0
        last = int(found[2] or first) if found else -1
        if not 0 <= last - first < MOST_SEEDS or last > 2**31 - 1:
            raise RecipeError(
                f"Expected seeds such as 0-4 or 1,2,5, from small to large and at most "
                f"{MOST_SEEDS}. Received: {text}"
            )
        seeds += range(first, last + 1)
    if len(set(seeds)) < len(seeds) or len(seeds) > MOST_SEEDS:
        raise RecipeError(f"Expected at most {MOST_SEEDS} seeds that all differ. Received: {text}")
    return tuple(seeds)
