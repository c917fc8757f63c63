"""Accessibility: the style rules for which Streamlit's theme has no option, in one place."""

from pathlib import Path

import streamlit as st

RULES = Path(__file__).with_suffix(".css")


def add_accessibility_rules() -> None:
    """Add the rules to the page; they take no room.

    They make text on the primary colour readable, show in the navigation where the keyboard is,
    let a press on a tile's picture press its button, and fit tables and the choice of a digit on a
    phone.
    `tests/e2e/test_accessibility.py` checks every page.
    """
    st.html(RULES)
