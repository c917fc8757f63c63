"""Inkling: draw a digit; see what a neural network reads, and why."""

from ui.shell import open_page

open_page().run()
