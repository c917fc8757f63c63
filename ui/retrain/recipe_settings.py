"""A recipe's settings on a form: asked for, checked by the recipe's own rules, and compared."""

from dataclasses import dataclass, fields, replace
from math import isclose
from typing import Any

import streamlit as st

from mnist_core.errors import RecipeError
from mnist_core.recipe import Recipe, parse
from ui.retrain.recipe_fields import FIELDS

PERCENT = {"validation_share": "from 0 to 50", "blur": "from 0 to 100"}  # typed as per cent
RULES: dict[str, str] = {
    item.name: item.metadata["expected"] for item in fields(Recipe) if item.metadata
} | PERCENT
CONVOLUTIONS = ("convnet", "stacked-cnn", "quick-cnn", "pen-cnn")
WITH_POOL_DROPOUT = ("convnet", "stacked-cnn")
ALWAYS = {"epochs", "validation_share", "seed", "split"}
BY_TRAINER = {
    "keras": set(FIELDS) - {"filters", "pool_dropout", "momentum"},
    "scratch": ALWAYS
    | {"hidden", "batch_size", "learning_rate", "momentum", "l2", "initialization"},
    "softmax": ALWAYS,
}


@dataclass(frozen=True)
class Draft:
    """A recipe as a visitor has changed it.

    Attributes:
        own: the recipe as it was.
        changed: the same with every change that is allowed; None before the first one.
        problems: what is wrong with the others, in words.
    """

    own: Recipe
    changed: Recipe | None = None
    problems: tuple[str, ...] = ()

    @property
    def recipe(self) -> Recipe:
        """The recipe to train by."""
        return self.changed or self.own

    def with_typed(self, setting: str, typed: Any) -> "Draft":
        """Return the draft with a setting as it was typed, or with the problem in that."""
        try:
            return replace(self, changed=change(self.recipe, setting, typed))
        except RecipeError as problem:
            return replace(self, problems=(*self.problems, str(problem)))

    @property
    def changes(self) -> list[str]:
        """What differs from the recipe, such as "epochs 12 → 4"."""
        return [
            f"{FIELDS[setting].label.lower()} {in_words(setting, old)} → {in_words(setting, new)}"
            for setting in FIELDS
            if (old := getattr(self.own, setting)) != (new := getattr(self.recipe, setting))
        ]


def settings_of(recipe: Recipe) -> set[str]:
    """Return the settings that this recipe's training looks at."""
    used = set(BY_TRAINER[recipe.trainer])
    if recipe.trainer == "keras":
        used |= {"filters"} if recipe.network in CONVOLUTIONS else set()
        used |= {"pool_dropout"} if recipe.network in WITH_POOL_DROPOUT else set()
        used |= {"momentum"} if recipe.optimizer == "sgd" else set()
    return used


def ask_setting(recipe: Recipe, setting: str) -> Any:
    """Let the visitor change one setting; return what they chose or typed, None for nothing."""
    field, own, key = FIELDS[setting], getattr(recipe, setting), key_of(recipe, setting)
    if key not in st.session_state:
        st.session_state[key] = as_typed(setting, own)
    kept: dict[str, Any] = {"key": key, "help": field.help, "persist_state": "session"}
    if field.choices:
        return st.selectbox(
            field.label, field.choices, format_func=field.choices.__getitem__, **kept
        )
    if isinstance(own, tuple):
        return st.text_input(field.label, placeholder="none", **kept)
    step, form = (int(field.step), "%d") if isinstance(own, int) else (float(field.step), "%.4g")
    label = f"{field.label} (%)" if setting in PERCENT else field.label
    # Without a value of its own an empty one stays empty, and can be told from the recipe's.
    return st.number_input(label, value=None, step=step, format=form, **kept)


def put_settings(own: Recipe, like: Recipe) -> None:
    """Fill the form of a recipe with the values of another, such as its own."""
    for setting in FIELDS:
        st.session_state[key_of(own, setting)] = as_typed(setting, getattr(like, setting))


def key_of(recipe: Recipe, setting: str) -> str:
    """Return the key of a setting's widget; each recipe keeps values of its own."""
    return f"{setting}-{recipe.name}"


def as_typed(setting: str, value: Any) -> Any:
    """Return a setting's value as its widget holds it."""
    if setting in PERCENT:
        return 100 * value
    return ", ".join(map(str, value)) if isinstance(value, tuple) else value


def change(recipe: Recipe, setting: str, typed: Any) -> Recipe:
    """Return the recipe with one setting as it was typed.

    Raises:
        RecipeError: the setting does not take this; says what it takes.
    """
    own = getattr(recipe, setting)
    try:
        if typed is None:
            raise RecipeError("An empty field is no number.")
        return replace(recipe, **{setting: from_typed(setting, typed, own)})
    except RecipeError:
        raise RecipeError(
            f"{FIELDS[setting].label}: {RULES[setting]} is allowed; {told(typed)} was typed."
        ) from None


def from_typed(setting: str, typed: Any, own: Any) -> Any:
    """Return a setting's value from what its widget holds; `own` is the one it had."""
    if isinstance(own, tuple):
        return parse(own, setting, typed)
    if setting in PERCENT:  # a twelfth comes back as a twelfth
        return own if isclose(typed, 100 * own) else typed / 100
    return typed


def told(typed: Any) -> str:
    """Return what was typed, for a message about it."""
    if typed in (None, ""):
        return "nothing"
    return f"{typed:g}" if isinstance(typed, float) else f"{typed}"


def in_words(setting: str, value: Any) -> str:
    """Return a setting's value as a page says it."""
    if isinstance(value, tuple):
        return "-".join(map(str, value)) or "none"
    if setting in PERCENT:
        return f"{100 * value:.3g} %"
    if isinstance(value, float):
        return f"{value:.4g}"
    return FIELDS[setting].choices.get(value, f"{value}")
