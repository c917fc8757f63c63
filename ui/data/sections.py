"""The sections of the Data page: facts, checks, means, tensors and a split."""

import numpy as np
import streamlit as st

from mnist_core.data.digits import Dataset
from ui.base.wording import a_digit
from ui.components.charts import show_counts
from ui.components.pictures import enlarge, picture_url
from ui.components.tables import show_table
from ui.data.profile import DatasetProfile

PATCH = slice(11, 17)  # rows and columns that are shown as numbers; more overflow a phone
LEFT_AND_RIGHT = [300, 580]


def show_facts(profile: DatasetProfile) -> None:
    """Show how many pictures there are, and the ranges of their pixels and labels."""
    train, test = sum(profile.train_counts), sum(profile.test_counts)
    rows = [
        ("Training pictures", f"{train:,}"),
        ("Test pictures", f"{test:,}"),
        ("Pixel values", "{} to {}".format(*profile.pixel_range)),
        ("Labels", "{} to {}".format(*profile.label_range)),
    ]
    show_table(["Fact", "Value"], rows)


def show_checks(profile: DatasetProfile) -> None:
    """Show what was looked for in every picture, and whether it was found."""
    rows = [
        ("Blank pictures", profile.blank, "no ink in them"),
        ("Duplicates", profile.duplicates, "equal an earlier picture in every pixel"),
    ]
    show_table(
        ["Passed", "Check", "Result"],
        [("!" if n else "✓", what, f"{n:,}: {sign}" if n else "none") for what, n, sign in rows],
    )


def show_means(profile: DatasetProfile) -> None:
    """Show the mean picture of each digit."""
    tiles = st.grid(10, min_column_width=50)  # pixels; five fit side by side on a phone
    for digit, mean in enumerate(profile.means):
        url = picture_url(enlarge(mean))
        tiles.image(url, str(digit), width="stretch", alt=f"The mean of all {digit}s")


@st.fragment
def show_tensors(dataset: Dataset) -> None:
    """Follow one picture and its label until they are what a network takes."""
    place = st.session_state.get("example", 0) % len(dataset.train)
    picture, label = dataset.train.images[place], int(dataset.train.labels[place])
    left, right = st.columns(LEFT_AND_RIGHT, gap="medium")
    with left:
        url = picture_url(enlarge(picture))
        st.image(
            url,
            f"Its label: {label}",
            width="stretch",
            alt=f"{a_digit(label).capitalize()}, enlarged",
        )
        st.button("Another digit", icon=":material/casino:", on_click=next_example)
    scaled = picture.astype("float32") / 255
    with right:
        st.markdown(
            "**1 · Pixels.** 28 rows of 28 numbers: 0 is paper, 255 is ink. The middle of them:"
        )
        st.code(table(picture, "{:3d}"), language=None)
        st.markdown(
            "**2 · Reshape.** One more axis, for the channels: greyscale has one, colour three."
        )
        st.code(f"{picture.shape}  →  {picture[..., None].shape}", language=None)
        st.markdown("**3 · Scale.** Divided by 255, since training goes best with small numbers:")
        st.code(table(scaled, "{:.2f}"), language=None)
        st.markdown(
            f"**4 · One-hot.** The label {label} becomes ten numbers, with a 1 in its place:"
        )
        st.code(f"{label}  →  {np.eye(10, dtype=int)[label]}", language=None)
    st.caption(
        f"All {len(dataset.train):,} training pictures are then one tensor of shape "
        f"({len(dataset.train)}, 28, 28, 1), and their labels one of shape "
        f"({len(dataset.train)}, 10)."
    )


def next_example() -> None:
    """Choose another digit to follow."""
    st.session_state.example = st.session_state.get("example", 0) + 1


def table(picture: np.ndarray, form: str) -> str:
    """Return the middle of a picture as lines of numbers."""
    return "\n".join("  ".join(map(form.format, row)) for row in picture[PATCH, PATCH])


@st.fragment
def show_split(profile: DatasetProfile) -> None:
    """Show how many digits a validation share puts into the validation set and the training set."""
    train, test = sum(profile.train_counts), sum(profile.test_counts)
    percent = st.slider("Validation share, in percent of the training digits", 0, 50, 10, 5)
    validation_size = round(train * percent / 100)
    tiles = st.grid(3, min_column_width=150)
    tiles.metric("Training", f"{train - validation_size:,}", border=True)
    tiles.metric("Validation", f"{validation_size:,}", border=True)
    tiles.metric("Test", f"{test:,}", border=True)
    validation = [round(count * percent / 100) for count in profile.train_counts]
    training = [count - n for count, n in zip(profile.train_counts, validation, strict=True)]
    show_counts({"Training": training, "Validation": validation})
    st.caption(
        "The digits are shuffled before they are split, with a seed, so that the same run can be "
        "repeated. The counts are approximate: chance decides how many of each digit end up in the "
        "validation set."
    )
