"""Canvas check: whether this browser returns a drawing unchanged, or adds noise to it.

Some browsers add noise so that websites cannot recognise them by their canvas.
"""

import base64
import binascii
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from mnist_core import Reading
from mnist_core.errors import PictureError
from mnist_core.image_files import open_picture
from mnist_core.pictures import Picture
from ui.base.wording import headline, percent
from ui.components.pictures import INK, PAPER
from ui.components.resources import load_best_reader, load_sample_digits

SCALE = 10  # pixels of the canvas per pixel of the digit
CHECKED = "canvas_check"  # session key: whether a check was requested
PREFIX = "data:image/png;base64,"

CANVAS = st.components.v2.component(
    "inkling_canvas_check", js=Path(__file__).with_name("canvas_check.js").read_text("utf-8")
)


@dataclass(frozen=True)
class Comparison:
    """What a canvas has returned, compared with what was drawn.

    Attributes:
        changed: share of the pixels that differ.
        largest: the largest difference of a colour channel, 0 to 255.
        drawn: the reading of what was drawn.
        returned: the reading of what the canvas returned.
    """

    changed: float
    largest: int
    drawn: Reading
    returned: Reading


def check_canvas() -> None:
    """Draw a digit in this browser on request, and compare what comes back."""
    st.markdown(
        "For privacy, some browsers change a few pixels when a page reads its canvas. This check"
        " draws a real digit on an invisible canvas and compares what comes back."
    )
    if st.button("Check this browser", icon=":material/brush:"):
        st.session_state[CHECKED] = True
    if not st.session_state.get(CHECKED):
        return
    drawn = sample_on_canvas()
    sent = CANVAS(
        data={"scale": SCALE, "pixels": drawn[::SCALE, ::SCALE].tolist()},
        key="canvas_sent",
        on_picture_change=lambda: None,
    )
    if sent.picture:
        show_comparison(compare(drawn, decode(sent.picture)))


def sample_on_canvas() -> Picture:
    """Return the picture to draw on the canvas: uint8 (280, 280, 3), a real digit in ink."""
    strength = load_sample_digits().images[0][..., None] / 255
    colours = np.asarray(PAPER) + strength * (np.asarray(INK) - np.asarray(PAPER))
    return colours.round().astype(np.uint8).repeat(SCALE, 0).repeat(SCALE, 1)


def decode(sent: object) -> Picture:
    """Return the picture that the browser has sent.

    Raises:
        PictureError: it is not a picture.
    """
    try:
        content = base64.b64decode(str(sent).removeprefix(PREFIX), validate=True)
    except binascii.Error as problem:
        raise PictureError("This browser did not send a picture.") from problem
    return open_picture(content)[..., :3]


def compare(drawn: Picture, returned: Picture) -> Comparison:
    """Return how the two pictures and their readings differ.

    Raises:
        PictureError: the pictures differ in size.
    """
    if drawn.shape != returned.shape:
        raise PictureError(
            f"Expected a picture of {drawn.shape} from this browser. Received: {returned.shape}"
        )
    difference = np.abs(drawn.astype(int) - returned).max(axis=2)
    reader = load_best_reader().reader
    return Comparison(
        float((difference > 0).mean()),
        int(difference.max()),
        reader.read(drawn),
        reader.read(returned),
    )


def show_comparison(result: Comparison) -> None:
    """Say whether this browser changes drawings, and whether that changes their reading."""
    if not result.changed:
        st.success(
            "This browser returns every pixel as it was drawn.", icon=":material/check_circle:"
        )
        return
    same = headline(result.drawn) == headline(result.returned)
    change = (
        f"This browser changes {percent(result.changed)} of the pixels, by at most"
        f" {result.largest} of 255."
    )
    if same:
        st.info(f"{change} The reading stays the same.", icon=":material/blur_on:")
    else:
        st.warning(
            f"{change} The reading changes from “{headline(result.drawn)}” to"
            f" “{headline(result.returned)}”.",
            icon=":material/blur_on:",
        )
