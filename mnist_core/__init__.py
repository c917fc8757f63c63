"""Inkling's library: read digits that people draw, and train the networks that do.

>>> from mnist_core import load_reader
>>> load_reader().read(picture).digit  # doctest: +SKIP
7

Importing it costs neither TensorFlow nor Streamlit; only training and export import the former.
"""

from mnist_core.errors import InklingError
from mnist_core.reader import Reader, Reading, load_reader

__all__ = ["InklingError", "Reader", "Reading", "load_reader"]
