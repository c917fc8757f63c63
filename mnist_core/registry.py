"""Where the models are, and how they get there whole.

A model is a folder with the four files of `FILES`. The ones that ship are in `models/`; the ones
trained here are in the data root, `$INKLING_HOME/models` (by default `./var/models`).
"""

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mnist_core.cards import Card
from mnist_core.errors import ModelError

DEFAULT = "pen-cnn"
SHIPPED = Path(__file__).resolve().parents[1] / "models"
FILES = ("model.keras", "model.tflite", "history.csv", "card.json")
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


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
            "Expected a model's name of at most 64 small letters, digits, dots and dashes. "
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
    target.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=".new-", dir=target.parent))
    try:
        yield folder
        folder.chmod(0o755)  # mkdtemp's folders are for its maker only
        refuse_to_overwrite(target, force=force)
        if target.exists():
            old = folder.with_name(f"{folder.name}-old")
            target.rename(old)
            folder.rename(target)
            shutil.rmtree(old)
        else:
            folder.rename(target)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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
