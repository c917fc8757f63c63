"""The tutorial's plain network and ours on the same drawing: what each looks at."""

from functools import partial

import streamlit as st

from mnist_core import Reader
from mnist_core.errors import ModelError
from mnist_core.explanation.occlusion import Occlusion, occlude
from mnist_core.explanation.pictures import colour_ink
from ui.base.wording import percent
from ui.components.resources import load_named_reader
from ui.inside.files import csv_of, offer_figure
from ui.inside.lesson import TWO, open_lesson
from ui.inside.subject import Subject
from ui.inside.tiles import side_by_side, tile_url

PLAIN, DEEP = "tutorial-mlp", "pen-cnn"


def show_two_networks(subject: Subject) -> None:
    """Show which ink decides for either network."""
    open_lesson(TWO)
    try:
        readers = [load_named_reader(PLAIN), other_reader(subject)]
    except ModelError as problem:
        st.caption(str(problem))
        return
    ink = subject.reading.ink
    found = [occlusion_of(reader, subject) for reader in readers]
    pictures = [colour_ink(ink, one.ink) for one in found]
    tiles = st.grid(2, min_column_width=160, gap="large")
    for reader, picture, one in zip(readers, pictures, found, strict=True):
        with tiles.cell():
            words = f"{reader.name} reads {one.digit}, {percent(one.probability)}"
            st.image(tile_url(picture), width=280, alt=f"The ink that decides: {words}")
            st.markdown(f"**{reader.name}** reads **{one.digit}**, {percent(one.probability)}")
            st.caption(strongest(one))
    offer_figure(
        "two-networks",
        partial(side_by_side, pictures, sharp=True),
        partial(two_csv, readers, found),
    )


def other_reader(subject: Subject) -> Reader:
    """Return the network to compare with the plain one: the visitor's, unless that is the same."""
    return subject.reader if subject.reader.name != PLAIN else load_named_reader(DEEP)


def occlusion_of(reader: Reader, subject: Subject) -> Occlusion:
    """Return which ink decides for a network; what is known already is not computed again."""
    return subject.occlusion if reader is subject.reader else occlude(reader, subject.reading.ink)


def strongest(occlusion: Occlusion) -> str:
    """Return in words what the ink that decides most is worth."""
    most = max(float(occlusion.ink.max()), 0.0)
    return f"At the place that decides most, the answer loses {percent(most)} of probability."


def two_csv(readers: list[Reader], found: list[Occlusion]) -> bytes:
    """Return how much each pixel decides for each network."""
    plain, deep = (one.ink for one in found)
    rows = (
        (y, x, f"{plain[y, x]:.6g}", f"{deep[y, x]:.6g}")
        for y in range(len(plain))
        for x in range(len(plain))
    )
    return csv_of(("row", "column", *(reader.name for reader in readers)), rows)
