"""`python -m mnist_core`."""

from mnist_core.commands.cli import main

main(prog_name="python -m mnist_core")
