"""Inkling's library: read digits that people draw, and train the networks that do.

>>> from mnist_core import load_reader
>>> load_reader().read(picture).digit  # doctest: +SKIP
7

Importing it loads neither TensorFlow nor Streamlit; only training and export load TensorFlow.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mnist_core.errors import InklingError
    from mnist_core.hand.hand import Hand
    from mnist_core.inference.number import Number
    from mnist_core.inference.reader import Reader, Reading, load_reader

__all__ = ["Hand", "InklingError", "Number", "Reader", "Reading", "load_reader"]
__version__ = "0.2.0"

HOMES = {
    "Hand": "mnist_core.hand.hand",
    "InklingError": "mnist_core.errors",
    "Number": "mnist_core.inference.number",
    "Reader": "mnist_core.inference.reader",
    "Reading": "mnist_core.inference.reader",
    "load_reader": "mnist_core.inference.reader",
}


def __dir__() -> list[str]:
    """Return the names that the package has, also those that are not imported yet."""
    return sorted({*globals(), *HOMES})


if not TYPE_CHECKING:  # a type checker would take any name for one that this finds

    def __getattr__(name: str) -> Any:
        """Import a name when it is first used.

        Whatever module of the library is imported, this one is imported before: with all of these
        names, it would take OpenCV and LiteRT along, and a quarter of a second.
        """
        if name not in HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        globals()[name] = value = getattr(import_module(HOMES[name]), name)
        return value
