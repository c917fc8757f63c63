"""Sweeps that the app starts: each in its own process, one at a time."""

import subprocess
import threading

import streamlit as st

from mnist_core.errors import RunError
from mnist_core.recipes.recipe import Recipe
from mnist_core.runs.memory import ensure_memory
from mnist_core.sweeps.process import launch_sweep
from mnist_core.sweeps.space import parse_seeds
from mnist_core.sweeps.sweep import Sweep, list_sweeps, new_sweep


@st.cache_resource(show_spinner=False)
def processes() -> dict[str, subprocess.Popen[bytes]]:
    """Return the processes that this server has started, by the ids of their sweeps."""
    return {}


def is_active(sweep: Sweep) -> bool:
    """Return whether a sweep is running, or is being started by this server."""
    process = processes().get(sweep.id)
    return (process is not None and process.poll() is None) or sweep.is_alive()


def start_sweep(
    recipe: Recipe, data: str, vary: tuple[str, ...], seeds: str, trials: int, minutes: float
) -> Sweep:
    """Create a sweep and start it.

    Raises:
        RecipeError: what varies is wrong, or the seeds are.
        RunError: another sweep is running, or there is too little memory or disk.
    """
    ensure_nothing_runs()
    sweep = new_sweep(
        recipe, data, vary=vary, seeds=parse_seeds(seeds), trials=trials, minutes=minutes
    )
    start(sweep)
    return sweep


def resume_sweep(sweep: Sweep) -> None:
    """Let a sweep go on.

    Raises:
        RunError: another sweep is running, or there is too little memory.
    """
    ensure_nothing_runs()
    start(sweep)


def ensure_nothing_runs() -> None:
    """Raise if a sweep is running, or there is too little memory.

    Raises:
        RunError: the message says which.
    """
    if any(map(is_active, list_sweeps())):
        raise RunError("Another sweep is running. Wait until it has ended, or stop it.")
    ensure_memory()


def start(sweep: Sweep) -> None:
    """Start the process of a sweep, and wait for its end in a thread: it must not stay a zombie."""
    process = launch_sweep(sweep)
    processes()[sweep.id] = process
    threading.Thread(target=process.wait, daemon=True).start()
