"""Charts as PNG files to download."""

import json
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from mnist_core.errors import InklingError

ROOT = Path(__file__).parents[2]
PAINTER = (sys.executable, "-m", "ui.components.chart_painter")
TIMEOUT = 60  # seconds; it usually takes two
SCALE = 2  # pixels of the file per pixel of the page
WIDTH, HEIGHT = 944, 480
MARGIN = 16


class ChartError(InklingError):
    """The chart cannot be saved as a file."""


def offer_chart(spec: dict[str, Any], file_name: str, label: str) -> None:
    """Offer a chart as a PNG file, which is created when the visitor clicks.

    Args:
        spec: a Vega-Lite specification, as for `chart_png`.
        file_name: the name of the file.
        label: the text of the button.
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
        spec: a complete Vega-Lite specification that includes its data.
        width: of the chart with axes and legends, in pixels; the file has twice as many.
            Joined views (`hconcat`, `vconcat`) have their own sizes.
        height: likewise.

    Raises:
        ChartError: the specification is invalid, or charts cannot be drawn on this machine.
    """
    try:
        result = subprocess.run(
            [*PAINTER, str(SCALE)],
            cwd=ROOT,
            input=json.dumps(sized(themed(spec), width, height)).encode(),
            capture_output=True,
            timeout=TIMEOUT,
            check=True,
        )
    except subprocess.CalledProcessError as problem:
        output = problem.stderr.decode(errors="replace")
        reasons = [line for line in output.splitlines() if "Error" in line]
        raise ChartError(f"The chart could not be drawn. {(reasons or [output])[-1]}") from problem
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise ChartError(f"The chart could not be drawn: {problem}.") from problem
    return result.stdout


def sized(spec: dict[str, Any], width: int, height: int) -> dict[str, Any]:
    """Return the specification with this size, which includes the margins."""
    if "hconcat" in spec or "vconcat" in spec or "concat" in spec:
        return {**spec, "padding": MARGIN}
    size = {"width": width, "height": height, "padding": MARGIN}
    return {**spec, **size, "autosize": {"type": "fit", "contains": "padding"}}


def themed(spec: dict[str, Any]) -> dict[str, Any]:
    """Return the specification with the colours of the app's light theme."""
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
