"""What a run is going to take, told before it starts, and what is in its way."""

import streamlit as st

from mnist_core import InklingError
from mnist_core.recipe import Recipe
from mnist_core.running.estimate import (
    estimate_seconds,
    parameter_count,
    pictures_per_epoch,
    refuse_without_memory,
)
from mnist_core.running.run_queue import is_busy, runs_before
from mnist_core.spaces import space
from ui.limits import refuse_another_run_now
from ui.retrain.run_words import duration
from ui.retrain.training_data import TrainingData


def problems_of(recipe: Recipe, data: TrainingData) -> list[str]:
    """Return what is in the way of training this recipe on these digits, in words."""
    problems = []
    learned = pictures_per_epoch(recipe, data.n - held_out_of(recipe, data.n))
    if recipe.batch_size > learned:
        problems.append(
            f"Batch size: at most {learned:,} is allowed, as many as there are digits to learn "
            f"from; {recipe.batch_size:,} was typed."
        )
    try:
        parameter_count(recipe)
        refuse_another_run_now(recipe)
        if not is_busy():
            refuse_without_memory()
    except InklingError as problem:
        problems.append(str(problem))
    return problems


def show_prospects(recipe: Recipe, data: TrainingData) -> None:
    """Say how long a run will take, how large the network is, and how many digits it gets."""
    held_out = held_out_of(recipe, data.n)
    digits = data.n - held_out
    learned = pictures_per_epoch(recipe, digits)
    seconds = duration(estimate_seconds(recipe, digits))
    st.markdown(
        f"**{seconds.capitalize()}** of training · {parameter_count(recipe):,} weights · learns "
        f"from {learned:,} digits" + (f", {held_out:,} are held out" if held_out else "")
    )
    if waiting := runs_before(space()):
        before = "one run is" if waiting == 1 else f"{waiting} runs are"
        st.caption(f"One network trains at a time, and {before} before this one. It will wait.")


def held_out_of(recipe: Recipe, n: int) -> int:
    """Return how many of `n` digits are held out to validate on."""
    return round(n * recipe.validation_share)
