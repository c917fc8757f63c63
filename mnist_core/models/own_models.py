"""The models of the current workspace: save, rename and delete them. Others stay untouched."""

import secrets
import shutil
from dataclasses import replace
from pathlib import Path

from mnist_core.errors import ModelError
from mnist_core.models.registry import (
    FILES,
    NAME,
    OTHERS,
    OUTPUTS,
    check_name,
    default_model,
    find_model,
    model_dirs,
    open_card,
    own_models_dir,
    set_default_model,
    shared_models_dir,
    shelf_dir,
)
from mnist_core.models.staging import staged_model


def is_own(name: str) -> bool:
    """Return whether a model is in the current workspace, so that it may be renamed and deleted."""
    return bool(NAME.fullmatch(name)) and (own_models_dir() / name).is_dir()


def save_model(folder: Path, name: str) -> Path:
    """Copy a model, such as the one in a run's folder, into the workspace; return its folder.

    What it may have besides goes with it, so that nothing has to be computed again.

    Raises:
        ModelError: the name is taken or invalid, the model is damaged, or the disk is full.
    """
    target = own_models_dir() / ensure_name_free(name)
    card = replace(open_card(folder), name=name)
    try:
        with staged_model(target) as copy:
            for file in (*FILES[:-1], *(one for one in OTHERS if (folder / one).is_file())):
                shutil.copyfile(folder / file, copy / file)
            if (folder / OUTPUTS).is_dir():
                shutil.copytree(folder / OUTPUTS, copy / OUTPUTS)
            card.write(copy / "card.json")
    except OSError as problem:
        raise ModelError(f"Cannot write to {own_models_dir()}: {problem.strerror}.") from problem
    return target


def rename_model(old: str, new: str) -> Path:
    """Rename a model of the workspace; return its folder. The default model stays the default.

    Raises:
        ModelError: there is no such model, it is not in the workspace, or the new name is taken or
            invalid.
    """
    folder = own_folder(old)
    was_default = folder.parent == shared_models_dir() and default_model() == old
    target = save_model(folder, new)  # a copy, because its card holds the name too
    if was_default:
        set_default_model(new)
    delete_model(old)
    return target


def delete_model(name: str) -> None:
    """Delete a model of the workspace.

    Raises:
        ModelError: there is no such model, it is not in the workspace, or the disk refuses.
    """
    folder = own_folder(name)
    try:
        gone = folder.rename(folder.with_name(f".gone-{name}-{secrets.token_hex(4)}"))
    except OSError as problem:
        raise ModelError(f"Cannot delete {name}: {problem.strerror}.") from problem
    shutil.rmtree(gone, ignore_errors=True)


def own_folder(name: str) -> Path:
    """Return the folder of a model of the workspace.

    Raises:
        ModelError: there is no such model, or it is not in the workspace.
    """
    if is_own(name):
        return own_models_dir() / name
    root = find_model(name).parent  # raises if there is no such model
    owners = {shared_models_dir(): "is shared with everyone", shelf_dir(): "is on a shared shelf"}
    owner = owners.get(root, "ships with Inkling")
    raise ModelError(f"The model {name} {owner}: you can neither rename nor delete it.")


def ensure_name_free(name: str) -> str:
    """Return the name if a new model can have it.

    Raises:
        ModelError: the name is taken or invalid.
    """
    if any((root / check_name(name)).exists() for root in model_dirs()):
        raise ModelError(f"There is a model {name} already. Choose another name.")
    return name
