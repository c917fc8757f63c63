"""Which model is looked at, on which digits, and how it does there: computed once, then kept."""

from dataclasses import dataclass

import streamlit as st

from mnist_core import Reader
from mnist_core.analysis.disputed import Dispute, disputes_among
from mnist_core.analysis.evaluation import Evaluation, evaluate_once
from mnist_core.analysis.outputs import is_known
from mnist_core.digits import Digits
from mnist_core.registry import list_models
from mnist_core.sources.mnist_source import local_mnist
from ui.data.download import offer_mnist
from ui.kaggle.uploads import Upload, take_train
from ui.mistakes.fresh_digits import fresh_digits, fresh_digits_of_upload, is_mnist_here
from ui.models.model_shelf import tell_if_gone
from ui.progress import progress
from ui.resources import load_named_reader

SETS = {"mnist": "MNIST test", "uci-digits": "UCI digits", "upload": "Your train.csv"}


@dataclass(frozen=True)
class Study:
    """A model on digits that it has not learned from.

    Attributes:
        reader: of the model.
        set: one of SETS.
        digits: what it read.
        result: how it read them.
        disputed: the places of labels that people disagree with.
        remark: what a visitor should know about the choice of digits, or "".
    """

    reader: Reader
    set: str
    digits: Digits
    result: Evaluation
    disputed: dict[int, Dispute]
    remark: str

    @property
    def name(self) -> str:
        """What files and widgets of this study are called."""
        return f"{self.reader.name}-{self.set}"


def choose_study() -> Study | None:
    """Let the visitor choose a model and a set; None where there is nothing to look at yet.

    The choice is in the address.

    Raises:
        InklingError: the model or the digits are damaged, or no digit is left.
    """
    models = list_models()
    tell_if_gone(models)
    with st.container(horizontal=True, vertical_alignment="top"):
        model = st.selectbox("Model", models, key="model", bind="query-params", width=300)
        chosen = st.segmented_control(
            "Digits",
            SETS,
            format_func=SETS.__getitem__,
            default="mnist" if is_mnist_here() else "uci-digits",
            required=True,
            key="set",
            bind="query-params",
        )
    if model is None:
        st.info("There is no model yet. Train one first.", icon=":material/info:")
        return None
    if chosen == "mnist" and local_mnist() is None:
        offer_mnist()
        return None
    if chosen == "upload" and take_train() is None:
        st.caption("A CSV file as Kaggle's train.csv: the label, then 784 pixels in each row.")
        return None
    return study_of(load_named_reader(model), chosen)


def study_of(reader: Reader, chosen: str) -> Study:
    """Return how a model does on the digits of a set that it has not learned from.

    Raises:
        DataError: there are none, or the file is gone.
    """
    if chosen == "upload":
        upload: Upload = st.session_state["train.csv"]
        digits, remark = fresh_digits_of_upload(str(upload.path), reader)
    else:
        digits, remark = fresh_digits(chosen, reader)
    result = evaluate_with_progress(reader, digits)
    return Study(reader, chosen, digits, result, disputes_among(digits), remark)


def evaluate_with_progress(reader: Reader, digits: Digits) -> Evaluation:
    """Evaluate a model; if it has to be computed, show how far it has come."""
    if not len(digits) or is_known(reader, digits, "logits"):
        return evaluate_once(reader, digits)
    with progress("digits read") as show:
        return evaluate_once(reader, digits, show)
