"""Where the models are, and which one is the default.

A model is a folder with the four files in `FILES`, and perhaps those in `OTHERS`. The ones that
ship are in `models/`. The ones trained here are either shared, in the folder `models` of the data
root, or private, in a visitor's workspace. Others may come from a shelf in object storage: `shelf`
copies them to the data root.
"""

import hashlib
import os
import re
from pathlib import Path

from mnist_core.errors import ModelError
from mnist_core.files import atomic_write_text, is_folder
from mnist_core.installation import SHIPPED_MODELS
from mnist_core.models.cards import Card
from mnist_core.workspace import current_workspace, data_root

DEFAULT = "pen-cnn"  # unless the owner has chosen another
SHIPPED = SHIPPED_MODELS
SHELF = "INKLING_MODELS"  # names a shelf of further models, such as s3://bucket/models
FILES = ("model.keras", "model.tflite", "history.csv", "card.json")
REFERENCES, MAP = "references.npz", "map.npz"
OTHERS = (REFERENCES, MAP)  # files that a model may have
OUTPUTS = "outputs"  # a folder that it may have: what it makes of its test sets
# Windows reserves some names for devices, whatever follows their dot, and drops a final dot.
RESERVED = r"(?:con|prn|aux|nul|com[1-9]|lpt[1-9])(?:\.|$)"
NAME = re.compile(rf"(?!{RESERVED})[a-z0-9][a-z0-9._-]{{0,63}}(?<!\.)")


def own_models_dir() -> Path:
    """Return the folder of the current workspace's own models."""
    return current_workspace() / "models"


def shared_models_dir() -> Path:
    """Return the folder of the models that were trained here and are shared with everyone."""
    return data_root() / "models"


def shipped_models_dir() -> Path:
    """Return the folder of the models that ship with Inkling."""
    return SHIPPED


def shelf_dir() -> Path:
    """Return the folder of the copies of the models on the shelf that INKLING_MODELS names."""
    mark = hashlib.sha256(os.environ.get(SHELF, "").encode()).hexdigest()[:16]
    return data_root() / "shelf" / mark


def model_dirs() -> tuple[Path, ...]:
    """Return the folders that hold models, in search order: own, then those that everyone sees."""
    return tuple(dict.fromkeys((own_models_dir(), *public_dirs())))


def public_dirs() -> tuple[Path, ...]:
    """Return the folders whose models everyone sees: shared, on the shelf, shipped."""
    if not os.environ.get(SHELF):
        return shared_models_dir(), shipped_models_dir()
    from mnist_core.models.shelf import keep_fresh  # which needs this module itself

    keep_fresh()
    return shared_models_dir(), shelf_dir(), shipped_models_dir()


def check_name(name: str) -> str:
    """Return the name if it is valid.

    Raises:
        ModelError: it is not a safe folder name on every system.
    """
    if re.match(RESERVED, name):
        raise ModelError(f"Expected a model's name that Windows does not reserve. Received: {name}")
    if not NAME.fullmatch(name):
        raise ModelError(
            "Expected a model's name of at most 64 lower-case letters, digits, dots, hyphens and "
            "underscores that starts with a letter or digit and does not end with a dot. "
            f"Received: {name}"
        )
    return name


def find_model(name: str | None = None) -> Path:
    """Return the folder of a model, by default of the default model.

    An own model hides a shared one of the same name, that hides one on the shelf, and that hides
    one that ships.

    Raises:
        ModelError: there is no such model; the message names the existing ones.
    """
    name = check_name(name or default_model())
    for root in model_dirs():
        if is_folder(root / name):
            return root / name
    known = ", ".join(list_models()) or "none"
    raise ModelError(f"There is no model {name}. Existing models: {known}.")


def list_models() -> list[str]:
    """Return the names of the models that have all their files, the default first."""
    folders = [path for root in model_dirs() if is_folder(root) for path in root.iterdir()]
    complete = {
        path.name
        for path in folders
        if NAME.fullmatch(path.name) and all((path / file).is_file() for file in FILES)
    }
    default = default_model()
    return sorted(complete, key=lambda name: (name != default, name))


def list_all_models() -> list[str]:
    """Return the names of all models, those with missing files last."""
    complete = list_models()
    folders = [path for root in model_dirs() if is_folder(root) for path in root.iterdir()]
    found = {path.name for path in folders if NAME.fullmatch(path.name) and path.is_dir()}
    return complete + sorted(found.difference(complete))


def default_model() -> str:
    """Return the name of the default model."""
    try:
        name = default_file().read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return DEFAULT
    return name if is_public(name) else DEFAULT


def set_default_model(name: str) -> None:
    """Set the default model.

    Raises:
        ModelError: there is no such model that everyone sees, it is damaged, or the disk is full.
    """
    if not is_public(name):
        raise ModelError(f"Expected a model that everyone sees. Received: {name}")
    open_card(next(root / name for root in public_dirs() if is_folder(root / name)))
    try:
        if name == DEFAULT:
            default_file().unlink(missing_ok=True)
        else:
            data_root().mkdir(parents=True, exist_ok=True)
            atomic_write_text(default_file(), f"{name}\n")
    except OSError as problem:
        raise ModelError(f"Cannot write to {data_root()}: {problem.strerror}.") from problem


def default_file() -> Path:
    """Return the file that names the default model, if the owner has chosen one."""
    return data_root() / "default-model.txt"


def is_public(name: str) -> bool:
    """Return whether everyone sees a model of this name: shared, on the shelf, or shipped."""
    return bool(NAME.fullmatch(name)) and any(is_folder(root / name) for root in public_dirs())


def open_card(folder: Path) -> Card:
    """Return a model's card, after checking every file against the card's checksums.

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
                "Copy the folder again, or train the model again."
            )
    return card


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
