"""A hand: the examples with which a person teaches a reader their handwriting.

Pictures are kept, not what a network made of them, so a hand survives a new model.
"""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from mnist_core.errors import DataError, ExampleError
from mnist_core.hand.example import Example, Label, Stroke, check_label, check_room, now
from mnist_core.hand.example_files import read_examples, write_examples
from mnist_core.pictures import Picture
from mnist_core.preprocessing import prepare

Examples: TypeAlias = tuple[Example, ...]

UNDO_STEPS = 50


@dataclass(frozen=True)
class Addition:
    """What adding an example has done.

    Attributes:
        example: the new example.
        replaced: the example of the same drawing that it replaces, or None.
    """

    example: Example
    replaced: Example | None = None

    @property
    def changed_mind(self) -> bool:
        """Whether the same drawing had another label before."""
        return self.replaced is not None and self.replaced.label != self.example.label


@dataclass(frozen=True)
class Merged:
    """How many examples a merge has added, has found here already, and has given a later label."""

    added: int
    known: int
    relabelled: int


@dataclass(frozen=True)
class Snapshot:
    """A hand at one time, with the examples before each change that can be undone."""

    examples: Examples
    history: tuple[Examples, ...]


class Hand:
    """The labelled drawings of one person; safe to use from several threads at once.

    A drawing occurs once: the later label holds. `examples` is a new tuple after each change, so a
    reader notices a change by looking at it.
    """

    def __init__(self, examples: Iterable[Example] = ()) -> None:
        """Start with some examples, in the order in which they were added.

        Raises:
            LimitError: they are too many.
        """
        self._lock = threading.RLock()
        self._examples: Examples = tuple(examples)
        self._history: list[Examples] = []
        check_room(len(self._examples))

    @property
    def examples(self) -> Examples:
        """All examples, in the order in which they were added."""
        return self._examples

    def __len__(self) -> int:
        """Return the number of examples."""
        return len(self._examples)

    def find(self, id: str) -> Example:
        """Return an example by its id.

        Raises:
            DataError: there is no such example.
        """
        for example in self._examples:
            if example.id == id:
                return example
        raise DataError(f"Expected the id of an example of this hand. Received: {id}")

    def add(self, picture: Picture, label: Label, strokes: Sequence[Stroke] = ()) -> Addition:
        """Learn that a picture shows a digit, or none.

        Args:
            picture: uint8 (H, W), (H, W, 3) or (H, W, 4), as `Reader.read` takes it.
            label: 0 to 9, or None for "no digit".
            strokes: the pen's way, where it is known.

        Returns:
            The example, and the one of the same drawing that it replaces.

        Raises:
            ExampleError: the picture is blank, or a dot is called a digit; a ValueError as well.
            LimitError: the hand is full.
            ValueError: another label, or a picture of another shape or dtype.
        """
        check_label(label)
        steps = prepare(picture)
        if steps is None:
            raise ExampleError("There is no ink in this picture to learn from. Draw something.")
        if steps.is_dot and label is not None:
            raise ExampleError("A dot alone is never read as a digit. Draw the digit larger.")
        return self.add_example(Example(steps.centred, label, strokes=tuple(strokes)))

    def add_example(self, example: Example) -> Addition:
        """Add an example; one of the same drawing is replaced.

        Raises:
            LimitError: the hand is full.
        """
        with self._lock:
            replaced = next((old for old in self._examples if old.id == example.id), None)
            others = tuple(old for old in self._examples if old is not replaced)
            check_room(len(others) + 1)
            self._change((*others, example))
        return Addition(example, replaced)

    def merge(self, examples: Iterable[Example]) -> Merged:
        """Add others' examples as one change. Of two labels for a drawing the later one holds.

        Raises:
            LimitError: there would be too many; nothing is added.
        """
        with self._lock:
            merged = {example.id: example for example in self._examples}
            added = known = relabelled = 0
            for example in examples:
                own = merged.get(example.id)
                if own is None:
                    added += 1
                elif own.label == example.label or own.when >= example.when:
                    known += 1
                    continue
                else:
                    relabelled += 1
                merged[example.id] = example
            check_room(len(merged))
            if added or relabelled:
                self._change(tuple(merged.values()))
        return Merged(added, known, relabelled)

    def remove(self, id: str) -> None:
        """Forget one example.

        Raises:
            DataError: there is no such example.
        """
        with self._lock:
            gone = self.find(id)
            self._change(tuple(example for example in self._examples if example is not gone))

    def unlearn(self, id: str) -> None:
        """Forget one example; if the last change only added or relabelled it, undo exactly that.

        Raises:
            DataError: there is no such example.
        """
        with self._lock:
            example = self.find(id)
            others = [item for item in self._examples if item is not example]
            before = self._history[-1] if self._history else None
            if before is not None and [item for item in before if item.id != id] == others:
                self.undo()
            else:
                self.remove(id)

    def relabel(self, id: str, label: Label) -> None:
        """Give one example another label.

        Raises:
            DataError: there is no such example.
            ValueError: the label is none.
        """
        check_label(label)
        with self._lock:
            old = self.find(id)
            new = replace(old, label=label, when=now())
            self._change(tuple(new if item is old else item for item in self._examples))

    def clear(self) -> None:
        """Forget every example."""
        with self._lock:
            if self._examples:
                self._change(())

    def undo(self) -> bool:
        """Take back the last change; of a hand that was loaded, the last example.

        Returns:
            Whether there was anything to take back.
        """
        with self._lock:
            if self._history:
                self._examples = self._history.pop()
            elif self._examples:
                self._examples = self._examples[:-1]
            else:
                return False
        return True

    def reset(self, examples: Examples) -> None:
        """Hold other examples from now on, as a file has them; earlier changes are final."""
        with self._lock:
            self._examples, self._history = examples, []

    def snapshot(self) -> Snapshot:
        """Return the examples and the changes that can be undone, for `restore`."""
        with self._lock:
            return Snapshot(self._examples, tuple(self._history))

    def restore(self, snapshot: Snapshot) -> None:
        """Be as at the time of a snapshot."""
        with self._lock:
            self._examples, self._history = snapshot.examples, list(snapshot.history)

    def save(self, path: Path | str) -> None:
        """Write the hand atomically: to a .json, or to a .zip with its pictures and a train.csv.

        Raises:
            DataError: the name ends in something else, or it cannot be written; what was there
                stays.
        """
        write_examples(Path(path), self.examples)

    @classmethod
    def load(cls, path: Path | str) -> "Hand":
        """Return the hand in a file that `save` wrote, or in any file that can be imported.

        Raises:
            DataError: the file is missing, damaged, too large or of another kind.
        """
        hand = cls()
        hand.merge(read_examples(Path(path)))
        hand.reset(hand.examples)
        return hand

    def _change(self, examples: Examples) -> None:
        self._history = [*self._history, self._examples][-UNDO_STEPS:]
        self._examples = examples
