"""How it works: what becomes of a drawing, how good the network is, and what it cannot do."""

import streamlit as st

from ui.charts import show_probabilities
from ui.discretion import tell_what_is_kept
from ui.draw.answer import show_journey
from ui.draw.samples import draw_sample_on_paper
from ui.models.model_card import show_metrics
from ui.resources import load_best_reader
from ui.shell import middle_of_page, open_page, problems_told
from ui.words import explanation, headline


@st.fragment
def follow_a_digit() -> None:
    """Show every step from a sheet of paper to an answer, for one real digit."""
    with problems_told():
        reading = load_best_reader().reader.read(draw_sample_on_paper())
        show_journey(reading.steps)
        said, bars = st.columns([300, 580], gap="medium", vertical_alignment="center")
        with said:
            st.markdown(
                "**5 · The network reads.** It turns these 784 dots into ten probabilities:"
                f" *{headline(reading)}* ({explanation(reading).lower()})."
            )
            st.button("Follow another digit", icon=":material/casino:")
        with bars:
            show_probabilities(reading.probabilities.tolist(), reading.candidates[:1])


page = open_page()
with middle_of_page():
    st.title(page.title, anchor=False)
    st.markdown(
        "A network that scores 99 % on its test can misread most of the digits that people draw:"
        " they look nothing like the ones it learned from. So before it reads, Inkling brings every"
        " drawing into the form that the network knows."
    )
    st.header("From your hand to an answer", anchor=False)
    follow_a_digit()

    st.header("How good it is", anchor=False)
    with problems_told():
        show_metrics(load_best_reader().reader.card)

    st.header("What it cannot do", anchor=False)
    st.markdown(
        "- It reads one digit at a time; two side by side are one shape to it.\n"
        "- It turns away letters and scribbles, but not all of them: some do look like a digit.\n"
        "- It has not seen every hand. Where it cannot decide between two digits, it says so."
    )
    st.header("What is kept of you", anchor=False)
    tell_what_is_kept()
