"""A model's files for download: for Keras, for LiteRT, for older tutorials, and its card."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import streamlit as st

from mnist_core.errors import ModelError
from mnist_core.models.network_input import input_in_words
from mnist_core.models.registry import find_model
from mnist_core.runs.memory import ensure_memory
from mnist_core.workspace import VARIABLE, current_workspace, data_root
from ui.access.visitor_files import new_visitor_folder
from ui.components.resources import version_of
from ui.models.model_list import Model
from ui.shell.page import show_errors

ROOT = Path(__file__).parents[2]
TIMEOUT = 120  # seconds; it takes ten
FILES = {
    "model.keras": (
        "keras",
        "application/zip",
        "The complete network, to use or train further in Keras 3",
    ),
    "model.tflite": (
        "tflite",
        "application/octet-stream",
        "For reading digits with LiteRT, without TensorFlow",
    ),
    "card.json": ("json", "application/json", "Everything on this page, as JSON"),
}
MADE = {  # on demand, which takes about ten seconds
    "h5": ("application/x-hdf5", "For older programs: opens in Keras 2 and in Keras 3."),
    "onnx": ("application/octet-stream", "For other frameworks, and for browsers."),
}
UNIT_MADE = {
    "keras": (FILES["model.keras"][1], FILES["model.keras"][2]),
    "tflite": (FILES["model.tflite"][1], FILES["model.tflite"][2]),
    **MADE,
}
export_lock = threading.Lock()  # one export at a time: TensorFlow takes 700 MB


def offer_files(model: Model) -> None:
    """Offer the files of an intact model, and say what the network in them takes."""
    unit = st.toggle(
        "For programs that divide by 255 first",
        key=f"unit-{model.name}",
        help="The network in the file then takes grey levels from 0 to 1 instead of 0 to 255.",
    )
    levels = "unit" if unit else "byte"
    st.caption(f"It takes {input_in_words(levels)}.")
    with st.container(horizontal=True, vertical_alignment="center"):
        for file, (ending, mime_type, help) in FILES.items():
            if unit and ending in UNIT_MADE:
                continue
            st.download_button(
                file,
                (model.folder / file).read_bytes,
                f"{model.name}.{ending}",
                mime_type,
                help=help,
                key=f"take-{model.name}.{ending}",
                icon=":material/download:",
                on_click="ignore",
            )
        for ending in UNIT_MADE if unit else MADE:
            offer_made(model.name, ending, levels)


def offer_made(name: str, ending: str, levels: str) -> None:
    """Offer a model in a format that is made on demand."""
    key, version = f"made-{name}-{levels}-{ending}", version_of(name)
    mime_type, help = UNIT_MADE[ending]
    made_from, path = st.session_state.get(key, (None, None))
    if made_from == version and path.is_file():
        st.download_button(
            f"model.{ending}",
            path.read_bytes,
            path.name,
            mime_type,
            type="primary",
            key=f"take-{levels}-{name}.{ending}",
            icon=":material/download:",
            on_click="ignore",
        )
    elif st.button(
        f"Make model.{ending}",
        icon=":material/build:",
        help=f"{help} Making it takes about ten seconds.",
    ):
        with show_errors(), st.spinner(f"Writing model.{ending} …", show_time=True):
            st.session_state[key] = version, make_file(name, ending, levels)
            st.rerun()


def make_file(name: str, ending: str, levels: str) -> Path:
    """Write a model in a format for other programs, in a separate process; return the file.

    Raises:
        InklingError: there is too little memory or disk, or the model is damaged.
    """
    path = (
        new_visitor_folder("exports", (find_model(name) / "model.keras").stat().st_size)
        / f"{name}{'-0-to-1' if levels == 'unit' else ''}.{ending}"
    )
    command = [sys.executable, "-m", "mnist_core", "export", "--model", name]
    command += ["--input", levels] if levels != "byte" else []
    command += ["-o", str(path)]
    with export_lock:
        ensure_memory()
        try:
            done = subprocess.run(
                command,
                cwd=ROOT,
                env={
                    **os.environ,
                    "INKLING_HOME": str(data_root()),
                    VARIABLE: str(current_workspace()),
                },
                capture_output=True,
                text=True,
                timeout=TIMEOUT,
            )
        except (OSError, subprocess.TimeoutExpired) as problem:
            raise ModelError(f"model.{ending} could not be written: {problem}.") from problem
    if done.returncode:
        errors = done.stderr.strip().splitlines() or ["Something on the server ended it."]
        raise ModelError(
            f"model.{ending} could not be written. {errors[-1].removeprefix('Error: ')}"
        )
    return path
