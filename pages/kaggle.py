"""Kaggle: train.csv in, submission.csv out."""

import streamlit as st

from ui.charts import show_counts
from ui.gallery import show_gallery
from ui.jobs import current_job
from ui.shell import middle_of_page, open_page, problems_told
from ui.submission import offer_submission
from ui.training import ask_to_train, show_job
from ui.uploads import take_test, take_train

page = open_page()
with middle_of_page():
    st.title(page.title, anchor=False)
    st.markdown(
        "From `train.csv` to `submission.csv` for the [Digit Recognizer](https://www.kaggle.com/competitions/digit-recognizer)."
        " Kaggle hands out the files under *Data*, to everyone with a free account. What you upload"
        " stays on this server, and is cleared away from the next day on."
    )

    st.header("1 · Your digits", anchor=False)
    train = take_train()
    if train:
        labels = [str(label) for label in train.labels]
        show_gallery(train.samples, labels, [f"A {label}" for label in labels])
        show_counts({"Digits": train.counts})

    st.header("2 · Train", anchor=False)
    job = current_job()
    if train:
        ask_to_train(train.path, train.n, "kaggle", busy=bool(job and job.busy))
    elif not job:
        st.caption("As soon as there are digits to train on. You may also skip this.")
    if job:
        show_job(job)

    st.header("3 · Your submission", anchor=False)
    test = take_test()
    if test:
        with problems_told():
            finished = job.name if job and job.state == "finished" else None
            offer_submission(test, finished)
