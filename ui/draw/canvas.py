"""Drawing on the paper: pens, undo and clear."""

from base64 import b64encode
from pathlib import Path

import streamlit as st
from streamlit_drawable_canvas import CanvasResult

from mnist_core.errors import PictureError
from mnist_core.pictures import Picture
from ui.base import session_keys
from ui.components.drawing import (
    SIDE,
    WIDE,
    Drawing,
    current_drawing,
    drawing_in_browser,
    put_on_canvas,
)
from ui.components.pictures import DAMAGED, open_drawing
from ui.components.resources import choose_sample
from ui.components.strokes import Points, strokes_among, strokes_of
from ui.draw.paper import show_paper

PENS = {"Fine": 8, "Medium": 16, "Bold": 26}
SVG = b64encode(Path(__file__).with_name("ghost.svg").read_bytes()).decode()
GHOST = f'<img alt="" src="data:image/svg+xml;base64,{SVG}">'  # a digit to trace


def draw_digit() -> Picture | None:
    """Show the canvas and its controls; return the drawing, or None while it is empty.

    Returns:
        uint8, shape (280, 280, 3), or (280, 560, 3) once the paper has been widened.
    """
    drawing = current_drawing()
    resume_drawing(drawing)
    paper = st.container(key="paper")
    if drawing.width == WIDE:
        paper.container(key="wide").empty()  # tells page.css
    with st.container(key="tools"):
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
            pen = choose_pen()
            offer_width(drawing)
        show_buttons(drawing)
    with paper:
        sync_drawing(show_paper(drawing, PENS[pen]), drawing)
        if drawing.is_untouched:
            st.html(GHOST)
    if drawing.is_empty or drawing.png is None:
        return None
    return open_drawing(drawing.png, SIDE, WIDE)


def draw_without_tools() -> Picture | None:
    """Show the canvas alone, for a page within another; return what is on it, or None if empty.

    Returns:
        uint8, shape (280, 280, 3), or (280, 560, 3) if a wide drawing was opened.
    """
    drawing = current_drawing()
    resume_drawing(drawing)
    with st.container(key="paper"):
        if drawing.width == WIDE:
            st.container(key="wide").empty()  # tells page.css
        return draw_on_paper(drawing, session_keys.CANVAS)


def draw_on_paper(drawing: Drawing, key: str) -> Picture | None:
    """Show a canvas without controls, for other pages; return what is on it, or None if empty.

    Returns:
        uint8, shape (280, 280, 3).
    """
    sync_drawing(show_paper(drawing, PENS["Medium"], key), drawing)
    if drawing.is_empty or drawing.png is None:
        return None
    return open_drawing(drawing.png, SIDE, drawing.width)


def resume_drawing(drawing: Drawing) -> None:
    """Show the drawing, or the one that the browser has kept, on a canvas that is new on the page.

    It may be a wider one: this comes before anything that depends on the paper's width.
    """
    if session_keys.CANVAS not in st.session_state:
        drawing.resume(*drawing_in_browser())


def choose_pen() -> str:
    """Let the visitor choose how wide the pen is; return its name."""
    return st.segmented_control(
        "Pen width",
        PENS,
        default="Medium",
        required=True,
        key="pen",
        persist_state="session",
        label_visibility="collapsed",
        width="stretch",
    )


def show_buttons(drawing: Drawing) -> None:
    """Show what changes the drawing besides the pen."""
    with st.container(horizontal=True, gap="xsmall"):
        st.button("Undo", on_click=drawing.undo, width="stretch", shortcut="Mod+Z")
        st.button("Clear", on_click=drawing.clear, width="stretch", shortcut="Mod+Backspace")
        st.button("Surprise me", on_click=draw_sample, width="content")


def drawn_strokes() -> list[Points] | None:
    """Return the strokes on the canvas in pixels of it, or None where a picture lies on it.

    Raises:
        PictureError: the canvas cannot have sent this.
    """
    return strokes_of(current_drawing().marks)


def canvas_size() -> tuple[int, int]:
    """Return the canvas's width and height in its own pixels."""
    return current_drawing().width, SIDE


def offer_width(drawing: Drawing) -> None:
    """Let the visitor make room for a long number, and take it back where nothing lies on it."""
    if drawing.width == SIDE:
        st.button("Wider", on_click=drawing.widen, args=(WIDE,), width="content")
    else:
        strokes = strokes_among(drawing.marks)
        beyond = any(float(stroke[:, 0].max()) > SIDE for stroke in strokes)
        st.button(
            "Narrower",
            on_click=drawing.widen,
            args=(SIDE,),
            disabled=beyond,
            help="There is ink on the right half of the paper." if beyond else None,
            width="content",
        )


def sync_drawing(canvas: CanvasResult, drawing: Drawing) -> None:
    """Update the drawing with what the canvas has sent.

    Raises:
        PictureError: the canvas cannot have sent this.
    """
    try:
        if canvas.json_data and canvas.image_bytes:
            drawing.sync(list(canvas.json_data["objects"]), canvas.image_bytes)
    except (ValueError, LookupError, TypeError, AttributeError) as problem:
        raise PictureError(DAMAGED) from problem


def draw_sample() -> None:
    """Put a real handwritten digit on the canvas."""
    put_on_canvas(choose_sample())
