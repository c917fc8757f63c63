"""The command that opens the app."""

import runpy
import sys

import click

from mnist_core.extras import require
from mnist_core.installation import APP


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("streamlit_options", nargs=-1, type=click.UNPROCESSED)
def app(streamlit_options: tuple[str, ...]) -> None:
    """Open the app in the browser. Options of `streamlit run` are passed on to it.

    Only this computer can reach it (localhost). --server.port 8600 changes the port from 8501;
    --server.headless true opens no browser. It needs the extra: pip install 'inkling[app]'.
    """
    require("app")
    address = ("--server.address", "localhost")  # later options may override it
    sys.argv = ["streamlit", "run", str(APP / "app.py"), *address, *streamlit_options]
    runpy.run_module("streamlit", run_name="__main__")  # in this process, so that signals reach it
