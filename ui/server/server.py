"""The server: how it is set up, what runs beside it, and how it handles unexpected errors."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st
from streamlit.cli_util import open_browser
from streamlit.web.server.server_util import get_display_address, get_url

from ui.access.visitor import resolve_workspaces
from ui.base.layout import WIDTH
from ui.base.logs import configure, log, log_error
from ui.base.meter import meter
from ui.base.settings import check, settings
from ui.server.memory import collect_less_often, keep_releasing_memory, share_heaps
from ui.server.metrics import exported_metrics
from ui.server.preload import preload
from ui.server.run_events import RunEvents

OPEN_FILES = 4096  # each visitor needs up to four
# Streamlit would log each unexpected error a second time, with this message and on many lines.
STREAMLIT_MESSAGE = "Uncaught app execution"


def set_up() -> None:
    """Set up logging, limits and memory; exit with a message if a setting is invalid."""
    st.secrets.load_if_toml_exists()  # this turns them into environment variables
    check()
    configure(settings())
    resolve_workspaces()  # before any page: a button may be left from before a restart
    allow_open_files()
    share_heaps()
    collect_less_often()
    logging.getLogger("streamlit.error_util").addFilter(is_no_duplicate)


def is_no_duplicate(record: logging.LogRecord) -> bool:
    """Return whether a record is not Streamlit's copy of an error that Inkling logs itself."""
    return record.msg != STREAMLIT_MESSAGE


def allow_open_files() -> None:
    """Raise the limit of open files and connections to what many visitors need."""
    try:
        import resource  # not on Windows, which has no such limit
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < limit:
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Run the background tasks for as long as the server runs."""
    log("server started", address=st.get_option("server.address"))
    if not st.get_option("server.headless"):
        open_browser(get_url(get_display_address(st.get_option("server.address") or "localhost")))
    releasing = asyncio.create_task(keep_releasing_memory())
    with RunEvents(resume=resume_queue) as events, exported_metrics(events):
        preload()
        yield {}
    releasing.cancel()
    log("server stopped")


def resume_queue() -> None:
    """Let this server start the runs that wait, in turn with any others on its data root."""
    from ui.retrain.scheduler import shared_scheduler  # not needed to start

    shared_scheduler().watch()


def on_unexpected_error(error: Exception) -> bool:
    """Log an error and show its number, instead of Streamlit's own message."""
    number = log_error(error)
    meter().unexpected_error()
    st.container(horizontal_alignment="center").error(
        f"Something went wrong (error **{number}**). Please try again; if it persists, report "
        "this number to the app's owner.",
        icon=":material/error:",
        width=WIDTH,
    )
    return True
