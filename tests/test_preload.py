"""What is loaded before the first visit, and what no start waits for."""

import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.waiting import wait_for

from devtools.server import LOOPBACK, ROOT, Server
from ui.base.logs import RECENT, configure
from ui.base.settings import settings
from ui.server import preload

AT_THE_START = """
import runpy, sys
import streamlit, streamlit.web.bootstrap
runpy.run_path("app.py", run_name="app")
heavy = {"pandas", "ai_edge_litert", "PIL"}
print(*sorted(heavy & {name.partition(".")[0] for name in sys.modules}))
"""


@pytest.mark.slow
def test_a_start_waits_for_nothing_that_only_pages_need():
    command = [sys.executable, "-c", AT_THE_START]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "\n"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="It reads /proc.")
def test_a_server_has_what_draw_needs_before_anybody_visits(data_root, tmp_path):
    environment = {**os.environ, "INKLING_HOME": str(data_root)}
    log = tmp_path / "log"
    with Server(environment=environment, options=[LOOPBACK], log=log) as server:
        loaded = Path("/proc") / str(server.process.pid) / "maps"
        for library in ("ai_edge_litert", "PIL", "pandas"):
            wait_for(lambda library=library: library in loaded.read_text())
    assert "unexpected error" not in log.read_text()


def test_it_imports_what_draw_imports_and_freezes_it(monkeypatch):
    imported, frozen = [], gc.get_freeze_count()
    monkeypatch.setattr(preload, "import_module", imported.append)
    garbage = [[] for _ in range(1_000)]
    preload.import_all()
    assert {"ui.draw.answer", "ui.draw.canvas", "ui.components.resources", "pandas"} <= {*imported}
    assert gc.get_freeze_count() >= frozen + len(garbage)


def test_what_cannot_be_imported_is_logged(monkeypatch):
    def fail(name):
        raise ImportError(f"{name} is broken")

    monkeypatch.setattr(preload, "import_module", fail)
    configure(settings())
    RECENT.events.clear()
    preload.import_all()
    (event,) = RECENT.events
    assert (event["event"], event["kind"]) == ("unexpected error", "ImportError")
