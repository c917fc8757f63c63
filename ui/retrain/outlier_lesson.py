"""What a network that has only seen digits makes of a heart: it has never learned to reject."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import streamlit as st

from mnist_core import Reader, Reading
from mnist_core.pictures import Picture
from mnist_core.runs.run import Run
from mnist_core.synthesis.pen_drawings import draw_on_canvas
from mnist_core.synthesis.scribbles import heart, star
from ui.base.wording import percent, plain
from ui.components.pictures import enlarge, picture_url

PEN = 20  # pixels, as on the canvas
HEIGHTS = (180, 190)  # pixels, of a drawing
FINE = 1_000  # steps in a unit of a drawing
SIZE = 68  # pixels of a picture on the page; four fit side by side on a phone
A = ([[0, 1], [0.4, 0], [0.8, 1]], [[0.15, 0.62], [0.65, 0.62]])
K = ([[0, 0], [0, 1]], [[0.6, 0], [0, 0.55], [0.65, 1]])


@dataclass(frozen=True)
class OutlierReadings:
    """Drawings of no digit, by name, and what a network read in each."""

    readings: dict[str, Reading]

    @property
    def taken_for_digits(self) -> int:
        """How many of them it took for a digit."""
        return sum(reading.digit is not None for reading in self.readings.values())


def show_lesson(run: Run, model: Path) -> bool:
    """Show what a network makes of things that are no digits; return whether to try it on Draw.

    Nothing is shown of a network that was trained to reject such things.

    Raises:
        ModelError: the model is damaged.
    """
    if run.recipe.outliers:
        return False
    outliers = read_outliers(str(model), (model / "card.json").stat().st_mtime_ns)
    if not outliers.taken_for_digits:
        return False
    with st.container(border=True):
        st.markdown("**What it has not learned: to say no**")
        st.markdown("This is what it reads in a heart, a star and two letters:")
        with st.container(horizontal=True, gap="small"):
            for name, reading in outliers.readings.items():
                show_reading(name, reading)
        st.markdown(
            "It has seen nothing but digits, so it takes almost anything for one of them. Pen CNN"
            " was also trained on letters, symbols and scribbles, and rejects most of them. On Draw"
            " it judges for your network too."
        )
        return st.button("Try a letter", icon=":material/ink_pen:")


def show_reading(name: str, reading: Reading) -> None:
    """Show one drawing and what the network read in it."""
    answer = shown = "not a digit"
    if reading.digit is not None:
        answer = f"{reading.digit}, {percent(reading.confidence)}"
        shown = f"**{reading.digit}**  \n{plain(percent(reading.confidence))}"
    with st.container(width=SIZE, gap="xxsmall"):
        picture = picture_url(enlarge(reading.ink))
        st.image(picture, width=SIZE, alt=f"{name}, read as {answer}")
        st.markdown(shown, text_alignment="center")


@st.cache_resource(show_spinner=False, max_entries=16)
def read_outliers(model: str, version: int) -> OutlierReadings:
    """Return what one version of a model reads in drawings that show no digit, without a judge."""
    reader = Reader(Path(model))
    reader.judge = None  # what the network says by itself
    return OutlierReadings(
        {name: reader.read(picture) for name, picture in draw_outliers().items()}
    )


@cache
def draw_outliers() -> dict[str, Picture]:
    """Return drawings of no digit, uint8 (280, 280) each; the same ones every time."""
    rng = np.random.default_rng(0)
    letters = {"The letter A": A, "The letter K": K}
    strokes = {"A heart": heart(rng), "A star": star(rng)}
    strokes |= {name: [np.array(line) for line in lines] for name, lines in letters.items()}
    return {
        name: draw_on_canvas(
            [(FINE * line).astype(np.int16) for line in lines],
            PEN,
            np.random.default_rng(1),
            HEIGHTS,
        )
        for name, lines in strokes.items()
    }
