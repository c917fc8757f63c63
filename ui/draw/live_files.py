"""What a browser fetches to read while one draws: the networks, and the script that runs them.

Each is found by its checksum, so a browser keeps it for good. A network is offered when a page that
reads with it is opened: whoever does not know its checksum cannot fetch it.
"""

import hashlib
from functools import lru_cache
from pathlib import Path

from mnist_core.errors import ModelError

FOLDER = Path(__file__).with_name("live")
MOST_OFFERED = 256
MOST_BYTES = 1_000_000  # of a network: a larger one would make the page too heavy
CACHED = 4  # networks in memory, 0.9 MB each at most

_offered: dict[str, Path] = {}


def source(*names: str) -> str:
    """Return scripts as one."""
    return "\n".join((FOLDER / f"{name}.js").read_text("utf-8") for name in names)


WORKER = source("ink", "prepare", "network", "reader", "worker")
WORKER_NAME = f"{hashlib.sha256(WORKER.encode()).hexdigest()[:16]}.js"


def offer_network(checksum: str, path: Path) -> str:
    """Let browsers fetch a network; return the name to fetch it by.

    Args:
        checksum: of its .tflite file.
        path: the file.
    """
    if checksum not in _offered:
        while len(_offered) >= MOST_OFFERED:
            _offered.pop(next(iter(_offered)))
        _offered[checksum] = path
    return checksum


def offered_file(name: str) -> tuple[bytes, str] | None:
    """Return a file that is offered, with its media type, or None.

    A network that a browser cannot run, or that is too large, is None.
    """
    if name == WORKER_NAME:
        return WORKER.encode(), "text/javascript"
    path = _offered.get(name)
    network = None if path is None else _network(path, name)
    return None if network is None else (network, "application/octet-stream")


@lru_cache(CACHED)
def _network(path: Path, _checksum: str) -> bytes | None:
    from mnist_core.models.browser_network import browser_network  # 0.1 s, which no start waits for

    try:
        network = browser_network(path)
    except (ModelError, OSError):
        return None
    return network if len(network) <= MOST_BYTES else None
