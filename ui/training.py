"""Training from a page: choosing what to train, watching it, and what came of it."""

from pathlib import Path

import streamlit as st

from mnist_core import InklingError
from mnist_core.cards import Card
from mnist_core.errors import ModelError
from mnist_core.recipes import RECIPES
from mnist_core.registry import SHIPPED, check_name, kept
from ui.charts import COUNTS_HEIGHT, show_curves
from ui.jobs import Job, start_job
from ui.resources import card_of
from ui.shell import problems_told
from ui.words import percent, plain

LOOK_EVERY = 1.0  # seconds
LINES = 5
ENOUGH = 10_000  # digits from which on the quick CNN is the better choice
LOG_HEIGHT = 150
QUICK = {  # the recipes that need minutes rather than an hour
    name: recipe
    for name, recipe in RECIPES.items()
    if recipe.trainer == "keras" and recipe.augmentation == "none"
}


def ask_to_train(data: Path, n: int, stem: str, *, busy: bool) -> None:
    """Let the visitor choose a recipe, and start it.

    Args:
        data: what to train on.
        n: how many digits these are.
        stem: what the name of the model begins with.
        busy: whether this visitor is training already.
    """
    advised = "quick-cnn" if n >= ENOUGH else "tutorial-mlp"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            "Recipe",
            QUICK,
            index=list(QUICK).index(advised),
            format_func=lambda name: QUICK[name].title,
            key=f"recipe-{advised}",
            width=300,
        )
        recipe = QUICK[name]
        epochs = st.number_input(
            "Epochs",
            1,
            30,
            recipe.epochs,
            key=f"epochs-{name}",
            width=130,
            help="Times through all digits. More take longer, and help less and less.",
        )
        free = free_name(stem)
        title = st.text_input(
            "Name of the model",
            free,
            key=f"name-{free}",
            width=200,
            help="Everybody who comes to this server will be able to choose it.",
        )
        wanted = st.button("Train", type="primary", icon=":material/play_arrow:", disabled=busy)
    if wanted:
        with problems_told():
            refuse_taken(check_name(title))
            settings = ["--recipe", name, "--data", str(data), "--set", f"epochs={epochs}"]
            start_job(settings, title)
            st.rerun()


def free_name(stem: str) -> str:
    """Return the first of stem-1, stem-2 and so on that no model has."""
    number = 1
    while (kept() / f"{stem}-{number}").exists():
        number += 1
    return f"{stem}-{number}"


def refuse_taken(name: str) -> None:
    """Make sure that a model can have this name.

    Raises:
        ModelError: there is one of this name.
    """
    if (kept() / name).exists() or (SHIPPED / name).exists():
        raise ModelError(f"There is a model {name} already. Choose another name.")


def show_job(job: Job) -> None:
    """Show how a run stands; while it goes on, anew every second."""
    if job.busy:
        watch(job)
        return
    with problems_told():
        show_progress(job)
        show_end(job)


@st.fragment(run_every=LOOK_EVERY)
def watch(job: Job) -> None:
    """Show a run that goes on, and a way to stop it."""
    if not job.busy:
        st.rerun()
    with problems_told():
        show_progress(job)
    st.button("Stop", icon=":material/stop_circle:", on_click=job.stop)


def show_progress(job: Job) -> None:
    """Show how far a run has come, in a place of fixed height."""
    run = job.run
    rows = run.history() if run else []
    epochs = run.recipe.epochs if run else 1
    st.progress(min(len(rows) / epochs, 1.0), progress_line(job, len(rows), epochs))
    with st.container(height=COUNTS_HEIGHT, border=False):
        if rows:
            show_curves(rows, epochs)
        else:
            st.caption("Two curves, as soon as the first epoch is over")
    lines = [line for line in job.log() if line.startswith("epoch")][: -LINES - 1 : -1]
    st.code("\n".join(lines) or " ", language=None, wrap_lines=True, height=LOG_HEIGHT)


def progress_line(job: Job, done: int, epochs: int) -> str:
    """Return in a few words how far a run has come."""
    match job.state:
        case "starting":
            return "Getting ready, which takes a few seconds"
        case "running" if done < epochs:
            return f"Epoch {done + 1} of {epochs}"
        case "running":
            return "Measuring how good it is"
        case _:
            return f"{done} of {epochs} epochs"


def show_end(job: Job) -> None:
    """Say what came of a run."""
    match job.state:
        case "finished":
            st.success(praise(job.name, card_of(job.name)), icon=":material/check_circle:")
        case "stopped":
            st.info("Stopped. No model was made of it.", icon=":material/stop_circle:")
        case _:
            st.error(f"It failed. {plain(job.reason())}", icon=":material/error:")


def praise(name: str, card: Card) -> str:
    """Return how good a model is, on digits it had never seen."""
    metrics = next(iter(card.metrics.values()))
    low, high = metrics.interval
    return (
        f"**{name}** reads {percent(metrics.accuracy)} of {metrics.n:,} digits right that it had "
        f"never seen (95 % interval {percent(low)} to {percent(high)})."
    )


def titles_of(names: list[str]) -> dict[str, str]:
    """Return what models are called, as people say it; a damaged one is left out."""
    titles = {}
    for name in names:
        try:
            title = card_of(name).recipe.title
        except InklingError:
            continue
        titles[name] = title if name in RECIPES else f"{name} · {title}"
    return titles
