"""A server of the app that is started for a check, and ended with all that it has started."""

import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
from playwright.sync_api import Error as BrowserError

from deploy.clean_environment import DeployError
from deploy.health import is_well

PATIENCE = 60  # seconds until it answers
LOG_SHOWN = 2_000  # characters


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def serving(
    command: Sequence[str], address: str, folder: Path, environment: Mapping[str, str]
) -> Iterator[psutil.Process]:
    """Run a server's command in a folder for a while; what it writes goes to `log.txt` beside that.

    Raises:
        DeployError: it does not answer, or what was done with it failed; the message ends with what
            it wrote.
    """
    log = folder.parent / "log.txt"
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        wait_for(server, address)
        yield psutil.Process(server.pid)
    except (DeployError, BrowserError, AssertionError) as problem:
        said = log.read_text(encoding="utf-8", errors="replace")[-LOG_SHOWN:]
        raise DeployError(f"{problem}\nThe server wrote:\n{said}") from problem
    finally:
        end(server)


def wait_for(server: subprocess.Popen[bytes], address: str) -> None:
    """Return when the server answers."""
    deadline = time.monotonic() + PATIENCE
    while not is_well(address):
        if server.poll() is not None:
            raise DeployError(f"The server ended with status {server.returncode}.")
        if time.monotonic() > deadline:
            raise DeployError(f"The server did not answer within {PATIENCE} seconds.")
        time.sleep(0.1)


def end(server: subprocess.Popen[bytes]) -> None:
    """End a server and all it has started."""
    family = []
    with suppress(psutil.Error):
        family = psutil.Process(server.pid).children(recursive=True)
    server.terminate()
    for member in family:
        with suppress(psutil.Error):
            member.terminate()
    _, left = psutil.wait_procs(family, timeout=10)
    for member in left:
        with suppress(psutil.Error):
            member.kill()
    server.wait()
