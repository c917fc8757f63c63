"""The app's server, configured as a deployed one, with its memory, time and log."""

import os
from pathlib import Path
from typing import Protocol

import psutil

from devtools.server import LOOPBACK, Server


class Reachable(Protocol):
    """What visitors reach: a server, or a load balancer before several."""

    @property
    def url(self) -> str:
        """Where it answers."""


class AppServer(Server):
    """The app, deployed on localhost; it writes and logs to `home`."""

    def __init__(self, home: Path, **variables: str) -> None:
        own = {"INKLING_HOME": str(home), "INKLING_DEPLOYED": "true"}
        super().__init__(
            environment=os.environ | own | variables,
            options=[LOOPBACK, "--client.showErrorDetails=none"],
            log=home / "server.log",
        )

    def megabytes(self) -> float:
        """Return the resident memory of the server and of all its children."""
        sizes = []
        for process in self.family():
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
        return self.written().count("Traceback (most")
