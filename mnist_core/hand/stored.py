"""A hand in its file: changed by several tabs and processes, and never half written."""

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

from mnist_core.errors import DataError
from mnist_core.hand.example_files import JSON, check_ending, read_examples
from mnist_core.hand.hand import Hand
from mnist_core.locks import lock
from mnist_core.workspace import current_workspace

Version = tuple[int, int, int]  # inode, time and size of the file

NO_FILE: Version = (0, 0, 0)


def hand_file(workspace: Path | None = None) -> Path:
    """Return the file of a workspace's hand, by default the current one's; it may not exist."""
    return (workspace or current_workspace()) / JSON


class StoredHand:
    """The hand in a file; safe to use from several threads and processes at once."""

    def __init__(self, path: Path) -> None:
        """Name the file; it is read when the hand is first asked for."""
        self.path = path
        self._hand = Hand()
        self._version = NO_FILE
        self._lock = threading.RLock()

    def current(self) -> Hand:
        """Return the hand as the file has it now; always the same object.

        Raises:
            DataError: the file is damaged.
        """
        with self._lock:
            version = version_of(self.path)
            if version != self._version:
                examples = read_examples(self.path) if version != NO_FILE else []
                self._hand.reset(tuple(examples))
                self._version = version
        return self._hand

    @contextlib.contextmanager
    def changing(self) -> Iterator[Hand]:
        """Yield the hand to change it; it is written when the block ends.

        If anything fails, hand and file are as before.

        Raises:
            DataError: the file is damaged or cannot be written, or is none that a hand is kept in.
        """
        check_ending(self.path)
        with self._lock, self._locked_file():
            hand = self.current()
            before = hand.snapshot()
            try:
                yield hand
                if hand.examples is not before.examples:
                    hand.save(self.path)
                    self._version = version_of(self.path)
            except BaseException:
                hand.restore(before)
                raise

    def set_aside(self) -> Path:
        """Rename a damaged file, so that a new hand can begin; return its new place."""
        aside = self.path.with_name(f"{self.path.stem}-damaged{self.path.suffix}")
        with self._lock, self._locked_file():
            self.path.replace(aside)
        return aside

    @contextlib.contextmanager
    def _locked_file(self) -> Iterator[None]:
        """Keep all other processes from changing the file.

        Raises:
            DataError: the folder cannot be written to.
        """
        try:
            held = lock(self.path.with_name(f".{self.path.name}.lock"))
            held.acquire()
        except OSError as problem:
            raise DataError(f"Cannot write to {self.path.parent}: {problem.strerror}.") from problem
        try:
            yield
        finally:
            held.release()


def version_of(path: Path) -> Version:
    """Return a value that changes whenever a file does."""
    try:
        stat = path.stat()
    except OSError:
        return NO_FILE
    return stat.st_ino, stat.st_mtime_ns, stat.st_size
