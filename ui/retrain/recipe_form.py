"""The form that asks what to train: a recipe, changed as a visitor likes."""

from collections.abc import Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mnist_core.recipe import Recipe
from mnist_core.recipes import RECIPES
from ui.logs import log
from ui.models.model_names import ask_for_name, refuse_taken
from ui.retrain.jobs import start_run
from ui.retrain.prospects import problems_of, show_prospects
from ui.retrain.recipe_settings import Draft, ask_setting, put_settings, settings_of
from ui.retrain.run_choice import watch_run
from ui.retrain.training_data import TrainingData
from ui.shell import problems_told
from ui.words import plain

NOT_SERVED = ("forest", "boosted")
OFFERED = {name: recipe for name, recipe in RECIPES.items() if recipe.trainer not in NOT_SERVED}
LEFT = {
    "The network": ("filters", "hidden", "dropout"),
    "The digits": ("augmentation", "validation_share", "seed"),
}
RIGHT = {"The training": ("epochs", "batch_size", "optimizer", "learning_rate", "momentum", "l2")}
MORE = (
    "schedule",
    "weight_decay",
    "precision",
    "initialization",
    "normalization",
    "pool_dropout",
    "split",
    "styles",
    "pens",
    "typefaces",
    "outliers",
    "blur",
)
NARROWEST = 145  # pixels; two fields fit side by side on all but the smallest phones


def choose_recipe(advised: str) -> Recipe:
    """Let the visitor choose a recipe."""
    if "recipe" not in st.session_state:
        st.session_state.recipe = advised
    name = st.selectbox(
        "Recipe",
        OFFERED,
        format_func=lambda name: OFFERED[name].title,
        key="recipe",
        persist_state="session",
        help="Random forests and boosted trees are not here. The command line trains and measures"
        " them, but only a network can read on Draw.",
    )
    st.caption(plain(OFFERED[name].source))
    return OFFERED[name]


@st.fragment
def ask_for_settings(
    recipe: Recipe, data: TrainingData, stem: str | None = None, *, folded: bool = False
) -> None:
    """Let the visitor change a recipe, and start to train.

    Args:
        recipe: as it was.
        data: what to train on.
        stem: what the name of the model begins with; None leaves it without a name.
        folded: whether the settings stay out of sight until they are asked for.
    """
    if folded:
        with st.expander("Settings", icon=":material/tune:"):
            draft, _ = ask_for_changes(recipe)
        offer_to_train(draft, data, stem)
        return
    draft, place = ask_for_changes(recipe)
    with place:
        offer_to_train(draft, data, stem)


def ask_for_changes(own: Recipe) -> tuple[Draft, DeltaGenerator]:
    """Ask for every setting that this recipe's training looks at; return also the place left."""
    draft = Draft(own)
    left, right = st.columns(2)
    draft = ask_for_groups(left, LEFT, draft)
    if not settings_of(own).isdisjoint(MORE):
        with left.expander("More settings", icon=":material/tune:"):
            draft = ask_for_group(MORE, draft)
    return ask_for_groups(right, RIGHT, draft), right


def ask_for_groups(
    place: DeltaGenerator, groups: Mapping[str, tuple[str, ...]], draft: Draft
) -> Draft:
    """Ask for some groups of settings, each in a frame of its own."""
    for title, settings in groups.items():
        if settings_of(draft.recipe).isdisjoint(settings):
            continue
        with place.container(border=True):
            st.markdown(f"**{title}**")
            draft = ask_for_group(settings, draft)
    return draft


def ask_for_group(settings: tuple[str, ...], draft: Draft) -> Draft:
    """Ask for some settings, side by side."""
    with st.grid(2, min_column_width=NARROWEST):
        for setting in settings:
            # The optimiser is asked for before the momentum that only one of them has.
            if setting in settings_of(draft.recipe):
                draft = draft.with_typed(setting, ask_setting(draft.own, setting))
    return draft


def offer_to_train(draft: Draft, data: TrainingData, stem: str | None) -> None:
    """Say what the run would be, and start it if the visitor likes."""
    problems = [*draft.problems, *problems_of(draft.recipe, data)]
    with st.container(border=True):
        for problem in problems:
            st.error(plain(problem), icon=":material/error:")
        if not problems:
            show_prospects(draft.recipe, data)
        show_changes(draft)
        name = ask_for_name(stem) if stem else None
        wanted = st.button(
            "Train", type="primary", icon=":material/play_arrow:", disabled=bool(problems)
        )
        if wanted and not problems:
            with problems_told():
                name = None if name is None else refuse_taken(name)
                run = start_run(draft.recipe, data.name, name)
                log("run asked for", run=run.id)
                watch_run(run.id)
                st.rerun()


def show_changes(draft: Draft) -> None:
    """Say what differs from the recipe, and offer to take it back."""
    if not draft.changes and not draft.problems:
        st.caption("Every value is the recipe's own.")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        n = len(draft.changes)
        if n:
            st.caption(f"{n} value{'s' if n > 1 else ''} changed: {', '.join(draft.changes)}")
        st.button(
            "Reset",
            icon=":material/restart_alt:",
            type="tertiary",
            on_click=put_settings,
            args=(draft.own, draft.own),
        )
