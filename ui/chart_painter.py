"""Paints one chart, in a process of its own: a Vega-Lite specification in, a PNG out.

The painter brings a whole JavaScript engine along; the server is spared its memory.
"""

import sys

import vl_convert


def paint() -> None:
    """Turn the specification on standard input into a PNG on standard output."""
    scale = float(sys.argv[1])
    sys.stdout.buffer.write(vl_convert.vegalite_to_png(sys.stdin.read(), scale=scale))


if __name__ == "__main__":
    paint()
