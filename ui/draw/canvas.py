"""The canvas: where a visitor draws, and how they take it back."""

import contextlib
import json

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit_drawable_canvas import CanvasResult, st_canvas

from mnist_core.errors import PictureError
from mnist_core.preprocessing import Picture
from ui.draw.samples import choose_sample
from ui.pictures import (
    DAMAGED,
    INK,
    PAPER,
    encode_png,
    hex_colour,
    lay_on_paper,
    open_drawing,
    picture_url,
    write_in_ink,
)
from ui.state import Drawing, Marks, current_drawing

SIDE = 280  # fits a phone of 360 pixels, with a margin to scroll the page by
PENS = {"Fine": 8, "Medium": 16, "Bold": 26}


def draw_digit() -> Picture | None:
    """Show the canvas and its controls; return what is drawn, or None while it is empty.

    Returns:
        uint8, shape (280, 280, 3).
    """
    drawing = current_drawing()
    # A frame of fixed height: nothing moves when the canvas appears, and its own toolbar,
    # which would cover what is above, stays out of sight.
    frame = st.container(height=SIDE, border=False, horizontal_alignment="center")
    pen = st.segmented_control(
        "Pen width",
        PENS,
        default="Medium",
        required=True,
        key="pen",
        persist_state="session",
        label_visibility="collapsed",
        width="stretch",
    )
    with st.container(horizontal=True, gap="xsmall"):
        st.button("Undo", on_click=drawing.undo, width="stretch")
        st.button("Clear", on_click=drawing.clear, width="stretch")
        st.button("Surprise me", on_click=draw_sample, width="content")

    if "canvas" not in st.session_state:  # it was not on the page until now
        drawing.resume(kept_by_browser())
    with frame:
        canvas = st_canvas(
            stroke_width=PENS[pen],
            stroke_color=hex_colour(INK),
            background_color=hex_colour(PAPER),  # for good: changing it wipes the canvas
            height=SIDE,
            width=SIDE,
            initial_drawing=drawing.start,
            return_image_data=True,
            key="canvas",
        )
    hear(canvas, drawing)
    if drawing.is_empty or drawing.png is None:
        return None
    return open_drawing(drawing.png, SIDE)


def hear(canvas: CanvasResult, drawing: Drawing) -> None:
    """Take in what the canvas says.

    Raises:
        PictureError: it is not what our canvas says.
    """
    try:
        if canvas.json_data and canvas.image_bytes:
            drawing.hear(list(canvas.json_data["objects"]), canvas.image_bytes)
    except (ValueError, LookupError, TypeError, AttributeError) as problem:
        raise PictureError(DAMAGED) from problem


def kept_by_browser() -> Marks:
    """Return what the browser says that is on the canvas, which this visit does not know yet.

    So it is when the server has been started anew under an open page: the visit is new, and only
    the raw message tells, for no widget has been made.
    """
    context = get_script_run_ctx()
    states = context.session_state.get_widget_states() if context else []
    for state in states:
        if state.id.endswith("-canvas"):
            with contextlib.suppress(ValueError, LookupError, TypeError):
                return list(json.loads(state.json_value)["drawing"]["raw"]["objects"])
    return []


def draw_sample() -> None:
    """Put a real handwritten digit on the canvas, in the visitor's ink."""
    put_on_canvas(choose_sample())


def put_on_canvas(digit: Picture) -> None:
    """Put a digit in MNIST's format on the canvas, in the visitor's ink.

    Args:
        digit: uint8 (28, 28), ink light on black.
    """
    ink = write_in_ink(digit, SIDE)
    corner = {"left": 0, "top": 0, "originX": "left", "originY": "top"}
    mark = {"type": "Image", "src": picture_url(ink), **corner}
    current_drawing().put([mark], encode_png(lay_on_paper(ink)))
