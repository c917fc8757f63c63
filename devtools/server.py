"""A Streamlit server on this machine, in a process of its own."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import psutil

from deploy.health import is_well

ROOT = Path(__file__).parents[1]
APP = ROOT / "app.py"
LOOPBACK = "--server.address=127.0.0.1"  # without it the app takes itself for deployed
PATIENCE = 60  # seconds until it answers; a busy machine is no failure
GRACE = 10  # seconds to end after being asked to
POLL = 0.02  # seconds
LOG_SHOWN = 2_000  # characters


class ServerError(Exception):
    """A server does not answer; the message ends with what it wrote to its log."""


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@dataclass
class Server:
    """Serves a script; `with` starts and stops it, and after `stop` it can be started again.

    Attributes:
        script: what is served.
        folder: where the server runs; Streamlit looks for its configuration there.
        environment: all its variables; None for those of this process.
        path: below which it serves, as `/inkling`; empty for the root.
        options: further ones of `streamlit run`.
        python: the command that starts the Python to serve with.
        log: the file that its output is added to; None for the output of this process.
        port: it listens on.
        process: the server, from its first start on.
    """

    script: Path = APP
    folder: Path = ROOT
    environment: Mapping[str, str] | None = field(default=None, repr=False)
    path: str = ""
    options: Sequence[str] = ()
    python: Sequence[str] = (sys.executable,)
    log: Path | None = None
    port: int = field(default_factory=free_port)
    process: psutil.Popen = field(init=False, repr=False)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Where it serves."""
        return f"http://127.0.0.1:{self.port}{self.path}"

    @property
    def command(self) -> list[str]:
        """What starts it."""
        options = ["--server.headless=true", f"--server.port={self.port}", *self.options]
        if self.path:
            options.append(f"--server.baseUrlPath={self.path}")
        return [*self.python, "-m", "streamlit", "run", str(self.script), *options]

    def start(self) -> None:
        """Start the server, and return when it answers.

        Raises:
            ServerError: it has ended, or does not answer; it is stopped then.
        """
        with self.log.open("ab") if self.log else nullcontext() as output:
            self.process = psutil.Popen(
                self.command,
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        try:
            self.wait_until_healthy()
        except BaseException:
            self.stop()
            raise

    def wait_until_healthy(self) -> None:
        """Return when the server answers.

        Raises:
            ServerError: it has ended, or does not answer within `PATIENCE` seconds.
        """
        deadline = time.monotonic() + PATIENCE
        while not is_well(self.url):
            if (status := self.process.poll()) is not None:
                raise ServerError(f"The server ended with status {status}.{self.log_tail()}")
            if time.monotonic() > deadline:
                raise ServerError(f"No answer within {PATIENCE} seconds.{self.log_tail()}")
            time.sleep(POLL)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Send a signal, and return when the server and all that it has started have ended."""
        family = self.family()
        with suppress(psutil.Error):
            self.process.send_signal(how)
        for child in family[1:]:
            with suppress(psutil.Error):
                child.terminate()
        _, left = psutil.wait_procs(family, timeout=GRACE)
        for process in left:
            with suppress(psutil.Error):
                process.kill()
        self.process.wait()

    def family(self) -> list[psutil.Process]:
        """Return the server's process, and behind it all that it has started."""
        with suppress(psutil.Error):
            return [self.process, *self.process.children(recursive=True)]
        return [self.process]

    def written(self) -> str:
        """Return all that the server has written to its log."""
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log else ""

    def log_tail(self) -> str:
        """Return the end of the log, as an addition to a message; nothing without a log."""
        return f"\nThe server wrote:\n{self.written()[-LOG_SHOWN:]}" if self.log else ""
