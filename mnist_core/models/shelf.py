"""The shelf: models in object storage that many machines read, as INKLING_MODELS names it.

Below s3://bucket/models each model has a folder. Its files lie in a folder below that, named after
the checksum of its card, and `manifest.json` says which they are. The manifest is put last, and
only where there is none yet, so a model is there whole or not at all and never changes. What is
read is kept on this machine, checked by its checksums, and read again only if the manifest names
another.
"""

import hashlib
import json
import logging
import os
import shutil
import threading
import time
from pathlib import Path
from typing import Any

from mnist_core.errors import InklingError, ModelError
from mnist_core.models.registry import (
    FILES,
    NAME,
    OTHERS,
    SHELF,
    checksum,
    find_model,
    open_card,
    shelf_dir,
)
from mnist_core.models.staging import staged_model
from mnist_core.places import create, find_files, read_bytes, remove, write_bytes

MANIFEST = "manifest.json"
EVERY = 60.0  # seconds between two looks at the shelf

LOG = logging.getLogger(__name__)


class Shelf:
    """When the shelf was looked at, and what was said about it, in this process."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.address: str | None = None
        self.looked = float("-inf")
        self.said = ""

    def keep_fresh(self) -> None:
        """Read what is new on the shelf: at once the first time, later beside what goes on."""
        address = os.environ.get(SHELF)
        if not address or not self.is_due(address) or not self.lock.acquire(blocking=False):
            return
        is_first, self.address, self.looked = address != self.address, address, time.monotonic()
        if is_first:
            self.refresh(address)
        else:
            threading.Thread(target=self.refresh, args=(address,), daemon=True).start()

    def is_due(self, address: str) -> bool:
        """Return whether it is time for another look."""
        return address != self.address or time.monotonic() - self.looked > EVERY

    def refresh(self, address: str) -> None:
        """Read what is new; if the shelf cannot be read, say so once and keep what is here."""
        try:
            fetch_all(address)
            self.said = ""
        except (InklingError, OSError) as problem:
            if not self.said:
                LOG.warning(
                    "%s names a shelf of models that cannot be read: %s Until it can, the models "
                    "on this machine are used.",
                    SHELF,
                    problem,
                )
            self.said = str(problem)
        finally:
            self.lock.release()


_shelf = Shelf()


def keep_fresh() -> None:
    """Read what is new on the shelf, at most once a minute; what is wrong there is no error."""
    _shelf.keep_fresh()


def publish_model(name: str) -> str:
    """Put a model on the shelf, whole or not at all; return where it is.

    Args:
        name: of a model on this machine.

    Raises:
        ModelError: INKLING_MODELS is not set, there is no such model, it is damaged, or the shelf
            has one of this name.
        DataError: the shelf cannot be reached.
        MissingExtraError: the extra "cluster" is not installed.
    """
    address = os.environ.get(SHELF)
    if not address:
        raise ModelError(f"Expected {SHELF} to name a shelf, such as s3://bucket/models.")
    folder = find_model(name)
    open_card(folder)
    files = [file for file in (*FILES, *OTHERS) if (folder / file).is_file()]
    version = checksum(folder / "card.json")
    manifest = {
        "name": name,
        "version": version,
        "files": {file: checksum(folder / file) for file in files},
    }
    place = f"{address.rstrip('/')}/{name}"
    for file in files:
        write_bytes(f"{place}/{version}/{file}", (folder / file).read_bytes())
    content = json.dumps(manifest, indent=2).encode()
    if not create(f"{place}/{MANIFEST}", content):
        if read_manifest(f"{place}/{MANIFEST}")["version"] != version:
            remove(f"{place}/{version}")
        raise ModelError(
            f"There is a model {name} on {address} already, and what is there never changes. "
            "Save the model under another name, and publish that."
        )
    return place


def fetch_all(address: str) -> None:
    """Copy the models of a shelf that are not here yet; remove copies of those that are gone.

    Raises:
        InklingError: the shelf cannot be read, or a model on it is damaged.
    """
    problems: list[InklingError] = []
    names = set()
    for place in manifests_on(address):
        names.add(name_in(place))
        try:
            fetch(place, shelf_dir())
        except InklingError as problem:  # which keeps no other model from being read
            problems.append(problem)
    if problems:
        raise problems[0]
    for folder in shelf_dir().iterdir() if names else ():  # a lost bucket looks empty, too
        if NAME.fullmatch(folder.name) and folder.name not in names:
            shutil.rmtree(folder, ignore_errors=True)


def manifests_on(address: str) -> list[str]:
    """Return where the manifests of a shelf are."""
    pattern = f"{address.rstrip('/')}/*/{MANIFEST}"
    return [file.place for file in find_files(pattern, or_none=True)]


def name_in(place: str) -> str:
    """Return the name of the model whose manifest is at a place."""
    return Path(place).parent.name


def read_manifest(place: str) -> dict[str, Any]:
    """Return a model's manifest.

    Raises:
        ModelError: it is damaged.
    """
    try:
        manifest = json.loads(read_bytes(place))
        name, version, files = manifest["name"], manifest["version"], manifest["files"]
        is_whole = set(FILES) <= set(files) <= {*FILES, *OTHERS} and files["card.json"] == version
        if not is_whole or not NAME.fullmatch(name) or name != name_in(place):
            raise ValueError("another name, or other files than a model has")
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise ModelError(f"{place} is no manifest of a model: {problem}.") from problem
    return manifest


def fetch(place: str, here: Path) -> None:
    """Copy a model to this machine, unless it is there already.

    Args:
        place: where its manifest is.
        here: the folder of the copies.

    Raises:
        InklingError: it cannot be read, or is not what its manifest says.
    """
    manifest = read_manifest(place)
    target = here / manifest["name"]
    card = target / "card.json"
    if card.is_file() and checksum(card) == manifest["version"]:
        return
    here.mkdir(parents=True, exist_ok=True)
    with staged_model(target, force=True) as folder:
        for file, expected in manifest["files"].items():
            there = f"{place.removesuffix(MANIFEST)}{manifest['version']}/{file}"
            content = read_bytes(there)
            if hashlib.sha256(content).hexdigest() != expected:
                raise ModelError(f"{there} is not the file that was published.")
            (folder / file).write_bytes(content)
        open_card(folder)
