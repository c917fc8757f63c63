"""The training data: MNIST, the digits that come with the app, or an uploaded file."""

from dataclasses import dataclass, replace
from pathlib import Path

import streamlit as st

from mnist_core.data.additions import Addition
from mnist_core.data.datasets import UCI_TRAIN
from mnist_core.data.kaggle import AS_IS, EVERY_DIGIT
from mnist_core.data.mnist import local_mnist
from mnist_core.recipes.recipe import Recipe
from mnist_core.recipes.splits import validation_size
from mnist_core.runs.run import Run
from ui.access.rights import is_owner
from ui.base import session_keys
from ui.components.datasets import TRAINING_SETS
from ui.components.mnist_download import offer_mnist
from ui.components.uploads import Upload, take_train
from ui.retrain.own_drawings import ask_for_own_drawings

MNIST_TRAIN = 60_000
DESCRIPTIONS = {
    "mnist": "60,000 digits written by clerks and pupils; 10,000 more are the test set.",
    "uci-digits": f"{UCI_TRAIN:,} digits that come with the app; 500 more are the test set. Quick"
    " to train on, and works offline.",
    "train.csv": "Your own file. A sixth of it is set aside as the test set,"
    " unless it has one of its own.",
}
ANOTHER_WAY = "Or train on the UCI digits, which need no download."
OWNERS_WAY = "Or start the app with `MNIST_NPZ` set to the path of an `mnist.npz`."


@dataclass(frozen=True)
class TrainingData:
    """Digits to train on.

    Attributes:
        name: what `load_dataset` takes.
        n: number of digits that are split into a training and a validation set.
        every_digit: whether nothing is held back to measure the network with.
        addition: the visitor's own digits, for training only.
    """

    name: str
    n: int
    every_digit: bool = False
    addition: Addition | None = None

    def n_training(self, recipe: Recipe) -> int:
        """Return how many of these digits a recipe trains on."""
        n = self.n - validation_size(self.n, recipe)
        return n + (self.addition.size(n) if self.addition else 0)

    @property
    def ignored_settings(self) -> frozenset[str]:
        """The settings that have no effect with these digits."""
        return frozenset({"validation_share", "split"} if self.every_digit else ())

    def adapt(self, recipe: Recipe) -> Recipe:
        """Return the recipe as these digits need it."""
        return replace(recipe, validation_share=0.0) if self.every_digit else recipe


def choose_training_data() -> TrainingData | None:
    """Let the visitor choose the training data; None while it is not there yet.

    Raises:
        DataError: `MNIST_NPZ` names a file that does not exist.
    """
    # Not as the widget's default: a run may have set the key, and Streamlit warns about both.
    st.session_state.setdefault(session_keys.TRAIN_ON, "mnist" if local_mnist() else "uci-digits")
    chosen = st.segmented_control(
        "Training data",
        TRAINING_SETS,
        format_func=TRAINING_SETS.__getitem__,
        required=True,
        key=session_keys.TRAIN_ON,
        persist_state="session",
    )
    kind = chosen or "mnist"
    st.caption(DESCRIPTIONS[kind])
    if kind == "train.csv":
        upload = take_train()
        return data_of_upload(upload) if upload else None
    if kind == "uci-digits":
        return with_own_drawings(TrainingData(kind, UCI_TRAIN))
    if local_mnist() is None:
        offer_mnist()
        st.caption(f"{ANOTHER_WAY} {OWNERS_WAY}" if is_owner() else ANOTHER_WAY)
        return None
    return with_own_drawings(TrainingData(kind, MNIST_TRAIN))


def with_own_drawings(data: TrainingData) -> TrainingData:
    """Return the data with the visitor's own drawings, if there are any and they want them."""
    addition = ask_for_own_drawings(data.name)
    if addition is None:
        return data
    return replace(data, name=addition.name, addition=addition)


def data_of_upload(upload: Upload, *, every_digit: bool = False) -> TrainingData:
    """Return an uploaded train.csv as training data: without its test set, or all of it."""
    name = f"{EVERY_DIGIT if every_digit else ''}{upload.path}"
    if upload.as_is:
        name = f"{AS_IS}{name}"
    n = upload.n if every_digit else upload.n - upload.n_test
    return TrainingData(name, n, every_digit)


def is_upload(run: Run) -> bool:
    """Return whether a run trains on an uploaded train.csv."""
    return run.data not in TRAINING_SETS and Path(run.data).name == "train.csv"
