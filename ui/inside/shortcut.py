"""What the usual demonstration would see, beside our four steps."""

import numpy as np
import streamlit as st

from mnist_core import Reader
from mnist_core.explanation.squeezed import squeeze
from mnist_core.pictures import Picture
from ui.base.wording import STEP_NAMES, percent
from ui.components.pictures import INK, PAPER, enlarge, picture_url
from ui.inside.files import csv_of, offer_figure
from ui.inside.lesson import SHORTCUT, open_lesson
from ui.inside.subject import Subject
from ui.inside.tiles import side_by_side


def show_shortcut(subject: Subject) -> None:
    """Show the whole paper squeezed, our four steps, and what the same network makes of each."""
    open_lesson(SHORTCUT)
    squeezed, ink = squeeze(subject.picture), subject.reading.ink
    probabilities = subject.reader.predict(squeezed[None])[0]
    digit, sure = int(probabilities.argmax()), float(probabilities.max())
    shortcut, ours = st.columns([1, 4], gap="large")
    with shortcut:
        url = picture_url(enlarge(squeezed))
        st.image(url, "Squeezed", width=140, alt="The whole paper, squeezed to 28 by 28 pixels")
        st.markdown(f"The network reads **{digit}**, {percent(sure)}")
    with ours:
        steps = subject.steps
        tiles = st.grid(4, min_column_width=60, gap="small")
        for picture, words in zip(
            (steps.ink, steps.crop, steps.box, steps.centred), STEP_NAMES, strict=True
        ):
            tiles.image(picture_url(enlarge(picture)), words, width="stretch", alt=words)
        st.markdown(
            f"The same network reads **{subject.digit}**, {percent(subject.reading.confidence)}"
        )
    offer_figure(
        "shortcut",
        lambda: side_by_side([as_colours(squeezed), as_colours(ink)], sharp=True),
        lambda: probabilities_csv(subject.reader, squeezed, ink),
    )


def as_colours(picture: Picture) -> Picture:
    """Return a grey picture in the app's ink and paper: uint8 (H, W, 3)."""
    return np.linspace(INK, PAPER, 256).round().astype(np.uint8)[picture]


def probabilities_csv(reader: Reader, *pictures: Picture) -> bytes:
    """Return how likely each digit is, squeezed and prepared, as CSV."""
    squeezed, ours = reader.predict(np.stack(pictures)).tolist()
    rows = zip(range(10), squeezed, ours, strict=True)
    return csv_of(("digit", "squeezed", "prepared"), rows)
