"""The marks cannot rot: here with a Keras that is an empty file."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # each starts a pytest of its own

TESTS = Path(__file__).parent
LAZY = """
import pytest

@pytest.mark.tensorflow
def test_with_the_mark():
    import keras

def test_without_it():
    import keras

def test_that_needs_none():
    pass
"""
AT_ITS_TOP = "import keras\n\ndef test_what_it_does():\n    pass\n"


@pytest.fixture
def run_pytest(tmp_path: Path):
    """Return a function that runs pytest with these hooks on a file, and returns what it says."""
    (tmp_path / "keras.py").touch()
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\nmarkers =\n    tensorflow: loads it\n    slow: takes long\n"
    )

    def run(content: str, *options: str) -> str:
        (tmp_path / "test_some.py").write_text(content)
        path = os.pathsep.join([str(TESTS), str(tmp_path)])
        command = [sys.executable, "-m", "pytest", "-p", "helpers.marks", "-rA", *options]
        command += ["-p", "no:cacheprovider", "-p", "no:hypothesispytest", "-p", "no:xdist"]
        return subprocess.run(
            command,
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": path},
            capture_output=True,
            text=True,
        ).stdout

    return run


def test_a_test_without_the_mark_that_loads_it_fails(run_pytest):
    said = run_pytest(LAZY, "-m", "not tensorflow")
    assert "ERROR test_some.py::test_without_it" in said
    assert "mark it with pytest.mark.tensorflow" in said


def test_what_a_marked_test_has_loaded_is_not_held_against_others(run_pytest):
    said = run_pytest(LAZY)
    assert "3 passed" in said
    assert "ERROR" not in said


def test_a_file_that_loads_it_at_its_top_has_the_mark_and_can_be_left_out_unloaded(run_pytest):
    assert "1 passed" in run_pytest(AT_ITS_TOP, "-m", "tensorflow")
    assert "collected 0 items" in run_pytest(AT_ITS_TOP, "-m", "not tensorflow")


@pytest.mark.parametrize("mark", ["pytest.mark.slow", "[\n    pytest.mark.slow,\n]"])
def test_a_file_of_slow_tests_can_be_left_out_unloaded(run_pytest, mark):
    content = (
        f"import pytest\nimport nowhere\n\npytestmark = {mark}\n\ndef test_some():\n    pass\n"
    )
    assert "ModuleNotFoundError" in run_pytest(content)
    assert "collected 0 items" in run_pytest(content, "-m", "not e2e and not slow")
    assert "ModuleNotFoundError" in run_pytest(content, "-m", "e2e or not slow")


def test_where_no_test_has_the_mark_nothing_may_have_loaded_it(run_pytest):
    said = run_pytest("from keras import __name__\n\ndef test_some():\n    pass\n")
    assert "ERROR test_some.py::test_some" in said
