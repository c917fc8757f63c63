"""Counts the answers on Draw, each drawing once, if metrics are on."""

import time
import zlib

import streamlit as st

from mnist_core import Reading
from mnist_core.pictures import Picture
from ui.base.meter import meter

COUNTED = "counted_picture"  # session key, int: the checksum of the picture counted last


def count_answer(
    picture: Picture | None, reading: Reading | None, is_number: bool, began: float
) -> None:
    """Count an answer, unless the page was only run again with the same picture.

    Args:
        picture: what was read; None if there was nothing to read.
        reading: what was read in it.
        is_number: whether a number of several digits was the answer.
        began: when the page began to run, of `time.perf_counter`.
    """
    if not meter().is_on or picture is None or reading is None:
        return
    checksum = zlib.crc32(picture.tobytes())
    if st.session_state.get(COUNTED) != checksum:
        st.session_state[COUNTED] = checksum
        meter().stroke("number" if is_number else reading.verdict, time.perf_counter() - began)
