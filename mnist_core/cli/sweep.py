"""The command `sweep`: search for the settings with which a recipe does best."""

import shlex
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import click

from mnist_core.bulk.on_ray import is_cluster
from mnist_core.cli.terminal import (
    AS_IS_HELP,
    DATA_HELP,
    check_continues,
    fetch_with_progress,
    load_with_progress,
)
from mnist_core.cli.terminal import named as named_data
from mnist_core.extras import require
from mnist_core.processors import cores
from mnist_core.recipes.catalog import RECIPES, find_recipe
from mnist_core.recipes.recipe import SETTINGS, Recipe, setting_text
from mnist_core.runs.status import ACTIVE_STATES
from mnist_core.sweeps.process import forget_earlier_stop
from mnist_core.sweeps.space import NOT_VARIED, parse_seeds
from mnist_core.sweeps.sweep import Combination, Sweep, Trial, new_sweep, open_sweep
from mnist_core.sweeps.tuner import run_sweep

EVERY = 2.0  # seconds between two looks at the trials
STARTS = ("data", "as_is", "vary", "settings", "seeds", "trials", "minutes")  # a sweep
SHOWN = 10  # combinations in the list at the end


@click.command()
@click.option("--recipe", type=click.Choice(list(RECIPES)), help="What to train.")
@click.option("--data", default="mnist", show_default=True, help=DATA_HELP)
@click.option("--as-is", is_flag=True, help=AS_IS_HELP)
@click.option(
    "--vary",
    multiple=True,
    metavar="SETTING=VALUES",
    help="A range a..b, logarithmic where b/a is 100 or more and of whole numbers where the "
    "setting is one, or choices separated by /. Settings: "
    f"{', '.join(name for name in SETTINGS if name not in NOT_VARIED)}.",
)
@click.option(
    "--set", "settings", multiple=True, metavar="KEY=VALUE", help="Change a value for all trials."
)
@click.option(
    "--seeds",
    metavar="0-4",
    help="Train each combination of settings once with each of these seeds; the search compares "
    "their mean. Each is a trial of its own. By default the recipe's seed alone.",
)
@click.option(
    "--trials",
    type=click.IntRange(1, 100_000),
    default=50,
    show_default=True,
    help="Number of trainings in all: 50 trials with 5 seeds are 10 combinations.",
)
@click.option(
    "--minutes",
    type=click.FloatRange(min=0, min_open=True),
    help="Stop after this time at the latest.",
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    help="Trials at once on this machine, with a core and about 1 GB each.  [default: one a core]",
)
@click.option(
    "--on",
    metavar="CLUSTER",
    help="Use a Ray cluster: ray, or an address such as ray://head:10001. Its machines have to "
    "reach the data root (INKLING_HOME) and the data by the same path.",
)
@click.option("--resume", metavar="SWEEP", help="Continue a sweep that was interrupted.")
def sweep(
    recipe: str | None,
    data: str,
    as_is: bool,
    vary: tuple[str, ...],
    settings: tuple[str, ...],
    seeds: str | None,
    trials: int,
    minutes: float | None,
    workers: int | None,
    on: str | None,
    resume: str | None,
) -> None:
    """Search for the settings with which a recipe does best.

    The search trains many networks with other settings, and judges each by its accuracy on the
    validation set, never on the test set, in the epoch that its model is of. Optuna chooses the
    settings from what it has seen, and ASHA stops early what falls behind. Every trial is an
    ordinary run: the app shows its curves, and train --resume and train --finish take it.
    """
    if bool(recipe) == bool(resume):
        raise click.UsageError("Expected exactly one of --recipe NAME and --resume SWEEP.")
    if resume:
        check_continues("--resume", STARTS, "a sweep goes on as it was asked for.")
    if on and not is_cluster(on):
        raise click.UsageError(
            f"Expected --on ray, or an address such as ray://head:10001. Received: {on}"
        )
    require("cluster", "ray", "optuna")
    require("train", "tensorflow", "keras", "scipy", "sklearn")
    # A server that was started in the background passes on that interrupts are ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if recipe:
        chosen = find_recipe(recipe).with_settings(settings)
        numbers = (chosen.seed,) if seeds is None else parse_seeds(seeds)
        data = named_data(data, as_is=as_is)
        wanted = new_sweep(chosen, data, vary=vary, seeds=numbers, trials=trials, minutes=minutes)
    else:
        wanted = open_sweep(str(resume))
        forget_earlier_stop(wanted)
    load_with_progress(wanted.data)  # downloads it once, and refuses what is wrong with it
    fetch_with_progress(wanted.recipe)
    click.echo(f"sweep {wanted.id}: {wanted.trials:,} trials, {workers or cores()} at once")
    with progress_lines(wanted):
        left = run_sweep(wanted, cluster=on, workers=workers)
    say_result(wanted)
    if left:
        click.echo(
            f"Not over: {left:,} of {wanted.trials:,} trials are left. "
            f"To continue: python -m mnist_core sweep --resume {wanted.id}"
        )


@contextmanager
def progress_lines(sweep: Sweep) -> Iterator[None]:
    """Print a line for each trial that ends while the block runs."""
    ended = threading.Event()
    lines = ProgressLines(sweep)

    def watch() -> None:
        while not ended.wait(EVERY):
            lines.print_new()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        lines.print_new()


class ProgressLines:
    """Prints the trials of a sweep that have ended since the last time."""

    def __init__(self, sweep: Sweep) -> None:
        self.sweep = sweep
        self.printed = {trial.run.id for trial in sweep.list_trials() if has_ended(trial)}
        if self.printed:
            click.echo(f"Going on after {len(self.printed):,} of them.")

    def print_new(self) -> None:
        """Print a line for each."""
        for trial in self.sweep.list_trials():
            if not has_ended(trial):
                self.printed.discard(trial.run.id)
            elif trial.run.id not in self.printed:
                self.printed.add(trial.run.id)
                click.echo(f"{len(self.printed):,} of {self.sweep.trials:,}: {trial_line(trial)}")


def has_ended(trial: Trial) -> bool:
    """Return whether a trial has ended, and will not go on by itself."""
    return trial.status.state not in (*ACTIVE_STATES, "interrupted") and bool(trial.status.started)


def trial_line(trial: Trial) -> str:
    """Return a trial's settings and how well it did, as a line of text."""
    epochs = f"{trial.status.trained_epochs} of {trial.run.recipe.epochs} epochs"
    more = f": {trial.status.error}" if trial.status.state == "failed" else ""
    return (
        f"{words(trial.settings)}, seed {trial.run.recipe.seed}: {trial.score:.2%} "
        f"({trial.status.state} after {epochs}{more})"
    )


def words(settings: dict[str, str]) -> str:
    """Return settings as a person would type them, numbers to three digits."""
    return " ".join(f"{key}={short(value)}" for key, value in settings.items())


def short(text: str) -> str:
    """Return a number to three significant digits; another text as it is."""
    try:
        return text if text.lstrip("-").isdigit() else f"{float(text):.3g}"
    except ValueError:
        return text


def say_result(sweep: Sweep) -> None:
    """Print the best combinations, and how to go on."""
    found = [one for one in sweep.combinations() if one.has_score]
    if not found:
        click.echo("No trial has finished an epoch.")
        return
    click.echo("The best, by their mean accuracy on the validation set:")
    for rank, one in enumerate(found[:SHOWN], 1):
        click.echo(f"{rank:3}. {one.score:.2%}  {words(one.settings)}  ({number_of(one)})")
    shares = sweep.importance()
    if shares:
        listed = ", ".join(f"{setting} {share:.0%}" for setting, share in shares.items())
        click.echo(f"What decided who is among the best quarter: {listed}.")
    best = found[0].best.run
    click.echo(f"The best run is {best.id}, in {best.folder}.")
    click.echo(f"To train with these settings: {training_command(sweep, best.recipe)}")


def training_command(sweep: Sweep, recipe: Recipe) -> str:
    """Return the command that trains a network as a trial of a sweep was trained."""
    plain = find_recipe(recipe.name)
    changed = [
        f"--set {key}={setting_text(getattr(recipe, key))}"
        for key in SETTINGS
        if getattr(recipe, key) != getattr(plain, key)
    ]
    data = f"--data {shlex.quote(sweep.data)}"
    return " ".join(["python -m mnist_core train --recipe", recipe.name, data, *changed])


def number_of(one: Combination) -> str:
    """Return how many trials a combination has had: "1 trial", "5 trials"."""
    n = len(one.trials)
    return f"{n} trial" + ("" if n == 1 else "s")
