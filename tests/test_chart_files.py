"""Charts as files: what is painted, how large, and what is said when nothing can be."""

import io
import sys

import numpy as np
import pytest
from PIL import Image

from ui.components import chart_files
from ui.components.chart_files import ChartError, chart_png
from ui.retrain.run_curves import curves

BARS = {
    "data": {"values": [{"digit": "1", "count": 3}, {"digit": "7", "count": 9}]},
    "mark": "bar",
    "encoding": {"x": {"field": "digit"}, "y": {"field": "count", "type": "quantitative"}},
}
POINTS = [
    {"epoch": epoch, "digits": digits, "value": 0.9 + 0.01 * epoch}
    for epoch in range(1, 4)
    for digits in ("Learned from", "Held out")
]
PAPER, BLUE = (253, 251, 246), (47, 74, 168)


def paint(spec: dict, width: int = 300, height: int = 200) -> Image.Image:
    content = chart_png(spec, width, height)
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    return Image.open(io.BytesIO(content)).convert("RGB")


@pytest.mark.parametrize("spec", [BARS, {**curves("accuracy", 3), "data": {"values": POINTS}}])
@pytest.mark.slow
def test_a_chart_is_painted_as_large_as_asked(spec):
    assert paint(spec, 400, 240).size == (800, 480)


@pytest.mark.slow
def test_bars_have_the_colours_of_the_page_and_are_as_high_as_what_they_count():
    picture = paint(BARS)
    assert picture.getpixel((2, 2)) == PAPER
    blue = (np.asarray(picture) == BLUE).all(axis=2)
    assert blue.mean() > 0.1
    heights = blue.sum(axis=0)
    low, high = heights[: heights.size // 2].max(), heights[heights.size // 2 :].max()
    assert high == pytest.approx(3 * low, rel=0.1)


@pytest.mark.slow
def test_joined_charts_keep_their_own_sizes():
    view = {**BARS, "width": 100, "height": 100}
    width, height = paint({"data": BARS["data"], "hconcat": [view, view]}).size
    assert width > 2 * 2 * 100
    assert 2 * 100 < height < 2 * 200


@pytest.mark.slow
def test_nonsense_is_told():
    with pytest.raises(ChartError, match=r"could not be drawn.*TypeError"):
        chart_png({"mark": "nonsense"}, 100, 100)


def test_a_painter_that_is_missing_is_told(monkeypatch):
    monkeypatch.setattr(chart_files, "PAINTER", (sys.executable, "-m", "no_such_painter"))
    with pytest.raises(ChartError, match="No module named no_such_painter"):
        chart_png(BARS, 100, 100)


def test_a_painter_that_hangs_is_ended(monkeypatch):
    hang = (sys.executable, "-c", "import time; time.sleep(60)")
    monkeypatch.setattr(chart_files, "PAINTER", hang)
    monkeypatch.setattr(chart_files, "TIMEOUT", 0.1)
    with pytest.raises(ChartError, match="timed out"):
        chart_png(BARS, 100, 100)


def test_the_server_never_loads_the_painter():
    assert "vl_convert" not in sys.modules
