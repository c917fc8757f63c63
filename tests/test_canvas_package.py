"""What the paper relies on in streamlit-drawable-canvas: a version that changes it fails here.

Neither can be imported without a server, so this reads their files.
"""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

OURS = Path(__file__).parents[1] / "ui" / "draw"
HTML = (OURS / "paper.html").read_text("utf-8")
PACKAGE = Path(find_spec("streamlit_drawable_canvas").origin)
SOURCE = PACKAGE.read_text("utf-8")
(SCRIPT,) = (path.read_text("utf-8") for path in PACKAGE.parent.glob("frontend/build/index-*.js"))


@pytest.mark.parametrize("name", ["dc-toolbar", "dc-container", "dc-canvas", "canvas-container"])
def test_the_canvas_makes_what_our_style_names(name):
    assert f".{name}" in HTML
    assert re.search(rf"""["'`]{name}["'`]""", SCRIPT)


@pytest.mark.parametrize("name", ["upper-canvas", "lower-canvas"])
def test_the_canvas_has_the_two_layers_that_are_read_while_one_draws(name):
    assert name in (OURS / "live" / "page.js").read_text("utf-8")
    assert re.search(rf"""["'`]{name}["'`]""", SCRIPT)


def test_the_toolbar_holds_all_buttons_of_the_canvas():
    """One function makes them, and the toolbar is the only thing it is called for."""
    assert len(re.findall(r"""createElement\(["'`]button["'`]\)""", SCRIPT)) == 1
    assert SCRIPT.count("dc-icon-button") == 1
    assert re.search(r"\.dc-toolbar \{\s+display: none !important;", HTML)


def test_the_package_registers_the_canvas_as_we_do_but_for_the_html():
    registration = SOURCE[SOURCE.index("\nout = ") : SOURCE.index("\n_ORIGIN_OFFSET")]
    ours = (OURS / "paper.py").read_text("utf-8")
    parts = re.findall(r'(?:\(\s+|js=|css=)"([^"]+)"', registration)
    assert len(parts) == 3
    for part in parts:
        assert f'"{part}"' in ours
    assert "isolate_styles=True" in registration
    assert """html='<div class="canvas-root"></div>'""" in registration
    assert 'querySelector(".canvas-root")' in SCRIPT
    assert '<div class="canvas-root"' in HTML
