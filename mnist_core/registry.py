"""Where the models are, and which of them reads.

A model is a folder with the four files of `FILES`. The ones that ship are in `models/`; the ones
trained here are in the data root, `$INKLING_HOME/models` (by default `./var/models`), where
everybody sees them, or in the space of a visitor, who alone sees them.
"""

import hashlib
import re
from pathlib import Path

from mnist_core.cards import Card
from mnist_core.errors import ModelError
from mnist_core.files import write_whole
from mnist_core.spaces import home as home  # most of those who keep something ask here
from mnist_core.spaces import space

DEFAULT = "pen-cnn"  # reads where nobody has chosen another model
SHIPPED = Path(__file__).resolve().parents[1] / "models"
FILES = ("model.keras", "model.tflite", "history.csv", "card.json")
# Windows takes some names for devices, whatever follows their dot, and drops a dot at the end.
NAME = re.compile(
    r"(?!(?:con|prn|aux|nul|com[1-9]|lpt[1-9])(?:\.|$))[a-z0-9][a-z0-9._-]{0,63}(?<!\.)"
)


def kept() -> Path:
    """Return the folder of one's own models: those trained in this space."""
    return space() / "models"


def shared() -> Path:
    """Return the folder of the models that were trained here and that everybody sees."""
    return home() / "models"


def shelves() -> tuple[Path, ...]:
    """Return the folders to look for a model in: one's own, those of everybody, those that ship."""
    return tuple(dict.fromkeys((kept(), shared(), SHIPPED)))


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
    """Return the folder of a model, by default of the one that reads.

    One's own hides one of everybody's of the same name, and that hides one that ships.

    Raises:
        ModelError: there is none of this name; names those there are.
    """
    name = check_name(name or default_model())
    for shelf in shelves():
        if (shelf / name).is_dir():
            return shelf / name
    known = ", ".join(list_models()) or "none yet"
    raise ModelError(
        f"There is no model {name}. There are: {known}. To train one: "
        f"python -m mnist_core train --recipe NAME --name {name}"
    )


def list_models() -> list[str]:
    """Return the names of the models whose files are all there, the default one first."""
    folders = [path for shelf in shelves() if shelf.is_dir() for path in shelf.iterdir()]
    whole = {
        path.name
        for path in folders
        if NAME.fullmatch(path.name) and all((path / file).is_file() for file in FILES)
    }
    default = default_model()
    return sorted(whole, key=lambda name: (name != default, name))


def default_model() -> str:
    """Return the name of the model that reads for everybody who has not chosen another."""
    try:
        name = default_file().read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return DEFAULT
    return name if is_public(name) else DEFAULT


def set_default_model(name: str) -> None:
    """Let a model read for everybody who has not chosen another.

    Raises:
        ModelError: not everybody has such a model, it is damaged, or the disk is full.
    """
    if not is_public(name):
        raise ModelError(f"Expected a model that everybody sees. Received: {name}")
    open_card(next(shelf / name for shelf in (shared(), SHIPPED) if (shelf / name).is_dir()))
    try:
        if name == DEFAULT:
            default_file().unlink(missing_ok=True)
        else:
            home().mkdir(parents=True, exist_ok=True)
            write_whole(default_file(), f"{name}\n")
    except OSError as problem:
        raise ModelError(f"Cannot write to {home()}: {problem.strerror}.") from problem


def default_file() -> Path:
    """Return the file that names the default model, where it is not the usual one."""
    return home() / "default-model.txt"


def is_public(name: str) -> bool:
    """Tell whether everybody sees a model of this name: it ships, or is kept in the data root."""
    return bool(NAME.fullmatch(name)) and any(
        (shelf / name).is_dir() for shelf in (shared(), SHIPPED)
    )


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
