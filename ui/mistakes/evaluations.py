"""The chosen model and test set, and the model's evaluation on it, which is computed only once."""

from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core import Reader
from mnist_core.data.digits import Digits
from mnist_core.data.mnist import local_mnist
from mnist_core.errors import DataError
from mnist_core.evaluation.evaluation import Evaluation, evaluate_cached
from mnist_core.evaluation.labels import Dispute, disputed_labels
from mnist_core.evaluation.output_cache import is_cached
from mnist_core.models.registry import list_models
from ui.base import session_keys
from ui.components.datasets import is_mnist_here
from ui.components.mnist_download import offer_mnist
from ui.components.model_choice import warn_if_missing
from ui.components.progress import progress
from ui.components.resources import load_named_reader
from ui.components.uploads import Upload, is_used_as_is, take_train
from ui.mistakes.fresh_digits import fresh_digits, fresh_digits_of_upload

SETS = {"mnist": "MNIST test", "uci-digits": "UCI digits", "upload": "Your train.csv"}


@dataclass(frozen=True)
class EvaluatedModel:
    """A model and its evaluation on digits that it was not trained on.

    Attributes:
        reader: the model.
        set: one of SETS.
        digits: the digits that it was evaluated on.
        positions: of each in the set or the file, from which some may be left out: (n,).
        result: the evaluation.
        disputed: the labels that people disagree with, by index.
        remark: what a visitor should know about these digits, or "".
    """

    reader: Reader
    set: str
    digits: Digits
    positions: NDArray[np.intp]
    result: Evaluation
    disputed: dict[int, Dispute]
    remark: str

    @property
    def name(self) -> str:
        """The name of this evaluation in file names and widget keys."""
        return f"{self.reader.name}-{self.set}"


def choose_evaluation() -> EvaluatedModel | None:
    """Let the visitor choose a model and a test set; None if there is nothing to evaluate yet.

    The URL holds the choice.

    Raises:
        InklingError: the model or the digits are damaged, or no digit is left.
    """
    models = list_models()
    warn_if_missing(models)
    with st.container(horizontal=True, vertical_alignment="top"):
        model = st.selectbox(
            "Model", models, key=session_keys.MODEL, bind="query-params", width=300
        )
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
        st.caption("A CSV file like Kaggle's train.csv: each row holds the label, then 784 pixels.")
        return None
    return evaluate_model(load_named_reader(model), chosen)


def evaluate_model(reader: Reader, chosen: str) -> EvaluatedModel:
    """Evaluate a model on the digits of a set that it was not trained on.

    Raises:
        DataError: no digit is left, or the uploaded file is gone.
    """
    if chosen == "upload":
        upload: Upload = st.session_state[session_keys.TRAIN_CSV]
        fresh, remark = fresh_digits_of_upload(str(upload.path), reader, as_is=is_used_as_is())
    else:
        fresh, remark = fresh_digits(chosen, reader)
    if not len(fresh):
        raise DataError(f"Expected at least one digit to evaluate on. Received: none. {remark}")
    result = evaluate_with_progress(reader, fresh.digits)
    disputed = disputed_labels(fresh.digits)
    return EvaluatedModel(reader, chosen, fresh.digits, fresh.positions, result, disputed, remark)


def evaluate_with_progress(reader: Reader, digits: Digits) -> Evaluation:
    """Evaluate a model, with a progress bar unless the result is cached."""
    if is_cached(reader, digits, "logits"):
        return evaluate_cached(reader, digits)
    with progress("digits read") as show:
        return evaluate_cached(reader, digits, show)
