"""The ink, pixel by pixel, coloured by how much it decides."""

from typing import Any

import numpy as np
import streamlit as st

from mnist_core.explanation.occlusion import Occlusion
from mnist_core.explanation.pictures import PAPER, colour_ink
from mnist_core.pictures import Picture
from mnist_core.preprocessing import FIELD
from ui.base.wording import percent
from ui.components.chart_files import chart_png
from ui.components.pictures import hex_colour
from ui.inside.files import csv_of, rows_of

SIDE = 300  # pixels
FILE_SIDE = 480
DOWN, ACROSS = ("top", "middle", "bottom"), ("left", "middle", "right")

PIXELS: dict[str, Any] = {
    "padding": 0,
    "view": {"fill": hex_colour(PAPER), "stroke": None},
    "mark": {"type": "rect", "stroke": None},
    "encoding": {
        "x": {"field": "x", "type": "ordinal", "axis": None, "scale": {"padding": 0}},
        "y": {"field": "y", "type": "ordinal", "axis": None, "scale": {"padding": 0}},
        "color": {"field": "colour", "type": "nominal", "scale": None, "legend": None},
        "tooltip": [
            {"field": "x", "title": "Column"},
            {"field": "y", "title": "Row"},
            {"field": "ink", "title": "Ink, 0 to 255"},
            {"field": "decides", "title": "Answer loses", "format": "+.3%"},
        ],
    },
}


def pixels_of(ink: Picture, occlusion: Occlusion) -> dict[str, list[Any]]:
    """Return the columns of a table with one row for each pixel: its colour and its numbers."""
    y, x = np.indices(ink.shape)
    colours = colour_ink(ink, occlusion.ink).reshape(-1, 3).tolist()
    return {
        "x": x.ravel().tolist(),
        "y": y.ravel().tolist(),
        "colour": [f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in colours],
        "ink": ink.ravel().tolist(),
        "decides": occlusion.ink.ravel().tolist(),
    }


def ink_png(ink: Picture, occlusion: Occlusion) -> bytes:
    """Return the chart as the bytes of a PNG file."""
    rows = rows_of(pixels_of(ink, occlusion))
    return chart_png({**PIXELS, "data": {"values": rows}}, FILE_SIDE, FILE_SIDE)


def show_ink(ink: Picture, occlusion: Occlusion, key: str) -> None:
    """Show the coloured ink; each pixel says its numbers."""
    import pyarrow  # slow to import; Streamlit also does so only with the first chart

    table = pyarrow.table(pixels_of(ink, occlusion))
    st.vega_lite_chart(table, PIXELS, width=SIDE, height=SIDE, key=key, alt=ink_in_words(occlusion))


def ink_in_words(occlusion: Occlusion) -> str:
    """Return where the ink that decides most is."""
    decides = occlusion.ink
    if not decides.any():
        return f"No ink decides about the {occlusion.digit}."
    y, x = np.unravel_index(int(decides.argmax()), decides.shape)
    down, across = DOWN[3 * int(y) // FIELD], ACROSS[3 * int(x) // FIELD]
    where = "in the middle" if down == across else f"at the {down} {across}"
    return (
        f"The ink of the {occlusion.digit}, coloured. The ink that decides most is {where}: "
        f"without it the answer loses {percent(float(decides.max()))}."
    )


def ink_csv(ink: Picture, occlusion: Occlusion) -> bytes:
    """Return row, column, ink and how much it decides, for each pixel."""
    pixels = pixels_of(ink, occlusion)
    decides = [f"{value:.6g}" for value in pixels["decides"]]
    rows = zip(pixels["y"], pixels["x"], pixels["ink"], decides, strict=True)
    return csv_of(("row", "column", "ink", "decides"), rows)
