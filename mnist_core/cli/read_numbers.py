"""`read --numbers`: the numbers on photographed or scanned pages."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from mnist_core.cli.terminal import print_json, printable
from mnist_core.errors import InklingError, PictureError
from mnist_core.image_files import open_picture
from mnist_core.inference.pages import LONGEST_SIDE, Page
from mnist_core.inference.reader import Reader


def read_numbers(reader: Reader, files: Iterable[tuple[Path, str]], *, as_json: bool) -> None:
    """Print the numbers on each page; one that cannot be opened loses none of the others.

    Exits with status 1 if a file could not be read.

    Args:
        reader: what to read with.
        files: each page, and what is wrong with its file if that is known already.
        as_json: whether to print JSON, one object for each file.
    """
    failed = False
    values: list[dict[str, Any]] = []
    for file, error in files:
        try:
            if error:
                raise PictureError(error)
            page = reader.read_page(open_picture(file, LONGEST_SIDE))
        except InklingError as problem:
            failed = True
            values.append({"file": str(file), "error": str(problem)})
            if not as_json:
                click.echo(printable(f"Error: {file}: {problem}"), err=True)
            continue
        values.append({"file": str(file), **as_values(page)})
        if not as_json:
            lines = page.text.splitlines() or ["no numbers"]
            click.echo("\n".join(printable(f"{file}: {line}") for line in lines))
    if as_json:
        print_json(values)
    if failed:
        sys.exit(1)


def as_values(page: Page) -> dict[str, Any]:
    """Return a page's numbers as values for JSON; boxes in pixels of the straightened sheet."""
    return {
        "rows": [[each.number.text for each in row] for row in page.rows],
        "numbers": [
            {
                "row": each.row,
                "text": each.number.text,
                "confidence": round(each.number.confidence, 6),
                "runner_up": each.number.runner_up,
                "box": [round(side) for side in each.box],
            }
            for each in page.numbers
        ],
    }
