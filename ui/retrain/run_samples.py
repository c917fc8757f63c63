"""A few test digits as a trained network reads them, right and wrong."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from mnist_core import Reader
from mnist_core.data import load_dataset
from mnist_core.digits import Digits
from mnist_core.errors import DataError
from ui.data.digits import SETS, load_digits
from ui.pictures import enlarge, picture_url

SHOWN = 20
MOST_WRONG = 8
LOOKED_AT = 1_000  # test digits; a tenth of MNIST's are read in 0.2 s
COLUMNS = 10
NARROWEST = 64  # pixels; five fit side by side on a phone


@dataclass(frozen=True)
class Samples:
    """Some digits and what was read in them.

    Attributes:
        digits: those shown.
        read: what was read in each.
        looked_at: of how many they are a choice.
        wrong: how many of these were read wrong.
    """

    digits: Digits
    read: tuple[int, ...]
    looked_at: int
    wrong: int


def show_samples(model: Path, data: str) -> None:
    """Show test digits that a model has read, its mistakes among them.

    Raises:
        InklingError: the model is damaged, or there are no digits to read.
    """
    samples = read_samples(str(model), (model / "card.json").stat().st_mtime_ns, data)
    grid = st.grid(COLUMNS, min_column_width=NARROWEST, gap="small")
    for image, label, read in zip(
        samples.digits.images, samples.digits.labels.tolist(), samples.read, strict=True
    ):
        right = read == label
        told = f":green[:material/check: {read}]" if right else f":red[:material/close: {read}]"
        alt = f"A {label}, read as {read}: {'right' if right else 'wrong'}"
        with grid.cell(), st.container(gap="xsmall"):
            st.image(picture_url(enlarge(image)), width="stretch", alt=alt)
            st.markdown(told if right else f"{told}, not {label}", text_alignment="center")
    st.caption(
        f"Of the first {samples.looked_at:,} test digits it reads "
        f"{samples.looked_at - samples.wrong:,} right (:material/check:) and {samples.wrong:,} "
        f"wrong (:material/close:). Here are {len(samples.read)} of them, mistakes first."
    )


@st.cache_resource(show_spinner="Reading a few digits …", max_entries=16)
def read_samples(model: str, version: int, data: str) -> Samples:
    """Return what a model, in one version, reads in the test digits of a set."""
    digits = test_digits(data)[:LOOKED_AT]
    read = Reader(Path(model)).predict(digits.images).argmax(axis=1)
    wrong = np.flatnonzero(read != digits.labels)
    right = np.flatnonzero(read == digits.labels)
    few = wrong[: max(MOST_WRONG, SHOWN - len(right))]
    chosen = np.concatenate([few, right[: SHOWN - len(few)]])
    return Samples(digits[chosen], tuple(read[chosen].tolist()), len(digits), len(wrong))


def test_digits(data: str) -> Digits:
    """Return the test digits of a set; the app's own where an upload has been cleared away."""
    if data in SETS:
        return load_digits(data).test
    try:
        return load_dataset(data).test
    except DataError:
        return load_digits("uci-digits").test
