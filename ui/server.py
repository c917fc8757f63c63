"""The server: what it makes sure of before it starts, and how it meets what nobody expected."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st
from streamlit.cli_util import open_browser
from streamlit.web.server.server_util import get_display_address, get_url

from ui.logs import configure, log, log_error
from ui.memory import collect_seldom, give_back_memory, share_heaps
from ui.run_events import RunEvents
from ui.settings import check, settings
from ui.shell import WIDTH

OPEN_FILES = 4096  # a visit takes up to four
TWICE = "Uncaught app execution"  # what Streamlit logs, in lines of its own, of every such error


def make_ready() -> None:
    """Log as the settings say; exit with a message where one of them is wrong."""
    st.secrets.load_if_toml_exists()  # they become environment variables
    check()
    configure(settings())
    allow_open_files()
    share_heaps()
    collect_seldom()
    logging.getLogger("streamlit.error_util").addFilter(lambda told: told.msg != TWICE)


def allow_open_files() -> None:
    """Let the server have as many files and connections open as a crowd needs."""
    try:
        import resource  # not on Windows, which has no such limit
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Do what lasts as long as the server."""
    log("server started", address=st.get_option("server.address"))
    if not st.get_option("server.headless"):
        open_browser(get_url(get_display_address(st.get_option("server.address") or "localhost")))
    giving_back = asyncio.create_task(give_back_memory())
    with RunEvents():
        yield {}
    giving_back.cancel()
    log("server stopped")


def tell_unexpected(error: Exception) -> bool:
    """Log an error and show its number, in place of what Streamlit would show of it."""
    number = log_error(error)
    st.container(horizontal_alignment="center").error(
        f"Something went wrong here, and was noted as **{number}**. Please try again. If it "
        "happens again, tell that number to whoever runs this app.",
        icon=":material/error:",
        width=WIDTH,
    )
    return True
