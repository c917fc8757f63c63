"""What may import what."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted(
    ".".join(path.relative_to(ROOT / "mnist_core").with_suffix("").parts)
    for path in (ROOT / "mnist_core").rglob("[!_]*.py")
)
TRAINING = {
    "export",
    "model_making",
    "networks",
    "pipeline",
    "refusal",
    "trainers",
    "training",
    "weights",
}  # the only ones that need TensorFlow
HEAVY = {"tensorflow", "keras", "sklearn", "scipy", "pandas", "streamlit"}


def loaded_by(module: str) -> set[str]:
    """Return the top-level packages that importing a module loads, in a process of its own."""
    code = f"import {module}, sys; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return set(done.stdout.split())


def test_reading_loads_nothing_heavy():
    assert not loaded_by("mnist_core") & HEAVY


@pytest.mark.parametrize("module", [name for name in MODULES if name not in TRAINING])
def test_only_training_and_export_load_tensorflow(module):
    assert not loaded_by(f"mnist_core.{module}") & HEAVY


@pytest.mark.parametrize("module", sorted(TRAINING))
def test_training_does_not_load_streamlit(module):
    assert "streamlit" not in loaded_by(f"mnist_core.{module}")
