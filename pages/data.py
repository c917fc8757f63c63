"""Data: what a network learns from, looked at from all sides."""

import streamlit as st

from ui.charts import show_counts
from ui.data.digits import choose_digits, examine_digits
from ui.data.lessons import show_checks, show_means, show_split, show_tensors
from ui.gallery import browse_digits
from ui.shell import middle_of_page, open_page, problems_told

STORIES = {
    "uci-digits": "1,797 digits, written by 13 people and scanned in Turkey in 1998. They come"
    " with the app, so they are here without a network, and are brought into MNIST's form.",
    "mnist": "70,000 digits, written by some 500 clerks and pupils, and collected by LeCun, Cortes"
    " and Burges in 1998. Everybody's first data set: small, clean, and nearly solved.",
}

page = open_page()
with middle_of_page():
    st.title(page.title, anchor=False)
    st.markdown(
        "A network knows only what it has been shown: grey pictures of 28 by 28 pixels, each with"
        " its label, the digit that its writer meant."
    )
    dataset = None
    with problems_told():
        dataset = choose_digits()
    if dataset is None:
        st.stop()

    st.markdown(STORIES[dataset.name])
    browse_digits(dataset.train, dataset.name)
    findings = examine_digits(dataset.name)

    st.header("How many of each", anchor=False)
    st.markdown("Where one digit is rare, a network that ignores it still looks good.")
    show_counts(dict(zip(("To train on", "To test on"), findings.counts, strict=True)))

    st.header("Is anything wrong with it?", anchor=False)
    show_checks(findings)

    st.header("The mean digit", anchor=False)
    st.markdown("All pictures of a digit laid on top of each other: sharp where writers agree.")
    show_means(findings)

    st.header("From a picture to tensors", anchor=False)
    show_tensors(dataset)

    st.header("To learn, to validate, to test", anchor=False)
    st.markdown(
        "A network is good if it reads digits that it has **not** learned from. So some are held"
        " out while it learns, to see when it stops getting better; and the test set is kept for"
        " the very end."
    )
    show_split(findings)
