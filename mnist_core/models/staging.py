"""Writing a model atomically, even if the process is killed half-way."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mnist_core.errors import NameTakenError
from mnist_core.locks import is_held, lock

NEW, OLD, LOCK = ".new-", ".old-", ".lock"


@contextmanager
def staged_model(target: Path, *, force: bool = False) -> Iterator[Path]:
    """Yield a folder to write a model into; it becomes `target` if no exception is raised.

    So a model is complete or absent. An older model of that name stays readable until then.

    Args:
        target: the folder of the finished model.
        force: whether an existing model may be replaced.

    Raises:
        NameTakenError: the model exists and `force` is not set.
    """
    check_can_overwrite(target, force=force)
    clean_stale(target.parent)
    mark = f"{target.name}-{secrets.token_hex(4)}"
    folder, held = target.with_name(NEW + mark), target.with_name(NEW + mark + LOCK)
    with lock(held):  # while it is held, `clean_stale` leaves the folder alone
        try:
            folder.mkdir()
            yield folder
            publish(folder, target, target.with_name(OLD + mark), force=force)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            held.unlink(missing_ok=True)


def publish(folder: Path, target: Path, old: Path, *, force: bool) -> None:
    """Rename `folder` to `target`; with `force`, an existing model is moved to `old` until then.

    Raises:
        NameTakenError: the model exists by now, and `force` is not set.
        OSError: the disk refuses; an existing model is back in its place.
    """
    if force and target.exists():
        target.rename(old)
    try:
        folder.rename(target)  # which fails if there is a model: a folder with files in it
    except OSError:
        if old.exists() and not target.exists():
            old.rename(target)
        check_can_overwrite(target, force=force)
        raise
    shutil.rmtree(old, ignore_errors=True)


def clean_stale(root: Path) -> None:
    """Remove what killed processes left behind, and restore a model they had moved away.

    The folders of running processes stay.
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


def check_can_overwrite(target: Path, *, force: bool) -> None:
    """Raise if the model exists and `force` is not set.

    Raises:
        NameTakenError: it does.
    """
    if target.exists() and not force:
        raise NameTakenError(f"There is a model {target.name} already. Choose another name.")
