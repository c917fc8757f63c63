"""The machine and the server: memory, uptime, disk, versions and settings."""

import os
import platform
import time

import psutil
import streamlit as st

from mnist_core import __version__
from mnist_core.processors import cores
from mnist_core.runs.memory import free_memory
from mnist_core.versions import LIBRARIES, installed_versions
from mnist_core.workspace import data_root, free_disk, size_of, visitor_workspaces
from ui.base.settings import SECRET, settings, variable
from ui.base.settings_fields import Settings
from ui.base.wording import plain
from ui.components.tables import show_table

APP_LIBRARIES = ("streamlit", "streamlit-drawable-canvas", "pillow")
MB, GB = 1_000_000, 1_000_000_000


def show_machine() -> None:
    """Show memory, uptime and disk."""
    server = psutil.Process()
    tiles = st.grid(3, min_column_width=220)
    with tiles.container(border=True, gap="xsmall"):
        st.metric("Memory", size(server.memory_info().rss))
        st.caption(f"used by the server; {size(free_memory())} free")
    with tiles.container(border=True, gap="xsmall"):
        st.metric("Uptime", format_duration(time.time() - server.create_time()))
        load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
        st.caption(f"on {cores()} processors, load {load:.1f}")
    with tiles.container(border=True, gap="xsmall"):
        st.metric("Disk", f"{size(free_disk())} free")
        st.caption("where runs and models are stored")


def size(count: float) -> str:
    """Return a number of bytes in a readable unit."""
    if count >= 10 * GB:
        return f"{count / GB:,.1f} GB"
    return f"{count / MB:,.0f} MB" if count >= 10 * MB else f"{count / MB:.1f} MB"


def format_duration(seconds: float) -> str:
    """Return a time in its two largest units."""
    minutes = int(seconds // 60)
    days, hours = minutes // 1440, minutes // 60 % 24
    if days:
        return f"{days} d {hours} h"
    if hours:
        return f"{hours} h {minutes % 60} min"
    return f"{minutes} min" if minutes else "under 1 min"


def show_disk() -> None:
    """Show how much disk space the runs and models of the owner and the visitors use."""
    limits = settings()
    workspaces = visitor_workspaces()
    owner = sum(size_of(data_root() / part) for part in ("runs", "models"))
    visitors = [size_of(workspace) for workspace in workspaces]
    show_table(
        ["Who", "Used", "Limit"],
        [
            ["Owner", size(owner), "none"],
            [
                f"All visitors ({len(workspaces):,})",
                size(sum(visitors)),
                f"{limits.all_megabytes:,} MB",
            ],
            [
                "Visitor using the most",
                size(max(visitors, default=0)),
                f"{limits.visitor_megabytes:,} MB",
            ],
        ],
    )


def show_versions() -> None:
    """Show the versions of the app, its libraries and the system."""
    rows = [["Inkling", __version__], ["Python", platform.python_version()]]
    rows += [[*item] for item in installed_versions((*APP_LIBRARIES, *LIBRARIES)).items()]
    show_table(["Component", "Version"], [*rows, ["System", plain(platform.platform())]])


def show_settings() -> None:
    """Show the current value of every setting; of a secret, only whether it is set."""
    current = settings()
    rows = []
    for name, field in Settings.model_fields.items():
        value = getattr(current, name)
        text = ("set" if value else "not set") if name in SECRET else str(value)
        changed = "" if value == field.default else " (changed)"
        rows.append([f"`{variable(name)}`", f"{plain(text)}{changed}"])
    show_table(["Setting", "Value"], rows)
