"""Kaggle: train.csv in, submission.csv out."""

import streamlit as st

from ui.charts import show_counts
from ui.gallery import show_gallery
from ui.kaggle.submission import offer_submission
from ui.kaggle.uploads import take_test, take_train
from ui.retrain.recipe_form import ask_for_settings, choose_recipe
from ui.retrain.run_choice import watched_run
from ui.retrain.run_watch import show_run
from ui.retrain.training_data import is_upload, of_upload
from ui.shell import middle_of_page, open_page, problems_told
from ui.visitor import await_visitor

ENOUGH = 10_000  # digits from which on the quick CNN is the better choice

page = open_page()
with middle_of_page():
    st.title(page.title, anchor=False)
    st.markdown(
        "From `train.csv` to `submission.csv` for the [Digit Recognizer](https://www.kaggle.com/competitions/digit-recognizer)."
        " Kaggle hands out the files under *Data*, to everyone with a free account. What you upload"
        " stays on this server, and is cleared away from the next day on."
    )

    await_visitor()
    st.header("1 · Your digits", anchor=False)
    train = take_train()
    if train:
        labels = [str(label) for label in train.labels]
        show_gallery(train.samples, labels, [f"A {label}" for label in labels])
        show_counts({"Digits": train.counts})

    st.header("2 · Train", anchor=False)
    run = None
    with problems_told():
        run = watched_run(is_upload)
    if train:
        recipe = choose_recipe("quick-cnn" if train.n >= ENOUGH else "tutorial-mlp")
        ask_for_settings(recipe, of_upload(train), "kaggle", folded=True)
    elif not run:
        st.caption("As soon as there are digits to train on. You may also skip this.")
    if run:
        show_run(run)

    st.header("3 · Your submission", anchor=False)
    test = take_test()
    if test:
        with problems_told():
            offer_submission(test, run.name if run and run.model else None)
