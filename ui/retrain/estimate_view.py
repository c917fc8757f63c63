"""What a run will take, shown before it starts, and what prevents it."""

import streamlit as st

from mnist_core import InklingError
from mnist_core.models.registry import find_model
from mnist_core.recipes.recipe import Recipe
from mnist_core.recipes.splits import validation_size
from mnist_core.runs.estimate import parameter_count, pictures_per_epoch, seconds_to_result
from mnist_core.runs.memory import ensure_memory
from mnist_core.runs.queue import is_busy, runs_before
from mnist_core.workspace import current_workspace
from ui.access.limits import check_run_limit_now
from ui.base.wording import counted
from ui.components.datasets import data_title
from ui.components.run_wording import duration
from ui.retrain.machine_speed import measured_speed
from ui.retrain.training_data import TrainingData

POLL_SECONDS = 0.5  # seconds


def problems_of(recipe: Recipe, data: TrainingData) -> list[str]:
    """Return why this recipe cannot be trained on these digits now, a sentence each."""
    problems = []
    n_training = pictures_per_epoch(recipe, data.n_training(recipe))
    if recipe.batch_size > n_training:
        problems.append(
            f"Batch size must be at most {n_training:,}, the number of training digits. You "
            f"entered {recipe.batch_size:,}."
        )
    try:
        parameter_count(recipe)
        if recipe.pretrained:
            find_model(recipe.pretrained)
        check_run_limit_now(recipe)
        if not is_busy():
            ensure_memory()
    except InklingError as problem:
        problems.append(str(problem))
    return problems


def show_estimate(recipe: Recipe, data: TrainingData) -> None:
    """Show how long a run will take, how many digits it gets, and how large the network is."""
    n_validation = validation_size(data.n, recipe)
    digits = data.n_training(recipe)
    show_time(recipe, digits)
    n_training = pictures_per_epoch(recipe, digits)
    st.caption(
        f"{data_title(data.name)} · {n_training:,} training digits"
        + (f", {n_validation:,} validation digits" if n_validation else "")
        + f" · {counted(parameter_count(recipe), 'weight')}"
    )
    if waiting := runs_before(current_workspace()):
        ahead = "one run is" if waiting == 1 else f"{waiting} runs are"
        st.caption(f"One network trains at a time, and {ahead} ahead of this one. It will wait.")


def show_time(recipe: Recipe, digits: int) -> None:
    """Show how long a run takes from start to result, as soon as the machine's speed is known."""
    measurement = measured_speed()
    if not measurement.is_done:
        st.markdown(":material/timer: Measuring how fast this machine is …")
        await_speed()
        return
    seconds = seconds_to_result(recipe, digits, measurement.speed)
    st.markdown(f":material/timer: **{duration(seconds).capitalize()}** on this machine")


@st.fragment(run_every=POLL_SECONDS)
def await_speed() -> None:
    """Show the page again once the machine's speed is known."""
    if measured_speed().is_done:
        st.rerun()
