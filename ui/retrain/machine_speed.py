"""How fast this machine trains at the moment, measured in the background for all visitors."""

import threading

import streamlit as st

from mnist_core.runs import machine_speed

VALID_FOR = 600  # seconds; by then something else may keep the machine busy
PATIENCE = 0.1  # seconds that a page waits for a result before it says that it measures


class SpeedMeasurement:
    """A measurement of the speed of this machine, which begins at once and takes two seconds."""

    def __init__(self) -> None:
        self._speed: float | None = None
        self._done = threading.Event()
        threading.Thread(target=self._measure, daemon=True).start()

    def _measure(self) -> None:
        try:
            self._speed = machine_speed.measure_speed()
        finally:
            self._done.set()

    @property
    def is_done(self) -> bool:
        """Whether the result is there, now or in a moment."""
        return self._done.wait(PATIENCE)

    @property
    def speed(self) -> float | None:
        """The multiply-adds a second; None while unknown, or if it cannot be measured."""
        return self._speed


@st.cache_resource(show_spinner=False, ttl=VALID_FOR)
def measured_speed() -> SpeedMeasurement:
    """Return the measurement that holds now; the first call begins it."""
    return SpeedMeasurement()
