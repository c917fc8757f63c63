"""What can vary, and how it is suggested to vary. No Streamlit here."""

from mnist_core.recipes.catalog import RECIPES
from mnist_core.recipes.recipe import Recipe
from mnist_core.sweeps.space import NOT_VARIED
from ui.components.recipe_fields import FIELDS
from ui.components.recipe_settings import settings_of

OFFERED = {
    name: recipe
    for name, recipe in RECIPES.items()
    if recipe.validation_share and recipe.trainer in ("keras", "scratch")
}
USUAL = {
    "dropout": "0..0.5",
    "pool_dropout": "0..0.5",
    "momentum": "0/0.9",
    "batch_size": "64/128/256",
    "l2": "0.000001..0.01",
    "weight_decay": "0.0001..0.1",
    "redraw_every": "0/1/3",
}


def variable_settings(recipe: Recipe) -> list[str]:
    """Return the settings of a recipe that can vary, in the order of the form."""
    unsuited = NOT_VARIED.keys() | {"pretrained"}  # names of models, which a form cannot suggest
    return [name for name in FIELDS if name in settings_of(recipe) - unsuited]


def suggestion(recipe: Recipe, setting: str) -> str:
    """Return a range or some choices around a recipe's own value, as `--vary` takes them."""
    own, field = getattr(recipe, setting), FIELDS[setting]
    if setting in USUAL:
        return USUAL[setting]
    if setting == "learning_rate":
        return f"{own / 10:g}..{min(10 * own, 1):g}"
    if field.choices:
        return "/".join(field.choices)
    if isinstance(own, tuple):
        double = ",".join(str(2 * width) for width in own)
        return f"{','.join(map(str, own))}/{double}" if own else "/128"
    if isinstance(own, int):
        return f"{max(own // 2, 1)}..{2 * own}"
    return f"0..{own or 0.5:g}"
