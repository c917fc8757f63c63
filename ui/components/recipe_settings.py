"""A recipe's settings on a form: asked for, checked by the recipe's own rules, and compared."""

from dataclasses import dataclass, fields, replace
from math import isclose
from typing import Any

import streamlit as st

from mnist_core.errors import RecipeError
from mnist_core.recipes.architectures import NETWORKS
from mnist_core.recipes.catalog import RECIPES
from mnist_core.recipes.layer_plan import settings_of_network
from mnist_core.recipes.recipe import Recipe, parse
from ui.components.recipe_fields import FIELDS

PERCENT = {  # typed in per cent
    "validation_share": "from 0 to 50",
    "blur": "from 0 to 100",
    "coarse": "from 0 to 100",
}
RULES: dict[str, str] = {
    item.name: item.metadata["expected"] for item in fields(Recipe) if item.metadata
} | PERCENT
CHANGED = ":primary[●]"  # after the label of a field that differs from the recipe
OF_NETWORKS = frozenset[str]().union(*map(settings_of_network, NETWORKS))
ALWAYS = {"epochs", "validation_share", "seed", "split"}
BY_TRAINER = {
    "keras": set(FIELDS) - OF_NETWORKS - {"momentum"},
    "scratch": ALWAYS
    | {"hidden", "batch_size", "learning_rate", "momentum", "l2", "initialization"},
    "softmax": ALWAYS,
}


@dataclass(frozen=True)
class Draft:
    """A recipe as a visitor has changed it.

    Attributes:
        own: the original recipe.
        changed: the recipe with every valid change; None before the first one.
        problems: what is wrong with the other changes, a sentence each.
    """

    own: Recipe
    changed: Recipe | None = None
    problems: tuple[str, ...] = ()

    @property
    def recipe(self) -> Recipe:
        """The recipe to train by."""
        return self.changed or self.own

    def with_typed(self, setting: str, typed: Any) -> "Draft":
        """Return the draft with a typed value, or with a problem where the value is invalid."""
        try:
            return replace(self, changed=change(self.recipe, setting, typed))
        except RecipeError as problem:
            return replace(self, problems=(*self.problems, str(problem)))

    @property
    def changes(self) -> list[str]:
        """What differs from the recipe, such as "epochs 12 → 4"."""
        return [
            f"{FIELDS[setting].label.lower()} {format_setting(setting, old)} → "
            f"{format_setting(setting, new)}"
            for setting in FIELDS
            if (old := getattr(self.own, setting)) != (new := getattr(self.recipe, setting))
        ]


def changes_of(recipe: Recipe) -> list[str]:
    """Return which settings differ from the recipe's defaults, such as "epochs 10 → 4"."""
    own = RECIPES.get(recipe.name, recipe)
    return Draft(own, recipe).changes


def settings_of(recipe: Recipe) -> set[str]:
    """Return the settings that have an effect with this recipe."""
    used = set(BY_TRAINER[recipe.trainer])
    if recipe.trainer == "keras":
        used |= settings_of_network(recipe.network)
        used |= {"momentum"} if recipe.optimizer == "sgd" else set()
        used -= set() if recipe.draws else {"redraw_every"}
    return used


def ask_setting(recipe: Recipe, setting: str) -> Any:
    """Let the visitor change one setting; return what they chose or typed, None if nothing."""
    field, own, key = FIELDS[setting], getattr(recipe, setting), key_of(recipe, setting)
    if key not in st.session_state:
        st.session_state[key] = as_typed(setting, own)
    help_text = f"{field.help} The recipe's value: {format_setting(setting, own)}."
    common: dict[str, Any] = {"key": key, "help": help_text, "persist_state": "session"}
    label = f"{field.label} (%)" if setting in PERCENT else field.label
    if differs(setting, st.session_state[key], own):
        label += f" {CHANGED}"
    if field.choices:
        return st.selectbox(label, field.choices, format_func=field.choices.__getitem__, **common)
    if isinstance(own, tuple | str):
        return st.text_input(label, placeholder="none", **common)
    step, form = (int(field.step), "%d") if isinstance(own, int) else (float(field.step), "%.4g")
    # Without a default value an empty field stays empty, instead of going back to a number.
    return st.number_input(label, value=None, step=step, format=form, **common)


def differs(setting: str, typed: Any, own: Any) -> bool:
    """Return whether what a widget holds is not the recipe's own value."""
    try:
        return bool(from_typed(setting, typed, own) != own)
    except (RecipeError, TypeError):  # nothing, or something that is no value at all
        return True


def fill_form(own: Recipe, source: Recipe) -> None:
    """Fill the form of a recipe with the values of another one, or with its defaults."""
    for setting in FIELDS:
        st.session_state[key_of(own, setting)] = as_typed(setting, getattr(source, setting))


def key_of(recipe: Recipe, setting: str) -> str:
    """Return the key of a setting's widget; each recipe has its own."""
    return f"{setting}-{recipe.name}"


def as_typed(setting: str, value: Any) -> Any:
    """Return a setting's value as its widget holds it."""
    if setting in PERCENT:
        return 100 * value
    return ", ".join(map(str, value)) if isinstance(value, tuple) else value


def change(recipe: Recipe, setting: str, typed: Any) -> Recipe:
    """Return the recipe with one typed setting.

    Raises:
        RecipeError: the value is invalid; the message says what is allowed.
    """
    own = getattr(recipe, setting)
    try:
        if typed is None:
            raise RecipeError("The field is empty.")
        return replace(recipe, **{setting: from_typed(setting, typed, own)})
    except RecipeError:
        raise RecipeError(
            f"{FIELDS[setting].label} must be {RULES[setting]}. You entered {format_typed(typed)}."
        ) from None


def from_typed(setting: str, typed: Any, own: Any) -> Any:
    """Return a setting's value from what its widget holds; `own` is the value before."""
    if isinstance(own, tuple):
        return parse(own, setting, typed)
    if setting in PERCENT:  # a twelfth comes back as a twelfth
        return own if isclose(typed, 100 * own) else typed / 100
    return typed


def format_typed(typed: Any) -> str:
    """Return what was typed, for an error message."""
    if typed in (None, ""):
        return "nothing"
    return f"{typed:g}" if isinstance(typed, float) else f"{typed}"


def format_setting(setting: str, value: Any) -> str:
    """Return a setting's value as a page shows it."""
    if isinstance(value, tuple):
        return "-".join(map(str, value)) or "none"
    if setting in PERCENT:
        return f"{100 * value:.3g} %"
    if isinstance(value, float):
        return f"{value:.4g}"
    return FIELDS[setting].choices.get(value, f"{value}") or "none"
