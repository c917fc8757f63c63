"""Layer by layer: what each layer of the network makes of the drawing."""

from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any

import streamlit as st

from mnist_core.explanation.activations import Layer, activations
from ui.components.chart_files import chart_png
from ui.components.pictures import picture_url
from ui.inside.files import csv_of, offer_figure
from ui.inside.kernel_probe import show_kernels
from ui.inside.layer_maps import MOST, maps_csv, maps_of, sheet, sheet_png
from ui.inside.lesson import LAYERS, open_lesson
from ui.inside.subject import Subject

NAMES = {
    "convolution": "Convolution",
    "pooling": "Pooling",
    "normalisation": "Normalisation",
    "dense": "Dense layer",
}
SUMS: dict[str, Any] = {
    "padding": 0,
    "encoding": {
        "x": {"field": "digit", "type": "nominal", "title": None, "axis": {"labelAngle": 0}},
        "y": {"field": "sum", "type": "quantitative", "title": None},
        "tooltip": [
            {"field": "digit", "title": "Digit"},
            {"field": "sum", "title": "Sum", "format": ".3f"},
        ],
    },
    "mark": {"type": "bar", "cornerRadiusEnd": 3, "width": {"band": 0.8}},
}
HEIGHT = 180


def show_layers(subject: Subject) -> None:
    """Show the first kernels with their numbers, every layer's maps, and the ten sums."""
    open_lesson(LAYERS)
    layers = activations(subject.reader.network.path, subject.reading.ink)
    *hidden, output = layers
    if hidden and hidden[0].kind == "convolution":
        show_kernels(hidden[0])
    else:
        st.markdown(f"{subject.reader.name} has no kernels: its first layer sees all ink at once.")
    if hidden:
        choose_layer(dict(named(hidden)))
    show_sums(output, subject)


@st.fragment
def choose_layer(layers: dict[str, Layer]) -> None:
    """Let the visitor choose a layer, and show what it makes of the drawing."""
    name = st.pills(
        "Layer",
        layers,
        default=next(iter(layers)),
        required=True,
        key="inside_layer",
        wrap=True,
    )
    if name in layers:  # the visitor may have chosen another model meanwhile
        show_layer(name, layers[name])


def named(layers: list[Layer]) -> Iterator[tuple[str, Layer]]:
    """Yield layers with their names, counted by their kind."""
    seen: Counter[str] = Counter()
    for layer in layers:
        seen[layer.kind] += 1
        yield f"{NAMES[layer.kind]} {seen[layer.kind]}", layer


def show_layer(name: str, layer: Layer) -> None:
    """Show what a layer makes of the drawing, all of it on one sheet in the colours of the maps."""
    maps = maps_of(layer)
    height, width, count = maps.shape
    what = f"{count} features" if height == 1 else f"{count} maps of {width} × {height}"
    if layer.values.ndim == 1 and height > 1:
        what = f"{count} units, each as ink times weight, pixel by pixel"
    shown = f", the first {MOST} of them" if count > MOST else ""
    strongest = int(layer.values.reshape(-1, count).max(axis=0).argmax()) + 1
    words = f"{name}: {what}{shown}. Number {strongest} is the strongest"
    st.image(picture_url(sheet(maps)), width="stretch", alt=f"{words}, in colours")
    st.caption(f"{words}. Orange is above 0, blue below.")
    key = name.lower().replace(" ", "-")
    offer_figure(key, partial(sheet_png, maps), partial(maps_csv, maps))


def show_sums(output: Layer, subject: Subject) -> None:
    """Show the ten sums, which become probabilities."""
    sums = output.values.tolist()
    rows = [{"digit": str(digit), "sum": value} for digit, value in enumerate(sums)]
    st.markdown(f"**The ten sums.** {explain_sums(output, subject)}")
    said = ", ".join(f"{row['digit']}: {row['sum']:.1f}" for row in rows)
    st.vega_lite_chart(rows, SUMS, height=HEIGHT, key="inside_sums", alt=f"The sums. {said}")
    offer_figure(
        "sums",
        partial(chart_png, {**SUMS, "data": {"values": rows}}, 640, 320),
        partial(csv_of, ("digit", "sum"), list(enumerate(sums))),
    )


def explain_sums(output: Layer, subject: Subject) -> str:
    """Return how the ten sums become the answer."""
    reader, answer = subject.reader, subject.reading.digit
    said = (
        "The largest is the network's own answer. To turn them into probabilities, each is "
        f"divided by the temperature, {reader.card.calibration.temperature:.2f}; softmax does the "
        "rest."
    )
    if reader.adaptation and answer is not None and answer != output.values.argmax():
        said += f" Your hand makes it a {answer}."
    return said
