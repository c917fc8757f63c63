"""The command that trains, and the one that makes a model of what a stopped run has."""

import click

from mnist_core.commands.run_process import work_on
from mnist_core.commands.terminal import DATA_HELP, load_with_progress
from mnist_core.commands.turn import wait_for_turn
from mnist_core.digits import Dataset
from mnist_core.recipe import SETTINGS
from mnist_core.recipes import RECIPES, find_recipe
from mnist_core.running.runs import new_run, open_run


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
@click.option("--finish", metavar="RUN", help="Make a model of the best weights that a run has.")
@click.option("--now", is_flag=True, help="Do not wait for runs that train or were there before.")
def train(
    recipe: str | None,
    data: str,
    settings: tuple[str, ...],
    seed: int | None,
    name: str | None,
    ship: bool,
    force: bool,
    resume: str | None,
    finish: str | None,
    now: bool,
) -> None:
    """Train a network, calibrate, export and evaluate it.

    One network trains at a time, here or in the app; the others wait for their turn.
    """
    if len([what for what in (recipe, resume, finish) if what]) != 1:
        raise click.UsageError(
            "Say what to train: one of --recipe NAME, --resume RUN and --finish RUN."
        )
    if recipe:
        seeded = (*settings, f"seed={seed}") if seed is not None else settings
        chosen = find_recipe(recipe).with_settings(seeded)
        dataset: Dataset | None = load_with_progress(data)
        run = new_run(chosen, data, name, ship=ship)
    else:
        run, dataset = open_run(str(resume or finish)), None
    turn = None if now else wait_for_turn(run)
    work_on(run, dataset, force=force, only_finish=bool(finish), turn=turn)
