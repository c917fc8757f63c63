"""CONTRIBUTING's "Add a recipe" and "Add a network", carried out as they stand in a copy."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
COPIED = ("mnist_core", "ui", "pages", "tests", "app.py", "pyproject.toml", ".streamlit")
CATALOG = "mnist_core/recipes/catalog.py"
ARCHITECTURES = "mnist_core/recipes/architectures.py"

pytestmark = [pytest.mark.slow, pytest.mark.tensorflow]


def section(title: str) -> str:
    """Return a section of CONTRIBUTING."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return re.search(rf"^## {title}\n(.*?)^## ", text, re.DOTALL | re.MULTILINE)[1]


def blocks(title: str) -> tuple[str, list[str]]:
    """Return the code that a section adds, and the commands that it gives."""
    found = re.findall(r"^```(\w*)\n(.*?)^```$", section(title), re.DOTALL | re.MULTILINE)
    assert [language for language, _ in found] == ["python", ""]
    code, shell = (text for _, text in found)
    commands = [line.partition("  #")[0].strip() for line in shell.splitlines()]
    assert all(command.startswith("python -m mnist_core train") for command in commands)
    return code, commands


RECIPE, RECIPE_COMMANDS = blocks("Add a recipe")
NETWORK, NETWORK_COMMANDS = blocks("Add a network")
# A recipe that names the new network, to see it on every road that a recipe takes.
WIDE = RECIPE.replace("small-cnn", "wide-recipe").replace("Small", "Wide")
WIDE = WIDE.replace('"quick-cnn"', '"wide-cnn"')


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project after both how-tos, and nothing else, were followed."""
    copy = tmp_path_factory.mktemp("copy")
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("node_modules"))
        else:
            shutil.copy(ROOT / name, copy / name)
    (copy / "models").symlink_to(ROOT / "models")
    assert section("Add a recipe").count(f"`{CATALOG}`") == 1
    catalog = (copy / CATALOG).read_text(encoding="utf-8")
    before, end, after = catalog.rpartition("    )\n}\n")
    assert end
    (copy / CATALOG).write_text(f"{before}{RECIPE},{WIDE},{end}{after}", encoding="utf-8")
    assert section("Add a network").count(f"`{ARCHITECTURES}`") == 1
    with (copy / ARCHITECTURES).open("a", encoding="utf-8") as file:
        file.write(f"\n\n{NETWORK}")
    return copy


def run(copy: Path, *arguments: str) -> str:
    """Return what Python prints in the copy, where it must succeed."""
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    environment.pop("MNIST_NPZ", None)
    environment["KERAS_HOME"] = str(copy / "keras")
    done = subprocess.run(
        [sys.executable, *arguments], cwd=copy, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def card(data_root: Path) -> dict:
    """Return the card of the one run there is."""
    (path,) = data_root.glob("runs/*/model/card.json")
    return json.loads(path.read_text())


def test_the_command_line_lists_the_recipe(copy):
    assert {"small-cnn", "wide-recipe"} <= set(
        re.findall(r"[\w-]+", run(copy, "-m", "mnist_core", "train", "--help"))
    )


def test_the_recipe_trains_by_the_command_that_is_given(copy, data_root):
    run(copy, *shlex.split(RECIPE_COMMANDS[0])[1:])
    assert card(data_root)["recipe"]["name"] == "small-cnn"


def test_the_network_trains_by_the_command_that_is_given(copy, data_root):
    (command,) = NETWORK_COMMANDS
    run(copy, *shlex.split(command)[1:])
    convolutions = 7 * 7 * 8 + 8 + 7 * 7 * 8 * 16 + 16
    output_layers = (7 * 7 * 16 + 1) * 128 + (128 + 1) * 10
    assert card(data_root)["recipe"]["network"] == "wide-cnn"
    assert card(data_root)["parameters"] == convolutions + output_layers


def test_the_form_asks_for_the_settings_of_the_network(copy):
    code = (
        "from mnist_core.recipes.catalog import find_recipe\n"
        "from ui.components.recipe_settings import settings_of\n"
        "print(*settings_of(find_recipe('wide-recipe')))\n"
    )
    settings = set(run(copy, "-c", code).split())
    assert {"filters", "pool_dropout", "hidden", "dropout"} <= settings


def test_the_tests_of_all_recipes_and_networks_find_both_and_pass(copy):
    files = ("trainers", "retrain_page", "estimate", "training")
    paths = [f"tests/test_{name}.py" for name in files]
    said = run(copy, "-m", "pytest", "-q", "-k", "small-cnn or wide or names", *paths)
    assert int(re.search(r"(\d+) passed", said)[1]) >= 12
    assert "failed" not in said
