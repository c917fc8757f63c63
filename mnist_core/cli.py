"""The command line: what the library does, for people at a terminal and for scripts."""

import csv
import json
import math
import os
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np

from mnist_core.cards import Card
from mnist_core.data import Dataset, Digits, load_dataset, load_uci_digits
from mnist_core.errors import InklingError
from mnist_core.evaluation import Evaluation, evaluate
from mnist_core.kaggle import read_test, refuse_to_overwrite, write_submission
from mnist_core.mnist_source import keras_cache, local_mnist
from mnist_core.pictures import open_picture
from mnist_core.reader import Reading, load_reader
from mnist_core.recipe import SETTINGS
from mnist_core.recipes import RECIPES, find_recipe
from mnist_core.registry import find_model, list_models
from mnist_core.runs import Run, new_run, open_run

if TYPE_CHECKING:
    from mnist_core.training import Epoch, Step


DATA_HELP = (
    "mnist, uci-digits, Kaggle's train.csv, an .npz file in Keras's layout, or a folder of IDX "
    "files."
)
SUBMIT_BATCH = 500  # digits between two steps of the progress bar


class Commands(click.Group):
    """A group of commands that turns the library's errors into the terminal's, in one place."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except InklingError as problem:
            raise click.ClickException(str(problem)) from problem


@click.group(cls=Commands)
def main() -> None:
    """Read digits that people draw, and train the networks that do."""


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--model", help="Which model reads; by default the one that ships as the best.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, one object for each file.")
def read(files: tuple[Path, ...], model: str | None, as_json: bool) -> None:
    """Read the digit in each picture FILE."""
    reader = load_reader(model)
    readings = []
    for file in files:
        try:
            readings.append((file, reader.read(open_picture(file))))
        except InklingError as problem:
            raise click.ClickException(f"{file}: {problem}") from problem
    if as_json:
        print_json([{"file": str(file), **as_values(reading)} for file, reading in readings])
        return
    for file, reading in readings:
        click.echo(f"{file}: {in_words(reading)}")


def as_values(reading: Reading) -> dict[str, Any]:
    """Return a reading as JSON can hold it."""
    return {
        "verdict": reading.verdict,
        "digit": reading.digit,
        "probabilities": [round(float(p), 6) for p in reading.probabilities],
        "digitness": reading.digitness if math.isfinite(reading.digitness) else None,
    }


def in_words(reading: Reading) -> str:
    """Return a reading as a person would say it."""
    best, second = reading.candidates
    confident = f"({reading.confidence:.1%} sure)"
    return {
        "digit": f"{best} {confident}",
        "unsure": f"{best} or {second}? {confident}",
        "not a digit": "this does not look like a digit",
        "blank": "nothing is drawn there",
    }[reading.verdict]


@main.command()
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


def load_with_progress(name: str) -> Dataset:
    """Return a set of digits, with a progress bar if it has to be downloaded."""
    bars: list[Any] = []

    def show(done: int, size: int) -> None:
        if not bars:
            bars.append(click.progressbar(length=size, label="Downloading MNIST", file=sys.stderr))
            bars[0].render_progress()
        bars[0].update(done - bars[0].pos)

    try:
        return load_dataset(name, show)
    finally:
        for bar in bars:
            bar.render_finish()


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


def summary(card: Card) -> list[str]:
    """Return a card's figures, a line for each set of digits."""
    return [
        f"{name}: {m.accuracy:.2%} of {m.n:,} read right "
        f"(95 % interval {m.interval[0]:.2%} to {m.interval[1]:.2%}); "
        f"{m.answered:.1%} answered, {m.right_when_answered:.2%} of these right; "
        f"calibration error {m.calibration_error:.2%}"
        for name, m in card.metrics.items()
    ]


@main.command(name="evaluate")
@click.option("--model", help="Which model; by default the one that ships as the best.")
@click.option("--data", default="mnist", show_default=True, help=DATA_HELP)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--mistakes",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write every digit read wrong to this CSV file: index, label, read, confidence.",
)
def evaluate_model(model: str | None, data: str, as_json: bool, mistakes: Path | None) -> None:
    """Measure how good a model is on digits it was not trained on."""
    reader = load_reader(model)
    dataset = load_with_progress(data)
    digits = unseen(dataset, reader.card)
    result = evaluate(reader.network, reader.card.calibration, digits)
    if mistakes:
        write_mistakes(mistakes, result)
    metrics = result.metrics()
    if as_json:
        print_json(
            {
                "model": reader.name,
                "data": data,
                "n": metrics.n,
                "accuracy": metrics.accuracy,
                "interval": metrics.interval,
                "loss": metrics.loss,
                "per_class": result.per_class(),
                "confusion_matrix": result.confusion_matrix().tolist(),
            }
        )
        return
    low, high = metrics.interval
    click.echo(f"{reader.name} on {data}: {metrics.n:,} digits")
    click.echo(f"accuracy {metrics.accuracy:.2%} (95 % interval {low:.2%} to {high:.2%})")
    click.echo(f"loss {metrics.loss:.4f}, calibration error {metrics.calibration_error:.2%}")
    click.echo("\ndigit  precision  recall      F1      n")
    for row in result.per_class():
        click.echo(
            f"{row['digit']:5d} {row['precision']:10.2%} {row['recall']:7.2%} "
            f"{row['f1']:7.2%} {row['n']:6d}"
        )
    click.echo("\nrows: the true digit; columns: what was read")
    click.echo("     " + "".join(f"{digit:6d}" for digit in range(10)))
    for digit, row in enumerate(result.confusion_matrix()):
        click.echo(f"{digit:5d}" + "".join(f"{count:6d}" for count in row))


def unseen(dataset: Dataset, card: Card) -> Digits:
    """Return the digits to measure a model on: none that it was trained on.

    The uci-digits are all for testing, except for a model that was trained on them.
    """
    if dataset.name == "uci-digits" and card.data["name"] != "uci-digits":
        return load_uci_digits()
    return dataset.test


def write_mistakes(path: Path, result: Evaluation) -> None:
    """Write the digits read wrong as CSV, the most confident mistakes first."""
    confidence = result.probabilities.max(axis=1)
    wrong = sorted((~result.right).nonzero()[0], key=lambda i: -confidence[i])
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["index", "label", "read", "confidence"])
        table.writerows(
            [i, result.labels[i], result.read[i], f"{confidence[i]:.4f}"] for i in wrong
        )


@main.command()
@click.argument("test_csv", type=click.Path(path_type=Path))
@click.option("--model", help="Which model; by default the one that ships as the best.")
@click.option(
    "-o",
    "--output",
    default="submission.csv",
    show_default=True,
    type=click.Path(path_type=Path),
    help="The file to write.",
)
@click.option("--force", is_flag=True, help="Replace a file of the same name.")
def submit(test_csv: Path, model: str | None, output: Path, force: bool) -> None:
    """Answer Kaggle's TEST_CSV and write what one hands in: ImageId,Label."""
    refuse_to_overwrite(output, force=force)  # before the work, not after
    reader = load_reader(model)
    images = read_test(test_csv)
    answers = np.empty(len(images), np.uint8)
    with click.progressbar(length=len(images), label="Reading", file=sys.stderr) as bar:
        for start in range(0, len(images), SUBMIT_BATCH):
            batch = images[start : start + SUBMIT_BATCH]
            answers[start : start + len(batch)] = reader.predict(batch).argmax(axis=1)
            bar.update(len(batch))
    write_submission(output, answers, force=force)
    click.echo(f"{reader.name} read {len(answers):,} digits. The answers are in {output}.")


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print every card as JSON.")
def models(as_json: bool) -> None:
    """List the models that are here, the default one first."""
    cards = [Card.read(find_model(name) / "card.json") for name in list_models()]
    if as_json:
        print_json([asdict(card) for card in cards])
        return
    for card in cards:
        click.echo(f"{card.name}: {card.recipe.title}, {card.parameters:,} weights")
        for line in summary(card):
            click.echo(f"  {line}")
    if not cards:
        click.echo("There are no models yet. To train one: python -m mnist_core train --help")


@main.command()
def data() -> None:
    """Show which digits are here, and where the others come from."""
    click.echo(f"uci-digits: {len(load_uci_digits()):,} digits, always here")
    here = local_mnist()
    click.echo(
        f"mnist: 70,000 digits, in {here}"
        if here
        else f"mnist: 70,000 digits, not here yet; train and evaluate download 11 MB to "
        f"{keras_cache()}, or use the file that MNIST_NPZ names"
    )


def print_json(values: Any) -> None:
    """Print values as JSON."""
    click.echo(json.dumps(values, indent=2))
