"""Draws one chart in a separate process: reads a Vega-Lite specification, writes a PNG.

This loads a JavaScript engine, whose memory the server should not have to hold.
"""

import sys

import vl_convert


def paint() -> None:
    """Read a specification from standard input and write a PNG to standard output."""
    scale = float(sys.argv[1])
    sys.stdout.buffer.write(vl_convert.vegalite_to_png(sys.stdin.read(), scale=scale))


if __name__ == "__main__":
    paint()
