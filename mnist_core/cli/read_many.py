"""`read --many`: every picture of a source, as a Parquet file with a row for each."""

import sys
import time
from collections.abc import Sequence

import click

from mnist_core.bulk.job import read_many
from mnist_core.bulk.parts import UNREAD, Progress
from mnist_core.cli.terminal import printable
from mnist_core.data.mnist_form import PREPARED

EVERY = 2.0  # seconds between two lines of progress
SHOWN = 10  # errors in a part that are printed


class ProgressLines:
    """Prints how far a job is, and what is wrong with files."""

    def __init__(self) -> None:
        self.began, self.rows, self.printed = time.monotonic(), -1, 0.0

    def __call__(self, progress: Progress, total: int | None, errors: tuple[str, ...]) -> None:
        """Print a line, unless one has just been printed."""
        for error in errors[:SHOWN]:
            click.echo(f"Error: {printable(error)}", err=True)
        if len(errors) > SHOWN:
            click.echo(f"Error: {len(errors) - SHOWN:,} more files cannot be read.", err=True)
        now = time.monotonic()
        if self.rows < 0:  # what earlier calls of the command have read
            self.rows = progress.rows
            if progress.rows and not progress.done:
                click.echo(f"Going on after {progress.rows:,} that are read already.", err=True)
        elif progress.done or now - self.printed >= EVERY:
            rate = (progress.rows - self.rows) / max(now - self.began, 1e-9)
            of = "" if total is None else f" of {total:,}"
            click.echo(f"{progress.rows:,}{of} read, {rate:,.0f} a second", err=True)
            self.printed = now


def read_in_bulk(
    sources: Sequence[str],
    output: str,
    *,
    model: str | None,
    as_is: bool,
    force: bool,
    workers: int | None,
    on: str | None,
) -> None:
    """Read every picture of some sources; exit with status 1 if one cannot be read.

    Takes and raises what `bulk.job.read_many` does.
    """
    progress = read_many(
        sources,
        output,
        model=model,
        as_is=as_is,
        force=force,
        workers=workers,
        on=on,
        report=ProgressLines(),
    )
    n = progress.rows
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(progress.counts.items()))
    click.echo(
        f"Read {n:,} {'picture' if n == 1 else 'pictures'} ({kinds}). The answers are in {output}."
    )
    if progress.prepared:
        click.echo(
            f"{progress.prepared:,} of them did not have MNIST's format, {PREPARED}. "
            "To hand them over as they are: --as-is"
        )
    if progress.counts.get(UNREAD):
        sys.exit(1)
