"""The smallest changes that make the drawing another digit, each to be put on the canvas."""

from functools import partial

import streamlit as st

from mnist_core.explanation.counterfactuals import LARGEST, Counterfactual
from mnist_core.explanation.edits import edits_in_words
from mnist_core.explanation.fine_ink import fine_ink
from mnist_core.explanation.pictures import colour_change
from ui.base import session_keys
from ui.base.wording import percent
from ui.components.drawing import put_on_canvas
from ui.components.last_picture import remember_picture
from ui.inside.files import csv_of, offer_figure
from ui.inside.lesson import CHANGES, open_lesson
from ui.inside.subject import Subject
from ui.inside.tiles import side_by_side, tile_url
from ui.shell.page import PAGES


def show_changes(subject: Subject) -> None:
    """Show each digit that a small change makes, and say for which none was found."""
    open_lesson(CHANGES)
    fine, changes = fine_ink(subject.steps), subject.changes
    pictures = [colour_change(fine, change.fine) for change in changes]
    tiles = st.grid(5, min_column_width=140, gap="small")
    for picture, change in zip(pictures, changes, strict=True):
        with tiles.cell(), st.container(key=f"tile-change-{change.digit}", gap="xxsmall"):
            words = change_in_words(change)
            alt = f"The drawing changed so that it is read as {change.digit}: {words}"
            st.image(tile_url(picture, sharp=False), words, width="stretch", alt=alt)
            pressed = st.button(
                f"Put the {change.digit} on the canvas",
                key=f"open-change-{change.digit}",
                width="stretch",
            )
        if pressed:
            draw(change)
    if changes:
        st.caption("Orange is added, blue is taken away.")
    st.markdown(not_found(subject.digit, changes))
    if changes:
        offer_figure("changes", lambda: side_by_side(pictures), partial(changes_csv, changes))


def draw(change: Counterfactual) -> None:
    """Put a changed drawing on the canvas, and go there."""
    put_on_canvas(change.fine)
    remember_picture(None)
    st.session_state[session_keys.INPUT_METHOD] = "Draw"  # the visitor may have left another
    st.switch_page(PAGES / "draw.py", query_params={})


def change_in_words(change: Counterfactual) -> str:
    """Return a change in words, with how much ink it takes."""
    edits = edits_in_words(change.edits)
    sure, share = percent(change.probability), f"{change.changed:.0%}".replace("%", " %")
    doubt = "" if change.looks_like_digit else "; it hardly looks like a digit any more"
    return f"**{change.digit}** ({sure}): {edits}, {share} of the ink{doubt}"


def not_found(digit: int, changes: list[Counterfactual]) -> str:
    """Return for which digits no change was found."""
    others = sorted(set(range(10)) - {digit} - {change.digit for change in changes})
    if not others:
        return "A small change was found for every other digit."
    *most, last = map(str, others)
    named = f"{', '.join(most)} or {last}" if most else last
    return f"No change of at most {LARGEST * 100:.0f} % of the ink was found that makes it {named}."


def changes_csv(changes: list[Counterfactual]) -> bytes:
    """Return each change: the digit, its probability, the share of ink, and the edits."""
    rows = (
        (one.digit, f"{one.probability:.6g}", f"{one.changed:.4f}", edits_in_words(one.edits))
        for one in changes
    )
    return csv_of(("digit", "probability", "ink_changed", "edits"), rows)
