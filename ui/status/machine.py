"""The machine and the server on it: memory, disk, how long it has run, and versions."""

import os
import platform
import shutil
import time
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil
import streamlit as st

from mnist_core.running.memory import free_memory
from mnist_core.spaces import home, size_of, visitor_spaces
from ui.settings import SECRET, Settings, settings, variable
from ui.tables import show_table
from ui.words import plain

PROJECT = Path(__file__).parents[2] / "pyproject.toml"
LIBRARIES = (
    "streamlit",
    "streamlit-drawable-canvas",
    "ai-edge-litert",
    "numpy",
    "opencv-python-headless",
    "pillow",
    "tensorflow-cpu",
    "tensorflow",
    "keras",
    "scikit-learn",
)
MB, GB = 1_000_000, 1_000_000_000


def show_machine() -> None:
    """Show what the server takes, and what is left."""
    server = psutil.Process()
    tiles = st.grid(3, min_column_width=220)
    with tiles.container(border=True, gap="xsmall"):
        st.metric("Memory", size(server.memory_info().rss))
        st.caption(f"of this server; {size(free_memory())} are free")
    with tiles.container(border=True, gap="xsmall"):
        st.metric("Running for", in_words(time.time() - server.create_time()))
        load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
        st.caption(f"on {os.cpu_count()} processors; load {load:.1f}")
    with tiles.container(border=True, gap="xsmall"):
        st.metric("Disk", f"{size(free_disk())} free")
        st.caption("where runs and models are kept")


def free_disk() -> int:
    """Return how many bytes can still be written below the data root."""
    folder = home()
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def size(count: float) -> str:
    """Return a number of bytes as people read it."""
    if count >= 10 * GB:
        return f"{count / GB:,.1f} GB"
    return f"{count / MB:,.0f} MB" if count >= 10 * MB else f"{count / MB:.1f} MB"


def in_words(seconds: float) -> str:
    """Return a time in its two largest units."""
    minutes = int(seconds // 60)
    days, hours = minutes // 1440, minutes // 60 % 24
    if days:
        return f"{days} d {hours} h"
    if hours:
        return f"{hours} h {minutes % 60} min"
    return f"{minutes} min" if minutes else "under 1 min"


def show_disk() -> None:
    """Show who has filled how much of the disk."""
    limits = settings()
    spaces = visitor_spaces()
    own = sum(size_of(home() / part) for part in ("runs", "models"))
    theirs = [size_of(space) for space in spaces]
    show_table(
        ["What", "Disk", "Limit"],
        [
            ["Models and runs of the owner", size(own), "none"],
            [
                f"Those of {len(spaces):,} visitors",
                size(sum(theirs)),
                f"{limits.all_megabytes:,} MB",
            ],
            [
                "The visitor with the most",
                size(max(theirs, default=0)),
                f"{limits.visitor_megabytes:,} MB",
            ],
        ],
    )


def show_versions() -> None:
    """Show what the app is made of; nothing is loaded for it."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    rows = [["Inkling", project["version"]], ["Python", platform.python_version()]]
    rows += [[name, found] for name in LIBRARIES if (found := version_of(name))]
    show_table(["Part", "Version"], [*rows, ["System", plain(platform.platform())]])


def show_settings() -> None:
    """Show every setting as it is now; of a secret only whether there is one."""
    chosen = settings()
    rows = []
    for name, field in Settings.model_fields.items():
        value = getattr(chosen, name)
        told = ("set" if value else "not set") if name in SECRET else str(value)
        rows.append([f"`{variable(name)}`", plain(told), "" if value == field.default else "✓"])
    show_table(["Setting", "Value", "Changed"], rows)


def version_of(library: str) -> str | None:
    """Return a library's version; None where it is not installed."""
    try:
        return version(library)
    except PackageNotFoundError:
        return None
