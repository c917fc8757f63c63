"""Marks that tests get here, and what the marks mean.

The mark `tensorflow` means what it says: what loads TensorFlow has it, and nothing else does. A
test says so itself, unless its file imports Keras at the top: then all of that file's are marked
here. A test that loads TensorFlow without the mark fails.

The mark `flaky`, in CI, is for tests marked `slow` or `e2e`, most of them with a browser or several
processes, which a crowded machine may hold up at any moment: one that fails is tried once more, and
the summary names it.
"""

import os
import re
import sys
from collections import Counter
from collections.abc import Generator
from pathlib import Path

import pytest

LIGHT = r"\.(?:classical|job|scratch) "  # modules of `training` that load it late or never
LOADS = re.compile(rf"^(?:import keras|from mnist_core\.training(?!{LIGHT}))", re.MULTILINE)
OF_A_FILE = re.compile(r"^pytestmark = (?:\[\n.*?^\]|.*?$)", re.MULTILINE | re.DOTALL)
SECOND_TRY = {"slow", "e2e"}
HEAVY = {"slow", "tensorflow", "e2e"}
# How much longer a test with such a mark takes than another, and one that runs pages without.
LOAD_OF_HEAVY, LOAD_OF_PAGES = 200, 30
LOADED_BEFORE = pytest.StashKey[bool]()


def loads_tensorflow(path: Path) -> bool:
    """Tell whether a file loads TensorFlow as soon as its tests are collected."""
    return bool(LOADS.search(path.read_text("utf-8")))


def heavy_marks(path: Path) -> set[str]:
    """Return which of the marks in `HEAVY` all tests of a file have, without importing it."""
    written = " ".join(OF_A_FILE.findall(path.read_text("utf-8")))
    marks = {mark for mark in HEAVY if f"pytest.mark.{mark}" in written}
    marks |= {"tensorflow"} if loads_tensorflow(path) else set()
    return marks | ({"e2e"} if path.parent.name == "e2e" else set())  # its conftest.py marks them


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave alone what -m, such as "not slow", would import only to leave it out."""
    expression = config.getoption("markexpr")
    is_list = re.fullmatch(r"not \w+(?: and not \w+)*", expression)
    left_out = set(re.findall(r"not (\w+)", expression)) & HEAVY if is_list else set()
    a_test = collection_path.match("test_*.py")
    return True if left_out and a_test and left_out & heavy_marks(collection_path) else None


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None]:
    """Mark what a file loads before -m chooses by marks, and what CI may try once more.

    Then let the longest files begin: where workers share the files, the last ones should be short.
    """
    loading = {path for path in {item.path for item in items} if loads_tensorflow(path)}
    for item in items:
        if item.path in loading:
            item.add_marker(pytest.mark.tensorflow)
    yield
    marks = {item: {mark.name for mark in item.iter_markers()} for item in items}
    load = Counter[Path]()
    for item in items:
        load[item.path] += LOAD_OF_HEAVY if HEAVY & marks[item] else 1
    for path in load:
        load[path] *= LOAD_OF_PAGES if "AppTest" in path.read_text("utf-8") else 1
    for item in items:
        if os.environ.get("CI") and SECOND_TRY & marks[item]:
            item.add_marker(pytest.mark.flaky(reruns=1))
    items.sort(key=lambda item: -load[item.path])


def is_loaded() -> bool:
    """Tell whether this process has loaded TensorFlow or Keras, which are the same five seconds."""
    return not {"tensorflow", "keras"}.isdisjoint(sys.modules)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    item.stash[LOADED_BEFORE] = is_loaded()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    """Fail a test without the mark that has loaded TensorFlow.

    Where no test has the mark, as in `make test-fast`, nothing may have loaded it at any time.
    """
    yield
    if item.get_closest_marker("tensorflow") or not is_loaded():
        return
    marked = any(other.get_closest_marker("tensorflow") for other in item.session.items)
    if not (marked and item.stash[LOADED_BEFORE]):
        pytest.fail("This test loads TensorFlow: mark it with pytest.mark.tensorflow.")
