"""The command `read`: what is in pictures, one by one, whatever is wrong with some of them."""

import csv
import io
import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from mnist_core.bulk.on_ray import is_cluster
from mnist_core.cli.hand import stored
from mnist_core.cli.read_many import read_in_bulk
from mnist_core.cli.read_numbers import read_numbers
from mnist_core.cli.terminal import AS_IS_HELP, print_json, printable
from mnist_core.errors import DataError, InklingError
from mnist_core.files import is_clutter, is_file, is_folder
from mnist_core.hand.hand import Hand
from mnist_core.image_files import ENDINGS, HEIC_ENDINGS, open_picture
from mnist_core.inference.calibration import percent
from mnist_core.inference.reader import Reader, Reading, load_reader
from mnist_core.places import matches

OWN_HAND = "\0"  # stands for one's own hand; no file can have this name
HAND_FILES = (".json", ".zip", ".ndjson", ".csv")
PICTURES = (*ENDINGS, *HEIC_ENDINGS)
COLUMNS = ("file", "verdict", "digit", "confidence", "reason", "error")
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what makes a spreadsheet take a cell for a program


@dataclass(frozen=True)
class Outcome:
    """What became of one picture: a reading, or an error in words."""

    file: Path
    reading: Reading | None = None
    error: str = ""


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--model", help="The model to use; without it, the default model.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, one object for each file.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV, one row for each file.")
@click.option(
    "--hand",
    "hand_path",
    is_flag=False,
    flag_value=OWN_HAND,
    help="Read by your hand's examples; with a .json or .zip file after it, by those in that file.",
)
@click.option("--numbers", is_flag=True, help="Read numbers of several digits on each page.")
@click.option(
    "--many",
    metavar="SOURCE",
    help="Read all of SOURCE with all cores into the Parquet file -o: a folder with the folders "
    "below it, a pattern, .npz, IDX, CSV, Parquet or WebDataset shards; a path or s3://. "
    "Started again, it goes on where it stopped.",
)
@click.option("-o", "--output", help="With --many, the file; with / at its end, a folder of parts.")
@click.option("--as-is", is_flag=True, help=f"With --many: {AS_IS_HELP}")
@click.option("--force", is_flag=True, help="With --many: replace what else is in -o.")
@click.option(
    "--workers",
    type=click.IntRange(1),
    help="With --many: how many processes read. [default: one for each core]",
)
@click.option(
    "--on",
    metavar="CLUSTER",
    help="With --many: read on a Ray cluster: ray, or an address such as ray://head:10001.",
)
def read(
    files: tuple[Path, ...],
    model: str | None,
    as_json: bool,
    as_csv: bool,
    hand_path: str | None,
    numbers: bool,
    many: str | None,
    output: str | None,
    as_is: bool,
    force: bool,
    workers: int | None,
    on: str | None,
) -> None:
    """Read the digit in each picture FILE.

    A folder stands for its pictures, without those in folders below it, and a pattern such as
    "scans/*.png" for those that it fits. A file that cannot be read does not keep the others from
    being read; the exit status is then 1.
    """
    if many is not None:
        if as_csv or as_json or numbers or hand_path:
            raise click.UsageError(
                "Expected --many without --json, --csv, --numbers and --hand. Received: both."
            )
        if on and not is_cluster(on):
            raise click.UsageError(
                f"Expected ray or an address such as ray://head:10001 for --on. Received: {on}"
            )
        if not output:
            raise click.UsageError("Expected -o with --many: the Parquet file to write.")
        sources = [many, *map(str, files)]  # a shell may have spelled a pattern out
        read_in_bulk(sources, output, model=model, as_is=as_is, force=force, workers=workers, on=on)
        return
    if output or as_is or force or workers or on:
        raise click.UsageError(
            "Expected -o, --as-is, --force, --workers and --on only with --many."
        )
    if as_csv and (as_json or numbers):
        other = "--json" if as_json else "--numbers"
        raise click.UsageError(f"Expected --csv without {other}. Received: both.")
    if hand_path and hand_path != OWN_HAND and Path(hand_path).suffix.lower() not in HAND_FILES:
        files, hand_path = (Path(hand_path), *files), OWN_HAND  # what follows --hand is a picture
    if not files:
        raise click.UsageError("Expected a picture to read.")
    reader = load_reader(model, hand=hand_at(hand_path) if hand_path else None)
    found = [one for file in files for one in expand(file)]
    if numbers:
        read_numbers(reader, [(one.file, one.error) for one in found], as_json=as_json)
        return
    outcomes = []
    for outcome in with_progress(found, reader):
        outcomes.append(outcome)
        if not (as_json or as_csv):
            click.echo(line_of(outcome), err=outcome.reading is None)
    if as_json:
        print_json([as_values(outcome) for outcome in outcomes])
    elif as_csv:
        click.echo(as_rows(outcomes), nl=False)
    if any(outcome.reading is None for outcome in outcomes):
        sys.exit(1)


def hand_at(path: str) -> Hand:
    """Return the hand in a file, or one's own."""
    return stored(None).current() if path == OWN_HAND else Hand.load(path)


def expand(file: Path) -> list[Outcome]:
    """Return the pictures that an argument stands for, not read yet; or an error."""
    is_pattern = any(sign in str(file) for sign in "*?[") and not (is_file(file) or is_folder(file))
    if not (is_pattern or is_folder(file)):
        return [Outcome(file)]
    try:
        found = matches(file) if is_pattern else [*file.iterdir()]
        pictures = sorted(one for one in found if is_picture(one))
    except DataError as problem:
        return [Outcome(file, error=str(problem))]
    except OSError as problem:
        return [Outcome(file, error=f"Cannot read {file}: {problem.strerror}.")]
    if pictures:
        return [Outcome(picture) for picture in pictures]
    what = "No picture fits this pattern" if is_pattern else "There are no pictures in this folder"
    return [Outcome(file, error=f"{what}. Expected files that end in {', '.join(ENDINGS)}.")]


def is_picture(path: Path) -> bool:
    """Return whether a path is a file with the name of a picture, which no system left there."""
    return path.suffix.lower() in PICTURES and not is_clutter(path.name) and path.is_file()


def with_progress(outcomes: list[Outcome], reader: Reader) -> Iterator[Outcome]:
    """Read pictures one by one; show a bar if somebody watches and waits."""
    if len(outcomes) < 2 or not sys.stderr.isatty() or sys.stdout.isatty():
        yield from (read_one(outcome, reader) for outcome in outcomes)
        return
    with click.progressbar(outcomes, label="Reading", file=sys.stderr) as bar:
        yield from (read_one(outcome, reader) for outcome in bar)


def read_one(outcome: Outcome, reader: Reader) -> Outcome:
    """Read a picture, unless there is an error already."""
    if outcome.error:
        return outcome
    try:
        return Outcome(outcome.file, reader.read(open_picture(outcome.file)))
    except InklingError as problem:
        return Outcome(outcome.file, error=str(problem))


def as_values(outcome: Outcome) -> dict[str, Any]:
    """Return what became of a picture as values for JSON."""
    reading = outcome.reading
    if reading is None:
        return {"file": str(outcome.file), "error": outcome.error}
    return {
        "file": str(outcome.file),
        "verdict": reading.verdict,
        "digit": reading.digit,
        "probabilities": [round(float(p), 6) for p in reading.probabilities],
        "reason": reading.reason,
        "digitness": reading.digitness if math.isfinite(reading.digitness) else None,
    }


def as_rows(outcomes: list[Outcome]) -> str:
    """Return what became of pictures as CSV. No cell is a formula, whatever a file is called."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    for outcome in outcomes:
        reading = outcome.reading
        name = str(outcome.file)
        cells: list[Any] = [f"./{name}" if name.startswith(FORMULA) else name]
        if reading is None:
            cells += ["", "", "", "", outcome.error]
        else:
            is_blank = reading.verdict == "blank"
            confidence = "" if is_blank else f"{reading.confidence:.4f}"
            cells += [reading.verdict, reading.digit, confidence, reading.reason, ""]
        table.writerow(cells)
    return text.getvalue().encode(errors="replace").decode()  # a name may be no UTF-8


def line_of(outcome: Outcome) -> str:
    """Return what became of a picture in words."""
    if outcome.reading is None:
        return printable(f"Error: {outcome.file}: {outcome.error}")
    return printable(f"{outcome.file}: {reading_line(outcome.reading)}")


def reading_line(reading: Reading) -> str:
    """Return a reading in words."""
    best, second = reading.candidates
    confident = f"({percent(reading.confidence)} sure)"
    return {
        "digit": f"{best} {confident}",
        "unsure": f"{best} or {second}? {confident}",
        "not a digit": "this does not look like a digit",
        "blank": "nothing is drawn there",
    }[reading.verdict]
