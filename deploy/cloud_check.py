"""Check that the repository runs on Streamlit Community Cloud: its Pythons, limits and settings.

    make cloud-check        (ARGS="--python python3.12" for another Python than .venv's)

It copies the repository as a host would get it, installs `requirements.txt` into a clean
environment, and starts the app under the least memory that the host grants. In a real Chromium it
draws and opens every page; then, under the most memory, it trains a network for one epoch.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Error as BrowserError

from deploy.browser import draw, open_every_page, train_for_an_epoch, visiting
from deploy.clean_environment import (
    PLATFORM,
    PYTHONS,
    DeployError,
    copy_repository,
    make_environment,
    resolve,
)
from deploy.memory_limit import MemoryLimit, PeakWatch, memory_limited_to
from devtools.browser import find_chromium
from devtools.server import Server, ServerError

LEAST, MOST = 690, 2_700  # megabytes that the host grants
FORCED = {  # what the host sets, whatever the configuration says
    "STREAMLIT_CLIENT_SHOW_ERROR_DETAILS": "false",
    "STREAMLIT_RUNNER_FAST_RERUNS": "true",
    "STREAMLIT_SERVER_RUN_ON_SAVE": "true",
    "STREAMLIT_SERVER_ENABLE_XSRF_PROTECTION": "true",
    "STREAMLIT_SERVER_HEADLESS": "true",
}


@dataclass(frozen=True)
class Deployment:
    """The app, running as on the host.

    Attributes:
        server: it runs on.
        limit: what limits its memory.
        watch: sees how much memory it takes.
    """

    server: Server
    limit: MemoryLimit
    watch: PeakWatch


def main() -> None:
    parser = argparse.ArgumentParser(description="Check that Inkling runs on Community Cloud.")
    parser.add_argument("--python", default=sys.executable, help="of the clean environment")
    options = parser.parse_args()
    if not sys.platform.startswith("linux"):
        sys.exit("This check needs Linux, whose limits of memory it uses.")
    try:
        find_chromium()
    except FileNotFoundError as missing:
        sys.exit(str(missing))
    try:
        for version in PYTHONS:
            count = len(resolve(version))
            print_row(f"Python {version}", f"{count} packages, wheels for {PLATFORM}")
        with tempfile.TemporaryDirectory(prefix="inkling-cloud-") as folder:
            check(Path(folder), options.python)
    except (DeployError, ServerError, BrowserError, AssertionError) as problem:
        sys.exit(f"\nInkling would not run there. {problem}")
    except KeyboardInterrupt:
        sys.exit("\nStopped.")


def check(folder: Path, python: str) -> None:
    """Make the app's copy and environment in a folder, start it there and visit it."""
    repository = folder / "inkling"
    copy_repository(repository)
    began = time.monotonic()
    own = make_environment(folder / "environment", python)
    version = subprocess.check_output([own, "-V"], text=True).strip()
    print_row("Clean environment", f"{version}, made in {time.monotonic() - began:.0f} s")
    with deployed(repository, own) as app, visiting(app.server.url) as page:
        print_row("Draw", f"{draw(page)!r}")
        print_row("Pages", ", ".join(open_every_page(page)))
        check_peak("Memory of visits", app, LEAST)
        app.limit.change(MOST, app.server.process)
        name = "MNIST" if "MNIST_NPZ" in os.environ else "UCI digits"
        ended = train_for_an_epoch(page, app.server.url, name)
        print_row("quick-cnn, one epoch", f"{name}: {ended}")
        check_peak("Memory with training", app, MOST)


def check_peak(what: str, app: Deployment, most: int) -> None:
    """Print the peak of the app's memory, and make sure that it is below a limit.

    Raises:
        DeployError: it is not, or a process was killed for it.
    """
    peak, killed = app.watch.peak / 1e6, app.limit.kills()
    print_row(what, f"at most {peak:,.0f} of {most:,} MB ({app.limit.name})")
    if peak >= most or killed:
        raise DeployError(f"It takes {peak:,.0f} MB; {killed} processes were killed.")


def print_row(what: str, found: str) -> None:
    """Print a line of the report: what was looked at, and what was found."""
    print(f"{what:<22} {found}", flush=True)


@contextmanager
def deployed(repository: Path, python: Path) -> Iterator[Deployment]:
    """Start the app from its repository's root, in its environment alone; end it afterwards.

    Raises:
        ServerError: it does not answer.
        DeployError: what was done with it failed; the message ends with what it wrote.
    """
    with memory_limited_to(LEAST) as limit:
        server = Server(
            repository / "app.py",
            repository,
            environment(repository.parent),
            python=limit.wrap([str(python)]),
            log=repository.parent / "log.txt",
        )
        try:
            with server, PeakWatch(server.process) as watch:
                yield Deployment(server, limit, watch)
        except (DeployError, BrowserError, AssertionError) as problem:
            raise DeployError(f"{problem}{server.log_tail()}") from problem


def environment(home: Path) -> dict[str, str]:
    """Return the variables that the server sees: none of this person's own but for the digits."""
    kept = {name: os.environ[name] for name in ("PATH", "MNIST_NPZ") if name in os.environ}
    return {**kept, **FORCED, "HOME": str(home), "LANG": "C.UTF-8"}


if __name__ == "__main__":
    main()
