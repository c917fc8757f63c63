"""Kaggle: train.csv in, submission.csv out."""

import streamlit as st

from ui.access.rights import is_owner
from ui.access.visitor import await_visitor
from ui.base.wording import a_digit
from ui.components.charts import show_counts
from ui.components.gallery import show_gallery
from ui.components.own_hand import note_as_for_everybody
from ui.components.uploads import take_test, take_train
from ui.kaggle.every_digit import ask_for_every_digit
from ui.kaggle.submission import offer_submission
from ui.retrain.recipe_form import offer_training
from ui.retrain.run_watch import show_run
from ui.retrain.selected_run import selected_run
from ui.retrain.training_data import data_of_upload, is_upload
from ui.shell.page import open_page, page_column, show_errors

ENOUGH_FOR_CNN = 10_000  # digits; with fewer, a plain network is the better choice

page = open_page()
with page_column():
    st.title(page.title, anchor=False)
    st.markdown(
        "From `train.csv` to `submission.csv` for the [Digit Recognizer](https://www.kaggle.com/competitions/digit-recognizer)."
        " Kaggle offers the files under *Data*, to everyone with a free account. Your uploads stay"
        + (" on this machine." if is_owner() else " on this server and are deleted after a day.")
    )

    await_visitor()
    st.header("1 · Your digits", anchor=False)
    train = take_train()
    if train:
        labels = [str(label) for label in train.labels]
        show_gallery(
            train.shown_samples, labels, [a_digit(int(label)).capitalize() for label in labels]
        )
        show_counts({"Digits": train.counts})

    st.header("2 · Train", anchor=False)
    run = None
    with show_errors():
        run = selected_run(is_upload)
    if train:
        data = data_of_upload(train, every_digit=ask_for_every_digit(train))
        recommended = "quick-cnn" if train.n >= ENOUGH_FOR_CNN else "tutorial-mlp"
        offer_training(recommended, lambda: data, "kaggle")
    elif not run:
        st.caption("Upload a train.csv above to train on it, or skip this step.")
    if run:
        show_run(run)

    st.header("3 · Your submission", anchor=False)
    test = take_test()
    note_as_for_everybody()
    if test:
        with show_errors():
            offer_submission(test, run.name if run and run.model else None)
