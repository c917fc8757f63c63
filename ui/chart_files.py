"""Charts as files to take away."""

import json
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from mnist_core.errors import InklingError

ROOT = Path(__file__).parents[1]
PAINTER = (sys.executable, "-m", "ui.chart_painter")
PATIENCE = 60  # seconds; it takes two
SCALE = 2  # dots of the file for each pixel of the page
WIDTH, HEIGHT = 944, 480
MARGIN = 16


class ChartError(InklingError):
    """The chart cannot be made into a file."""


def offer_chart(spec: dict[str, Any], file_name: str, label: str) -> None:
    """Offer a chart as a PNG, which is made when somebody asks for it.

    Args:
        spec: what `chart_png` takes.
        file_name: what the file shall be called.
        label: what the button says.
    """
    st.download_button(
        label,
        partial(chart_png, spec, WIDTH, HEIGHT),
        file_name,
        "image/png",
        key=f"chart-{file_name}",
        icon=":material/image:",
        on_click="ignore",
    )


def chart_png(spec: dict[str, Any], width: int, height: int) -> bytes:
    """Return a chart as the bytes of a PNG, in the light theme.

    Args:
        spec: a whole Vega-Lite specification, its data inside.
        width: of the chart with its axes and legends, in pixels; the file has twice as many.
            Views that are joined (`hconcat`, `vconcat`) bring sizes of their own.
        height: likewise.

    Raises:
        ChartError: the specification is none, or nothing can be painted on this machine.
    """
    try:
        done = subprocess.run(
            [*PAINTER, str(SCALE)],
            cwd=ROOT,
            input=json.dumps(sized(themed(spec), width, height)).encode(),
            capture_output=True,
            timeout=PATIENCE,
            check=True,
        )
    except subprocess.CalledProcessError as problem:
        said = problem.stderr.decode(errors="replace")
        reasons = [line for line in said.splitlines() if "Error" in line]
        raise ChartError(f"The chart could not be painted. {(reasons or [said])[-1]}") from problem
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise ChartError(f"The chart could not be painted: {problem}.") from problem
    return done.stdout


def sized(spec: dict[str, Any], width: int, height: int) -> dict[str, Any]:
    """Return a specification whose picture has this size, margins and all."""
    if "hconcat" in spec or "vconcat" in spec or "concat" in spec:
        return {**spec, "padding": MARGIN}
    size = {"width": width, "height": height, "padding": MARGIN}
    return {**spec, **size, "autosize": {"type": "fit", "contains": "padding"}}


def themed(spec: dict[str, Any]) -> dict[str, Any]:
    """Return a specification in the colours of the page's light theme."""
    ink, paper, line, colours = (
        st.get_option(f"theme.light.{name}")
        for name in ("textColor", "backgroundColor", "borderColor", "chartCategoricalColors")
    )
    text = {"labelColor": ink, "titleColor": ink, "labelFontSize": 12, "titleFontSize": 12}
    text |= {"titleFontWeight": "normal"}
    config = {
        "background": paper,
        "axis": {**text, "gridColor": line, "domainColor": line, "tickColor": line},
        "legend": text,
        "title": {"color": ink, "anchor": "start"},
        "text": {"color": ink},
        "mark": {"color": colours[0]},
        "range": {"category": colours},
        "view": {"stroke": None},
    }
    return {**spec, "config": {**config, **spec.get("config", {})}}
