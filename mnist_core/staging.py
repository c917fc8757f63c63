"""How a model gets to its place whole, whatever ends the process that writes it."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mnist_core.errors import ModelError
from mnist_core.running.locks import is_held, lock

NEW, OLD, LOCK = ".new-", ".old-", ".lock"


@contextmanager
def new_model(target: Path, *, force: bool = False) -> Iterator[Path]:
    """Give a folder to write a model into; it becomes `target` when all went well.

    So a model is whole or absent. Readers of an older model of that name keep it until then.

    Args:
        target: where the model shall be.
        force: whether it may replace a model that is there.

    Raises:
        ModelError: there is a model of that name already.
    """
    refuse_to_overwrite(target, force=force)
    tidy(target.parent)
    mark = f"{target.name}-{secrets.token_hex(4)}"
    folder, held = target.with_name(NEW + mark), target.with_name(NEW + mark + LOCK)
    with lock(held):  # as long as it is held, nobody tidies up here
        try:
            folder.mkdir()
            yield folder
            refuse_to_overwrite(target, force=force)
            put_in_place(folder, target, target.with_name(OLD + mark))
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            held.unlink(missing_ok=True)


def put_in_place(folder: Path, target: Path, old: Path) -> None:
    """Make a folder the model `target`; one that is there is `old` for a moment, then gone."""
    if target.exists():
        target.rename(old)
    folder.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def tidy(root: Path) -> None:
    """Clear away what processes that were killed have left; put back a model that was in their way.

    What a process that lives is at work on stays.
    """
    for held in root.glob(f"{NEW}*{LOCK}"):
        if is_held(held):
            continue
        mark = held.name.removeprefix(NEW).removesuffix(LOCK)
        old, target = root / (OLD + mark), root / mark.rpartition("-")[0]
        if old.exists() and not target.exists():
            old.rename(target)
        for folder in (root / (NEW + mark), old):
            shutil.rmtree(folder, ignore_errors=True)
        held.unlink(missing_ok=True)


def refuse_to_overwrite(target: Path, *, force: bool) -> None:
    """Make sure that nothing is lost.

    Raises:
        ModelError: there is a model already, and `force` is not set.
    """
    if target.exists() and not force:
        raise ModelError(
            f"There is a model {target.name} already, in {target.parent}. "
            "Choose another name, or replace it with --force."
        )
