"""From test.csv to submission.csv."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from mnist_core import Reader
from mnist_core.preprocessing import Picture
from mnist_core.registry import list_models
from mnist_core.sources.kaggle import read_test, submission_bytes
from ui.charts import show_counts
from ui.data.findings import count_digits
from ui.gallery import show_gallery
from ui.kaggle.uploads import Upload
from ui.models.model_names import titles_of
from ui.resources import load_named_reader
from ui.shell import problems_told

BLOCK = 500  # digits read between two looks at the progress bar


@dataclass(frozen=True)
class Submission:
    """What a model reads in a test.csv.

    Attributes:
        key: of which model and which file.
        content: submission.csv.
        counts: how many there are of each digit.
        first: the first few labels.
    """

    key: tuple[str, str]
    content: bytes
    counts: tuple[int, ...]
    first: tuple[int, ...]


def offer_submission(upload: Upload, preferred: str | None) -> None:
    """Let the visitor choose a model, read all digits with it, and hand over the result."""
    titles = titles_of(list_models())
    names = list(titles)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            "Model",
            names,
            index=names.index(preferred) if preferred in names else 0,
            format_func=titles.__getitem__,
            key=f"model-{preferred}",
            width=380,
        )
        wanted = st.button("Read the digits", type="primary", icon=":material/play_arrow:")
    if name is None:
        st.info("There is no model yet. Train one above.", icon=":material/info:")
        return
    key = (name, str(upload.path))
    if wanted:
        with problems_told():
            st.session_state.submission = read_all(upload, name, key)
    done: Submission | None = st.session_state.get("submission")
    if done and done.key == key:
        show_submission(done, upload)


def read_all(upload: Upload, name: str, key: tuple[str, str]) -> Submission:
    """Read a whole test.csv, and show how far it has come.

    Raises:
        InklingError: the model or the file is damaged.
    """
    bar = st.progress(0.0, "Opening the file")
    images = read_test(upload.path, upload.name)
    labels = predict(load_named_reader(name), images, bar)
    bar.empty()
    few = tuple(labels[: len(upload.samples)].tolist())
    return Submission(key, submission_bytes(labels), count_digits(labels.tolist()), few)


def predict(
    reader: Reader, images: Picture, bar: st.delta_generator.DeltaGenerator
) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Return the digit in each picture."""
    labels = []
    for start in range(0, len(images), BLOCK):
        labels.append(reader.predict(images[start : start + BLOCK]).argmax(axis=1))
        done = min(start + BLOCK, len(images))
        bar.progress(done / len(images), f"{done:,} of {len(images):,} digits read")
    return np.concatenate(labels)


def show_submission(done: Submission, upload: Upload) -> None:
    """Show what was read, and offer it as a file."""
    st.download_button(
        "Download submission.csv",
        done.content,
        "submission.csv",
        "text/csv",
        type="primary",
        icon=":material/download:",
        on_click="ignore",
    )
    st.caption(f"{sum(done.counts):,} lines below the header ImageId,Label, with ids from 1.")
    captions = [str(label) for label in done.first]
    show_gallery(upload.samples, captions, [f"Read as {label}" for label in captions])
    show_counts({"Read": done.counts})
