"""The notebook runs, from top to bottom, with MNIST and without."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parents[1] / "docs" / "scratch-mlp.ipynb"


@pytest.fixture
def notebook() -> nbformat.NotebookNode:
    return nbformat.read(NOTEBOOK, as_version=4)


@pytest.fixture
def quiet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel that leaves nothing in the home folder and does not fight over cores."""
    for folder in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR"):
        monkeypatch.setenv(folder, str(tmp_path / folder.lower()))
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")


def printed(notebook: nbformat.NotebookNode, cell: str, folder: Path) -> str:
    """Run the notebook as if opened in a folder; return what one of its cells printed."""
    NotebookClient(
        notebook, timeout=60, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute()
    outputs = next(found.outputs for found in notebook.cells if found.id == cell)
    return "".join(output.text for output in outputs if output.output_type == "stream")


@pytest.mark.slow
@pytest.mark.usefixtures("quiet")
def test_it_runs_offline_on_the_digits_that_are_always_there(notebook, tmp_path, monkeypatch):
    monkeypatch.delenv("MNIST_NPZ", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert "uci-digits" in printed(notebook, "load-the-digits", NOTEBOOK.parent)


@pytest.mark.slow
@pytest.mark.usefixtures("quiet", "mnist")
def test_it_runs_on_mnist_where_that_is_here(notebook):
    assert "mnist: 10,000 digits" in printed(notebook, "load-the-digits", NOTEBOOK.parents[1])


def test_it_is_kept_without_outputs(notebook):
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert not any(cell.outputs or cell.execution_count for cell in code)
    assert not any(cell.metadata for cell in notebook.cells)
    assert set(notebook.metadata) == {"kernelspec", "language_info"}


def test_it_is_valid(notebook):
    nbformat.validate(notebook)
    assert str(Path.home()) not in NOTEBOOK.read_text(encoding="utf-8")
