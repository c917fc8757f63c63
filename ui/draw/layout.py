"""How the Draw page is laid out: wider than other pages, by a style sheet for its containers."""

from pathlib import Path

STYLE = Path(__file__).with_name("page.css")
# Keys of containers that the page has within another page too
DRAW = "draw"
INTRO = "intro"
INPUT = "input"

WIDTH = 1120  # pixels: pictures and bars, where other pages have lines of text
