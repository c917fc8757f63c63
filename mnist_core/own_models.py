"""One's own models: kept, renamed, deleted. Nobody else's is touched."""

import secrets
import shutil
from dataclasses import replace
from pathlib import Path

from mnist_core.errors import ModelError
from mnist_core.registry import (
    FILES,
    NAME,
    check_name,
    default_model,
    find_model,
    kept,
    open_card,
    set_default_model,
    shared,
    shelves,
)
from mnist_core.staging import new_model


def is_own(name: str) -> bool:
    """Tell whether a model is one's own, so that it may be renamed and deleted."""
    return bool(NAME.fullmatch(name)) and (kept() / name).is_dir()


def keep(folder: Path, name: str) -> Path:
    """Copy a model, such as the one in a run's folder, to one's own; return its folder.

    Raises:
        ModelError: the name is taken or cannot be one, the model is not whole, or the disk is full.
    """
    target = kept() / check_free(name)
    card = replace(open_card(folder), name=name)
    try:
        with new_model(target) as copy:
            for file in FILES[:-1]:
                shutil.copyfile(folder / file, copy / file)
            card.write(copy / "card.json")
    except OSError as problem:
        raise ModelError(f"Cannot write to {kept()}: {problem.strerror}.") from problem
    return target


def rename_model(old: str, new: str) -> Path:
    """Give one's own model another name; return its folder. The default one remains that.

    Raises:
        ModelError: there is no such model, it is not one's own, or the name is taken or cannot be
            one.
    """
    folder = own_folder(old)
    was_default = folder.parent == shared() and default_model() == old
    target = keep(folder, new)  # a copy, for its card says the name, too
    if was_default:
        set_default_model(new)
    delete_model(old)
    return target


def delete_model(name: str) -> None:
    """Remove one's own model.

    Raises:
        ModelError: there is no such model, or it is not one's own.
    """
    folder = own_folder(name)
    gone = folder.rename(folder.with_name(f".gone-{name}-{secrets.token_hex(4)}"))
    shutil.rmtree(gone, ignore_errors=True)


def own_folder(name: str) -> Path:
    """Return the folder of one's own model.

    Raises:
        ModelError: there is no such model, or it is not one's own.
    """
    if is_own(name):
        return kept() / name
    shelf = find_model(name).parent  # says which models there are, if this is none of them
    whose = "is everybody's" if shelf == shared() else "ships with Inkling"
    raise ModelError(f"The model {name} {whose}: you can neither rename nor delete it.")


def check_free(name: str) -> str:
    """Return the name of a model to be.

    Raises:
        ModelError: there is a model of this name, or it cannot be one.
    """
    if any((shelf / check_name(name)).exists() for shelf in shelves()):
        raise ModelError(f"There is a model {name} already. Choose another name.")
    return name
