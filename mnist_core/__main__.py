"""`python -m mnist_core`."""

from mnist_core.cli.main import main

main(prog_name="python -m mnist_core")
