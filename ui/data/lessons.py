"""What a set of digits teaches: its balance, its checks, its means, tensors and a split."""

import numpy as np
import streamlit as st

from mnist_core.digits import Dataset
from ui.charts import show_counts
from ui.data.findings import Findings
from ui.pictures import enlarge, picture_url

PATCH = slice(10, 18)  # rows and columns of a picture that are shown as numbers
LEFT_AND_RIGHT = [300, 580]


def show_checks(findings: Findings) -> None:
    """Show what was looked for, and what was found, a line each."""
    f = findings
    rows = [
        ("Missing values", not f.missing, f"none: all {f.pixels:,} pixels are there"),
        ("Pixels from 0 to 255", True, f"they go from {f.darkest} to {f.lightest}"),
        ("Labels from 0 to 9", True, f"they go from {f.least_label} to {f.greatest_label}"),
        ("Blank pictures", not f.blank, f"{f.blank:,}" if f.blank else "none"),
        (
            "Pictures there twice",
            not f.duplicates,
            f"{f.duplicates:,}, the same in every pixel" if f.duplicates else "none",
        ),
    ]
    lines = [f"| {'✓' if good else '!'} | {what} | {found} |" for what, good, found in rows]
    st.markdown("\n".join(["| | Looked for | Found |", "|:-:|:--|:--|", *lines]))


def show_means(findings: Findings) -> None:
    """Show the mean picture of each digit."""
    tiles = st.grid(10, min_column_width=60)
    for digit, mean in enumerate(findings.means):
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
        st.image(url, f"Its label: {label}", width="stretch", alt=f"A {label}, enlarged")
        st.button("Another digit", icon=":material/casino:", on_click=next_example)
    scaled = picture.astype("float32") / 255
    with right:
        st.markdown("**1 · Pixels.** 28 rows of 28 numbers: 0 is paper, 255 is ink. Its middle:")
        st.code(table(picture, "{:3d}"), language=None)
        st.markdown("**2 · Reshape.** One more axis, for the channel: grey has one, colour three.")
        st.code(f"{picture.shape}  →  {picture[..., None].shape}", language=None)
        st.markdown("**3 · Scale.** Divided by 255, so that training starts from small numbers:")
        st.code(table(scaled, "{:.2f}"), language=None)
        st.markdown(f"**4 · One-hot.** The label {label} becomes ten numbers, a 1 in its place:")
        st.code(f"{label}  →  {np.eye(10, dtype=int)[label]}", language=None)
    st.caption(
        f"All {len(dataset.train):,} digits to train on are then one tensor of shape "
        f"({len(dataset.train)}, 28, 28, 1), and their labels one of ({len(dataset.train)}, 10)."
    )


def next_example() -> None:
    """Choose another digit to follow."""
    st.session_state.example = st.session_state.get("example", 0) + 1


def table(picture: np.ndarray, form: str) -> str:
    """Return the middle of a picture as lines of numbers."""
    return "\n".join("  ".join(map(form.format, row)) for row in picture[PATCH, PATCH])


@st.fragment
def show_split(findings: Findings) -> None:
    """Show how many digits a share holds out, and how many it leaves to learn from."""
    train, test = (sum(part) for part in findings.counts)
    percent = st.slider("Held out, in percent of the digits to train on", 0, 50, 10, 5)
    held_out = round(train * percent / 100)
    tiles = st.grid(3, min_column_width=150)
    tiles.metric("To learn from", f"{train - held_out:,}", border=True)
    tiles.metric("To validate on", f"{held_out:,}", border=True)
    tiles.metric("To test on", f"{test:,}", border=True)
    kept = [round(count * percent / 100) for count in findings.counts[0]]
    learnt = [count - k for count, k in zip(findings.counts[0], kept, strict=True)]
    show_counts({"To learn from": learnt, "To validate on": kept})
    st.caption(
        "The digits are shuffled before they are split, with a seed, so that the same run can be "
        "repeated; of each digit about this many are held out, by chance a few more or fewer."
    )
