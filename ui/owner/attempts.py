"""Attempts at the owner's password: one after the other, slower after every failure."""

import logging
import math
import time

import streamlit as st

from ui.logs import log
from ui.owner.brake import Brake, Gate, visitors_brake
from ui.owner.password import Password
from ui.owner.signed_in import sign_in
from ui.settings import settings

LONGEST = 1024  # characters


@st.cache_resource(show_spinner=False)
def gate() -> Gate:
    """Return what all visits share."""
    return Gate()


def try_password(given: str) -> str | None:
    """Sign in with a password; return None, or what to tell whoever gave a wrong one."""
    own = own_brake()
    shared = gate()
    with shared.lock:  # so that many attempts at once neither pass the brake nor take memory
        now = time.monotonic()
        pause = max(own.wait(now), shared.brake.wait(now))
        if pause:
            log("sign-in slowed", logging.WARNING, seconds=math.ceil(pause))
            return f"Too many wrong passwords. Try again in {math.ceil(pause)} seconds."
        if fits(given):
            own.release()
            sign_in()
            return None
        for brake in (own, shared.brake):
            brake.fail(time.monotonic())
    log("sign-in failed", logging.WARNING, failures=own.failures)
    return "That is not the password."


def own_brake() -> Brake:
    """Return the brake of this visit."""
    if "brake" not in st.session_state:
        st.session_state.brake = visitors_brake()
    brake: Brake = st.session_state.brake
    return brake


def fits(given: str) -> bool:
    """Tell whether it is the owner's password."""
    stored = settings().owner_password.get_secret_value()
    return bool(stored) and len(given) <= LONGEST and Password.parse(stored).fits(given)
