"""The form for a sweep: what varies, with which digits, and how long at most."""

import streamlit as st

from mnist_core.data.mnist import local_mnist
from mnist_core.extras import how_to_get, is_installed
from mnist_core.recipes.recipe import Recipe, setting_text
from ui.base.logs import log
from ui.base.wording import counted
from ui.components.datasets import DATASETS
from ui.components.recipe_fields import FIELDS
from ui.shell.page import show_errors
from ui.sweep.selected_sweep import select_sweep
from ui.sweep.suggestions import OFFERED, suggestion, variable_settings
from ui.sweep.sweep_runner import start_sweep

VARY_HELP = (
    "A range such as 0.0001..0.01, or choices such as 16,32/32,64. "
    "The recipe's own value: {own}. {help}"
)
SEEDS_HELP = (
    "Chance decides how a network starts. With several seeds, such as 0-4, each choice of settings "
    "is trained once with each, and their mean counts."
)
TRIALS_HELP = "How many networks are trained in all. Weak ones are stopped early."
FIELD_WIDTH = 200  # pixels, at least


def offer_sweep() -> None:
    """Offer to start a sweep; without Ray, say how to install it."""
    if missing := [name for name in ("ray", "optuna") if not is_installed(name)]:
        st.info(
            f"A sweep needs {' and '.join(missing)}, which this server does not have. "
            f"To install it: `{how_to_get('cluster')}`",
            icon=":material/download:",
        )
        return
    with st.container(border=True):
        name = st.selectbox(
            "Recipe",
            OFFERED,
            list(OFFERED).index("quick-cnn"),
            format_func=lambda name: OFFERED[name].title,
        )
        recipe = OFFERED[name]
        vary = ask_what_varies(recipe)
        data = ask_for_data()
        with st.grid(3, min_column_width=FIELD_WIDTH):
            trials = st.number_input("Networks", 1, 1000, 20, help=TRIALS_HELP)
            seeds = st.text_input("Seeds", str(recipe.seed), key=f"seeds-{name}", help=SEEDS_HELP)
            minutes = st.number_input("Minutes at most", 1, 10_000, 60)
        if st.button("Start the sweep", type="primary", icon=":material/play_arrow:"):
            with show_errors():
                sweep = start_sweep(recipe, data, vary, seeds, int(trials), float(minutes))
                log("sweep asked for", sweep=sweep.id, trials=counted(int(trials), "trial"))
                select_sweep(sweep.id)
                st.rerun()


def ask_what_varies(recipe: Recipe) -> tuple[str, ...]:
    """Ask which settings vary, and how; return them as `--vary` takes them."""
    settings = st.multiselect(
        "What to vary",
        variable_settings(recipe),
        ["learning_rate"],
        format_func=lambda setting: FIELDS[setting].label,
        key=f"vary-{recipe.name}",
    )
    vary = []
    with st.grid(2, min_column_width=FIELD_WIDTH):
        for setting in settings:
            field = FIELDS[setting]
            own = setting_text(getattr(recipe, setting)) or "empty"
            typed = st.text_input(
                field.label,
                suggestion(recipe, setting),
                key=f"range-{setting}-{recipe.name}",
                help=VARY_HELP.format(own=own, help=field.help),
            )
            vary.append(f"{setting}={typed}")
    return tuple(vary)


def ask_for_data() -> str:
    """Ask which digits to train on, of those that are here."""
    here = list(DATASETS) if local_mnist() else ["uci-digits"]
    chosen = st.segmented_control(
        "Training data", here, format_func=DATASETS.__getitem__, default=here[0], required=True
    )
    return str(chosen or here[0])
