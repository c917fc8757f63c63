"""The command `train`: start or continue a run, in the same queue as the app's runs."""

import time
from pathlib import Path

import click
from filelock import FileLock

from mnist_core.cli.terminal import (
    AS_IS_HELP,
    DATA_HELP,
    check_continues,
    load_with_progress,
    named,
)
from mnist_core.cli.worker import work_on
from mnist_core.data.additions import SHARE, Addition
from mnist_core.data.digits import Dataset
from mnist_core.errors import RunError
from mnist_core.extras import require
from mnist_core.installation import INSTALLED
from mnist_core.locks import lock, try_lock
from mnist_core.recipes.catalog import RECIPES, find_recipe
from mnist_core.recipes.recipe import SETTINGS
from mnist_core.runs.queue import dequeue, queue_position
from mnist_core.runs.queue_order import enqueue, give_up_ticket, tickets
from mnist_core.runs.run import Run, start_lock
from mnist_core.runs.store import anything_trains, new_run, open_run, run_folders
from mnist_core.workspace import current_workspace

POLL_EVERY = 1.0  # seconds
STARTS = ("data", "as_is", "settings", "add", "add_share", "seed", "name", "ship")  # a run
PATIENCE = 5  # polls without a run starting, after which no server seems to work on the queue


@click.command()
@click.option("--recipe", type=click.Choice(list(RECIPES)), help="What to train.")
@click.option("--data", default="mnist", show_default=True, help=DATA_HELP)
@click.option("--as-is", is_flag=True, help=AS_IS_HELP)
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="KEY=VALUE",
    help=f"Change a value of the recipe: {', '.join(SETTINGS)}.",
)
@click.option(
    "--add",
    type=click.Path(path_type=Path),
    help="Train on your own digits as well: a hand's .zip, or a train.csv.",
)
@click.option(
    "--add-share",
    type=float,
    default=SHARE,
    show_default=True,
    help="Their share of the training digits; they are repeated for it.",
)
@click.option("--seed", type=int, help="Short for --set seed=N.")
@click.option("--name", help="Name of the model; without it, the model stays in the run folder.")
@click.option("--ship", is_flag=True, help="Write the model to models/, with the models that ship.")
@click.option("--force", is_flag=True, help="Replace a model of the same name.")
@click.option("--resume", metavar="RUN", help="Continue a run after its last finished epoch.")
@click.option("--finish", metavar="RUN", help="Make a model from the best epoch of a run.")
@click.option("--now", is_flag=True, help="Train now, without waiting in the queue.")
def train(
    recipe: str | None,
    data: str,
    as_is: bool,
    settings: tuple[str, ...],
    add: Path | None,
    add_share: float,
    seed: int | None,
    name: str | None,
    ship: bool,
    force: bool,
    resume: str | None,
    finish: str | None,
    now: bool,
) -> None:
    """Train a network, then export, calibrate and evaluate it.

    One network trains at a time, here or in the app. The others wait in a queue.
    """
    if len([choice for choice in (recipe, resume, finish) if choice]) != 1:
        raise click.UsageError(
            "Expected exactly one of --recipe NAME, --resume RUN and --finish RUN."
        )
    if not recipe:
        option = "--resume" if resume else "--finish"
        check_continues(option, STARTS, "a run goes on as it was started.")
    if ship and INSTALLED:
        raise click.UsageError("--ship needs a clone of Inkling, where the folder models/ is.")
    require(
        "train", "tensorflow", "keras", "scipy", "sklearn"
    )  # before anything is downloaded or written
    if recipe:
        seeded = (*settings, f"seed={seed}") if seed is not None else settings
        chosen = find_recipe(recipe).with_settings(seeded)
        data = named(data, as_is=as_is)
        if add:
            data = Addition(add_share, add.absolute(), data).name
        dataset: Dataset | None = load_with_progress(data)
        run = new_run(chosen, data, name, ship=ship)
    else:
        run, dataset = run_named(str(resume or finish)), None
    turn = None if now else wait_in_queue(run)
    work_on(run, dataset, force=force, only_finish=bool(finish), turn=turn)


def run_named(run_id: str) -> Run:
    """Return a run by its id.

    Raises:
        RunError: there is no such run, and the message names those there are; or it is damaged.
    """
    known = [folder.name for folder in run_folders(current_workspace())]
    if run_id not in known:
        there = ", ".join(known) or "none"
        raise RunError(f"There is no run {run_id}. There are: {there}.")
    return open_run(run_id)


def wait_in_queue(run: Run) -> FileLock:
    """Put a run into the queue, and wait until it is its turn.

    Returns:
        The lock that keeps all others from starting a run; release it when this one has started.

    Raises:
        RunError: another process works on the run, or it was taken out of the queue.
        Abort: the person at the terminal pressed Ctrl-C.
    """
    if run.is_alive():
        raise RunError(f"Another process works on the run {run.id}.")
    with lock(run.terminal_lock):
        enqueue(run, terminal=True)
        try:
            return poll_until_dispatched(run)
        except KeyboardInterrupt:
            if give_up_ticket(run):
                run.set_state("stopped", terminal=False)
            click.echo("Left the queue.")
            raise click.Abort from None


def poll_until_dispatched(run: Run) -> FileLock:
    """Poll until it is the run's turn; return the same lock as `wait_in_queue`."""
    idle, announced = 0, 0
    while True:
        if turn := try_dispatch(run, out_of_turn=idle > PATIENCE):
            return turn
        position = queue_position(run)
        if position is None:
            raise RunError(f"The run {run.id} was taken out of the queue.")
        if position != announced:
            click.echo(waiting_message(position), err=True)
        announced = position
        idle = 0 if anything_trains() else idle + 1
        time.sleep(POLL_EVERY)


def try_dispatch(run: Run, *, out_of_turn: bool) -> FileLock | None:
    """Take a run out of the queue if it is its turn; return the acquired lock, or None."""
    turn = try_lock(start_lock())
    if turn is None:
        return None
    queue = tickets()
    own = next((ticket for ticket in queue if ticket.folder == run.folder), None)
    is_first = own is not None and (out_of_turn or own == queue[0])
    if own and is_first and not anything_trains() and dequeue(own, run):
        return turn
    turn.release()
    return None


def waiting_message(position: int) -> str:
    """Return a line that says why the run waits, and how to leave or skip the queue."""
    return (
        f"Waiting: one network trains at a time, and this run is number {position} in the queue. "
        "Press Ctrl-C to leave the queue; --now skips it."
    )
