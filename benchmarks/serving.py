"""How long a visitor waits and how much memory the server takes: our app against a bare page."""

import os
import re
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, expect

from benchmarks.result import Result
from devtools.browser import PATIENCE, chromium
from devtools.server import APP, ROOT, Server
from devtools.visitor import SEVEN, Visitor

BARE_PAGE = ROOT / "benchmarks" / "bare_page.py"
ROUNDS = 5
READ = re.compile(r"I read|\d or \d\?|look like")  # the bare page reads nothing, and says so
QUIET = ("--browser.gatherUsageStats=false",)


@dataclass(frozen=True)
class Visit:
    """One visit to a server that was just started.

    Attributes:
        canvas: seconds from the start of the server until one can draw.
        answer: seconds from the start of the server until the first answer.
        memory: resident memory of the server after the answer, in megabytes of 2**20 bytes.
    """

    canvas: float
    answer: float
    memory: float


def measure_serving() -> list[Result]:
    """Return the app's figures compared with those of the bare page, visited in turn."""
    visits: dict[str, list[Visit]] = {"ours": [], "bare": []}
    with chromium() as browser, tempfile.TemporaryDirectory() as elsewhere:
        for _ in range(ROUNDS):
            # Elsewhere, because the bare page is served without our configuration
            visits["bare"].append(visit(browser, quiet_server(BARE_PAGE, Path(elsewhere))))
            visits["ours"].append(visit(browser, quiet_server(APP, ROOT)))
    return [
        compare("server start to canvas", "s", "canvas", visits, 1.25),
        compare("server start to first answer", "s", "answer", visits, 1.25),
        compare("server memory after the first answer", "MB", "memory", visits, 1.5),
    ]


def quiet_server(
    script: Path, folder: Path, environment: Mapping[str, str] | None = None
) -> Server:
    """Return a server of a script that runs in a folder and writes nothing."""
    return Server(script, folder, environment, options=QUIET, log=Path(os.devnull))


def compare(
    what: str, unit: str, figure: str, visits: dict[str, list[Visit]], most: float
) -> Result:
    """Compare the medians of one figure."""
    ours, bare = (
        median(getattr(visit, figure) for visit in visits[page]) for page in ("ours", "bare")
    )
    measured = f"{ours:.3g} {unit}, {ours / bare:.2f} x the bare page's {bare:.3g} {unit}"
    return Result(what, measured, f"{most} x", ours <= most * bare)


def visit(browser: Browser, server: Server) -> Visit:
    """Start a server, draw a 7 and wait for the answer."""
    began = time.perf_counter()
    with server:
        page = browser.new_page()
        page.goto(server.url, timeout=PATIENCE)
        visitor = Visitor(page)
        visitor.canvas.wait_for(timeout=PATIENCE)
        until_canvas = time.perf_counter() - began
        visitor.draw(SEVEN)
        expect(page.get_by_role("heading", name=READ)).to_be_visible(timeout=PATIENCE)
        until_answer = time.perf_counter() - began
        memory = server.process.memory_info().rss / 2**20
        page.close()
    return Visit(until_canvas, until_answer, memory)
