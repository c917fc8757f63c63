"""README's commands are the ones that exist."""

import re
import shlex
from pathlib import Path

import click
import pytest

from mnist_core.commands.cli import main
from mnist_core.recipes import RECIPES

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```\w*\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
LINES = [line.partition("  #")[0].strip() for block in BLOCKS for line in block.splitlines()]
COMMANDS = [line for line in LINES if line.startswith("python -m mnist_core")]
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


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_is_shown_and_explains_itself(name):
    assert any(command.split()[3] == name for command in COMMANDS)
    assert main.commands[name].help
    options = [p for p in main.commands[name].params if isinstance(p, click.Option)]
    assert all(option.help for option in options)


@pytest.mark.parametrize("path", re.findall(r"\]\((?!http)([^)#]+)\)", README))
def test_every_link_leads_somewhere(path):
    assert (ROOT / path).exists()


@pytest.mark.parametrize("path", re.findall(r"^    ([\w./-]+/?) {2,}\S", README, re.MULTILINE))
def test_the_layout_it_shows_is_there(path):
    assert (ROOT / path).exists()
