"""How it works: from a drawing to an answer, numbers, accuracy, limitations, and privacy."""

import streamlit as st

from ui.access.privacy import show_privacy_notice
from ui.base.wording import explanation, headline
from ui.components.bars import show_probabilities
from ui.components.resources import load_best_reader
from ui.draw.answer import explain_steps
from ui.draw.number_lesson import explain_numbers
from ui.draw.samples import draw_sample_on_paper
from ui.models.model_card import show_metrics
from ui.shell.page import open_page, page_column, show_errors


@st.fragment
def follow_a_digit() -> None:
    """Show every step from a sheet of paper to the answer, for one real digit."""
    with show_errors():
        reading = load_best_reader().reader.read(draw_sample_on_paper())
        explain_steps(reading.steps)
        text, bars = st.columns([300, 580], gap="medium", vertical_alignment="center")
        with text:
            st.markdown(
                "**5 · The network reads.** It turns these 784 pixels into ten probabilities:"
                f" *{headline(reading)}*. {explanation(reading).rstrip('.')}."
            )
            st.button("Follow another digit", icon=":material/casino:")
        with bars:
            show_probabilities(reading.probabilities.tolist(), reading.candidates[:1])


page = open_page()
with page_column():
    st.title(page.title, anchor=False)
    st.markdown(
        "A network with 99 % accuracy on its test set can misread most of the digits that people"
        " draw, because they look nothing like those it learned from. So Inkling first brings every"
        " drawing into the format that the network was trained on."
    )
    st.header("From your hand to an answer", anchor=False)
    follow_a_digit()

    st.header("Several digits", anchor=False)
    explain_numbers()

    st.header("How good it is", anchor=False)
    with show_errors():
        show_metrics(load_best_reader().reader.card)

    st.header("What it cannot do", anchor=False)
    st.markdown(
        "- It reads whole numbers of digits only: a minus, a point or a comma is passed over.\n"
        "- It rejects letters and scribbles, but not all of them: some do look like a digit.\n"
        "- It has not seen every style of handwriting. If it cannot decide between two digits, it"
        " says so."
    )
    st.header("Privacy", anchor=False)
    show_privacy_notice()
