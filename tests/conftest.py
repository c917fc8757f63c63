"""What several tests need: digits, and models small enough to be made on the spot."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from listening import listen_on

from mnist_core import spaces
from mnist_core.data import load_dataset, load_uci_digits
from mnist_core.digits import Dataset, Digits
from mnist_core.errors import DataError
from mnist_core.recipe import Recipe
from mnist_core.recipes import find_recipe
from mnist_core.running.runs import Run, new_run
from mnist_core.sources.mnist_source import local_mnist


@pytest.fixture(scope="session")
def mnist() -> Dataset:
    """MNIST, where this machine has it; a test never downloads it."""
    try:
        here = local_mnist()
    except DataError as problem:
        pytest.fail(str(problem))
    if here is None:
        pytest.skip("MNIST is not on this machine: set MNIST_NPZ to an mnist.npz")
    return load_dataset("mnist")


@pytest.fixture(scope="session")
def uci() -> Digits:
    return load_uci_digits()


@pytest.fixture(autouse=True)
def data_root(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nothing a test does is written into the folder of the project."""
    root = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("INKLING_HOME", str(root))
    return root


@pytest.fixture(autouse=True)
def at_home() -> None:
    """Pages are local, as after `make app`: whoever sits there may do everything."""
    if "streamlit" in sys.modules:  # the library's own tests need none
        listen_on("127.0.0.1")


@pytest.fixture
def deployed(at_home: None) -> None:
    """Pages are deployed: who comes is a visitor, until they sign in as the owner."""
    listen_on("0.0.0.0")


@pytest.fixture
def be(monkeypatch: pytest.MonkeyPatch) -> Callable[[str | None], Path]:
    """Return a function that makes us the visitor with a token, or with None the owner."""

    def be(token: str | None) -> Path:
        mine = spaces.home() if token is None else spaces.space_of(token)
        monkeypatch.setattr(spaces, "_finders", [lambda: mine])
        return mine

    return be


@pytest.fixture
def tiny_recipe() -> Recipe:
    """A network that trains in seconds."""
    return find_recipe("quick-cnn").with_settings(["filters=4,8", "hidden=16", "epochs=1"])


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small model, trained for seconds on the uci-digits."""
    from mnist_core.model_making import target_of
    from mnist_core.pipeline import execute
    from mnist_core.running.runs import new_run

    recipe = find_recipe("quick-cnn").with_settings(["filters=8,16", "hidden=32", "epochs=6"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INKLING_HOME", str(tmp_path_factory.mktemp("tiny")))
        run = new_run(recipe, "uci-digits", "tiny")
        execute(run, load_dataset("uci-digits"))
        return target_of(run)


@pytest.fixture
def seven() -> np.ndarray:
    """A 7 on a black canvas, as a visitor would draw it: uint8 (280, 280)."""
    canvas = np.zeros((280, 280), np.uint8)
    stroke = np.array([[90, 70], [190, 72], [130, 215]], np.int32)
    return cv2.polylines(canvas, [stroke], False, 255, 16, cv2.LINE_AA)


@pytest.fixture
def no_mnist(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine without MNIST; return where it would be."""
    monkeypatch.delenv("MNIST_NPZ", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def no_caches() -> Iterator[None]:
    """No page sees what the test before has loaded."""
    import streamlit as st  # the library's own tests need no Streamlit

    st.cache_resource.clear()
    st.cache_data.clear()
    yield
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Run]:
    """Return the runs that a page has asked for; none of them really trains."""
    runs: list[Run] = []

    def start(recipe: Recipe, data: str, name: str | None = None) -> Run:
        runs.append(new_run(recipe, data, name, state="queued"))
        return runs[-1]

    monkeypatch.setattr("ui.retrain.recipe_form.start_run", start)
    monkeypatch.setattr("mnist_core.running.run_queue.start_next", lambda: None)
    monkeypatch.setattr("ui.retrain.prospects.refuse_without_memory", lambda: None)
    return runs
