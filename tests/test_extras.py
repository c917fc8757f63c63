"""What a command says where the extra that it needs is not installed."""

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from mnist_core import extras
from mnist_core.cli.main import main
from mnist_core.errors import MissingExtraError
from mnist_core.places import object_store

ROOT = Path(__file__).parents[1]


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Return a function that makes a module as good as not installed."""
    return lambda module: monkeypatch.setitem(sys.modules, module, None)


@pytest.mark.parametrize(
    ("module", "arguments"),
    [
        ("tensorflow", ["train", "--recipe", "quick-cnn"]),
        ("tensorflow", ["train", "--resume", "nothing"]),
        ("tensorflow", ["export", "-o", "model.h5"]),
        ("sklearn", ["evaluate", "--data", "uci-digits"]),
        ("streamlit", ["app"]),
        ("pyarrow", ["read", "--many", "digits.npz", "-o", "out.parquet"]),
        ("ray", ["read", "--many", "digits.npz", "-o", "out.parquet", "--on", "ray"]),
        ("ray", ["sweep", "--recipe", "quick-cnn", "--vary", "epochs=1/2"]),
        ("optuna", ["sweep", "--recipe", "quick-cnn", "--vary", "epochs=1/2"]),
        ("fsspec", ["read", "--many", "s3://digits/a.npz", "-o", "out.parquet"]),
        ("s3fs", ["read", "--many", "s3://digits/a.npz", "-o", "out.parquet"]),
    ],
)
def test_a_command_names_the_extra_it_needs(without, tmp_path, monkeypatch, module, arguments):
    from mnist_core.data.datasets import load_uci_digits

    load_uci_digits.cache_clear()
    object_store.cache_clear()
    without(module)
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1
    extra = {"app": "app", "read": "cluster", "sweep": "cluster"}.get(arguments[0], "train")
    assert result.output == (
        f"Error: This needs {module}, which is not installed. "
        f"To install it: pip install '.[{extra}]'\n"
    )
    assert not list(tmp_path.iterdir())


def test_what_is_installed_needs_no_clone(without, monkeypatch):
    without("keras")
    monkeypatch.setattr(extras, "INSTALLED", True)
    with pytest.raises(MissingExtraError, match=re.escape("pip install 'inkling[train]'")):
        extras.require("train")


def test_data_says_how_to_have_the_digits_of_scikit_learn(without):
    from mnist_core.data.datasets import load_uci_digits

    load_uci_digits.cache_clear()
    without("sklearn")
    result = CliRunner().invoke(main, ["data"])
    assert result.exit_code == 0
    assert result.output.startswith("uci-digits: 1,797 digits, not here yet; to install them: pip ")


def test_the_app_is_handed_the_options_of_streamlit(monkeypatch):
    run = []
    monkeypatch.setattr("runpy.run_module", lambda name, run_name: run.append([*sys.argv]))
    monkeypatch.setattr(sys, "argv", ["inkling"])
    result = CliRunner().invoke(main, ["app", "--server.port", "8600", "--server.headless=true"])
    assert result.exit_code == 0, result.output
    assert run == [
        ["streamlit", "run", str(ROOT / "app.py"), "--server.address", "localhost"]
        + ["--server.port", "8600", "--server.headless=true"]
    ]
