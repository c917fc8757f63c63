"""Run a task in `.venv`, which is made or brought up to date first where it has to be.

    python3 scripts/setup.py app        (Windows: py scripts/setup.py app)

The Makefile calls this script; Windows, which has no make, calls it directly. It uses nothing but
the standard library and no syntax newer than Python 3.7, so that also a Python too old for Inkling
can say so.
"""

from __future__ import annotations

import argparse
import functools
import hashlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

OLDEST, NEWEST = (3, 11), (3, 13)  # as in pyproject.toml; TensorFlow has no wheel for 3.14
ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
VENV_PYTHON = str(VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
UNFINISHED = VENV / "unfinished"  # there while .venv is made: half a pip may well start
VERSION = "{}.{}".format(*sys.version_info)
DEFAULT_PORT = 8501

APP_REQUIREMENTS = ("requirements.txt",)
DEV_REQUIREMENTS = ("requirements.txt", "requirements-dev.txt")  # the last includes the first
APART = "requirements-apart.txt"  # for development, installed without what it asks for
DOWNLOADS = {"requirements.txt": "610 MB", "requirements-dev.txt": "1 GB"}  # measured on Linux
ON_DISK = {"requirements.txt": "2.9 GB", "requirements-dev.txt": "3.9 GB"}

# A worker for each core, at most four: each takes memory for TensorFlow or a browser. One file's
# tests stay with one worker, so that what they share is made once. A later -n0 takes it back.
SHARED_OUT = ["-n", "logical", "--maxprocesses", "4", "--dist", "loadfile"]
SHARED_OUT += ["--no-loadscope-reorder"]  # tests/helpers/marks.py lets the longest files begin

TASKS = {
    # On localhost the app is its user's own; who deploys it says another address
    "app": [["streamlit", "run", "app.py", "--server.address", "localhost"]],
    "test": [["pytest", *SHARED_OUT]],
    "test-fast": [["pytest", *SHARED_OUT, "-m", "not slow and not tensorflow and not e2e"]],
    "lint": [["ruff", "format", "--check"], ["ruff", "check"], ["mypy"]],
    "format": [["ruff", "format"], ["ruff", "check", "--fix"]],
    "bench": [["benchmarks"]],
    "soak": [["benchmarks.soak"]],
    "fuzz": [["benchmarks.fuzz"]],
    "cloud-check": [["deploy.cloud_check"]],
    "audit": [["deploy.audit"]],
}

UNFIT = """\
Inkling needs Python 3.11, 3.12 or 3.13 with its modules venv and ensurepip.
Found: {found} ({executable}).

To install what is missing:
  Debian, Ubuntu   sudo apt install {package}
  macOS            brew install python@3.13
  Windows          winget install Python.Python.3.13
  any system       https://www.python.org/downloads/
Then run the same command again. To choose one of several Pythons:
  make app PYTHON=python3.13        (Windows: py -3.13 scripts/setup.py app)"""

# What pip's output holds when it fails, and what to do then. The first that fits is shown:
# without a network pip also complains that there is "no matching distribution".
HINTS = {
    r"No space left|Errno 28|WinError 112": "The disk is full. Inkling takes 2.9 GB of it, and "
    "3.9 GB with its tests.",
    r"Failed to establish|ConnectionError|NameResolutionError|name resolution|getaddrinfo"
    r"|timed out|ProxyError|SSLError": "The package index (pypi.org) could not be reached. "
    "Check the network or the proxy; what was downloaded is not downloaded again.",
    r"No matching distribution|not a supported wheel": "One of the packages does not exist for "
    "this machine. TensorFlow and LiteRT are made for 64-bit Linux (x86-64 and ARM, glibc 2.28 or "
    "newer), 64-bit Windows, and Macs with Apple silicon.",
}

PIP_STEP = re.compile(r"(?:Downloading|Using cached) [^-\s]+|Installing collected packages")

say = functools.partial(print, flush=True)  # else a pipe shows it after what pip and others say


def check_python() -> None:
    """Exit with a message unless this Python can run Inkling."""
    fits = OLDEST <= sys.version_info[:2] <= NEWEST
    found = f"Python {sys.version.split()[0]}"
    missing = [name for name in ("venv", "ensurepip") if find_spec(name) is None]
    if missing:
        found += f" without {' and '.join(missing)}"
    elif fits:
        return
    package = f"python{VERSION}-venv" if fits else "python3.13-venv (or 3.12, 3.11)"
    sys.exit(UNFIT.format(found=found, executable=sys.executable, package=package))


def prepare(requirements: tuple[str, ...]) -> None:
    """Bring `.venv` up to date with the requirements files; do nothing where it is."""
    if environment_version() != VERSION:
        make_environment()
    # A stamp says that the file, as it is now, was installed. All go before pip starts: what an
    # interrupted pip leaves behind counts for nothing, and the next run finishes it.
    stamps = {VENV / f"{name}.installed": fingerprint(ROOT / name) for name in requirements}
    if all(stamp.exists() and stamp.read_text() == text for stamp, text in stamps.items()):
        return
    for stamp in stamps:
        stamp.unlink(missing_ok=True)
    install(requirements[-1])
    for stamp, text in stamps.items():
        stamp.write_text(text)


def environment_version() -> str | None:
    """Return the version of the Python in `.venv`, None where there is none that works."""
    if UNFINISHED.exists():
        return None
    command = [VENV_PYTHON, "-c", "import pip, sys; print('{}.{}'.format(*sys.version_info))"]
    try:
        answer = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except OSError:
        return None
    return answer.stdout.decode().strip() or None


def make_environment() -> None:
    """Make an empty `.venv` with this Python, in place of one that does not run or is another's."""
    import venv  # not at the top: where it is missing, check_python says so

    if VENV.exists():
        say(f".venv is incomplete or of another Python than {VERSION}: making it anew.")
    else:
        say(f"Making .venv with Python {sys.version.split()[0]}.")
    try:
        if VENV.exists():
            shutil.rmtree(VENV)
        VENV.mkdir()
        UNFINISHED.touch()
        venv.create(VENV, symlinks=os.name != "nt")
    except OSError as error:
        sys.exit(f"Python could not make {VENV}: {error}")
    # Not through venv, which keeps to itself what ensurepip says
    command = [VENV_PYTHON, "-m", "ensurepip", "--default-pip"]
    pip = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if pip.returncode != 0:
        sys.exit(f"{pip.stdout.decode(errors='replace')}\nPython could not put pip into {VENV}.")
    UNFINISHED.unlink()


def fingerprint(requirements: Path) -> str:
    """Return a digest of what is to be installed: the file's content, for this Python."""
    return hashlib.sha256(VERSION.encode() + requirements.read_bytes()).hexdigest()


def install(requirements: str) -> None:
    """Install a requirements file into `.venv`; if pip fails, show all it said and a hint."""
    say(
        f"Installing {requirements} into .venv: up to {DOWNLOADS[requirements]} to download "
        f"(most of it TensorFlow)\nand {ON_DISK[requirements]} on disk; a few minutes on a home "
        "line. "
        "This happens again only when the file changes."
    )
    log = VENV / "pip.log"
    command = [VENV_PYTHON, "-u", "-m", "pip", "install", "--no-input", "--progress-bar", "off"]
    command += ["--disable-pip-version-check", "-r", requirements]
    with log.open("wb") as output, subprocess.Popen(command, stdout=output, stderr=output) as pip:
        show_progress(pip, log)
    if pip.returncode == 0 and (requirements not in DEV_REQUIREMENTS[1:] or install_apart()):
        return
    said = log.read_text(encoding="utf-8", errors="replace")
    hint = next((hint for pattern, hint in HINTS.items() if re.search(pattern, said)), "")
    sys.exit(f"{said}\npip could not install {requirements}; all it said stands above.\n{hint}")


def install_apart() -> bool:
    """Install what must not bring its own requirements; return whether that went well."""
    if not (ROOT / APART).exists():
        return True
    command = [VENV_PYTHON, "-m", "pip", "install", "--no-input", "--no-deps", "--quiet"]
    command += ["--disable-pip-version-check", "-r", APART]
    return subprocess.run(command).returncode == 0


def show_progress(pip: subprocess.Popen[bytes], log: Path) -> None:
    """Show pip's present step until it ends: in one line with a clock, or line by line in a log."""
    start, shown = time.monotonic(), ""
    live = sys.stdout.isatty()
    while pip.poll() is None:
        steps = PIP_STEP.findall(log.read_text(encoding="utf-8", errors="replace"))
        step = steps[-1] if steps else "Looking up versions"
        if live:
            clock = "{}:{:02}".format(*divmod(int(time.monotonic() - start), 60))
            width = shutil.get_terminal_size().columns - 1
            say("\r" + f"  {clock}  {step}"[:width].ljust(width), end="")
        elif step != shown:
            say(f"  {step}")
        shown = step
        try:
            pip.wait(timeout=0.5)
        except subprocess.TimeoutExpired:
            continue
    if live:
        say()


def free_port(port: int) -> int:
    """Return `port`, or the next one that nothing listens on; say so if it is another."""
    free = next((candidate for candidate in range(port, 65536) if is_free(candidate)), port)
    if free != port:
        say(f"Port {port} is taken: using {free}.")
    return free


def is_free(port: int) -> bool:
    """Tell whether the app can have `port`, and a browser would then find the app there."""
    try:
        # Binding alone does not see a server on another local address, which localhost may mean.
        socket.create_connection(("localhost", port), timeout=0.5).close()
        return False
    except OSError:
        pass
    with socket.socket() as probe:
        if os.name != "nt":  # as servers do: a port that was closed a moment ago is free
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", port))
        except OSError:
            return False
    return True


def run(arguments: list[str]) -> int:
    """Run a module in the environment and return its exit status."""
    process = subprocess.Popen([VENV_PYTHON, "-m", *arguments])
    signal.signal(signal.SIGINT, lambda *_: None)  # Ctrl-C reaches the module, which ends itself
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    return process.wait()


def main() -> int:
    check_python()
    parser = argparse.ArgumentParser(
        description="Run a task in .venv, made or brought up to date first.",
        epilog="Further arguments go to the task's last program: streamlit, pytest, mypy, ruff.",
        allow_abbrev=False,
    )
    parser.add_argument("task", choices=["check", *TASKS], help="check only checks this Python")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="of the app")
    options, further = parser.parse_known_args()
    if not 1 <= options.port <= 65535:
        parser.error(f"Expected a port from 1 to 65535. Received: {options.port}")
    if options.task == "check":
        return 0

    os.chdir(ROOT)
    prepare(APP_REQUIREMENTS if options.task == "app" else DEV_REQUIREMENTS)
    *programs, last = TASKS[options.task]
    if options.task == "app":
        last = [*last, "--server.port", str(free_port(options.port))]
    statuses = [run(program) for program in [*programs, [*last, *further]]]
    return next(filter(None, statuses), 0)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("\nStopped. The same command goes on from here.")
