"""The training runs there are: new ones, and those of before."""

import json
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import fields
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

from mnist_core.errors import InklingError, RunError
from mnist_core.recipe import Recipe
from mnist_core.registry import NAME
from mnist_core.running.history import HISTORY, Row, best_row
from mnist_core.running.locks import is_held
from mnist_core.running.run import ALIVE, Run, now
from mnist_core.running.status import State, Status
from mnist_core.running.tickets import last_served
from mnist_core.spaces import every_space, space

__all__ = [
    "HISTORY",
    "Row",
    "Run",
    "State",
    "Status",
    "best_row",
    "delete_run",
    "every_run",
    "list_runs",
    "new_run",
    "open_run",
]

RESERVE = 16_384  # bytes set aside, so that a run on a full disk can still say so


def new_run(
    recipe: Recipe,
    data: str,
    name: str | None = None,
    *,
    ship: bool = False,
    state: State = "running",
    **more: Any,
) -> Run:
    """Return a run with a folder of its own, "running" or "queued"; `run.json` says `more`, too.

    Raises:
        RunError: the disk is full, or not to be written to.
    """
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    run = Run(f"{stamp}-{recipe.name}-{secrets.token_hex(2)}", recipe, data, name, ship)
    more |= {"started": now()} if state == "running" else {}
    try:
        run.folder.mkdir(parents=True)
        (run.folder / ".reserve").write_bytes(bytes(RESERVE))
        run.set_state(state, **more)
    except OSError as problem:
        shutil.rmtree(run.folder, ignore_errors=True)
        raise RunError(f"Cannot write to {run.folder.parent}: {problem.strerror}.") from problem
    return run


def open_run(run_id: str) -> Run:
    """Return a run of this space that was started before.

    Raises:
        RunError: there is no such run, or its `run.json` is damaged.
    """
    folder = space() / "runs" / run_id
    if not NAME.fullmatch(run_id) or not folder.is_dir():
        known = ", ".join(path.name for path in run_folders(space())) or "none"
        raise RunError(f"There is no run {run_id}. There are: {known}.")
    return read_run(folder)


def read_run(folder: Path) -> Run:
    """Return the run whose folder this is, in whatever space.

    Raises:
        RunError: its `run.json` is damaged.
    """
    try:
        values = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        values["recipe"] = Recipe.from_dict(values["recipe"])
        values["space"] = folder.parents[1]
        return Run(**{item.name: values[item.name] for item in fields(Run)})
    except (OSError, ValueError, KeyError, TypeError, AttributeError, InklingError) as problem:
        raise RunError(f"{folder / 'run.json'} is damaged: {problem}") from problem


def list_runs() -> list[Run]:
    """Return the runs of this space, newest first; damaged ones are left out."""
    return list(read_runs(reversed(run_folders(space()))))


def every_run() -> Iterator[Run]:
    """Yield the runs of all spaces, newest first; damaged ones are left out."""
    folders = [folder for space in every_space() for folder in run_folders(space)]
    return read_runs(sorted(folders, key=lambda folder: folder.name, reverse=True))


def read_runs(folders: Iterable[Path]) -> Iterator[Run]:
    """Yield the runs whose folders these are; damaged ones are left out."""
    for folder in folders:
        with suppress(RunError):
            yield read_run(folder)


def anything_trains() -> bool:
    """Tell whether a process works on any run of any space, be its `run.json` damaged or not."""
    folders = (folder for space in every_space() for folder in run_folders(space))
    # Most likely it is the last one, which spares a look at all others.
    return any(is_held(folder / ALIVE) for folder in chain([last_served().folder], folders))


def run_folders(space: Path) -> list[Path]:
    """Return the folders of a space's runs in the order of their names, damaged ones included."""
    try:
        return sorted(path for path in (space / "runs").iterdir() if NAME.fullmatch(path.name))
    except OSError:  # there is no run yet
        return []


def delete_run(run_id: str) -> None:
    """Remove a run of this space with all that is in its folder.

    Raises:
        RunError: there is no such run, or it goes on.
    """
    run = open_run(run_id)
    if run.status().state in ("running", "queued"):
        raise RunError(f"The run {run_id} is going on. Stop it before you delete it.")
    remove(run.folder)


def remove(folder: Path) -> None:
    """Remove a folder; nobody meets half of it. What somebody else removes is gone as well."""
    with suppress(OSError):
        gone = folder.rename(folder.with_name(f".gone-{secrets.token_hex(4)}-{folder.name}"))
        shutil.rmtree(gone, ignore_errors=True)
