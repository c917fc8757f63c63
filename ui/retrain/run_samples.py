"""A few test digits as a trained network reads them, mistakes first."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from mnist_core import Reader
from mnist_core.data.additions import PREFIX, Addition
from mnist_core.data.datasets import load_in_mnist_form
from mnist_core.data.digits import Dataset, Digits
from ui.base.wording import a_digit
from ui.components.datasets import DATASETS, load_digits
from ui.components.pictures import enlarge, picture_url

SHOWN = 20
MAX_MISTAKES = 8
N_READ = 1_000  # test digits; that many are read in 0.2 s
COLUMNS = 10
COLUMN_WIDTH = 64  # pixels, at least; five fit side by side on a phone


@dataclass(frozen=True)
class Samples:
    """Some digits and their readings.

    Attributes:
        digits: the digits shown.
        read: the digit that was read in each.
        n_read: number of test digits they were chosen from.
        n_wrong: number of those that were read wrong.
    """

    digits: Digits
    read: tuple[int, ...]
    n_read: int
    n_wrong: int


def show_samples(model: Path, data: str) -> None:
    """Show test digits that a model has read, some of its mistakes first.

    Raises:
        InklingError: the model is damaged, or there are no digits to read.
    """
    samples = read_samples(str(model), (model / "card.json").stat().st_mtime_ns, data)
    st.markdown("**What it reads in test digits**")
    grid = st.grid(COLUMNS, min_column_width=COLUMN_WIDTH, gap="small")
    for image, label, read in zip(
        samples.digits.images, samples.digits.labels.tolist(), samples.read, strict=True
    ):
        right = read == label
        mark = f":green[:material/check: {read}]" if right else f":red[:material/close: {read}]"
        alt = f"{a_digit(label).capitalize()}, read as {read}: {'right' if right else 'wrong'}"
        with grid.cell(), st.container(gap="xsmall"):
            st.image(picture_url(enlarge(image)), width="stretch", alt=alt)
            st.markdown(mark if right else f"{mark}, not {label}", text_alignment="center")
    drawn = ", chosen at random," if samples.n_read == N_READ else ""
    st.caption(
        f"Of {samples.n_read:,} test digits{drawn} it reads "
        f"{samples.n_read - samples.n_wrong:,} right (:material/check:) and {samples.n_wrong:,} "
        f"wrong (:material/close:). {len(samples.read)} of them are shown here, mistakes first."
    )


@st.cache_resource(show_spinner="Reading a few digits …", max_entries=16)
def read_samples(model: str, version: int, data: str) -> Samples:
    """Return some readings of a data set's test digits by one version of a model."""
    test = dataset_of(data).test  # may be sorted, and MNIST's begins with easy ones
    digits = test[np.random.default_rng(0).permutation(len(test))[:N_READ]]
    read = Reader(Path(model)).predict(digits.images).argmax(axis=1)
    wrong = np.flatnonzero(read != digits.labels)
    right = np.flatnonzero(read == digits.labels)
    mistakes = wrong[: max(MAX_MISTAKES, SHOWN - len(right))]
    chosen = np.concatenate([mistakes, right[: SHOWN - len(mistakes)]])
    return Samples(digits[chosen], tuple(read[chosen].tolist()), len(digits), len(wrong))


def dataset_of(data: str) -> Dataset:
    """Return a run's data set, without a person's own digits that were added to it for training.

    Raises:
        DataError: the upload has been deleted.
    """
    if data.startswith(PREFIX):
        data = Addition.parse(data).data
    return load_digits(data) if data in DATASETS else load_in_mnist_form(data)
