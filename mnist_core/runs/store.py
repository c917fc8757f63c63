"""Create, find, list and delete training runs."""

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
from mnist_core.locks import is_held
from mnist_core.models.registry import NAME
from mnist_core.recipes.recipe import Recipe
from mnist_core.runs.queue_order import enqueue, last_dispatched
from mnist_core.runs.run import ALIVE, Run, now
from mnist_core.runs.status import State
from mnist_core.workspace import all_workspaces, current_workspace

RESERVE = 16_384  # bytes set aside, so that a run can report a full disk


def new_run(
    recipe: Recipe,
    data: str,
    name: str | None = None,
    *,
    ship: bool = False,
    run_id: str | None = None,
    state: State = "running",
    **more: Any,
) -> Run:
    """Create a run with its folder.

    Args:
        recipe: how to train.
        data: the name of the data set.
        name: what to call the model; None to keep it in the run folder.
        ship: whether the model goes to the models that ship.
        run_id: the name of its folder; None for a new one.
        state: "running" or "queued", or "stopped" for one that others start.
        more: further values for `run.json`.

    Raises:
        RunError: the disk is full or read-only.
    """
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    run_id = run_id or f"{stamp}-{recipe.name}-{secrets.token_hex(2)}"
    run = Run(run_id, recipe, data, name, ship)
    try:
        run.folder.mkdir(parents=True)
        (run.folder / ".reserve").write_bytes(bytes(RESERVE))
        if state == "queued":
            enqueue(run, **more)
        else:
            run.set_state(state, **{"started": now()} | more)
    except OSError as problem:
        shutil.rmtree(run.folder, ignore_errors=True)
        raise RunError(f"Cannot write to {run.folder.parent}: {problem.strerror}.") from problem
    return run


def open_run(run_id: str) -> Run:
    """Return a run of this workspace by its id.

    Raises:
        RunError: there is no such run, or its `run.json` is damaged.
    """
    folder = current_workspace() / "runs" / run_id
    if not NAME.fullmatch(run_id) or not folder.is_dir():
        raise RunError(f"There is no run {run_id}. It may have been deleted.")
    return read_run(folder)


def read_run(folder: Path) -> Run:
    """Return the run in a folder of any workspace.

    Raises:
        RunError: its `run.json` is damaged.
    """
    try:
        values = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        values["recipe"] = Recipe.from_dict(values["recipe"])
        values["workspace"] = folder.parents[1]
        return Run(**{item.name: values[item.name] for item in fields(Run)})
    except (OSError, ValueError, KeyError, TypeError, AttributeError, InklingError) as problem:
        raise RunError(
            f"Run {folder.name} cannot be opened: its run.json is damaged or missing."
        ) from problem


def list_runs() -> list[Run]:
    """Return the runs of this workspace, newest first; damaged ones are left out."""
    return list(read_runs(reversed(run_folders(current_workspace()))))


def every_run() -> Iterator[Run]:
    """Yield the runs of all workspaces, newest first; damaged ones are left out."""
    folders = [folder for workspace in all_workspaces() for folder in run_folders(workspace)]
    return read_runs(sorted(folders, key=lambda folder: folder.name, reverse=True))


def read_runs(folders: Iterable[Path]) -> Iterator[Run]:
    """Yield the runs in these folders; damaged ones are left out."""
    for folder in folders:
        with suppress(RunError):
            yield read_run(folder)


def anything_trains() -> bool:
    """Return whether a process works on any run of any workspace, damaged or not."""
    folders = (folder for workspace in all_workspaces() for folder in run_folders(workspace))
    # It is most likely the last one; then the others need not be checked.
    return any(is_held(folder / ALIVE) for folder in chain([last_dispatched().folder], folders))


def run_folders(workspace: Path) -> list[Path]:
    """Return the folders of a workspace's runs by name, damaged ones included."""
    try:
        return sorted(path for path in (workspace / "runs").iterdir() if NAME.fullmatch(path.name))
    except OSError:  # there is no run yet
        return []


def delete_run(run_id: str) -> None:
    """Delete a run of this workspace and its folder.

    Raises:
        RunError: there is no such run, or it has not ended.
    """
    run = open_run(run_id)
    if run.status().state in ("running", "queued"):
        raise RunError(f"The run {run_id} has not ended. Stop it before you delete it.")
    remove(run.folder)


def remove(folder: Path) -> None:
    """Delete a folder atomically: it is renamed first. A folder that is already gone is fine."""
    with suppress(OSError):
        gone = folder.rename(folder.with_name(f".gone-{secrets.token_hex(4)}-{folder.name}"))
        shutil.rmtree(gone, ignore_errors=True)
