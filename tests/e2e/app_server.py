"""The app as the tests in a browser visit it."""

import os
from pathlib import Path

from devtools.server import LOOPBACK, Server

ENVIRONMENT = dict(os.environ)  # as it was before a test changed it


def serve(home: Path, path: str = "", **variables: str) -> Server:
    """Return a server of the app, for `with`; what the app writes goes to `home`."""
    environment = ENVIRONMENT | {"INKLING_HOME": str(home)} | variables
    return Server(environment=environment, path=path, options=[LOOPBACK])


def loaded_by(server: Server) -> str:
    """Return what a server and the processes it started have loaded; nothing but on Linux."""
    return "".join(libraries_of(process.pid) for process in server.family())


def libraries_of(process: int) -> str:
    """Return what a process has loaded; nothing if it has ended meanwhile."""
    try:
        return (Path("/proc") / str(process) / "maps").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
