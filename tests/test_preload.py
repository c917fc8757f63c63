"""What is loaded before the first visit, and what no start waits for."""

import subprocess
import sys

from mnist_core.errors import ModelError
from mnist_core.models import registry
from ui.components import resources
from ui.server import preload

AT_THE_START = """
import runpy, sys
import streamlit, streamlit.web.bootstrap
runpy.run_path("app.py", run_name="app")
heavy = {"pandas", "ai_edge_litert", "PIL"}
print(*sorted(heavy & {name.partition(".")[0] for name in sys.modules}))
"""


def test_a_start_waits_for_nothing_that_only_pages_need():
    command = [sys.executable, "-c", AT_THE_START]
    done = subprocess.run(command, cwd=preload.DRAW.parents[1], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "\n"


def test_it_loads_the_reader_that_the_first_visitor_gets(monkeypatch):
    loaded = []
    monkeypatch.setattr(resources, "load_reader", lambda name: loaded.append(name) or name)
    resources.load_version.clear()
    preload.load()
    assert loaded == [registry.DEFAULT]
    assert resources.load_named_reader(registry.DEFAULT) == registry.DEFAULT
    assert loaded == [registry.DEFAULT]
    resources.load_version.clear()


def test_it_imports_what_draw_imports():
    modules = preload.imported_by(preload.DRAW)
    assert {"ui.draw.answer", "ui.draw.canvas", "ui.components.resources"} <= set(modules)
    preload.load()
    assert "ui.draw.answer" in sys.modules


def test_what_is_wrong_with_the_default_model_is_left_to_the_page(monkeypatch):
    def missing():
        raise ModelError("There is no model.")

    monkeypatch.setattr(registry, "default_model", missing)
    preload.load()
