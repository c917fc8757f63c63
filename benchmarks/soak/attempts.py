"""Attempts at something, and how many of them succeeded."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from benchmarks.result import Result


@dataclass
class Attempts:
    """How often something was tried, and how often it worked.

    Attributes:
        tried: all attempts.
        done: those that succeeded.
        problems: what went wrong, in words.
    """

    tried: int = 0
    done: int = 0
    problems: list[str] = field(default_factory=list)

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Count what the block does as an attempt; it has failed if it raises an exception."""
        self.tried += 1
        try:
            yield
            self.done += 1
        except Exception as problem:  # whatever it is, it did not work
            self.problems.append(f"{type(problem).__name__}: {problem}")

    def result(self, what: str) -> Result:
        """Return the result, with the target that all succeed."""
        measured = f"{self.done} of {self.tried} {self.problems[:3] or ''}"
        return Result(what, measured, "all", 0 < self.tried == self.done)
