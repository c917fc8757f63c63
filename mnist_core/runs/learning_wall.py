"""The learning wall: how a network reads the same hundred test digits again and again as it learns.

The sample depends on the test set alone, so all networks trained on a data set are seen on the same
digits. No network is trained on them, and none is chosen by them.
"""

import io
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.digits import Digits
from mnist_core.data.npz import arrays_in
from mnist_core.errors import DataError
from mnist_core.files import atomic_write
from mnist_core.pictures import Picture
from mnist_core.runs.report import WRITE_INTERVAL, Report
from mnist_core.runs.status import Epoch, Phase, Step

OF_EACH = 10  # test digits of each class
COST = 0.005  # share of the training time that looking may take

Labels = NDArray[np.uint8]
Read = Callable[[Picture], NDArray[np.integer]]  # pictures in MNIST's format to labels (n,)


@dataclass(frozen=True)
class Wall:
    """What a network has read in the sample, at each look.

    Attributes:
        digits: the sample, sorted by label.
        epochs: float32 (looks,), when it was: 0 is before training, 0.5 half-way through the first
            epoch.
        read: uint8 (looks, n), the digit that was read in each.
    """

    digits: Digits
    epochs: NDArray[np.float32]
    read: Labels

    def right(self, look: int) -> NDArray[np.bool_]:
        """Return which digits were read correctly at a look: bool (n,)."""
        return self.read[look] == self.digits.labels

    def until(self, epoch: float) -> "Wall":
        """Return the wall without the looks after an epoch."""
        known = self.epochs <= epoch
        return replace(self, epochs=self.epochs[known], read=self.read[known])

    def with_look(self, epoch: float, read: NDArray[np.integer]) -> "Wall":
        """Return the wall with another look, which replaces later ones."""
        earlier = self.until(np.nextafter(np.float32(epoch), np.float32(-1)))
        return replace(
            self,
            epochs=np.append(earlier.epochs, np.float32(epoch)),
            read=np.vstack([earlier.read, read.astype(np.uint8)]),
        )


def empty_wall(test: Digits) -> Wall:
    """Return the wall of a test set before the first look."""
    digits = wall_sample(test)
    return Wall(digits, np.zeros(0, np.float32), np.zeros((0, len(digits)), np.uint8))


def wall_sample(test: Digits) -> Digits:
    """Return ten test digits of each class, or all where there are fewer; always the same ones."""
    rng = np.random.default_rng(int(test.fingerprint(), 16))
    order = rng.permutation(len(test))
    chosen = [order[test.labels[order] == label][:OF_EACH] for label in range(10)]
    return test[np.concatenate(chosen)]


def read_wall(path: Path) -> Wall | None:
    """Return the wall in a file, or None if it is missing or damaged."""
    try:
        with arrays_in(path, "the learning wall of a run") as arrays:
            digits = Digits(arrays["images"], arrays["labels"])
            wall = Wall(digits, arrays["epochs"], arrays["read"])
            if wall.read.shape != (len(wall.epochs), len(digits)):
                raise ValueError(f"{wall.read.shape}, for {len(wall.epochs)} looks")
            return wall
    except DataError:
        return None


def write_wall(path: Path, wall: Wall) -> None:
    """Write a wall atomically; uncompressed, it takes under a millisecond and 80 kB."""
    content, digits = io.BytesIO(), wall.digits
    np.savez(
        content,
        images=digits.images,
        labels=digits.labels,
        epochs=wall.epochs,
        read=wall.read,
    )
    with atomic_write(path) as partial:
        partial.write_bytes(content.getvalue())


class WallReport(Report):
    """Looks at the sample after each epoch, within the first one too, and hands reports on.

    Most is learned in the very first batches: it looks after 4, 8, 16 ... of them. Apart from
    these it looks at most twice a second, and less often where a look takes long. Training goes on
    even if the disk is full.
    """

    def __init__(
        self, path: Path, test: Digits, read: Read, report: Report, epochs: int, done: int = 0
    ) -> None:
        """Look for the first time, or go on with the wall that a stopped run has left.

        Args:
            path: the file to write, at most twice a second.
            test: the test set, which is not empty.
            read: what reads pictures with the network as it is at that moment.
            report: who is told first.
            epochs: how many there will be; the last one is always looked at.
            done: how many the network has been trained for already.
        """
        self.path, self.read, self.report, self.epochs = path, read, report, epochs
        self.wall = empty_wall(test)
        self.written = self.next = float("-inf")
        known = read_wall(path)
        if known and known.digits.fingerprint() == self.wall.digits.fingerprint():
            self.wall = known
        if not len(self.wall.epochs):
            self.look(done)
            self.next = (
                time.monotonic() + WRITE_INTERVAL
            )  # the first look took longer than others will

    def phase(self, phase: Phase) -> None:
        """Hand on that another part of the work has begun."""
        self.report.phase(phase)

    def step(self, step: Step) -> None:
        """Hand on that a batch is done, and look within the first epoch."""
        self.report.step(step)
        within_first = step.epoch == 1 and step.batch < step.batches
        if within_first and (is_power_of_two(step.batch) or time.monotonic() >= self.next):
            self.look(step.batch / step.batches)

    def epoch(self, epoch: Epoch) -> None:
        """Hand on that an epoch is done, and look."""
        self.report.epoch(epoch)
        if epoch.epoch >= self.epochs or time.monotonic() >= self.next:
            self.look(epoch.epoch)

    def look(self, epoch: float) -> None:
        """Read the sample, and write down what was read."""
        began = time.monotonic()
        self.wall = self.wall.with_look(epoch, self.read(self.wall.digits.images))
        if epoch >= self.epochs or began - self.written >= WRITE_INTERVAL:
            self.written = began
            with suppress(OSError):  # if the disk is full, the network needs what is left
                write_wall(self.path, self.wall)
        now = time.monotonic()
        self.next = now + max(WRITE_INTERVAL, (now - began) / COST)


def is_power_of_two(batch: int) -> bool:
    """Return whether a number of batches is 4, 8, 16 and so on."""
    return batch >= 4 and batch.bit_count() == 1
