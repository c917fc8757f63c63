"""README, CONTRIBUTING and docs name what exists: commands, files, and the places of terms."""

import ast
import re
import shlex
from functools import cache
from pathlib import Path

import click
import pytest

from mnist_core.cli.main import main
from mnist_core.models.cards import Card
from mnist_core.models.registry import DEFAULT, SHIPPED
from mnist_core.recipes.catalog import RECIPES

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```\w*\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
LINES = [line.partition("  #")[0].strip() for block in BLOCKS for line in block.splitlines()]
SAME = [re.sub("^inkling ", "python -m mnist_core ", line) for line in LINES]
COMMANDS = [line for line in SAME if line.startswith("python -m mnist_core")]
TARGETS = [line.split()[1] for line in LINES if line.startswith("make ")]


def test_it_shows_how_to_start_and_how_to_test():
    assert {"app", "test"} <= set(TARGETS)


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_exists(target):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:", makefile, re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_option_exists(command):
    name, *arguments = shlex.split(command)[3:]
    assert name in main.commands
    known = {option for parameter in main.commands[name].params for option in parameter.opts}
    assert {word for word in arguments if word.startswith("--")} <= known
    if "--recipe" in arguments:
        assert arguments[arguments.index("--recipe") + 1] in RECIPES


def test_every_command_in_the_other_documents_can_be_typed():
    texts = [path.read_text("utf-8") for path in (ROOT / "docs").glob("*.md")]
    code = re.findall(r"```.*?```|`[^`]+`", "\n".join([*texts, CONTRIBUTING]), re.DOTALL)
    typed = re.findall(r"(?:-m mnist_core|inkling) ([a-z][^|#`\n]*)", "\n".join(code))
    assert len(typed) > 10
    for command in typed:
        name, *arguments = shlex.split(command)
        known = {option for parameter in main.commands[name].params for option in parameter.opts}
        assert {word for word in arguments if word.startswith("--")} <= known
        if name == "train":
            assert len({"--recipe", "--resume", "--finish"}.intersection(arguments)) == 1, command


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_is_shown_and_explains_itself(name):
    assert any(command.split()[3] == name for command in COMMANDS)
    assert main.commands[name].help
    options = [p for p in main.commands[name].params if isinstance(p, click.Option)]
    assert all(option.help for option in options)


@pytest.mark.parametrize("path", re.findall(r"\]\((?!http)([^)#]+)\)", README))
def test_every_link_leads_somewhere(path):
    assert (ROOT / path).exists()


# The figures

CARD = Card.read(SHIPPED / DEFAULT / "card.json")
TEXT = " ".join(README.split())


@pytest.mark.parametrize(
    ("name", "described"),
    [
        ("strangers", "digits by strangers"),
        ("pens", "pen drawings"),
        ("mnist-test", "MNIST's test set"),
        ("uci-digits", "the uci-digits"),
    ],
)
def test_the_accuracies_are_those_of_the_card(name, described):
    metrics = CARD.metrics[name]
    low, high = (f"{end * 100:.2f}" for end in metrics.interval)
    row = rf"\| \*\*{metrics.accuracy * 100:.2f} %\*\* on {described}[^|]* \| {metrics.n:,} \| "
    answers = f"{metrics.answered:.2%} | {metrics.right_when_answered:.2%} |".replace("%", " %")
    assert re.search(rf"{row}{low} to {high} % \| {re.escape(answers)}", README)


@pytest.mark.parametrize("kind", CARD.refusals)
def test_what_it_accepts_is_that_of_the_card(kind):
    refusals = CARD.refusals[kind]
    low, high = (f"{end * 100:.2f}" for end in refusals.interval)
    row = rf"\| \*\*{refusals.called_digit * 100:.2f} %\*\* \| {refusals.n:,} [^|]* \| "
    assert re.search(rf"{row}{low} to {high} % \| {refusals.auroc:.4f} \|", README)


def tree_in(text: str) -> list[str]:
    """Return the paths of an annotated file tree, in which four spaces go a folder deeper."""
    [tree] = re.findall(r"^```text\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    folders: list[str] = []
    paths = []
    for line in tree.splitlines():
        indent, name = re.fullmatch(r"( *)(\S+) {2,}\S.*", line).groups()
        del folders[len(indent) // 4 :]
        paths.append("".join(folders) + name)
        folders.append(name)
    return paths


TREE = tree_in(README)


def packages_of(folder: str) -> list[str]:
    """Return the packages in a folder as the tree writes them."""
    found = (ROOT / folder).glob("*/__init__.py")
    return sorted(f"{folder}/{path.parent.name}/" for path in found)


@pytest.mark.parametrize("path", TREE)
def test_the_tree_shows_what_exists(path):
    assert (ROOT / path).is_dir() if path.endswith("/") else (ROOT / path).is_file()


@pytest.mark.parametrize("path", packages_of("mnist_core") + packages_of("ui"))
def test_the_tree_shows_every_package(path):
    assert path in TREE


def test_the_tree_shows_nothing_twice():
    assert len(set(TREE)) == len(TREE) > 50


# The glossary

GLOSSARY = CONTRIBUTING.partition("\n## Glossary\n")[2]
GROUPS = [
    re.findall(r"^\| (.+?) \| (.+?) \| `(.+?)` \|$", group, re.MULTILINE)
    for group in GLOSSARY.split("\n### ")[1:]
]
TERMS = [row for group in GROUPS for row in group]


@cache
def parsed(path: Path) -> ast.Module:
    """Return the syntax tree of a file; each is parsed once, for there are hundreds."""
    return ast.parse(path.read_text(encoding="utf-8"))


def names_in(body: list[ast.stmt]) -> dict[str, list[ast.stmt]]:
    """Return what a module or a class defines, each with its own body."""
    found: dict[str, list[ast.stmt]] = {}
    for node in body:
        match node:
            case ast.ClassDef(name, body=inner):
                found[name] = inner
            case (
                ast.FunctionDef(name)
                | ast.Assign(targets=[ast.Name(name)])
                | ast.AnnAssign(target=ast.Name(name))
            ):
                found[name] = []
            case ast.Assign(targets=[ast.Tuple(elts)]):
                found |= {name.id: [] for name in elts if isinstance(name, ast.Name)}
    return found


def is_defined(dotted: str) -> bool:
    """Return whether a dotted name is a module or is defined in one; nothing is imported."""
    parts = dotted.split(".")
    for n in range(len(parts), 0, -1):
        path = ROOT.joinpath(*parts[:n])
        module = (
            path.with_suffix(".py") if path.with_suffix(".py").is_file() else path / "__init__.py"
        )
        if module.is_file():
            body = parsed(module).body
            for name in parts[n:]:
                body = names_in(body).get(name)
                if body is None:
                    return False
            return True
    return False


@pytest.mark.parametrize("dotted", sorted({where for _, _, where in TERMS}))
def test_a_term_is_where_the_glossary_says(dotted):
    assert is_defined(dotted)


@pytest.mark.parametrize("dotted", ["mnist_core.nowhere", "mnist_core.errors.Nothing"])
def test_what_does_not_exist_is_not_found(dotted):
    assert not is_defined(dotted)


def test_the_glossary_explains_every_term_once_and_in_order():
    terms = [term.lower() for term, _, _ in TERMS]
    assert len(set(terms)) == len(terms) >= 40
    assert all(group and group == sorted(group, key=lambda row: row[0].lower()) for group in GROUPS)
    rows = [line for line in GLOSSARY.splitlines() if line.startswith("| ")]
    assert len(rows) == len(TERMS) + len(GROUPS)  # no row that the pattern above passes over


@pytest.mark.parametrize(("term", "meaning"), [(term, meaning) for term, meaning, _ in TERMS])
def test_a_meaning_is_one_plain_sentence(term, meaning):
    assert meaning.endswith(".") and len(meaning) < 110
    assert not meaning.removesuffix(".").count(". ")


# What may be imported

PACKAGES = sorted(path.parent.name for path in (ROOT / "mnist_core").glob("*/__init__.py"))
SOURCES = [
    path
    for place in ("app.py", "pages/*.py", "ui/**/*.py", "benchmarks/**/*.py", "mnist_core/**/*.py")
    for path in ROOT.glob(place)
]


def offered_by(package: str) -> set[str]:
    """Return the names that a package's docstring offers to others, such as "reader.Reader"."""
    docstring = ast.get_docstring(parsed(ROOT / "mnist_core" / package / "__init__.py")) or ""
    listed = re.findall(r"^    (\w+): (.+(?:\n {8}.+)*)", docstring, re.MULTILINE)
    return {f"{module}.{name}" for module, names in listed for name in re.findall(r"\w+", names)}


@cache
def imports() -> list[tuple[Path, str, str]]:
    """Return every `from module import name` of the project: the file, the module and the name."""
    return [
        (path, node.module, alias.name)
        for path in SOURCES
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    ]


def imported_from(package: str) -> set[str]:
    """Return the names that others import from a package's modules."""
    home, dotted = ROOT / "mnist_core" / package, f"mnist_core.{package}."
    return {
        f"{module.removeprefix(dotted)}.{name}"
        for path, module, name in imports()
        if home not in path.parents and module.startswith(dotted)
    }


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_says_what_others_import_from_it(package):
    assert imported_from(package) - offered_by(package) == set()


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_offers_what_it_has(package):
    offered = offered_by(package)
    assert offered
    assert [name for name in offered if not is_defined(f"mnist_core.{package}.{name}")] == []
