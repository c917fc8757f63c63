"""Where MNIST comes from: a named file, Keras's cache, or a download into that cache."""

import hashlib
import os
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from mnist_core.errors import DataError

URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
SECONDS = 30  # without a byte, before the download is given up
BLOCK = 1 << 16

Progress = Callable[[int, int], None]


def find_mnist(on_progress: Progress | None = None) -> Path:
    """Return the path of mnist.npz, downloading it (11 MB) only where there is none.

    Args:
        on_progress: called with bytes done and bytes in all while downloading.

    Raises:
        DataError: `MNIST_NPZ` names no file, or the download failed.
    """
    return local_mnist() or download(keras_cache() / "mnist.npz", on_progress)


def local_mnist() -> Path | None:
    """Return the file that `MNIST_NPZ` names, else the one in Keras's cache, else None.

    Raises:
        DataError: `MNIST_NPZ` names no file.
    """
    if named := os.environ.get("MNIST_NPZ"):
        if not Path(named).is_file():
            raise DataError(f"Expected MNIST_NPZ to name a file. Received: {named}")
        return Path(named)
    cached = keras_cache() / "mnist.npz"
    return cached if cached.is_file() else None


def keras_cache() -> Path:
    """Return the folder where Keras keeps its data sets."""
    home = os.environ.get("KERAS_HOME")
    return (Path(home) if home else Path.home() / ".keras") / "datasets"


def download(target: Path, on_progress: Progress | None = None) -> Path:
    """Fetch MNIST to `target`, whole and checked, or not at all.

    Raises:
        DataError: no network, or another file than expected.
    """
    partial = target.with_suffix(f".{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        digest = fetch(URL, partial, on_progress)
        if digest != SHA256:
            raise DataError(
                f"Expected {URL} to have the SHA-256 {SHA256}. Received: {digest}. "
                "Nothing was kept; try again, or set MNIST_NPZ to a file you trust."
            )
        partial.replace(target)
    except OSError as problem:  # URLError and time-outs are OSErrors
        raise DataError(
            f"MNIST is not on this machine and could not be downloaded ({problem}). Three ways "
            "out: connect to the internet and try again; set MNIST_NPZ to the path of an "
            f"mnist.npz; or put one at {target}. Without any of them, uci-digits always work."
        ) from problem
    finally:
        partial.unlink(missing_ok=True)
    return target


def fetch(url: str, target: Path, on_progress: Progress | None) -> str:
    """Write what `url` answers to `target` and return its SHA-256."""
    digest, done = hashlib.sha256(), 0
    with urllib.request.urlopen(url, timeout=SECONDS) as answer, target.open("wb") as file:
        size = int(answer.headers.get("Content-Length", 0))
        while block := answer.read(BLOCK):
            file.write(block)
            digest.update(block)
            done += len(block)
            if on_progress:
                on_progress(done, size)
    return digest.hexdigest()
