"""The command that trains: it reports to the terminal, and keeps what it said in `log.txt`."""

import os
import signal
import sys
from typing import TYPE_CHECKING, Any

import click

from mnist_core.digits import Dataset
from mnist_core.recipe import SETTINGS
from mnist_core.recipes import RECIPES, find_recipe
from mnist_core.runs import Run, new_run, open_run
from mnist_core.terminal import DATA_HELP, load_with_progress, summary

if TYPE_CHECKING:
    from mnist_core.training import Epoch, Step


@click.command()
@click.option("--recipe", type=click.Choice(list(RECIPES)), help="What to train.")
@click.option("--data", default="mnist", show_default=True, help=DATA_HELP)
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="KEY=VALUE",
    help=f"Change a value of the recipe: {', '.join(SETTINGS)}.",
)
@click.option("--seed", type=int, help="The same as --set seed=N.")
@click.option("--name", help="What to call the model; without, it stays in its run's folder.")
@click.option("--ship", is_flag=True, help="Write the model to models/, with those that ship.")
@click.option("--force", is_flag=True, help="Replace a model of the same name.")
@click.option("--resume", metavar="RUN", help="Go on with a run from its last finished epoch.")
def train(
    recipe: str | None,
    data: str,
    settings: tuple[str, ...],
    seed: int | None,
    name: str | None,
    ship: bool,
    force: bool,
    resume: str | None,
) -> None:
    """Train a network, calibrate, export and evaluate it."""
    if resume:
        run = open_run(resume)
        dataset = load_with_progress(run.data)
    elif recipe:
        seeded = (*settings, f"seed={seed}") if seed is not None else settings
        chosen = find_recipe(recipe).with_settings(seeded)
        dataset = load_with_progress(data)
        run = new_run(chosen, data, name, ship=ship)
    else:
        raise click.UsageError("Say what to train: --recipe NAME, or --resume RUN.")
    train_with_progress(run, dataset, force=force)


def train_with_progress(run: Run, dataset: Dataset, *, force: bool) -> None:
    """Execute a run; what the terminal shows of it, `log.txt` keeps."""

    def say(line: str) -> None:
        click.echo(line)
        run.log(line)

    bar: Any = None

    def on_step(step: "Step") -> None:
        nonlocal bar
        if not sys.stderr.isatty():
            return
        if step.batch == 1:
            bar = click.progressbar(length=step.batches, file=sys.stderr)
        bar.label = f"epoch {step.epoch}/{step.epochs}  accuracy {step.accuracy:.2%}"
        bar.update(1)
        if step.batch == step.batches:
            bar.render_finish()

    def on_epoch(epoch: "Epoch") -> None:
        if run.recipe.trainer == "scratch" and epoch.epoch % 100:
            return  # as its source has it: a line every 100 iterations
        say(
            f"epoch {epoch.epoch}/{run.recipe.epochs}: loss {epoch.loss:.4f}, "
            f"accuracy {epoch.accuracy:.2%}, on the digits held out {epoch.val_loss:.4f} and "
            f"{epoch.val_accuracy:.2%}, {epoch.seconds:.0f} s"
        )

    run.set_state("running")
    say(f"run {run.id}: {run.recipe.name} on {run.data}")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow's remarks help nobody here
    # A server started in the background hands on that interrupts are ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        from mnist_core.pipeline import execute, target_of  # TensorFlow: 4 s

        card = execute(run, dataset, force=force, on_step=on_step, on_epoch=on_epoch)
    except KeyboardInterrupt:
        run.set_state("interrupted")
        say(f"Interrupted. To go on: python -m mnist_core train --resume {run.id}")
        raise click.Abort from None
    except Exception as problem:
        run.set_state("failed", error=str(problem))
        run.log(f"failed: {problem}")
        raise
    run.set_state("finished")
    for line in summary(card):
        say(line)
    served = target_of(run).is_dir()
    say(
        f"The model is in {target_of(run)}."
        if served
        else f"This is measured, not served; the card is in {run.folder}."
    )
