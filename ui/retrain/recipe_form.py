"""The form for a training run: a recipe and a button, and its settings folded below them."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mnist_core.recipes.catalog import RECIPES
from mnist_core.recipes.recipe import Recipe
from ui.base import session_keys
from ui.base.logs import log
from ui.base.wording import counted, plain
from ui.components.model_names import ask_for_name, ensure_name_available
from ui.components.recipe_settings import CHANGED, Draft, ask_setting, fill_form, settings_of
from ui.components.run_wording import short_title
from ui.retrain.estimate_view import problems_of, show_estimate
from ui.retrain.recipe_summaries import summary_of
from ui.retrain.scheduler import start_run
from ui.retrain.selected_run import select_run
from ui.retrain.training_data import TrainingData
from ui.shell.page import show_errors

TERMINAL_ONLY = ("forest", "boosted")
OFFERED = {n: recipe for n, recipe in RECIPES.items() if recipe.trainer not in TERMINAL_ONLY}
RECIPE_HELP = (
    "A recipe is a network and the way to train it. Each of them can be used on Draw afterwards."
)
LEFT = {
    "Training": (
        "epochs",
        "batch_size",
        "optimizer",
        "learning_rate",
        "momentum",
        "schedule",
        "l2",
        "weight_decay",
        "averaging",
        "precision",
    ),
    "Validation and chance": ("validation_share", "split", "seed"),
}
RIGHT = {
    "Network": (
        "filters",
        "hidden",
        "dropout",
        "pool_dropout",
        "initialization",
        "pretrained",
        "normalization",
    ),
    "Variety of the digits": (
        "augmentation",
        "blur",
        "coarse",
        "styles",
        "pens",
        "typefaces",
        "outliers",
        "redraw_every",
    ),
}
MARK_EXPLAINED = f"{CHANGED} The value differs from the recipe's, which the field's help gives."
BUTTON_WIDTH = 320  # pixels, the whole width on a phone
FIELD_WIDTH = 145  # pixels, at least; two fields fit side by side on all but the smallest phones

ChooseData = Callable[[], TrainingData | None]


@st.fragment
def offer_training(recommended: str, choose_data: ChooseData, stem: str | None = None) -> None:
    """Offer to train at one press; what can be changed is folded below.

    Args:
        recommended: the recipe to begin with.
        choose_data: asks what to train on, among the settings; None while it is not there yet.
        stem: the start of the model's name; None trains a model without a name.
    """
    first = st.container(border=True)
    with first:
        recipe = choose_recipe(recommended, stem)
    with st.expander("Settings", icon=":material/tune:"):
        data = None
        with show_errors():
            data = choose_data()
        name = ask_for_name(stem) if stem else None
        draft = ask_for_changes(recipe, data)
    with first:
        if data:
            offer_to_train(draft, data, name)
        else:
            st.info("Choose the training data in the settings first.", icon=":material/database:")


def choose_recipe(recommended: str, stem: str | None) -> Recipe:
    """Let the visitor choose a recipe; the forms of two pages keep their choices apart."""
    key = f"{session_keys.RECIPE}-{stem}-{recommended}" if stem else session_keys.RECIPE
    st.session_state.setdefault(key, recommended)
    name = st.selectbox(
        "Recipe",
        OFFERED,
        format_func=lambda name: OFFERED[name].title,
        key=key,
        persist_state="session",
        help=RECIPE_HELP,
    )
    st.markdown(summary_of(name))
    return OFFERED[name]


def ask_for_changes(own: Recipe, data: TrainingData | None) -> Draft:
    """Ask for every setting that has an effect, in groups; return the draft."""
    left, right = st.columns(2)
    hidden = data.ignored_settings if data else frozenset()
    draft = ask_for_groups(left, LEFT, Draft(own), hidden)
    draft = ask_for_groups(right, RIGHT, draft, hidden)
    if draft.changes or draft.problems:
        st.caption(MARK_EXPLAINED)
    else:
        st.caption("All settings are the recipe's defaults.")
    st.caption(f"{plain(short_title(own))}: {plain(own.source)}")
    return draft


def ask_for_groups(
    column: DeltaGenerator,
    groups: Mapping[str, tuple[str, ...]],
    draft: Draft,
    hidden: frozenset[str],
) -> Draft:
    """Ask for some groups of settings, each in a bordered container."""
    for title, settings in groups.items():
        shown = settings_of(draft.recipe) - hidden
        if shown.isdisjoint(settings):
            continue
        with column.container(border=True):
            st.markdown(f"**{title}**")
            draft = ask_for_group([s for s in settings if s not in hidden], draft)
    return draft


def ask_for_group(settings: Sequence[str], draft: Draft) -> Draft:
    """Ask for some settings, side by side."""
    with st.grid(2, min_column_width=FIELD_WIDTH):
        for setting in settings:
            # What a setting depends on comes before it: the optimiser before the momentum.
            if setting in settings_of(draft.recipe):
                draft = draft.with_typed(setting, ask_setting(draft.own, setting))
    return draft


def offer_to_train(draft: Draft, data: TrainingData, name: str | None) -> None:
    """Show what the run will be, and offer to start it."""
    recipe = data.adapt(draft.recipe)
    problems = [*draft.problems, *problems_of(recipe, data)]
    for problem in problems:
        st.error(plain(problem), icon=":material/error:")
    if not problems:
        show_estimate(recipe, data)
    show_changes(draft)
    wanted = st.button(
        "Train",
        # Another button once a run was started, so that a double click does not start two.
        key=f"train-{st.session_state.get(session_keys.SELECTED_RUN)}",
        type="primary",
        icon=":material/play_arrow:",
        disabled=bool(problems),
        width=BUTTON_WIDTH,
    )
    if wanted and not problems:
        with show_errors():
            name = None if name is None else ensure_name_available(name)
            run = start_run(recipe, data.name, name)
            log("run asked for", run=run.id)
            select_run(run.id)
            st.rerun()


def show_changes(draft: Draft) -> None:
    """Show what differs from the recipe, if anything does, and offer to reset it."""
    if not draft.changes and not draft.problems:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        n = len(draft.changes)
        if n:
            st.caption(f"{counted(n, 'setting')} changed: {', '.join(draft.changes)}")
        st.button(
            "Reset",
            icon=":material/restart_alt:",
            type="tertiary",
            on_click=fill_form,
            args=(draft.own, draft.own),
        )
