"""Inkling's library: read digits that people draw, and train the networks that do.

>>> from mnist_core import load_reader
>>> load_reader().read(picture).digit  # doctest: +SKIP
7

Importing it loads neither TensorFlow nor Streamlit; only training and export load TensorFlow.
"""

from mnist_core.errors import InklingError
from mnist_core.hand.hand import Hand
from mnist_core.inference.number import Number
from mnist_core.inference.reader import Reader, Reading, load_reader

__all__ = ["Hand", "InklingError", "Number", "Reader", "Reading", "load_reader"]
__version__ = "0.2.0"
