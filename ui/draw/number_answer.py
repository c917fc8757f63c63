"""The answer to a number: its digits with their bars."""

from html import escape

import streamlit as st

from mnist_core import Number
from mnist_core.inference.number import NumberDigit
from ui.base.wording import percent
from ui.components.last_picture import ask_why
from ui.components.pictures import enlarge, picture_url
from ui.draw.answer import bars_box, seen_box, show_headline
from ui.draw.numbers import explanation, headline

SHOWN = 12  # digits of which the network's pictures are shown


def show_number(number: Number) -> None:
    """Show what was read, how confidently, digit by digit, and what the network saw."""
    digits = [digit.digit for digit in number.digits]
    with show_headline(headline(number.text), explanation(number), digits, is_number=True):
        ask_why()
    with bars_box("How sure it is of each digit"):
        st.html(bars(number))
    show_pictures(number)


def bars(number: Number) -> str:
    """Return a line with a bar for each digit, as HTML."""
    lines = "".join(bar(digit) for digit in number.digits)
    said = ", ".join(f"{d.digit}: {percent(d.confidence)}" for d in number.digits)
    return f'<div class="bars" role="img" aria-label="{escape(said)}">{lines}</div>'


def bar(digit: NumberDigit) -> str:
    """Return one line of them."""
    width = f"{digit.confidence * 100:.1f}%"
    return (
        f"<div><b>{digit.digit}</b><i><s style='width:{width}'></s></i>"
        f"<span>{percent(digit.confidence)}</span></div>"
    )


def show_pictures(number: Number) -> None:
    """Show each digit as the network saw it."""
    with seen_box(
        "Each digit is cropped, scaled to 20 pixels and centred by its centre of mass, as in "
        "MNIST. Where one ends is not decided before: every run of strokes is read, and the "
        "best way to divide them is the answer."
    ):
        tiles = st.grid(min(max(len(number.digits), 4), 6), min_column_width=60, gap="small")
        for digit in number.digits[:SHOWN]:
            url = picture_url(enlarge(digit.reading.ink))
            tiles.image(
                url, str(digit.digit), width="stretch", alt=f"What was read as {digit.digit}"
            )
