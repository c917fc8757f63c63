"""A drawing that came with the address is drawn again, stroke by stroke, above the canvas."""

from base64 import b64encode

import streamlit as st

from mnist_core.sketches.sketch import Sketch
from mnist_core.sketches.vector import replay_of
from ui.components.address import is_just_opened
from ui.components.pictures import INK, PAPER, hex_colour


def show_replay(sketch: Sketch) -> None:
    """Draw a drawing again that was just opened; page.css lays it on the paper.

    Where the visitor prefers no motion, page.css leaves it out.
    """
    if is_just_opened(sketch):
        svg = b64encode(replay_of(sketch, hex_colour(INK), hex_colour(PAPER)).encode()).decode()
        with st.container(key="replay"):
            st.html(f'<img alt="" src="data:image/svg+xml;base64,{svg}">')
