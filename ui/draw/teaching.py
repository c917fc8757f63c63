"""Teaching: the visitor says what a drawing is, and is read by it from then on."""

from typing import Any

import streamlit as st

from mnist_core import Hand, Number, Reader, Reading
from mnist_core.errors import DataError, ExampleError, ModelError
from mnist_core.hand.example import Example, Label, Stroke, check_strokes
from ui.base import session_keys
from ui.base.wording import counted, plain
from ui.components.drawing import Marks, current_drawing
from ui.components.own_hand import LABELS, own_examples, reader_for_visitor, take_problem
from ui.draw.corrections import correct_digits
from ui.draw.learned import example_of, learn_drawing, show_learned

CHOSEN = "it_is"  # widget, str: what the visitor says that the drawing is


def reader_in_use(reader: Reader) -> Reader:
    """Return the reader for this visitor, or the one for everybody with the reason why not."""
    try:
        return reader_for_visitor(reader)
    except (DataError, ModelError) as problem:
        if isinstance(problem, DataError) or len(own_examples()):
            st.warning(
                plain(f"You are read as for everybody. {problem}"), icon=":material/back_hand:"
            )
        return reader


def offer_teaching(reading: Reading | None, number: Number | None) -> None:
    """Let the visitor correct the answer, and show whose hand is in force.

    Where a number was read, its digits are corrected, and not the drawing as a whole. The box has
    a fixed height, so that nothing moves: page.css.
    """
    with st.container(key="teaching", gap="xsmall"):
        if problem := take_problem():
            st.error(plain(problem), icon=":material/error:")
        try:
            hand = own_examples()
        except DataError:
            st.page_link("pages/hand.py", label="Repair your hand", icon=":material/build:")
            return
        if number:
            correct_digits(number, hand)
        elif reading is None or reading.steps is None or reading.steps.is_dot:
            st.caption("Wrong answer? Say what you drew: it learns your handwriting at once.")
        elif example := example_of(reading.ink, hand):
            show_learned(example, hand)
        else:
            ask_for_digit(reading)
        show_whose_hand(hand)


def ask_for_digit(reading: Reading) -> None:
    """Let the visitor say in one press what the drawing is."""
    with st.container(key="it_is_row", horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown("Wrong? It is a", width="content")
        st.pills(
            "Wrong? It is a",
            LABELS,
            key=CHOSEN,
            on_change=teach,
            args=[reading],
            label_visibility="collapsed",
            wrap=True,
            width="content",
        )


def teach(reading: Reading) -> None:
    """Learn what the visitor has just said that the drawing is."""
    chosen = st.session_state[CHOSEN]
    st.session_state[CHOSEN] = None
    if chosen is not None:
        label: Label = None if chosen == LABELS[-1] else int(chosen)
        learn_drawing(Example(reading.ink, label, strokes=strokes_drawn()))


def show_whose_hand(hand: Hand) -> None:
    """Say whose hand is in force, and let the visitor switch it off."""
    if not len(hand):
        return
    drawings = counted(len(hand), "drawing")
    is_on = st.session_state.setdefault(session_keys.READ_FOR_ME, True)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.toggle(
            f"Reads for you ({drawings})" if is_on else "Reads as for everybody",
            key=session_keys.READ_FOR_ME,
            persist_state="session",
            help="Switch it off to be read as for everybody. Your drawings stay.",
        )
        st.page_link("pages/hand.py", label="Your hand")


def strokes_drawn() -> tuple[Stroke, ...]:
    """Return the strokes on the canvas, if they are what is read and an example can hold them."""
    if st.session_state.get(session_keys.INPUT_METHOD, "Draw") != "Draw":
        return ()
    strokes = recorded_strokes(current_drawing().marks)
    try:
        check_strokes(strokes)
    except ExampleError:  # a long scribble
        return ()
    return strokes


def recorded_strokes(marks: Marks) -> tuple[Stroke, ...]:
    """Return the pen's way of the marks on a canvas; nothing if one of them is a picture.

    A mark is a path as SVG has it: a list of commands, each with its points.
    """
    strokes = []
    for mark in marks:
        points = [point for command in mark.get("path", ()) for point in recorded_points(command)]
        if not points:
            return ()
        x, y = zip(*points, strict=True)
        strokes.append((x, y))
    return tuple(strokes)


def recorded_points(command: list[Any]) -> list[tuple[float, float]]:
    """Return the points of a path's command that the pen touches.

    The browser smooths a stroke: the recorded points are the control points of its curves.
    """
    numbers = [round(float(number), 1) for number in command[1:3]]
    return [(numbers[0], numbers[1])] if len(numbers) == 2 else []
