"""The app, in a process of its own."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ENVIRONMENT = dict(os.environ)  # as it was before a test changed it
PATIENCE = 30  # seconds; a busy machine is no failure


class Server(subprocess.Popen[bytes]):
    """The app on a port of its own, below a path if one is given."""

    def __init__(self, home: Path, path: str = "", **variables: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.port = port
        self.url = f"http://127.0.0.1:{port}{path}"
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
        super().__init__(
            [
                *command,
                f"--server.port={port}",
                "--server.address=127.0.0.1",
                f"--server.baseUrlPath={path}",
            ],
            cwd=ROOT,
            env=ENVIRONMENT | {"INKLING_HOME": str(home)} | variables,
        )

    def wait_until_healthy(self) -> None:
        """Return when the server answers."""
        for _ in range(PATIENCE * 10):
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health"):
                    return
            except OSError:
                time.sleep(0.1)
        pytest.fail(f"The server did not answer within {PATIENCE} seconds.")


@contextmanager
def serve(home: Path, path: str = "", **variables: str) -> Iterator[Server]:
    """Run the app for a while, below a path if one is given; what it writes goes to `home`."""
    server = Server(home, path, **variables)
    try:
        server.wait_until_healthy()
        yield server
    finally:
        server.terminate()
        server.wait(PATIENCE)
