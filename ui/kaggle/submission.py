"""From test.csv to submission.csv."""

from dataclasses import dataclass

import streamlit as st

from mnist_core.data.digit_files import read_pictures
from mnist_core.data.digits import count_digits
from mnist_core.data.kaggle import doubts_bytes, submission_bytes
from mnist_core.inference.verdicts import answer_all
from mnist_core.models.registry import list_models
from mnist_core.pictures import Picture
from ui.base import session_keys
from ui.components.charts import show_counts
from ui.components.gallery import show_gallery
from ui.components.model_names import titles_of
from ui.components.progress import progress
from ui.components.resources import load_named_reader
from ui.components.uploads import SAMPLES, Upload
from ui.shell.page import show_errors


@dataclass(frozen=True)
class Submission:
    """A model's answers for a test.csv.

    Attributes:
        key: the name of the model, the path of the test.csv, and whether its pictures stay as is.
        content: the bytes of submission.csv.
        counts: how often each digit was predicted.
        first: the predictions for the first few digits.
        doubts: the bytes of a list of the answers that the model would not give on Draw.
        doubtful: how many these are.
        examples: the first of their pictures, uint8 (n, 28, 28).
        example_answers: what the model makes of these, such as "unsure: 4".
    """

    key: tuple[str, str, bool]
    content: bytes
    counts: tuple[int, ...]
    first: tuple[int, ...]
    doubts: bytes
    doubtful: int
    examples: Picture
    example_answers: tuple[str, ...]


def offer_submission(upload: Upload, preferred: str | None) -> None:
    """Let the visitor choose a model, read every digit with it, and download the result."""
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
        clicked = st.button("Read the digits", type="primary", icon=":material/play_arrow:")
    if name is None:
        st.info("There is no model yet. Train one above.", icon=":material/info:")
        return
    key = (name, str(upload.path), upload.as_is)
    if clicked:
        with show_errors():
            st.session_state[session_keys.SUBMISSION] = read_all(upload, name, key)
    done: Submission | None = st.session_state.get(session_keys.SUBMISSION)
    if done and done.key == key:
        show_submission(done, upload)


def read_all(upload: Upload, name: str, key: tuple[str, str, bool]) -> Submission:
    """Read every digit of a test.csv, with a progress bar.

    Raises:
        InklingError: the model or the file is damaged.
    """
    with progress("digits read") as show:
        images = read_pictures(upload.path, upload.name).images
        reader = load_named_reader(name)
        answers = answer_all(reader, images, show, as_is=upload.as_is)
    labels, some = answers.digits, answers.doubtful[:SAMPLES]
    return Submission(
        key,
        submission_bytes(labels),
        count_digits(labels),
        tuple(labels[: len(upload.samples)].tolist()),
        doubts_bytes(labels, answers.verdicts),
        len(answers.doubtful),
        answers.images[some],
        tuple(f"{answers.verdicts[index]}: {labels[index]}" for index in some),
    )


def show_submission(done: Submission, upload: Upload) -> None:
    """Show the predictions, and offer them as a file."""
    st.download_button(
        "Download submission.csv",
        done.content,
        "submission.csv",
        "text/csv",
        type="primary",
        icon=":material/download:",
        on_click="ignore",
    )
    st.caption(f"{sum(done.counts):,} rows below the header ImageId,Label; ids start at 1.")
    if done.doubtful:
        show_doubts(done)
    captions = [str(label) for label in done.first]
    show_gallery(upload.shown_samples, captions, [f"Read as {label}" for label in captions])
    show_counts({"Predicted": done.counts})


def show_doubts(done: Submission) -> None:
    """Say how many answers are mere guesses, list them, and offer the list as a file."""
    n = done.doubtful
    what = "1 answer is a mere guess" if n == 1 else f"{n:,} answers are mere guesses"
    with st.expander(f"{what}: on Draw, the network would be unsure or say *not a digit*"):
        names = list(done.example_answers)
        show_gallery(done.examples, [name.split(": ")[1] for name in names], names)
        st.download_button(
            "Download the list",
            done.doubts,
            "submission-doubts.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
