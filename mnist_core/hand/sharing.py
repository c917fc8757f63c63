"""Hands that their owners share with the class: nothing is copied, so withdrawing leaves nothing.

A file beside the hand says that its owner has agreed. The hands of all who have are read when
somebody with the right to it asks for them.
"""

import contextlib
from pathlib import Path

from mnist_core.errors import DataError
from mnist_core.hand.example import Example
from mnist_core.hand.example_files import read_examples
from mnist_core.hand.stored import hand_file
from mnist_core.workspace import current_workspace, visitor_workspaces

AGREED = "hand-shared"


def agreement(workspace: Path | None = None) -> Path:
    """Return the file that says that a workspace's hand is shared; it may not exist."""
    return (workspace or current_workspace()) / AGREED


def is_shared() -> bool:
    """Return whether the current visitor shares their hand."""
    return agreement().is_file()


def share(agreed: bool) -> None:
    """Share the current visitor's hand from now on, or withdraw it.

    Raises:
        DataError: the agreement cannot be written or removed; then it is as before.
    """
    file = agreement()
    try:
        if agreed:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()
        else:
            file.unlink(missing_ok=True)
    except OSError as problem:
        raise DataError(f"Cannot change {file.parent}: {problem.strerror}.") from problem


def shared_examples() -> tuple[int, list[Example]]:
    """Return how many visitors share their hands, and all their examples.

    A damaged hand is left out.
    """
    people = 0
    examples: dict[str, Example] = {}
    for workspace in visitor_workspaces():
        if agreement(workspace).is_file():
            with contextlib.suppress(DataError):
                own = read_examples(hand_file(workspace))
                people += bool(own)
                examples |= {example.id: example for example in own}
    return people, list(examples.values())
