"""HAProxy on this machine, with the configuration that compose.scale.yaml gives it."""

import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from deploy.health import is_well
from devtools.server import POLL, ROOT, ServerError

ADVISED = ROOT / "deploy" / "haproxy.cfg"
LISTENS = "bind :8501"
REPLICAS = "server-template replica 10 inkling:8501 resolvers docker init-addr none"
PATIENCE = 10  # seconds until it answers


@contextmanager
def balanced(port: int, ports: Sequence[int]) -> Iterator[None]:
    """Put HAProxy before servers on this machine for a while.

    Args:
        port: where it listens.
        ports: where the servers listen.

    Raises:
        ServerError: it does not answer; the message is what it wrote.
    """
    folder = Path(mkdtemp(prefix="inkling-haproxy-"))
    (folder / "haproxy.cfg").write_text(configuration(port, ports), encoding="utf-8")
    with (folder / "log").open("wb") as log:
        haproxy = subprocess.Popen(
            [str(find_haproxy()), "-db", "-f", str(folder / "haproxy.cfg")],
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.monotonic() + PATIENCE
        while not is_well(f"http://127.0.0.1:{port}"):
            if haproxy.poll() is not None or time.monotonic() > deadline:
                raise ServerError((folder / "log").read_text(encoding="utf-8"))
            time.sleep(POLL)
        yield
    finally:
        haproxy.terminate()
        haproxy.wait(30)
        shutil.rmtree(folder)


def configuration(port: int, ports: Sequence[int]) -> str:
    """Return the advised configuration, for another port and for servers on this machine."""
    text = ADVISED.read_text(encoding="utf-8")
    servers = [f"server replica{index} 127.0.0.1:{each}" for index, each in enumerate(ports)]
    for before, after in (
        (LISTENS, f"bind 127.0.0.1:{port}"),
        (REPLICAS, "\n    ".join(servers)),
    ):
        if text.count(before) != 1:
            raise ServerError(f"Expected one line {before!r} in {ADVISED}.")
        text = text.replace(before, after)
    return text


def find_haproxy() -> str | None:
    """Return the path of HAProxy, which Debian keeps where only root looks."""
    return shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin:/usr/local/sbin")
