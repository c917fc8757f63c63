"""Download the hand as a file, and upload a saved one."""

import streamlit as st

from mnist_core import Hand, InklingError
from mnist_core.errors import DataError
from mnist_core.hand.example_files import MAX_BYTES, parse_examples, zip_of
from mnist_core.hand.hand import Merged
from ui.access.limits import check_upload_size
from ui.base import session_keys
from ui.base.wording import counted, plain
from ui.components.own_hand import check_room, own_hand
from ui.components.uploads import free_memory
from ui.shell.page import show_errors

TYPES = ["zip", "json", "ndjson", "csv"]
MEGABYTES = MAX_BYTES // 2**20

# Session keys
UPLOADS = "hand_uploads"  # int: how many files were uploaded; a new uploader for the next one
NOTE = "hand_note"  # str: what the last import has done


def offer_download(hand: Hand) -> None:
    """Let the visitor download all examples."""
    st.download_button(
        "Download my examples",
        lambda: zip_of(hand.examples),
        file_name="hand.zip",
        mime="application/zip",
        icon=":material/download:",
        help="One ZIP file: the strokes in Quick, Draw!'s form, the pictures in a folder for each "
        "digit, train.csv in Kaggle's form, and hand.json with everything.",
    )


def take_file() -> None:
    """Let the visitor upload a hand, or any one of its files, and merge it."""
    if note := st.session_state.pop(NOTE, None):
        st.success(plain(note), icon=":material/check:")
    number = st.session_state.setdefault(UPLOADS, 0)
    file = st.file_uploader(
        "Upload saved examples: the ZIP file, or its hand.json, examples.ndjson or train.csv",
        TYPES,
        key=f"hand-file-{number}",
        max_upload_size=MEGABYTES,
    )
    if file is None:
        return
    with show_errors():
        check_upload_size(file, MEGABYTES)
        examples = parse_examples(file.getvalue(), file.name)
        free_memory(file)
        check_room(len(examples))
        with own_hand().changing() as hand:
            merged = hand.merge(examples)
        st.session_state[session_keys.READ_FOR_ME] = True
        st.session_state[NOTE] = added_in_words(merged)
        st.session_state[UPLOADS] = number + 1
        st.rerun()


def added_in_words(merged: Merged) -> str:
    """Return what uploading a hand has changed, in a sentence."""
    parts = [f"Added {counted(merged.added, 'drawing')}"]
    if merged.known:
        parts.append(f"{merged.known:,} were already here")
    if merged.relabelled:
        parts.append(f"{merged.relabelled:,} changed an earlier label")
    return "; ".join(parts) + "."


def offer_repair(problem: DataError) -> None:
    """Say that the hand's file is damaged, and let the visitor start again without it."""
    st.error(plain(str(problem)), icon=":material/broken_image:")
    st.button("Set the damaged file aside and start again", on_click=set_aside)


def set_aside() -> None:
    """Set the damaged file aside."""
    try:
        own_hand().set_aside()
    except (InklingError, OSError):
        return  # it is still there, and so is the button
