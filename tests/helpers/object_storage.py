"""A real S3 server on this machine: SeaweedFS, which comes from PyPI."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from helpers.waiting import wait_for

WEED = Path(sys.executable).with_name("weed")
KEY = "inkling"  # the identity that the server knows, and its secret


def free_ports(n: int) -> list[int]:
    """Return ports that are free, with those 10,000 above, which SeaweedFS uses too."""
    found: list[int] = []
    for port in range(20_000, 30_000, 7):
        if is_free(port) and is_free(port + 10_000):
            found.append(port)
        if len(found) == n:
            return found
    raise AssertionError("no free ports")


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


@contextmanager
def s3_server(folder: Path) -> Iterator[str]:
    """Start a server that keeps its objects below a folder; yield its address."""
    master, volume, filer, s3 = free_ports(4)
    options = {
        "dir": folder,
        "ip": "127.0.0.1",
        "ip.bind": "127.0.0.1",
        "master.port": master,
        "master.volumeSizeLimitMB": 64,
        "volume.port": volume,
        "volume.max": 20,
        "filer.port": filer,
        "s3.port": s3,
    }
    with (
        (folder / "log.txt").open("w") as log,
        subprocess.Popen(
            [str(WEED), "server", "-s3", *(f"-{name}={value}" for name, value in options.items())],
            stdout=log,
            stderr=log,
            cwd=folder,
            env={**os.environ, "AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": KEY},
        ) as server,
    ):
        try:
            wait_for(lambda: not is_free(s3), at_most=60)
            yield f"http://127.0.0.1:{s3}"
        finally:
            server.kill()
