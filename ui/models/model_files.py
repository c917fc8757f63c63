"""A model to take away: as one file for Keras, for LiteRT, for older tutorials, and its card."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import streamlit as st

from mnist_core.errors import ModelError
from mnist_core.registry import find_model
from mnist_core.running.estimate import refuse_without_memory
from mnist_core.spaces import VARIABLE, home, space
from ui.models.model_shelf import Model
from ui.places import new_place
from ui.resources import version_of
from ui.shell import problems_told

ROOT = Path(__file__).parents[2]
PATIENCE = 120  # seconds; it takes ten
FILES = {
    "model.keras": ("keras", "application/zip", "The whole network, to go on with in Keras"),
    "model.tflite": (
        "tflite",
        "application/octet-stream",
        "To read with, on LiteRT; no TensorFlow",
    ),
    "card.json": ("json", "application/json", "Everything on this page, for programs"),
}
H5_HELP = "As older tutorials save a Keras network. It takes TensorFlow about ten seconds."
one_at_a_time = threading.Lock()  # TensorFlow takes 700 MB


def offer_files(model: Model) -> None:
    """Offer the files of a model that is whole."""
    with st.container(horizontal=True, vertical_alignment="center"):
        for file, (ending, kind, help) in FILES.items():
            st.download_button(
                file,
                (model.folder / file).read_bytes,
                f"{model.name}.{ending}",
                kind,
                help=help,
                key=f"take-{model.name}.{ending}",
                icon=":material/download:",
                on_click="ignore",
            )
        offer_h5(model.name)


def offer_h5(name: str) -> None:
    """Offer a model as older tutorials save it; the file is made when somebody wants it."""
    key, version = f"h5-{name}", version_of(name)
    of_version, path = st.session_state.get(key, (None, None))
    if of_version == version and path.is_file():
        st.download_button(
            "model.h5",
            path.read_bytes,
            f"{name}.h5",
            "application/x-hdf5",
            type="primary",
            key=f"take-{name}.h5",
            icon=":material/download:",
            on_click="ignore",
        )
    elif st.button("Make model.h5", icon=":material/build:", help=H5_HELP):
        with problems_told(), st.spinner("Writing model.h5 …", show_time=True):
            st.session_state[key] = version, make_h5(name)
            st.rerun()


def make_h5(name: str) -> Path:
    """Write a model in HDF5, in a process of its own, and return the file.

    Raises:
        InklingError: there is too little memory or disk, or the model is damaged.
    """
    path = new_place("exports", (find_model(name) / "model.keras").stat().st_size) / f"{name}.h5"
    command = [sys.executable, "-m", "mnist_core", "export", "--model", name, "-o", str(path)]
    with one_at_a_time:
        refuse_without_memory()
        try:
            done = subprocess.run(
                command,
                cwd=ROOT,
                env={**os.environ, "INKLING_HOME": str(home()), VARIABLE: str(space())},
                capture_output=True,
                text=True,
                timeout=PATIENCE,
            )
        except (OSError, subprocess.TimeoutExpired) as problem:
            raise ModelError(f"model.h5 could not be written: {problem}.") from problem
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["Something else on the server ended it."]
        raise ModelError(f"model.h5 could not be written. {said[-1].removeprefix('Error: ')}")
    return path
