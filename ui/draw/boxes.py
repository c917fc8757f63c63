"""Boxes on the paper around the digits of a number."""

import streamlit as st

from mnist_core import Number


def show_boxes(number: Number, width: int, height: int) -> None:
    """Show a box around each digit, above the canvas; page.css lays them on the paper.

    Args:
        number: what was read.
        width: of the canvas in pixels, in which the boxes are given.
        height: the same.
    """
    boxes = "".join(box(each.box, f"{each.digit}", width, height) for each in number.digits)
    with st.container(key="boxes"):
        st.html(f'<div class="boxes" aria-hidden="true">{boxes}</div>')


def box(around: tuple[float, float, float, float], digit: str, width: int, height: int) -> str:
    """Return one box as HTML, with what was read as its label."""
    margin = 10  # pixels: half a pen, and a little
    left, top = max(around[0] - margin, 0), max(around[1] - margin, 0)
    right, bottom = min(around[2] + margin, width), min(around[3] + margin, height)
    place = (
        f"left:{left / width:.2%};top:{top / height:.2%};"
        f"width:{(right - left) / width:.2%};height:{(bottom - top) / height:.2%}"
    )
    return f'<div style="{place}"><span>{digit}</span></div>'
