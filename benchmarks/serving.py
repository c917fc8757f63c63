"""How long a visitor waits, and what it costs the host: our app against a bare page."""

import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page, expect, sync_playwright

from benchmarks.result import Result

ROOT = Path(__file__).parents[1]
ROUNDS = 5
PATIENCE = 60_000  # milliseconds


@dataclass(frozen=True)
class Visit:
    """One visit to a freshly started server.

    Attributes:
        canvas: seconds from the start of the server until one can draw.
        answer: seconds from the start of the server until the first answer.
        memory: resident megabytes of the server after the answers; 0 where it cannot be told.
    """

    canvas: float
    answer: float
    memory: float


def measure_serving() -> list[Result]:
    """Return the figures of the app beside those of the bare page, visited in turn."""
    visits: dict[str, list[Visit]] = {"ours": [], "bare": []}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        for _ in range(ROUNDS):
            visits["bare"].append(visit(browser, ROOT / "benchmarks" / "bare_page.py", bare=True))
            visits["ours"].append(visit(browser, ROOT / "app.py"))
        browser.close()
    return [
        compare("server start to canvas", "s", "canvas", visits, 1.25),
        compare("server start to first answer", "s", "answer", visits, 1.25),
        compare("memory of the server after it", "MB", "memory", visits, 1.5),
    ]


def compare(
    what: str, unit: str, figure: str, visits: dict[str, list[Visit]], most: float
) -> Result:
    """Compare the medians of one figure."""
    ours, bare = (
        median(getattr(visit, figure) for visit in visits[page]) for page in ("ours", "bare")
    )
    measured = f"{ours:.3g} {unit}, {ours / bare:.2f} x the bare page's {bare:.3g} {unit}"
    return Result(what, measured, f"{most} x", ours <= most * bare)


def find_chromium() -> str:
    """Return the path of a Chromium.

    Raises:
        FileNotFoundError: there is none.
    """
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    raise FileNotFoundError("This benchmark drives Chromium. Install it: apt install chromium")


def visit(browser: Browser, script: Path, *, bare: bool = False) -> Visit:
    """Start a server, draw a 7 and wait for the answer."""
    began = time.perf_counter()
    with serving(script, bare=bare) as (server, address):
        page = browser.new_page()
        go_to(page, address)
        canvas = page.locator("canvas.upper-canvas")
        canvas.wait_for(timeout=PATIENCE)
        until_canvas = time.perf_counter() - began
        draw_seven(page)
        answer = page.get_by_role("heading", name=re.compile(r"I read|\d or \d\?|look like"))
        expect(answer).to_be_visible(timeout=PATIENCE)
        until_answer = time.perf_counter() - began
        memory = resident_megabytes(server.pid)
        page.close()
    return Visit(until_canvas, until_answer, memory)


@contextmanager
def serving(script: Path, *, bare: bool) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Run a page's server, the bare one without our configuration."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.headless=true"]
    command += [f"--server.port={port}", "--browser.gatherUsageStats=false"]
    with tempfile.TemporaryDirectory() as elsewhere:
        server = subprocess.Popen(
            command,
            cwd=elsewhere if bare else ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield server, f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait()


def go_to(page: Page, address: str) -> None:
    """Open a page as soon as its server answers."""
    deadline = time.monotonic() + PATIENCE / 1000
    host, port = address.removeprefix("http://").split(":")
    while True:
        try:
            socket.create_connection((host, int(port)), timeout=1).close()
            break
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
    page.goto(address, timeout=PATIENCE)


def draw_seven(page: Page) -> None:
    """Draw a 7 with the mouse, in one stroke."""
    box = page.locator("canvas.upper-canvas").bounding_box()
    if box is None:
        raise RuntimeError("The canvas has left the page.")
    first, *rest = [(80, 70), (200, 72), (130, 220)]
    page.mouse.move(box["x"] + first[0], box["y"] + first[1])
    page.mouse.down()
    for x, y in rest:
        page.mouse.move(box["x"] + x, box["y"] + y, steps=8)
    page.mouse.up()


def resident_megabytes(pid: int) -> float:
    """Return a process's resident memory on Linux, elsewhere 0."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return 0
    return int(status.split("VmRSS:")[1].split()[0]) / 1024
