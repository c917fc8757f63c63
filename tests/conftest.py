"""What several tests need: digits, and models small enough to be made on the spot."""

import gc
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import cv2
import numpy as np
import pytest
from helpers.listening import listen_on
from helpers.marks import (  # noqa: F401 - hooks of pytest
    pytest_collection_modifyitems,
    pytest_ignore_collect,
    pytest_runtest_setup,
    pytest_runtest_teardown,
)

from mnist_core import workspace
from mnist_core.data.datasets import load_dataset, load_uci_digits
from mnist_core.data.digits import Dataset, Digits
from mnist_core.data.mnist import local_mnist
from mnist_core.errors import DataError
from mnist_core.recipes.catalog import find_recipe
from mnist_core.recipes.recipe import Recipe
from mnist_core.runs import machine_speed, process
from mnist_core.runs.run import Run
from mnist_core.runs.store import every_run, new_run


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


@pytest.fixture(scope="module", autouse=True)
def quick_garbage_collection() -> None:
    """Streamlit collects garbage after every run of a page: not among what has long been there.

    With TensorFlow in the process it would take 0.4 s each time.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def data_root(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nothing a test does is written into the folder of the project."""
    root = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("INKLING_HOME", str(root))
    return root


@pytest.fixture(autouse=True)
def speed_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> Callable[[], float | None]:
    """No page keeps the processors busy to measure them; return what would really do so."""
    really = machine_speed.measure_speed
    monkeypatch.setattr(machine_speed, "measure_speed", lambda: machine_speed.REFERENCE_SPEED)
    return really


@pytest.fixture(autouse=True)
def at_home() -> None:
    """Pages are local, as after `make app`: whoever sits there may do everything."""
    if "streamlit" in sys.modules:  # the library's own tests need none
        from helpers.installed_components import search_packages_once

        listen_on("127.0.0.1")
        search_packages_once()


@pytest.fixture(autouse=True)
def same_main() -> Iterator[None]:
    """AppTest leaves its page as `__main__`, which a process that a later test spawns would run."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture
def deployed(at_home: None) -> None:
    """Pages are deployed: who comes is a visitor, until they sign in as the owner."""
    listen_on("0.0.0.0")


@pytest.fixture
def be() -> Iterator[Callable[[str | None], Path]]:
    """Return a function that makes us the visitor with a token, or with None the owner."""
    with ExitStack() as stack:

        def be(token: str | None) -> Path:
            mine = workspace.data_root() if token is None else workspace.workspace_of(token)
            stack.enter_context(workspace.use_workspace(mine))
            return mine

        yield be


@pytest.fixture(scope="session")
def tiny_recipe() -> Recipe:
    """A network that trains in seconds."""
    return find_recipe("quick-cnn").with_settings(["filters=4,8", "hidden=16", "epochs=1"])


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small model of the uci-digits; test_tiny_model says how it was made."""
    kept = Path(__file__).parent / "fixtures" / "tiny_model"
    return Path(shutil.copytree(kept, tmp_path_factory.mktemp("models") / "tiny"))


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
def behave(monkeypatch: pytest.MonkeyPatch, no_caches: None) -> Iterator[Callable[[str], None]]:
    """Return a function that says how the next run behaves; none really trains, all are stopped."""
    fake = Path(__file__).parent / "helpers" / "fake_training.py"
    monkeypatch.setattr(process, "COMMAND", (sys.executable, str(fake)))
    monkeypatch.setenv("PYTHONPATH", str(process.ROOT))
    yield lambda behaviour: monkeypatch.setenv("BEHAVIOUR", behaviour)
    # What waits is stopped first: it would be started in place of what trained.
    for run in sorted(every_run(), key=lambda run: run.status().state != "queued"):
        process.stop(run)
    for thread in threading.enumerate():
        if thread.name == "scheduler":  # it would look for runs in the next test's data root
            thread.join(10)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Run]:
    """Return the runs that a page has asked for; none of them really trains."""
    runs: list[Run] = []

    def start(recipe: Recipe, data: str, name: str | None = None) -> Run:
        runs.append(new_run(recipe, data, name, state="queued"))
        return runs[-1]

    monkeypatch.setattr("ui.retrain.recipe_form.start_run", start)
    monkeypatch.setattr("mnist_core.runs.queue.start_next", lambda: None)
    monkeypatch.setattr("ui.retrain.estimate_view.ensure_memory", lambda: None)
    return runs
