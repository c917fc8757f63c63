"""What may import what: the floors in pyproject.toml hold, and reading stays light."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import mnist_core

ROOT = Path(__file__).parents[1]
HEAVY = {"tensorflow", "keras", "sklearn", "scipy", "pandas", "streamlit"}
NEED_A_SERVER = {
    "ui.draw.canvas",
    "ui.draw.embedded",
    "ui.draw.inputs",
    "ui.draw.paper",
}  # the canvas registers itself there

# One after the other, in one process: the first module that loads something heavy is named.
IMPORT_ALL = """
import importlib, sys
for module in {modules}:
    importlib.import_module(module)
    if loaded := {heavy} & {{name.partition(".")[0] for name in sys.modules}}:
        sys.exit(f"{{module}} loads {{', '.join(sorted(loaded))}}")
"""


def modules_of(package: str) -> list[str]:
    """Return the modules of a package, by their dotted names."""
    paths = ROOT.joinpath(*package.split(".")).rglob("[!_]*.py")
    return sorted(".".join(path.relative_to(ROOT).with_suffix("").parts) for path in paths)


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)


@pytest.mark.slow
def test_no_floor_imports_one_above_it_and_no_page_another_page():
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_a_first_reading_loads_nothing_heavy():
    code = """
import numpy, sys
from mnist_core import load_reader
picture = numpy.full((280, 280), 255, numpy.uint8)
picture[60:220, 130:150] = 0
assert load_reader().read(picture).digit == 1
print(*{name.partition(".")[0] for name in sys.modules})
"""
    done = run(code)
    assert done.returncode == 0, done.stderr
    assert not HEAVY & set(done.stdout.split())


def test_the_package_offers_each_of_its_names():
    assert set(mnist_core.HOMES) == set(mnist_core.__all__) <= set(dir(mnist_core))
    for name, home in mnist_core.HOMES.items():
        assert getattr(mnist_core, name) is getattr(importlib.import_module(home), name)
    with pytest.raises(AttributeError, match="Raeder"):
        mnist_core.Raeder  # noqa: B018


@pytest.mark.slow
def test_only_training_loads_anything_heavy():
    light = [name for name in modules_of("mnist_core") if ".training." not in name]
    assert len(light) > 50
    done = run(IMPORT_ALL.format(modules=light, heavy=HEAVY))
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_the_app_loads_no_tensorflow():
    heavy = HEAVY - {"streamlit"}
    modules = [name for name in modules_of("ui") if name not in NEED_A_SERVER]
    done = run(IMPORT_ALL.format(modules=modules, heavy=heavy))
    assert done.returncode == 0, done.stderr


@pytest.mark.tensorflow
@pytest.mark.slow
def test_training_loads_no_streamlit():
    done = run(IMPORT_ALL.format(modules=modules_of("mnist_core.training"), heavy={"streamlit"}))
    assert done.returncode == 0, done.stderr
