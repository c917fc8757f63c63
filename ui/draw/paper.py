"""The paper: streamlit-drawable-canvas without its toolbar, and with a name for a screen reader.

No app can turn the package's toolbar off. It is invisible until a mouse comes near, but it lies on
the paper and takes what a finger draws there. The canvas lives in a shadow root, which no style of
the page reaches. So we register the package's component once more, with the same script and styles
but with HTML of our own, `paper.html`. That also lets the page choose how large the paper is shown.
"""

import logging
from pathlib import Path

import streamlit as st
from streamlit_drawable_canvas import CanvasResult, st_canvas

from ui.base import session_keys
from ui.components.drawing import SIDE, Drawing
from ui.components.pictures import INK, PAPER, hex_colour

COMPONENT = "streamlit-drawable-canvas.streamlit_drawable_canvas"
SCRIPT, STYLES = "index-*.js", "index-*.css"
HTML = Path(__file__).with_name("paper.html").read_text("utf-8")


def show_paper(drawing: Drawing, pen_width: int, key: str = session_keys.CANVAS) -> CanvasResult:
    """Show the paper with what the drawing started with; return what is on it now."""
    return st_canvas(
        stroke_width=pen_width,
        stroke_color=hex_colour(INK),
        background_color=hex_colour(PAPER),  # constant: a change would clear the canvas
        height=SIDE,
        width=drawing.width,
        initial_drawing=drawing.start,
        return_image_data=True,
        key=key,
    )


def register_paper() -> None:
    """Replace the HTML of the canvas: Streamlit uses what was registered last."""
    registry = logging.getLogger("streamlit.components.v2.component_registry")
    level = registry.level
    registry.setLevel(logging.ERROR)  # it warns when a name is registered twice, as it is here
    st.components.v2.component(COMPONENT, js=SCRIPT, css=STYLES, html=HTML)
    registry.setLevel(level)


register_paper()
