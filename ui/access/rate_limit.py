"""Rate limit for the owner's password: one attempt at a time, slower after each failure."""

import logging
import math
import threading
import time
from dataclasses import dataclass, field

import streamlit as st

from ui.access.session import sign_in
from ui.base.logs import log
from ui.base.password import Password
from ui.base.settings import settings
from ui.base.wording import counted

RESET_AFTER = 15 * 60  # seconds without a failure
MAX_LENGTH = 1024  # characters of a password


@dataclass
class Backoff:
    """Exponential backoff: counts failures; each further one doubles the pause after it.

    Attributes:
        free: failures without a pause.
        most: the longest pause, in seconds.
    """

    free: int
    most: float
    failures: int = 0
    last: float = -math.inf

    def wait(self, now: float) -> float:
        """Return how many seconds remain until the next attempt is allowed."""
        if now - self.last > RESET_AFTER:
            self.failures = 0
        if self.failures < self.free:
            return 0.0
        pause = min(2.0 ** (self.failures - self.free + 1), self.most)
        return max(self.last + pause - now, 0.0)

    def fail(self, now: float) -> None:
        """Record a failure."""
        self.failures, self.last = self.failures + 1, now

    def reset(self) -> None:
        """Forget all failures."""
        self.failures = 0


def visitor_backoff() -> Backoff:
    """Return the backoff of one session."""
    return Backoff(free=3, most=300)


@dataclass
class SharedBackoff:
    """The limit that all sessions share: a new session does not escape it.

    Its pause stays short, so that guessing strangers do not lock the owner out.
    """

    backoff: Backoff = field(default_factory=lambda: Backoff(free=10, most=5))
    lock: threading.Lock = field(default_factory=threading.Lock)


@st.cache_resource(show_spinner=False)
def shared_backoff() -> SharedBackoff:
    """Return the limit that all sessions share."""
    return SharedBackoff()


def try_password(given: str) -> str | None:
    """Sign in with a password; return None, or the reason why that failed."""
    own = session_backoff()
    shared = shared_backoff()
    with shared.lock:  # simultaneous attempts must not bypass the limit or use much memory
        now = time.monotonic()
        pause = max(own.wait(now), shared.backoff.wait(now))
        if pause:
            log("sign-in slowed", logging.WARNING, seconds=math.ceil(pause))
            return f"Too many wrong passwords. Try again in {counted(math.ceil(pause), 'second')}."
        if verify(given):
            own.reset()
            sign_in()
            return None
        for backoff in (own, shared.backoff):
            backoff.fail(time.monotonic())
    log("sign-in failed", logging.WARNING, failures=own.failures)
    return "Wrong password."


def session_backoff() -> Backoff:
    """Return the backoff of this session."""
    backoff: Backoff = st.session_state.setdefault("backoff", visitor_backoff())
    return backoff


def verify(given: str) -> bool:
    """Return whether it is the owner's password."""
    stored = settings().owner_password.get_secret_value()
    return bool(stored) and len(given) <= MAX_LENGTH and Password.parse(stored).verify(given)
