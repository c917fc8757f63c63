"""The training runs there are: new ones, and those of before."""

import json
import secrets
import shutil
from contextlib import suppress
from dataclasses import fields
from datetime import UTC, datetime

from mnist_core.errors import InklingError, RunError
from mnist_core.recipe import Recipe
from mnist_core.registry import NAME
from mnist_core.running.history import HISTORY, Row, best_row
from mnist_core.running.locks import is_held
from mnist_core.running.run import ALIVE, Run, now, runs_folder
from mnist_core.running.status import State, Status

__all__ = [
    "HISTORY",
    "Row",
    "Run",
    "State",
    "Status",
    "best_row",
    "delete_run",
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
) -> Run:
    """Return a run with a folder of its own, "running" or "queued".

    Raises:
        RunError: the disk is full, or not to be written to.
    """
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    run = Run(f"{stamp}-{recipe.name}-{secrets.token_hex(2)}", recipe, data, name, ship)
    try:
        run.folder.mkdir(parents=True)
        (run.folder / ".reserve").write_bytes(bytes(RESERVE))
        run.set_state(state, **({"started": now()} if state == "running" else {}))
    except OSError as problem:
        shutil.rmtree(run.folder, ignore_errors=True)
        raise RunError(f"Cannot write to {runs_folder()}: {problem.strerror}.") from problem
    return run


def open_run(run_id: str) -> Run:
    """Return a run that was started before.

    Raises:
        RunError: there is no such run, or its `run.json` is damaged.
    """
    folder = runs_folder() / run_id
    if not NAME.fullmatch(run_id) or not folder.is_dir():
        known = ", ".join(sorted(folder_names())) or "none"
        raise RunError(f"There is no run {run_id}. There are: {known}.")
    try:
        values = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        values["recipe"] = Recipe.from_dict(values["recipe"])
        return Run(**{item.name: values[item.name] for item in fields(Run)})
    except (OSError, ValueError, KeyError, TypeError, AttributeError, InklingError) as problem:
        raise RunError(f"{folder / 'run.json'} is damaged: {problem}") from problem


def list_runs() -> list[Run]:
    """Return the runs there are, newest first; damaged ones are left out."""
    runs = []
    for name in sorted(folder_names(), reverse=True):
        with suppress(RunError):
            runs.append(open_run(name))
    return runs


def anything_trains() -> bool:
    """Tell whether a process works on any run, be its `run.json` damaged or not."""
    return any(is_held(runs_folder() / name / ALIVE) for name in folder_names())


def folder_names() -> list[str]:
    """Return the names of the runs' folders, damaged ones included."""
    try:
        return [path.name for path in runs_folder().iterdir() if NAME.fullmatch(path.name)]
    except OSError:  # there is no run yet
        return []


def delete_run(run_id: str) -> None:
    """Remove a run with all that is in its folder.

    Raises:
        RunError: there is no such run, or it goes on.
    """
    run = open_run(run_id)
    if run.status().state in ("running", "queued"):
        raise RunError(f"The run {run_id} is going on. Stop it before you delete it.")
    gone = run.folder.rename(run.folder.with_name(f".gone-{run_id}"))
    shutil.rmtree(gone, ignore_errors=True)
