"""The proof: what the examples are worth on the visitor's own digits, and cost on MNIST's."""

import streamlit as st

from mnist_core import Hand, InklingError, Reader
from mnist_core.data.mnist import local_mnist
from mnist_core.evaluation.hand_check import (
    MAX_LOSS,
    Forgetting,
    LeftOut,
    leave_one_out,
    measure_forgetting,
    withdraw_harmful,
)
from mnist_core.evaluation.neighbours import CACHED_AS
from mnist_core.evaluation.output_cache import is_cached
from mnist_core.hand.example import Example
from mnist_core.intervals import Interval
from ui.base.wording import NARROW, a_digit, counted, plain
from ui.components.datasets import load_digits
from ui.components.gallery import show_gallery
from ui.components.mnist_download import offer_mnist
from ui.components.own_hand import example_in_words, label_in_words, own_hand
from ui.components.progress import progress

SHOWN = 24  # pictures that got worse
LEAST = 2  # digits, of which one is left out

# Session keys
LEFT_OUT = "left_out"  # (Reader, Examples, list of LeftOut): how these examples were read last
WITHDRAWN = "withdrawn"  # list of Example: what was just taken out because MNIST would lose


def show_proof(reader: Reader, hand: Hand) -> None:
    """Show both figures before and after.

    Args:
        reader: reads as for everybody.
        hand: the visitor's hand, not empty.
    """
    show_own(reader, hand)
    st.markdown("**Everybody's digits: MNIST's test set**")
    if local_mnist() is None:
        offer_mnist()
        return
    digits = load_digits("mnist").test
    if not is_cached(reader, digits, CACHED_AS) and not st.button("Check 10,000 digits"):
        st.caption("The first time, this takes some seconds.")
        return
    with progress("digits read") as show:
        found = measure_forgetting(reader, hand, digits, show)
        if found.loss > MAX_LOSS:
            with own_hand().changing() as mine:
                st.session_state[WITHDRAWN] = withdraw_harmful(reader, mine, digits, show)
            st.rerun()  # what the page has shown of the hand so far is out of date
    show_forgetting(found)
    show_lost(found)


def show_own(reader: Reader, hand: Hand) -> None:
    """Show how the visitor's digits are read, each left out of the examples in turn."""
    results = read_left_out(reader, hand)
    st.markdown("**Your digits**, each left out of your examples in turn")
    if len(results) < LEAST:
        st.caption("Two digits are needed for that.")
        return
    before = sum(item.before == item.example.label for item in results)
    after = sum(item.after == item.example.label for item in results)
    with st.container(horizontal=True):
        st.metric("Correct without your examples", f"{before} of {len(results)}", width=240)
        st.metric("Correct with them", f"{after} of {len(results)}", width=160)
    worse = [
        item for item in results if item.before == item.example.label and item.after != item.before
    ]
    if worse:
        st.markdown(f"Now read wrong: {counted(len(worse), 'digit')}")
        show_gallery(
            [item.example.ink for item in worse[:SHOWN]],
            [f"{item.example.label} → {item.after}" for item in worse[:SHOWN]],
            [
                f"{label_in_words(item.example.label)}, now read as {item.after}"
                for item in worse[:SHOWN]
            ],
        )


def read_left_out(reader: Reader, hand: Hand) -> list[LeftOut]:
    """Return what `leave_one_out` does: anew only after a change, since 300 digits take seconds."""
    examples = hand.examples
    known = st.session_state.get(LEFT_OUT)
    if not (known and known[0] is reader and known[1] is examples):
        known = st.session_state[LEFT_OUT] = (reader, examples, leave_one_out(reader, hand))
    results: list[LeftOut] = known[2]
    return results


def show_forgetting(found: Forgetting) -> None:
    """Show the accuracy on everybody's digits, before and after, with its interval."""
    rows = []
    for when, answers in (("Before", found.before), ("With your examples", found.after)):
        accuracy, interval = found.accuracy(answers)
        rows.append(f"| {when} | {in_percent(accuracy)} | {range_in_words(interval)} |")
    st.markdown("\n".join(["| | Accuracy | 95 % interval |", "|:--|--:|--:|", *rows]))


def show_lost(found: Forgetting) -> None:
    """Show the digits that are read wrong because of the hand."""
    lost = found.lost
    if not len(lost):
        st.caption("No digit got worse.")
        return
    st.markdown(f"Now read wrong: {counted(len(lost), 'digit')}")
    images = load_digits("mnist").test.images[lost[:SHOWN]]
    pairs = [(found.labels[i], found.after[i]) for i in lost[:SHOWN]]
    show_gallery(
        images,
        [f"{label} → {answer}" for label, answer in pairs],
        [f"{a_digit(label).capitalize()}, now read as {answer}" for label, answer in pairs],
    )


def show_withdrawn() -> None:
    """Say once which examples were taken out again, and why."""
    examples: list[Example] = st.session_state.pop(WITHDRAWN, [])
    if not examples:
        return
    st.warning(
        plain(
            f"{counted(len(examples), 'drawing')} taken out again: with them, more than 10 of "
            "MNIST's 10,000 test digits would be lost. "
        )
        + ", ".join(example_in_words(example, "of") for example in examples),
        icon=":material/undo:",
    )
    show_gallery(
        [example.ink for example in examples],
        [label_in_words(example.label) for example in examples],
        [f"Taken out: {label_in_words(example.label)}" for example in examples],
    )


def in_percent(share: float) -> str:
    """Return a share with two decimals."""
    return f"{share * 100:.2f}{NARROW}%"


def range_in_words(interval: Interval) -> str:
    """Return an interval in percent."""
    low, high = interval
    return f"{low * 100:.2f} to {high * 100:.2f}{NARROW}%"


def explain_failure(problem: InklingError) -> None:
    """Say why there is no proof."""
    st.info(plain(str(problem)), icon=":material/info:")
