"""What there is to train on: MNIST, the digits that come with the app, or a visitor's own."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from mnist_core.data import UCI_TRAIN
from mnist_core.running.runs import Run
from mnist_core.sources.mnist_source import local_mnist
from ui.data.download import offer_mnist
from ui.kaggle.uploads import Upload, take_train

MNIST_TRAIN = 60_000
TITLES = {"mnist": "MNIST", "uci-digits": "UCI digits", "train.csv": "Kaggle's train.csv"}
STORIES = {
    "mnist": "60,000 digits of clerks and pupils; 10,000 more test what was learned.",
    "uci-digits": "1,297 digits that come with the app; 500 more test what was learned. Few, so it"
    " is quick, and works offline.",
    "train.csv": "Your own file. A sixth of it is kept to test what was learned.",
}
OTHER_WAYS = (
    "Or learn from the UCI digits, which need no download; or start the app with `MNIST_NPZ` set "
    "to where an `mnist.npz` is."
)


@dataclass(frozen=True)
class TrainingData:
    """Digits to train on.

    Attributes:
        name: what `load_dataset` takes.
        n: how many digits there are to learn from, those held out included.
    """

    name: str
    n: int


def choose_training_data() -> TrainingData | None:
    """Let the visitor choose what to train on; None while it is not here.

    Raises:
        DataError: MNIST is said to be where it is not.
    """
    # Not as a default: a run may have chosen, and Streamlit logs a warning where both are.
    st.session_state.setdefault("train_on", "mnist" if local_mnist() else "uci-digits")
    chosen = st.segmented_control(
        "Digits to learn from",
        TITLES,
        format_func=TITLES.__getitem__,
        required=True,
        key="train_on",
        persist_state="session",
    )
    kind = chosen or "mnist"
    st.caption(STORIES[kind])
    if kind == "train.csv":
        upload = take_train()
        return of_upload(upload) if upload else None
    if kind == "uci-digits":
        return TrainingData(kind, UCI_TRAIN)
    if local_mnist() is None:
        offer_mnist()
        st.caption(OTHER_WAYS)
        return None
    return TrainingData(kind, MNIST_TRAIN)


def of_upload(upload: Upload) -> TrainingData:
    """Return an uploaded train.csv as digits to train on."""
    return TrainingData(str(upload.path), upload.n - upload.n // 6)  # a sixth is for testing


def is_upload(run: Run) -> bool:
    """Tell whether a run trains on an uploaded train.csv."""
    return run.data not in TITLES and Path(run.data).name == "train.csv"


def data_title(data: str) -> str:
    """Return what digits are called, as a page says it."""
    return TITLES.get(data, Path(data).name)
