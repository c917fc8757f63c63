"""Data: explore the digits that networks are trained on."""

import streamlit as st

from ui.components.charts import show_counts
from ui.components.gallery import browse_digits
from ui.data.digits import choose_digits, load_profile
from ui.data.sections import show_checks, show_facts, show_means, show_split, show_tensors
from ui.shell.page import open_page, page_column, show_errors

DESCRIPTIONS = {
    "uci-digits": "1,797 digits, written by 13 people in Turkey and scanned in 1998. They come with"
    " the app, so they work offline. Their 8 × 8 pixels are enlarged to the 28 × 28 of MNIST.",
    "mnist": "70,000 digits, written by some 500 census clerks and high school students, and"
    " collected by LeCun, Cortes and Burges in 1998. Everybody's first data set: small, clean, and"
    " nearly solved.",
}

page = open_page()
with page_column():
    st.title(page.title, anchor=False)
    st.markdown(
        "A network knows only what it has been shown: greyscale pictures of 28 × 28 pixels, each"
        " with a label, the digit that its writer meant."
    )
    dataset = None
    with show_errors():
        dataset = choose_digits()
    if dataset is None:
        st.stop()

    st.markdown(DESCRIPTIONS[dataset.name])
    browse_digits(dataset.train, dataset.name)
    profile = load_profile(dataset.name)

    st.header("Class balance", anchor=False)
    st.markdown(
        "How many pictures there are of each digit, that is, of each class. Where a class is rare,"
        " a network that ignores it still looks good."
    )
    show_counts({"Training": profile.train_counts, "Test": profile.test_counts})

    st.header("Data checks", anchor=False)
    st.markdown("A network learns from mistakes in its data, too. So one looks for them first.")
    facts, checks = st.columns([1, 2], gap="medium")
    with facts:
        show_facts(profile)
    with checks:
        show_checks(profile)

    st.header("The mean digit", anchor=False)
    st.markdown(
        "The average of all pictures of a digit: sharp where writers agree, blurred where they"
        " differ."
    )
    show_means(profile)

    st.header("From a picture to tensors", anchor=False)
    show_tensors(dataset)

    st.header("Training, validation and test sets", anchor=False)
    st.markdown(
        "A network is good if it reads digits that it was **not** trained on. So some of the"
        " training digits are set aside as the **validation set**. It shows during training when"
        " the network stops getting better and starts to overfit. The **test set** is kept for the"
        " very end."
    )
    show_split(profile)
