"""Your hand: teach it how you write, and see what that is worth."""

import streamlit as st

from mnist_core.errors import DataError, ModelError
from ui.access.visitor import await_visitor
from ui.base.wording import plain
from ui.components.own_hand import own_examples, take_problem
from ui.components.resources import load_best_reader
from ui.draw.canvas import draw_on_paper
from ui.hand.examples import offer_forgetting, show_examples
from ui.hand.files import offer_download, offer_repair, take_file
from ui.hand.proof import explain_failure, show_proof, show_withdrawn
from ui.hand.sharing import offer_sharing
from ui.hand.writing import offer_writing
from ui.shell.page import open_page, page_column, show_errors

page = open_page()
with page_column():
    st.title(page.title, anchor=False)
    st.markdown(
        "Teach it how you write. Your examples are yours alone: they change how **you** are read,"
        " at once and without training, and nobody else notices. Kaggle, Misclassifications,"
        " Numbers and second opinions still read as they do for everybody."
    )
    await_visitor()
    if problem := take_problem():
        st.error(plain(problem), icon=":material/error:")
    try:
        hand = own_examples()
    except DataError as damage:
        offer_repair(damage)
        st.stop()
    with show_errors():
        reader = load_best_reader().reader
        offer_writing(draw_on_paper, reader)

        st.header("Your examples", anchor=False)
        if len(hand):
            show_examples(hand)
        else:
            st.caption("None yet. Write some above, or correct an answer on Draw.")
        with st.container(horizontal=True, vertical_alignment="center"):
            if len(hand):
                offer_download(hand)
                offer_forgetting(hand)
        take_file()
        offer_sharing()

        show_withdrawn()
        if len(hand):
            st.header("What they are worth", anchor=False)
            try:
                show_proof(reader, hand)
            except ModelError as reason:
                explain_failure(reason)
