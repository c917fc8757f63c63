"""Waiting for what another process or thread brings about."""

import time
from collections.abc import Callable

import pytest

EVERY = 0.02  # seconds
AT_MOST = 30.0  # seconds


def wait_for(condition: Callable[[], bool], at_most: float = AT_MOST) -> None:
    """Return once a condition holds; fail the test if it does not within so many seconds."""
    end = time.monotonic() + at_most
    while not condition():
        if time.monotonic() > end:
            pytest.fail(f"It did not happen within {at_most:g} seconds.")
        time.sleep(EVERY)
