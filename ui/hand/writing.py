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
from ui.shell.page import show_errors

ROUNDS = {"Once": 1, "Three times": 3}
SURE = 0.99  # a digit that is read with this confidence is not asked for again

# Session keys
WRITING = "guided_writing"  # GuidedWriting: the digits that are still to be written
HOW_OFTEN = "hand_rounds"  # widget, str: how often to write each digit

STYLE = Path(__file__).with_name("page.css")

Draw = Callable[[Drawing, str], Picture | None]


@dataclass
class GuidedWriting:
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
    writing: GuidedWriting | None = st.session_state.get(WRITING)
    if writing is None:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.segmented_control(
                "Write each digit", ROUNDS, default="Once", required=True, key=HOW_OFTEN
            )
            st.button("Start writing", type="primary", icon=":material/draw:", on_click=start)
        st.caption("It takes half a minute. Digits that it is sure of are not asked for again.")
    elif writing.digits:
        ask_for_next(writing, draw, reader)
    else:
        show_end(writing)


def start() -> None:
    """Begin with a zero."""
    rounds = ROUNDS[st.session_state[HOW_OFTEN]]
    st.session_state[WRITING] = GuidedWriting([*range(10)] * rounds)


def stop() -> None:
    """End the writing; what was written stays."""
    st.session_state.pop(WRITING, None)


@st.fragment
def ask_for_next(writing: GuidedWriting, draw: Draw, reader: Reader) -> None:
    """Ask for the next digit, and learn it at one press."""
    if not writing.digits:
        st.rerun()  # the whole page, which says what was learned
    digit = writing.digits[0]
    st.html(STYLE)
    st.header(f"Write {article(digit)} {digit}", anchor=False)
    st.caption(f"The way you always write it. {counted(len(writing.digits), 'digit')} to go.")
    with st.container(horizontal=True, gap="medium"):
        picture = None
        with st.container(key="hand_paper", width=282, border=True), show_errors():
            picture = draw(writing.drawing, f"hand_canvas_{writing.papers}")
        with st.container(width=230):
            st.button(
                "Next",
                type="primary",
                disabled=picture is None,
                shortcut="Enter",
                on_click=learn,
                args=[writing, writing.papers, picture, reader],
            )
            with st.container(horizontal=True):
                st.button("Clear", on_click=writing.next_paper)
                st.button("Skip this digit", on_click=pass_over, args=[writing, writing.papers])
            if st.button("Stop here", type="tertiary", on_click=stop):
                st.rerun()
    if problem := take_problem():
        st.error(plain(problem), icon=":material/error:")


def learn(writing: GuidedWriting, paper: int, picture: Picture | None, reader: Reader) -> None:
    """Learn what was written on a paper, and go on to the next digit."""
    steps = None if picture is None else prepare(picture)
    if paper != writing.papers or steps is None or steps.is_dot:
        return  # also at the second press of a double click
    digit = writing.digits[0]
    if learn_example(Example(steps.centred, digit)) is None:
        return
    reading = reader.read_prepared(steps)
    writing.digits.pop(0)
    writing.written += 1
    if reading.verdict == "digit" and reading.digit == digit and reading.confidence >= SURE:
        writing.known += writing.leave_out(digit)
    writing.next_paper()


def pass_over(writing: GuidedWriting, paper: int) -> None:
    """Leave out the digit that a paper is for, now and later."""
    if paper != writing.papers:
        return  # the second press of a double click
    writing.leave_out(writing.digits[0])
    writing.next_paper()


def show_end(writing: GuidedWriting) -> None:
    """Say what was learned."""
    known = f" {writing.known:,} more were not needed: it is sure of them." if writing.known else ""
    st.success(
        plain(f"Learned {counted(writing.written, 'drawing')}.{known}"), icon=":material/check:"
    )
    st.button("Write more", on_click=stop)
