"""The commands of `hand`: teach a reader your handwriting, and take it with you."""

from pathlib import Path
from typing import Any

import click

from mnist_core.data.datasets import load_dataset
from mnist_core.data.kaggle import check_can_write
from mnist_core.data.mnist import local_mnist
from mnist_core.errors import DataError, InklingError
from mnist_core.evaluation.hand_check import (
    Forgetting,
    leave_one_out,
    measure_forgetting,
    withdraw_harmful,
)
from mnist_core.evaluation.reference_features import add_references
from mnist_core.files import is_file
from mnist_core.hand.example import NO_DIGIT, Example, Label
from mnist_core.hand.example_files import read_examples, write_examples
from mnist_core.hand.example_formats import label_named
from mnist_core.hand.hand import Hand
from mnist_core.hand.stored import StoredHand, hand_file
from mnist_core.image_files import open_picture
from mnist_core.inference.reader import load_reader
from mnist_core.models.registry import find_model


class LabelType(click.ParamType[int | str]):
    """A digit from 0 to 9, or "none" for what is no digit."""

    name = "label"

    def convert(self, value: Any, param: Any, ctx: Any) -> int | str:
        """Return the digit, or "no digit"."""
        try:
            label = label_named(NO_DIGIT if str(value).lower() == "none" else str(value))
        except ValueError:
            self.fail(f"Expected a digit from 0 to 9, or none. Received: {value}", param, ctx)
        return NO_DIGIT if label is None else label


FILES = click.Path(path_type=Path)
HAND_OPTION = click.option(
    "--hand",
    "file",
    type=FILES,
    help="The hand's file: .json or .zip; without it, your hand in the app.",
)


@click.group()
def hand() -> None:
    """Teach it your hand: examples of your handwriting, kept until you delete them."""


@hand.command()
@click.argument("label", type=LabelType())
@click.argument("pictures", nargs=-1, required=True, type=FILES)
@HAND_OPTION
def add(label: int | str, pictures: tuple[Path, ...], file: Path | None) -> None:
    """Learn that each of the PICTURES shows the digit LABEL, or with "none" no digit."""
    shown: Label = None if isinstance(label, str) else label
    with stored(file).changing() as mine:
        for picture in pictures:
            try:
                addition = mine.add(open_picture(picture), shown)
            except InklingError as problem:
                raise click.ClickException(f"{picture}: {problem}") from problem
            click.echo(f"{picture}: {in_words(addition.example)}")
            if addition.changed_mind and addition.replaced:
                click.echo(f"  The same drawing was {said(addition.replaced.label)} before.")
        withdraw(mine)


@hand.command("list")
@HAND_OPTION
def list_examples(file: Path | None) -> None:
    """List the examples, the oldest first."""
    examples = existing(file).current().examples
    for example in examples:
        click.echo(in_words(example))
    if not examples:
        click.echo("There are no examples yet. To add one: python -m mnist_core hand add 7 FILE")


@hand.command()
@click.argument("ids", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Forget every example.")
@HAND_OPTION
def remove(ids: tuple[str, ...], everything: bool, file: Path | None) -> None:
    """Forget the examples with these IDS, which `list` shows."""
    if bool(ids) == everything:
        raise click.UsageError("Expected the ids of examples, or --all.")
    with existing(file).changing() as mine:
        gone = len(mine) if everything else len(set(ids))
        if everything:
            mine.clear()
        for example_id in dict.fromkeys(ids):
            mine.remove(example_id)
    click.echo(f"Forgot {examples_in_words(gone)}.")


@hand.command()
@HAND_OPTION
@click.option("--model", help="The model to use; without it, the default model.")
def check(file: Path | None, model: str | None) -> None:
    """Show what the hand is worth: your own digits one by one, and MNIST before and after."""
    mine, reader = existing(file).current(), load_reader(model)
    results = leave_one_out(reader, mine)
    n = len(results)
    before = sum(item.before == item.example.label for item in results)
    after = sum(item.after == item.example.label for item in results)
    click.echo(f"Your own {n} digits, each left out in turn: {before} right before, {after} after.")
    for item in results:
        if item.before == item.example.label != item.after:
            click.echo(f"  worse: {in_words(item.example)}, read as {item.after}")
    if not local_mnist():
        click.echo("MNIST is not on this machine: python -m mnist_core data says how to get it.")
        return
    found = measure_forgetting(reader, mine, load_dataset("mnist").test)
    for line in forgetting_lines(found):
        click.echo(line)


@hand.command("export")
@click.argument("output", type=FILES)
@HAND_OPTION
@click.option("--force", is_flag=True, help="Replace a file of the same name.")
def export_hand(output: Path, file: Path | None, force: bool) -> None:
    """Write the hand to OUTPUT: a .zip with pictures, strokes and train.csv, or a .json."""
    check_can_write(output, force=force)
    examples = existing(file).current().examples
    write_examples(output, examples)
    click.echo(f"{examples_in_words(len(examples))} written to {output}.")


@hand.command("import")
@click.argument("source", type=FILES)
@HAND_OPTION
def import_hand(source: Path, file: Path | None) -> None:
    """Add the examples in SOURCE, without doubles.

    SOURCE is a hand's .zip, its hand.json, examples.ndjson or train.csv, a file in the form of
    Quick, Draw!, or a folder with a folder of pictures for each digit.
    """
    examples = read_examples(source)
    with stored(file).changing() as mine:
        merged = mine.merge(examples)
        click.echo(
            f"Added {examples_in_words(merged.added)}; {merged.known} known already; "
            f"{merged.relabelled} with a later label."
        )
        withdraw(mine)


@hand.command()
@click.option("--model", help="The model to prepare; without it, the default model.")
def references(model: str | None) -> None:
    """Compute what a model compares a hand with; training does this by itself.

    It takes the model's training digits, and what its outliers are drawn from.
    """
    file = add_references(find_model(model))
    click.echo(f"The reference features of {file.parent.name} are in {file}.")


def stored(file: Path | None) -> StoredHand:
    """Return the hand in a file, by default the one of the app."""
    return StoredHand((file or hand_file()).absolute())


def existing(file: Path | None) -> StoredHand:
    """Return the hand in a file, by default the one of the app, which may not have a file yet.

    Raises:
        DataError: there is no such file.
    """
    if file and not is_file(file):
        raise DataError(f"Expected a hand's file. Received: {file}, which does not exist.")
    return stored(file)


def withdraw(mine: Hand) -> None:
    """Take out what would cost MNIST too much, where that can be measured here, and say so."""
    if not local_mnist():
        return
    reader = load_reader()
    if not reader.network.features:  # it learns no hand
        return
    for example in withdraw_harmful(reader, mine, load_dataset("mnist").test):
        click.echo(f"Not learned, since MNIST would lose more than 0.1 points: {in_words(example)}")


def in_words(example: Example) -> str:
    """Return an example as its id, its label and its day, where that is known."""
    return f"{example.id}  {said(example.label)}  {example.day}".rstrip()


def said(label: Label) -> str:
    """Return a label in words."""
    return NO_DIGIT if label is None else str(label)


def examples_in_words(n: int) -> str:
    """Return a number of examples: "1 example", "2 examples"."""
    return f"{n:,} example{'' if n == 1 else 's'}"


def forgetting_lines(found: Forgetting) -> list[str]:
    """Return what a hand changes on MNIST, line by line."""
    lines = []
    for when, answers in (("before", found.before), ("after", found.after)):
        accuracy, (low, high) = found.accuracy(answers)
        lines.append(
            f"MNIST's {len(found.labels):,} test digits {when}: accuracy {accuracy:.2%} "
            f"(95 % interval {low:.2%} to {high:.2%})"
        )
    return [*lines, f"newly wrong: {len(found.lost)}"]
