"""Slows down whoever guesses passwords."""

import math
import threading
from dataclasses import dataclass, field

FORGET = 15 * 60  # seconds without a failure


@dataclass
class Brake:
    """Counts failures; from some on, each must be followed by a pause that doubles.

    Attributes:
        free: failures that cost nothing.
        most: the longest pause, in seconds.
    """

    free: int
    most: float
    failures: int = 0
    last: float = -math.inf

    def wait(self, now: float) -> float:
        """Return how many seconds are left until the next attempt may be made."""
        if now - self.last > FORGET:
            self.failures = 0
        if self.failures < self.free:
            return 0.0
        pause = min(2.0 ** (self.failures - self.free + 1), self.most)
        return max(self.last + pause - now, 0.0)

    def fail(self, now: float) -> None:
        """Count a failure."""
        self.failures, self.last = self.failures + 1, now

    def release(self) -> None:
        """Forget all failures."""
        self.failures = 0


def visitors_brake() -> Brake:
    """Return a brake for one visit."""
    return Brake(free=3, most=300)


@dataclass
class Gate:
    """What all visits share: one attempt at a time, and a brake that a new visit does not evade.

    Its pause stays short, so that strangers who keep guessing do not lock the owner out.
    """

    brake: Brake = field(default_factory=lambda: Brake(free=10, most=5))
    lock: threading.Lock = field(default_factory=threading.Lock)
