"""The lists of packages: they agree with each other and with what the library imports."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from mnist_core import extras

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PACKAGES = {  # whose names are not those of their modules
    "PIL": "pillow",
    "cv2": "opencv-python-headless",
    "mlflow": "mlflow-skinny",
    "sklearn": "scikit-learn",
    "vl_convert": "vl-convert-python",
}


def listed(lines: list[str]) -> dict[str, tuple[str, str]]:
    """Return the bounds and the marker of each package, by its name."""
    parsed = [Requirement(line) for line in lines]
    names = [canonicalize_name(one.name) for one in parsed]
    assert len(set(names)) == len(names)
    return {
        name: (str(one.specifier), str(one.marker)) for name, one in zip(names, parsed, strict=True)
    }


def of_extra(extra: str) -> list[str]:
    """Return what an extra lists, without the other extras that it brings."""
    lines = PROJECT["optional-dependencies"][extra]
    return [line for line in lines if not line.startswith("inkling[")]


def requirements() -> list[str]:
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    return [text for line in lines if (text := re.sub(r"(^|\s)#.*", "", line).strip())]


def package_of(module: str) -> str:
    return canonicalize_name(PACKAGES.get(module, module))


def test_the_host_installs_what_the_project_needs_to_show_the_app_and_to_train():
    everything = [*PROJECT["dependencies"], *of_extra("train"), *of_extra("app")]
    assert listed(requirements()) == listed(everything)


def test_the_app_trains_too():
    assert "inkling[train]" in PROJECT["optional-dependencies"]["app"]
    assert set(extras.EXTRAS["app"]) > set(extras.EXTRAS["train"])


@pytest.mark.parametrize("extra", ["train", "app", "cluster", "monitoring"])
def test_the_library_knows_what_is_in_an_extra(extra):
    lines = of_extra(extra) + (of_extra("train") if extra == "app" else [])
    one_tensorflow = listed(lines).keys() - {"tensorflow-cpu"}  # the module has the same name
    assert {package_of(module) for module in extras.EXTRAS[extra]} == one_tensorflow


# What is imported where


class Import(NamedTuple):
    """A package of others that a module of the library imports, and the `require`s before it."""

    where: str
    package: str
    required: frozenset[str]


def imports() -> Iterator[Import]:
    """Yield what the library imports outside `training`, where Keras is at home."""
    for path in sorted((ROOT / "mnist_core").rglob("*.py")):
        if "training" not in path.parts:
            yield from imports_below(ast.parse(path.read_text("utf-8")), path.stem, frozenset())


def imports_below(node: ast.AST, where: str, required: frozenset[str]) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        for module in modules_of(child) - sys.stdlib_module_names - {"mnist_core"}:
            yield Import(f"{where}:{child.lineno}", package_of(module), required)
        required |= required_by(child)
        yield from imports_below(child, where, required)


def modules_of(node: ast.AST) -> set[str]:
    """Return the top-level modules that a statement imports."""
    match node:
        case ast.Import(names=names):
            return {alias.name.partition(".")[0] for alias in names}
        case ast.ImportFrom(module=str(module)):
            return {module.partition(".")[0]}
    return set()


def required_by(node: ast.AST) -> set[str]:
    """Return the packages that a statement makes sure of."""
    match node:
        case ast.Expr(value=ast.Call(func=ast.Name(id="require"), args=[extra, *modules])):
            names = [module.value for module in modules] or extras.EXTRAS[extra.value]
            return {package_of(name) for name in names}
    return set()


def test_whatever_the_library_imports_is_installed_with_it_or_asked_for_first():
    known = listed(PROJECT["dependencies"]).keys()
    assert not [one for one in imports() if one.package not in known | one.required]


def test_nothing_is_installed_that_the_library_does_not_import():
    assert listed(PROJECT["dependencies"]).keys() <= {one.package for one in imports()}
