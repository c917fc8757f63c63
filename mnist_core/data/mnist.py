"""Find or download MNIST: a named file, Keras's cache, or a download into that cache."""

import os
from pathlib import Path

from mnist_core.data.downloads import Progress, Remote, download
from mnist_core.files import named_file

URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
MAX_BYTES = 20_000_000  # the file has 11,490,434


def find_mnist(on_progress: Progress | None = None) -> Path:
    """Return the path of mnist.npz, downloading it (11 MB) if it is not on this machine.

    Args:
        on_progress: called with bytes done and bytes in total while downloading.

    Raises:
        DataError: `MNIST_NPZ` names no file, or the download failed.
    """
    if here := local_mnist():
        return here
    target = keras_cache() / "mnist.npz"
    return download(remote_mnist(target), target, on_progress)


def local_mnist() -> Path | None:
    """Return the file that `MNIST_NPZ` names, else the one in Keras's cache, else None.

    Raises:
        DataError: `MNIST_NPZ` names no file.
    """
    if named := named_file("MNIST_NPZ"):
        return named
    cached = keras_cache() / "mnist.npz"
    return cached if cached.is_file() else None


def keras_cache() -> Path:
    """Return the folder where Keras stores its data sets."""
    home = os.environ.get("KERAS_HOME")
    return (Path(home) if home else Path.home() / ".keras") / "datasets"


def remote_mnist(target: Path) -> Remote:
    """Return the download of MNIST."""
    return Remote(
        name="MNIST",
        url=URL,
        max_bytes=MAX_BYTES,
        instead="set MNIST_NPZ to a file you trust",
        ways_out="Three ways out: connect to the internet and try again; set MNIST_NPZ to the path "
        f"of an mnist.npz; or put one at {target}. The uci-digits need no network.",
        checksum=SHA256,
    )
