"""Guided writing: one digit after the other, until the reader knows this hand."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st

from mnist_core import Reader
from mnist_core.hand.example import Example
from mnist_core.pictures import Picture
from mnist_core.preprocessing import prepare
from ui.base.wording import article, counted, plain
from ui.components.drawing import Drawing
from ui.components.own_hand import learn as learn_example
from ui.components.own_hand import take_problem

ROUNDS = {"Once": 1, "Three times": 3}
SURE = 0.99  # a digit that is read with this confidence is not asked for again

# Session keys
LESSON = "hand_lesson"  # Lesson: the digits that are still to be written
HOW_OFTEN = "hand_rounds"  # widget, str: how often to write each digit

STYLE = Path(__file__).with_name("page.css")

Draw = Callable[[Drawing, str], Picture | None]


@dataclass
class Lesson:
    """The digits that are still to be written.

    Attributes:
        digits: those, the next one first.
        written: how many drawings were learned.
        known: how many were not asked for, because it reads the digit with certainty.
        papers: how many papers were used up.
        drawing: what is on the paper.
    """

    digits: list[int]
    written: int = 0
    known: int = 0
    papers: int = 0
    drawing: Drawing = field(default_factory=Drawing)

    def next_paper(self) -> None:
        """Take another paper: an emptied one could lose a stroke that begins too early."""
        self.papers += 1
        self.drawing = Drawing()

    def leave_out(self, digit: int) -> int:
        """Leave out a digit's later turns; return how many there were."""
        left = [item for item in self.digits if item != digit]
        turns = len(self.digits) - len(left)
        self.digits = left
        return turns


def offer_writing(draw: Draw, reader: Reader) -> None:
    """Let the visitor write each digit, guided.

    Args:
        draw: shows a canvas with a drawing and a key; returns what is on it.
        reader: reads as for everybody.
    """
    lesson: Lesson | None = st.session_state.get(LESSON)
    if lesson is None:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.segmented_control(
                "Write each digit", ROUNDS, default="Once", required=True, key=HOW_OFTEN
            )
            st.button("Start writing", type="primary", icon=":material/draw:", on_click=start)
        st.caption("It takes half a minute. Digits that it is sure of are not asked for again.")
    elif lesson.digits:
        ask_for_next(lesson, draw, reader)
    else:
        show_end(lesson)


def start() -> None:
    """Begin with a zero."""
    rounds = ROUNDS[st.session_state[HOW_OFTEN]]
    st.session_state[LESSON] = Lesson([*range(10)] * rounds)


def stop() -> None:
    """End the lesson; what was written stays."""
    st.session_state.pop(LESSON, None)


@st.fragment
def ask_for_next(lesson: Lesson, draw: Draw, reader: Reader) -> None:
    """Ask for the next digit, and learn it at one press."""
    if not lesson.digits:
        st.rerun()  # the whole page, which says what was learned
    digit = lesson.digits[0]
    st.html(STYLE)
    st.header(f"Write {article(digit)} {digit}", anchor=False)
    st.caption(f"The way you always write it. {counted(len(lesson.digits), 'digit')} to go.")
    with st.container(horizontal=True, gap="medium"):
        with st.container(key="hand_paper", width=282, border=True):
            picture = draw(lesson.drawing, f"hand_canvas_{lesson.papers}")
        with st.container(width=230):
            st.button(
                "Next",
                type="primary",
                disabled=picture is None,
                shortcut="Enter",
                on_click=learn,
                args=[lesson, lesson.papers, picture, reader],
            )
            with st.container(horizontal=True):
                st.button("Clear", on_click=lesson.next_paper)
                st.button("Skip this digit", on_click=pass_over, args=[lesson, lesson.papers])
            if st.button("Stop here", type="tertiary", on_click=stop):
                st.rerun()
    if problem := take_problem():
        st.error(plain(problem), icon=":material/error:")


def learn(lesson: Lesson, paper: int, picture: Picture | None, reader: Reader) -> None:
    """Learn what was written on a paper, and go on to the next digit."""
    steps = None if picture is None else prepare(picture)
    if paper != lesson.papers or steps is None or steps.is_dot:
        return  # also at the second press of a double click
    digit = lesson.digits[0]
    if learn_example(Example(steps.centred, digit)) is None:
        return
    reading = reader.read_prepared(steps)
    lesson.digits.pop(0)
    lesson.written += 1
    if reading.verdict == "digit" and reading.digit == digit and reading.confidence >= SURE:
        lesson.known += lesson.leave_out(digit)
    lesson.next_paper()


def pass_over(lesson: Lesson, paper: int) -> None:
    """Leave out the digit that a paper is for, now and later."""
    if paper != lesson.papers:
        return  # the second press of a double click
    lesson.leave_out(lesson.digits[0])
    lesson.next_paper()


def show_end(lesson: Lesson) -> None:
    """Say what was learned."""
    known = f" {lesson.known:,} more were not needed: it is sure of them." if lesson.known else ""
    st.success(
        plain(f"Learned {counted(lesson.written, 'drawing')}.{known}"), icon=":material/check:"
    )
    st.button("Write more", on_click=stop)
