"""Where the models are, and how they get there whole.

A model is a folder with the four files of `FILES`. The ones that ship are in `models/`; the ones
trained here are in the data root, `$INKLING_HOME/models` (by default `./var/models`).
"""

import hashlib
import os
import re
import secrets
import shutil
from dataclasses import replace
from pathlib import Path

from mnist_core.cards import Card
from mnist_core.errors import ModelError
from mnist_core.staging import new_model

DEFAULT = "pen-cnn"
SHIPPED = Path(__file__).resolve().parents[1] / "models"
FILES = ("model.keras", "model.tflite", "history.csv", "card.json")
# Windows takes some names for devices, whatever follows their dot, and drops a dot at the end.
NAME = re.compile(
    r"(?!(?:con|prn|aux|nul|com[1-9]|lpt[1-9])(?:\.|$))[a-z0-9][a-z0-9._-]{0,63}(?<!\.)"
)


def home() -> Path:
    """Return the data root: everything that is written goes below it."""
    return Path(os.environ.get("INKLING_HOME") or "var").absolute()


def kept() -> Path:
    """Return the folder of the models trained here."""
    return home() / "models"


def check_name(name: str) -> str:
    """Return the name.

    Raises:
        ModelError: it could not be the name of a folder everywhere, or would leave the folder.
    """
    if not NAME.fullmatch(name):
        raise ModelError(
            "Expected a model's name of at most 64 small letters, digits, dots and dashes, "
            "without a dot at the end, and not one that Windows keeps for itself, such as con. "
            f"Received: {name}"
        )
    return name


def find_model(name: str | None = None) -> Path:
    """Return the folder of a model; a model trained here hides a shipped one of the same name.

    Raises:
        ModelError: there is none of this name; names those there are.
    """
    name = check_name(name or DEFAULT)
    for folder in (kept() / name, SHIPPED / name):
        if folder.is_dir():
            return folder
    known = ", ".join(list_models()) or "none yet"
    raise ModelError(
        f"There is no model {name}. There are: {known}. To train one: "
        f"python -m mnist_core train --recipe NAME --name {name}"
    )


def list_models() -> list[str]:
    """Return the names of the models whose files are all there, the default one first."""
    folders = [path for root in (SHIPPED, kept()) if root.is_dir() for path in root.iterdir()]
    whole = {
        path.name
        for path in folders
        if NAME.fullmatch(path.name) and all((path / file).is_file() for file in FILES)
    }
    return sorted(whole, key=lambda name: (name != DEFAULT, name))


def open_card(folder: Path) -> Card:
    """Return a model's card, having made sure that every file is what the card says.

    Raises:
        ModelError: a file is missing or has changed.
    """
    card = Card.read(folder / "card.json")
    for file in FILES[:-1]:
        path = folder / file
        if not path.is_file():
            raise ModelError(f"The model {folder.name} is incomplete: no {file} in {folder}.")
        if checksum(path) != card.checksums.get(file):
            raise ModelError(
                f"The model {folder.name} is damaged: {path} is not the file it was made with. "
                "Copy the folder anew, or train it again."
            )
    return card


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_own(name: str) -> bool:
    """Tell whether a model was trained here, so that it may be renamed and deleted."""
    return bool(NAME.fullmatch(name)) and (kept() / name).is_dir()


def keep(folder: Path, name: str) -> Path:
    """Copy a model, such as the one in a run's folder, to those trained here; return its folder.

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
    """Give a model that was trained here another name; return its folder.

    Raises:
        ModelError: there is no such model, it ships, or the name is taken or cannot be one.
    """
    folder = own_folder(old)
    target = keep(folder, new)  # a copy, for its card says the name, too
    delete_model(old)
    return target


def delete_model(name: str) -> None:
    """Remove a model that was trained here.

    Raises:
        ModelError: there is no such model, or it ships.
    """
    folder = own_folder(name)
    gone = folder.rename(folder.with_name(f".gone-{name}-{secrets.token_hex(4)}"))
    shutil.rmtree(gone, ignore_errors=True)


def own_folder(name: str) -> Path:
    """Return the folder of a model that was trained here.

    Raises:
        ModelError: there is no such model, or it ships.
    """
    if is_own(name):
        return kept() / name
    find_model(name)  # says which models there are, if this is none of them
    raise ModelError(f"The model {name} ships with Inkling: it can be neither renamed nor deleted.")


def check_free(name: str) -> str:
    """Return the name of a model to be.

    Raises:
        ModelError: there is a model of this name, or it cannot be one.
    """
    if any((root / check_name(name)).exists() for root in (kept(), SHIPPED)):
        raise ModelError(f"There is a model {name} already. Choose another name.")
    return name
