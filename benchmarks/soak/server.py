"""The app's server as a process that can be watched, killed and started anew."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Self

import psutil

ROOT = Path(__file__).parents[2]
PATIENCE = 60  # seconds


class AppServer:
    """The app on loopback, as it is where others visit it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = home / "server.log"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end(signal.SIGTERM)

    def start(self) -> None:
        """Start the server, and return when it answers."""
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
        command += [f"--server.port={self.port}", "--server.address=127.0.0.1"]
        with self.log.open("ab") as log:
            self.process = psutil.Popen(
                [*command, "--client.showErrorDetails=none"],
                cwd=ROOT,
                env=os.environ | {"INKLING_HOME": str(self.home), "INKLING_DEPLOYED": "true"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.wait_until_healthy()

    def wait_until_healthy(self) -> None:
        """Return when the server answers.

        Raises:
            TimeoutError: it does not.
        """
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5):
                    return
            except OSError:
                time.sleep(0.1)
        raise TimeoutError(f"The server did not answer within {PATIENCE} s; see {self.log}.")

    def end(self, how: signal.Signals) -> None:
        """Send a signal, and return when the server and all its children are gone."""
        children = self.process.children(recursive=True)
        self.process.send_signal(how)
        self.process.wait()
        for child in children:
            if child.is_running():
                child.kill()

    def megabytes(self) -> float:
        """Return the resident memory of the server and of all its children."""
        sizes = []
        for process in (self.process, *self.process.children(recursive=True)):
            try:
                sizes.append(process.memory_info().rss)
            except psutil.NoSuchProcess:
                continue
        return sum(sizes) / 1e6

    def cpu_seconds(self) -> float:
        """Return the processor time that the server has used so far."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def tracebacks(self) -> int:
        """Return how many the server has logged so far."""
        return self.log.read_text(encoding="utf-8", errors="replace").count("Traceback (most")
