"""The command `submit`: answers for pictures without labels, in the form that Kaggle takes."""

import sys
from pathlib import Path

import click

from mnist_core.cli.terminal import AS_IS_HELP
from mnist_core.data.digit_files import read_pictures
from mnist_core.data.kaggle import check_can_write, doubts_bytes, write_lines, write_submission
from mnist_core.inference.reader import load_reader
from mnist_core.inference.verdicts import answer_all


@click.command()
@click.argument("test_csv", type=click.Path(path_type=Path))
@click.option("--model", help="The model to use; without it, the default model.")
@click.option(
    "-o",
    "--output",
    default="submission.csv",
    show_default=True,
    type=click.Path(path_type=Path),
    help="The file to write.",
)
@click.option("--as-is", is_flag=True, help=AS_IS_HELP)
@click.option("--force", is_flag=True, help="Replace a file of the same name.")
def submit(test_csv: Path, model: str | None, output: Path, as_is: bool, force: bool) -> None:
    """Read the digits in Kaggle's TEST_CSV and write a submission: ImageId,Label.

    TEST_CSV may also be an .npz, IDX or Parquet file, or a zip of one of these. Answers that
    `read` would not give are listed in a second file, beside the submission.
    """
    doubts = output.with_name(f"{output.stem}-doubts.csv")
    for path in (output, doubts):
        check_can_write(path, force=force)  # before the work, not after
    reader = load_reader(model)
    file = read_pictures(test_csv)
    with click.progressbar(length=len(file.images), label="Reading", file=sys.stderr) as bar:
        answers = answer_all(
            reader, file.images, lambda done, size: bar.update(done - bar.pos), as_is=as_is
        )
    write_submission(output, answers.digits, force=force)
    for remark in (*file.remarks, *answers.remarks):
        click.echo(remark)
    if answers.remarks:
        click.echo("To hand them over as they are: --as-is")
    n = len(answers.digits)
    click.echo(
        f"{reader.name} read {n:,} {'digit' if n == 1 else 'digits'}. The answers are in {output}."
    )
    if len(answers.doubtful):
        write_lines(doubts, [doubts_bytes(answers.digits, answers.verdicts)], force=force)
        click.echo(f"{doubt_line(answers.verdicts)} They are listed in {doubts}.")
    elif force:
        doubts.unlink(missing_ok=True)  # of a submission that is replaced


def doubt_line(verdicts: tuple[str, ...]) -> str:
    """Return how many answers `read` would not give, by verdict."""
    kinds = ("unsure", "not a digit", "blank")
    counts = [f"{verdicts.count(kind):,} {kind}" for kind in kinds if kind in verdicts]
    n = sum(verdict != "digit" for verdict in verdicts)
    what = "answer is a mere guess" if n == 1 else "answers are mere guesses"
    return f"{n:,} {what}: {', '.join(counts)}."
