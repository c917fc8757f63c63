"""Bars: how likely each of the ten digits is, as HTML that a script may move in place."""

from collections.abc import Collection, Sequence
from html import escape
from pathlib import Path

import streamlit as st

from ui.base.wording import percent

MIN_LABELLED = 0.01
STYLE = Path(__file__).with_name("bars.css").read_text("utf-8")


def show_probabilities(
    probabilities: Sequence[float], named: Collection[int], *, labelled: bool = True
) -> None:
    """Draw one bar per digit; those that the answer does not name are pale.

    Args:
        probabilities: ten numbers from 0 to 1.
        named: the digits that the answer names.
        labelled: whether bars state their probability; what was rejected should not look certain.
    """
    show_bars(probabilities, named, alt_text(probabilities), labelled=labelled)


def show_empty_bars() -> None:
    """Show where the bars will be."""
    show_bars([0.0] * 10, (), "Probabilities appear here once you draw", labelled=False)


def show_bars(
    probabilities: Sequence[float], named: Collection[int], alt: str, *, labelled: bool
) -> None:
    """Show bars with an alternative text."""
    bars = "".join(
        bar(digit, probability, digit in named, labelled and probability >= MIN_LABELLED)
        for digit, probability in enumerate(probabilities)
    )
    st.html(
        f"<style>{STYLE}</style>"
        f'<div class="likelihood" role="img" aria-label="{escape(alt)}">{bars}</div>'
    )


def bar(digit: int, probability: float, is_named: bool, is_labelled: bool) -> str:
    """Return one bar as HTML, with its digit below and its label above."""
    label = escape(percent(probability)) if is_labelled else ""
    kind = ' class="named"' if is_named else ""
    return f'<div{kind} style="--p:{probability:.4f}"><i><span>{label}</span></i>{digit}</div>'


def alt_text(probabilities: Sequence[float]) -> str:
    """Return the bars' alternative text, the likeliest digits first."""
    ranked = sorted(enumerate(probabilities), key=lambda bar: -bar[1])
    likely = [f"{digit}: {percent(p)}" for digit, p in ranked if p >= MIN_LABELLED]
    return f"Probability of each digit. {', '.join(likely) or 'Nothing is read yet'}"
