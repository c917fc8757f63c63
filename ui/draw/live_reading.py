"""Live reading: the browser itself reads while the pen moves, until the server answers.

The canvas sends nothing before the pen is lifted. A script watches its picture and reads it with
the same network in a worker, and moves the headline, the giant digit and the bars. It says less
than the server rather than something else: it leaves numbers to it, and what a hand corrects.
"""

import time
from typing import Any

import streamlit as st

from mnist_core import Reader
from ui.draw.live_files import WORKER_NAME, offer_network, source

LIVE = st.components.v2.component("inkling_live", js=source("wording", "page"))


def read_while_drawing(reader: Reader, *, is_number: bool) -> None:
    """Read on in the browser from now on; call this last, when all of the answer is on its way.

    Args:
        reader: the one that reads on the server.
        is_number: whether its last answer is a number.
    """
    data = {
        "model": model_of(reader),
        "worker": WORKER_NAME,
        "is_number": is_number,
        "answer": time.monotonic_ns(),  # each is another: the script is to notice
    }
    LIVE(data=data, key="live", width="content", height="content")


def model_of(reader: Reader) -> dict[str, Any]:
    """Return what the browser needs to know of a model, its networks by their names to fetch."""
    judge = reader.judge or reader
    network, judging = (
        offer_network(each.card.checksums["model.tflite"], each.network.path)
        for each in (reader, judge)
    )
    corrected = reader.adaptation.corrected() if reader.adaptation else frozenset()
    return {
        "network": network,
        "judge": judging,
        "temperature": reader.card.calibration.temperature,
        "least_confidence": reader.card.calibration.least_confidence,
        "least_digitness": judge.card.calibration.least_digitness,
        "left_to_the_server": sorted(corrected),
    }
