"""The first kernels on the visitor's ink: a map's pixels, and the products they are sums of."""

from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from mnist_core.explanation.activations import Layer

HERE = Path(__file__).parent

PROBE = st.components.v2.component(
    "inkling_kernel_probe",
    html=(HERE / "kernel_probe.html").read_text("utf-8"),
    css=(HERE / "kernel_probe.css").read_text("utf-8"),
    js=(HERE / "kernel_probe.js").read_text("utf-8"),
)


def show_kernels(layer: Layer) -> None:
    """Show a first convolution: the ink, one kernel's map, and the sum at one pixel."""
    PROBE(data=probe_data(layer), key="inside_kernels")


def probe_data(layer: Layer) -> dict[str, Any]:
    """Return what the browser computes with: ink, kernels, biases, and where the ink is."""
    if layer.weights is None or layer.bias is None:
        raise ValueError(f"Expected a convolution. Received: {layer.kind}")
    kernels = layer.weights[..., 0]
    margin = kernels.shape[1] // 2 if layer.is_padded else 0
    ink = layer.seen[..., 0]
    y, x = np.unravel_index(int(np.abs(layer.values[..., 0]).argmax()), layer.values.shape[:2])
    return {
        "seen": ink.round(4).tolist(),
        "kernels": kernels.round(5).tolist(),
        "biases": layer.bias.round(5).tolist(),
        "margin": margin,
        "rectified": layer.is_rectified,
        "place": [int(x), int(y)],
    }
