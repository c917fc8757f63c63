"""Whether this browser gives back what is drawn: some add noise, against being recognised."""

import base64
import binascii
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from mnist_core import Reading
from mnist_core.errors import PictureError
from mnist_core.pictures import open_picture
from mnist_core.preprocessing import Picture
from ui.pictures import INK, PAPER
from ui.resources import load_best_reader, load_sample_digits
from ui.words import headline, percent

SCALE = 10  # pixels of the canvas for each of a digit's
PREFIX = "data:image/png;base64,"

CANVAS = st.components.v2.component(
    "inkling_canvas_check", js=Path(__file__).with_name("canvas_check.js").read_text("utf-8")
)


@dataclass(frozen=True)
class Comparison:
    """What a canvas has given back, compared with what was drawn.

    Attributes:
        changed: share of the pixels that differ.
        most: the largest difference of a colour, 0 to 255.
        drawn: what the model reads in what was drawn.
        given_back: what it reads in what came back.
    """

    changed: float
    most: int
    drawn: Reading
    given_back: Reading


def check_canvas() -> None:
    """Draw a digit in this browser on request, and tell what comes back."""
    st.markdown(
        "Some browsers change a few pixels of what a page reads from its canvas, so that nobody"
        " can recognise them by it. This draws a real digit, out of sight, and compares."
    )
    if st.button("Check this browser", icon=":material/brush:"):
        st.session_state.canvas_check = True
    if not st.session_state.get("canvas_check"):
        return
    drawn = sample_on_canvas()
    sent = CANVAS(
        data={"scale": SCALE, "pixels": drawn[::SCALE, ::SCALE].tolist()},
        key="canvas_sent",
        on_picture_change=lambda: None,
    )
    if sent.picture:
        tell(compare(drawn, decode(sent.picture)))


def sample_on_canvas() -> Picture:
    """Return the picture that the canvas shall show: uint8 (280, 280, 3), a real digit in ink."""
    strength = load_sample_digits().images[0][..., None] / 255
    colours = np.asarray(PAPER) + strength * (np.asarray(INK) - np.asarray(PAPER))
    return colours.round().astype(np.uint8).repeat(SCALE, 0).repeat(SCALE, 1)


def decode(sent: object) -> Picture:
    """Return the picture that the browser has sent.

    Raises:
        PictureError: it has sent something else.
    """
    try:
        content = base64.b64decode(str(sent).removeprefix(PREFIX), validate=True)
    except binascii.Error as problem:
        raise PictureError("This browser did not send a picture.") from problem
    return open_picture(content)[..., :3]


def compare(drawn: Picture, given_back: Picture) -> Comparison:
    """Return what differs, and whether it matters.

    Raises:
        PictureError: the picture has another size.
    """
    if drawn.shape != given_back.shape:
        raise PictureError(
            f"Expected a picture of {drawn.shape} from this browser. Received: {given_back.shape}"
        )
    gap = np.abs(drawn.astype(int) - given_back).max(axis=2)
    reader = load_best_reader().reader
    return Comparison(
        float((gap > 0).mean()), int(gap.max()), reader.read(drawn), reader.read(given_back)
    )


def tell(result: Comparison) -> None:
    """Say whether drawings from this browser can be trusted."""
    if not result.changed:
        st.success(
            "This browser gives back every pixel as it was drawn.", icon=":material/check_circle:"
        )
        return
    same = headline(result.drawn) == headline(result.given_back)
    told = (
        f"This browser changes {percent(result.changed)} of the pixels, by at most {result.most} of"
        f" 255. The drawing is read as “{headline(result.given_back)}”, "
    )
    if same:
        st.info(f"{told}as without it.", icon=":material/blur_on:")
    else:
        st.warning(f"{told}without it as “{headline(result.drawn)}”.", icon=":material/blur_on:")
