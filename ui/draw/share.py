"""Sharing a drawing: its link, as a QR code too, and files with its answer."""

import numpy as np
import streamlit as st

from mnist_core import Number, Reader, Reading
from mnist_core.sketches.sketch import Sketch
from mnist_core.sketches.vector import svg_of
from ui.components.address import PARAMETER, forget_opened, link_of, show_address
from ui.components.pictures import INK, hex_colour, picture_url
from ui.components.sketches import in_ink, sketch_on_canvas
from ui.draw.replay import show_replay
from ui.draw.share_animation import animate
from ui.draw.share_answer import answer_in_words
from ui.draw.share_picture import code_of, picture_with_answer

CODE = 200  # pixels
TOO_LARGE = "This drawing is too large for a link. Share it as a file."
COPY_HTML = '<button type="button">Copy link</button>'
COPY_CSS = """
button {
  width: 100%;
  padding: 0.5rem 0.75rem;
  color: var(--st-text-color);
  font: inherit;
  font-size: 0.875rem;
  background: var(--st-background-color);
  border: 1px solid var(--st-border-color);
  border-radius: var(--st-button-radius);
  cursor: pointer;
}
button:hover, button:focus-visible {
  color: var(--st-primary-color);
  border-color: var(--st-primary-color);
}
"""
COPY_SCRIPT = """
export default function ({ data, parentElement }) {
  const button = parentElement.querySelector("button");
  button.onclick = async () => {
    const address = new URL(data.address ?? window.location.href);
    address.searchParams.set("d", data.link);
    await copy(address.href);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy link"; }, 2000);
  };
}

async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = document.createElement("textarea"); // where the page did not come by https
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}
"""

COPY = st.components.v2.component("inkling_copy_link", html=COPY_HTML, css=COPY_CSS, js=COPY_SCRIPT)


def share_drawing(reader: Reader, reading: Reading | None, number: Number | None) -> None:
    """Write the drawing's link into the address, and offer to share it.

    Args:
        reader: reads the drawing once more, as its link shows it.
        reading: what is read; None where nothing was drawn with the pen.
        number: the number that is read, if there is one.
    """
    sketch = sketch_on_canvas() if reading else None
    if sketch is None or reading is None or reading.verdict == "blank":
        show_address(None)
        forget_opened()
        return
    link = link_of(sketch, reader, reading, number)
    show_address(link)
    show_replay(sketch)
    with st.container(key="share"):
        popover = st.popover("Share", icon=":material/share:", on_change="rerun", key="sharing")
        if popover.open:
            with popover:
                offer_link(link)
                offer_files(sketch, link, reader, reading, number)


def offer_link(link: str | None) -> None:
    """Offer to copy the link, and show it as a QR code."""
    if link is None:
        st.caption(TOO_LARGE)
        return
    address = address_of(link)
    COPY(data={"link": link, "address": address}, key="copy_link")
    if address:
        with st.container(horizontal_alignment="center"):
            st.image(
                picture_url(in_ink(np.asarray(code_of(address, CODE)))),
                alt="QR code of the link: scan it to open this drawing",
                width="content",
            )


def address_of(link: str) -> str | None:
    """Return the whole address of a drawing, or None where the browser has not told it."""
    page = st.context.url
    return f"{page.rstrip('/')}/?{PARAMETER}={link}" if page else None


def offer_files(
    sketch: Sketch, link: str | None, reader: Reader, reading: Reading, number: Number | None
) -> None:
    """Offer the drawing as files, which are made when somebody asks for them."""
    answer = answer_in_words(reading, number)
    address = address_of(link) if link else None
    files = (
        ("Picture", "png", "image/png", lambda: picture_with_answer(sketch, answer, address)),
        ("Animation", "gif", "image/gif", lambda: animate(sketch, reader, reading, number)),
        ("Strokes", "svg", "image/svg+xml", lambda: svg_of(sketch, hex_colour(INK))),
    )
    name = answer.digits.replace(" ", "-").replace("?", "drawing")
    for label, ending, kind, make in files:
        st.download_button(
            f"{label} ({ending.upper()})",
            make,
            f"inkling-{name}.{ending}",
            kind,
            key=f"share-{ending}",
            on_click="ignore",
            width="stretch",
        )
