"""How fast a model reads on this machine."""

import time
from statistics import median

import numpy as np
import streamlit as st

from mnist_core.preprocessing import FIELD
from ui.components.resources import MAX_READERS, Version, load_named_reader, version_of

REPEATS = 30  # a slow network takes 3 ms
VALID_FOR = 600  # seconds; how busy the machine is changes


def seconds_for_a_digit(name: str) -> float:
    """Return how many seconds a model's network takes for one digit on this machine.

    Raises:
        ModelError: there is no such model, or it is damaged.
    """
    return measure(name, version_of(name))


@st.cache_data(show_spinner=False, max_entries=MAX_READERS, ttl=VALID_FOR)
def measure(name: str, version: Version) -> float:
    """Return the median time for one digit, in seconds."""
    network = load_named_reader(name).network
    digit = np.zeros((1, FIELD, FIELD), np.uint8)
    seconds = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        network.run(digit)
        seconds.append(time.perf_counter() - began)
    return median(seconds)
