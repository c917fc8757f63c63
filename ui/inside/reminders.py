"""What the drawing reminds the network of: the map of digits, and the most similar ones."""

from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from mnist_core.evaluation.neighbours import nearest_neighbours
from mnist_core.explanation.digit_map import DigitMap, Placed, load_map, place_on
from mnist_core.explanation.pictures import FOR
from ui.base.wording import a_digit, article
from ui.components.chart_files import chart_png
from ui.components.datasets import is_mnist_here, load_digits
from ui.components.gallery import show_gallery
from ui.components.pictures import hex_colour
from ui.components.progress import progress
from ui.inside.files import csv_of, offer_figure, rows_of
from ui.inside.lesson import MAP, open_lesson
from ui.inside.subject import Subject

SIDE = 480  # pixels
FILE_SIDE = 640
NEIGHBOURS = 8
MINE = hex_colour(FOR)
OTHERS, RING = "#8a8fa3", "#3b8fd0"  # readable on light and on dark

MAP_CHART: dict[str, Any] = {
    "padding": 0,
    "encoding": {
        "x": {"field": "x", "type": "quantitative", "axis": None, "scale": {"domain": [0, 1]}},
        "y": {"field": "y", "type": "quantitative", "axis": None, "scale": {"domain": [0, 1]}},
    },
    "layer": [
        {
            "transform": [{"filter": "!datum.yours"}],
            "mark": {"type": "text", "fontSize": 10},
            "encoding": {
                "text": {"field": "digit"},
                "color": {"field": "colour", "type": "nominal", "scale": None},
                "tooltip": [{"field": "digit", "title": "Digit"}],
            },
        },
        {
            "transform": [{"filter": "datum.yours"}],
            "mark": {
                "type": "point",
                "shape": "circle",
                "size": 900,
                "strokeWidth": 4,
                "color": RING,
            },
            "encoding": {"tooltip": [{"field": "digit", "title": "Your drawing, read as"}]},
        },
    ],
}


def show_reminders(subject: Subject) -> None:
    """Show the drawing among the digits that the network learned from."""
    open_lesson(MAP)
    name = subject.reader.name
    if not subject.reader.network.features:
        st.markdown(f"{name} has no layer before its output in which drawings can be compared.")
        return
    digit_map = load_map(subject.reader)
    if digit_map is None:
        st.markdown(f"{name} has no map. pen-cnn has one.")
    else:
        show_map(subject, digit_map)
    offer_neighbours(subject)


def show_map(subject: Subject, digit_map: DigitMap) -> None:
    """Show the map with the drawing on it, and how far it can be trusted."""
    placed = place_on(digit_map, subject.reader, subject.reading.ink)
    alike = int((digit_map.labels[placed.neighbours] == subject.digit).sum())
    what = f"is {a_digit(subject.digit)}" if alike == 1 else f"are {subject.digit}s"
    words = f"Of the {NEIGHBOURS} digits nearest to yours, {alike} {what}."
    columns = points(subject, digit_map, placed)
    chart, text = st.columns([SIDE, 380], gap="large", vertical_alignment="center")
    with chart:
        import pyarrow  # slow to import; Streamlit also does so only with the first chart

        alt = f"A map of {len(digit_map.labels):,} digits in ten clouds. {words}"
        table = pyarrow.table(columns)
        st.vega_lite_chart(table, MAP_CHART, height=SIDE, key="inside_map", alt=alt)
    with text:
        st.markdown(f"**{words}** The blue ring is your drawing; all {subject.digit}s are orange.")
        st.markdown(
            f"**How far to trust the map:** of the {NEIGHBOURS} digits that lie nearest to one on "
            f"it, {100 * digit_map.agreement:.1f} % show the same digit. These are "
            f"{len(digit_map.labels):,} digits the network was trained on. Distances between "
            "clouds mean little."
        )
        offer_figure("map", partial(map_png, columns), partial(map_csv, columns))


def points(subject: Subject, digit_map: DigitMap, placed: Placed) -> dict[str, list[Any]]:
    """Return the columns of a table with the digits of the map, and the drawing as its last row."""
    places = np.concatenate([digit_map.places, placed.place[None]])
    digits = [*digit_map.labels.tolist(), subject.digit]
    return {
        "x": places[:, 0].tolist(),
        "y": places[:, 1].tolist(),
        "digit": [str(digit) for digit in digits],
        "colour": [MINE if digit == subject.digit else OTHERS for digit in digits],
        "yours": [False] * len(digit_map.labels) + [True],
    }


def map_png(columns: dict[str, list[Any]]) -> bytes:
    """Return the map as the bytes of a PNG file."""
    return chart_png({**MAP_CHART, "data": {"values": rows_of(columns)}}, FILE_SIDE, FILE_SIDE)


def map_csv(columns: dict[str, list[Any]]) -> bytes:
    """Return the map's digits with their places, the drawing last."""
    rows = (
        (f"{row['x']:.4f}", f"{row['y']:.4f}", row["digit"], int(row["yours"]))
        for row in rows_of(columns)
    )
    return csv_of(("x", "y", "digit", "your_drawing"), rows)


def offer_neighbours(subject: Subject) -> None:
    """Let the visitor see the most similar training digits; the first time takes seconds."""
    section = st.expander(
        "The eight most similar digits", key="inside_neighbours", on_change="rerun"
    )
    if section.open:
        with section:
            show_neighbours(subject)


def show_neighbours(subject: Subject) -> None:
    """Show the digits whose features are nearest, among MNIST's if they are on this machine."""
    name = "mnist" if is_mnist_here() else "uci-digits"
    digits = load_digits(name).train
    with progress("digits compared") as show:
        nearest = nearest_neighbours(
            subject.reader, subject.reading.ink, digits, NEIGHBOURS, show
        ).tolist()
    captions = [str(label) for label in digits.labels[nearest].tolist()]
    alts = [f"{article(int(label)).capitalize()} {label}" for label in captions]
    show_gallery(digits.images[nearest], captions, alts)
    source = "MNIST's training digits" if name == "mnist" else "the UCI digits"
    st.caption(f"The nearest of {len(digits):,}, {source}, the nearest first.")
