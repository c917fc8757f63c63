"""The command `explain`: why a picture is read as it is."""

from pathlib import Path
from typing import Any

import click

from mnist_core.cli.terminal import print_json
from mnist_core.data.kaggle import check_can_write, new_file
from mnist_core.explanation.counterfactuals import Counterfactual
from mnist_core.explanation.edits import edits_in_words
from mnist_core.explanation.explanation import Explanation
from mnist_core.explanation.explanation import explain as explain_picture
from mnist_core.explanation.pictures import why_picture
from mnist_core.image_files import open_picture
from mnist_core.inference.calibration import percent
from mnist_core.inference.reader import load_reader


@click.command()
@click.argument("picture", type=click.Path(path_type=Path))
@click.option("--model", help="The model to use; without it, the default model.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="A .png file to write: the ink that decides, and what would change the answer.",
)
@click.option("--force", is_flag=True, help="Replace a file of the same name.")
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Print JSON: the digit, how much each of its 28 x 28 pixels decides, and which changes "
    "would make it another digit.",
)
def explain(
    picture: Path, model: str | None, output: Path | None, force: bool, as_json: bool
) -> None:
    """Explain why the PICTURE of a digit is read as it is.

    Which ink decides is found by taking a little of it away at a time. What would make it another
    digit is the smallest change of strokes that does, at most 15 % of the ink.
    """
    if output:
        check_output(output, force=force)
    found = explain_picture(load_reader(model), open_picture(picture))
    if output:
        write_picture(found, output, force=force)
    if as_json:
        print_json(as_values(found))
        return
    for line in lines_of(found):
        click.echo(line)
    if output:
        click.echo(f"The picture is in {output}.")


def check_output(output: Path, *, force: bool) -> None:
    """Raise if a picture cannot be written to a file, before anything is computed."""
    if output.suffix.lower() != ".png":
        raise click.UsageError(f"Expected a name ending in .png. Received: {output}")
    check_can_write(output, force=force)


def write_picture(found: Explanation, output: Path, *, force: bool) -> None:
    """Write an explanation as a picture.

    Raises:
        DataError: the file exists by now and `force` is not set, or cannot be written.
    """
    with new_file(output, force=force) as partial:
        why_picture(found).save(partial, "PNG")


def as_values(found: Explanation) -> dict[str, Any]:
    """Return an explanation as values for JSON."""
    return {
        "digit": found.occlusion.digit,
        "verdict": found.reading.verdict,
        "probability": round(found.occlusion.probability, 6),
        "ink": [[float(f"{pixel:.4g}") for pixel in row] for row in found.occlusion.ink],
        "deletion": {
            "named": round(found.deletion.named, 6),
            "random": round(found.deletion.at_random, 6),
        },
        "counterfactuals": [change_values(one) for one in found.counterfactuals],
    }


def change_values(change: Counterfactual) -> dict[str, Any]:
    """Return a counterfactual as values for JSON."""
    return {
        "digit": change.digit,
        "probability": round(change.probability, 6),
        "changed": round(change.changed, 4),
        "looks_like_digit": change.looks_like_digit,
        "edits": [edit.kind for edit in change.edits],
    }


def lines_of(found: Explanation) -> list[str]:
    """Return an explanation in words."""
    digit, deletion = found.occlusion.digit, found.deletion
    sure = found.occlusion.probability
    read = {"not a digit": "not as a digit; the closest is", "unsure": "perhaps as"}
    lines = [
        f"Read {read.get(found.reading.verdict, 'as')} {digit} ({percent(sure)} sure).",
        f"Without the tenth of the ink that decides most: {percent(sure - deletion.named)}; "
        f"without a random tenth: {percent(sure - deletion.at_random)}.",
    ]
    for change in found.counterfactuals:
        lines.append(
            f"{change.digit}: {edits_in_words(change.edits)} ({change.changed:.0%} of the ink)"
        )
    others = set(range(10)) - {digit} - {change.digit for change in found.counterfactuals}
    if others:
        named = ", ".join(map(str, sorted(others)))
        lines.append(f"No change of at most 15 % of the ink was found that makes it {named}.")
    return lines
