"""Running an exported network on LiteRT, without TensorFlow.

TensorFlow costs 5 s and 700 MB to import and 30 ms an answer; LiteRT loads in milliseconds and
answers in a tenth of one.
"""

import os
import threading
from pathlib import Path
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from mnist_core.errors import ModelError
from mnist_core.preprocessing import Picture

BLOCK = 64  # pictures at a time when there are many: fits a core's cache

Outputs = dict[str, NDArray[np.float32]]


class Network:
    """An exported network. Any number of threads may use one at once."""

    def __init__(self, path: Path) -> None:
        """Load a network.

        Raises:
            ModelError: the file is damaged, or no network of ours.
        """
        self.path = path
        # An interpreter must not be used from two threads. A lock costs less than an interpreter
        # a thread: an answer takes a tenth of a millisecond, and pages come and go in threads.
        self.lock = threading.Lock()
        self.one = self.load(threads=1)
        self.many: Any = None  # most readers are never asked for many

    def load(self, threads: int) -> Any:
        """Return a runner of the network: a function of `image` with named outputs."""
        try:
            runner = Interpreter(str(self.path), num_threads=threads).get_signature_runner()
            outputs = runner.get_output_details()
        except (ValueError, RuntimeError) as problem:
            raise ModelError(f"{self.path} is damaged: {problem}") from problem
        if "logits" not in outputs:
            raise ModelError(
                f"Expected {self.path} to have the output logits. Received: {', '.join(outputs)}"
            )
        return runner

    def run(self, images: Picture) -> Outputs:
        """Return the network's outputs for pictures in MNIST's format.

        Args:
            images: uint8 (n, 28, 28).

        Returns:
            "logits", float32 (n, 10), and where the network has them "features", float32 (n, w).
        """
        if not len(images):  # not every network takes an empty batch
            details = self.one.get_output_details()
            return {name: np.zeros((0, *d["shape"][1:]), np.float32) for name, d in details.items()}
        pixels = images.astype(np.float32)
        with self.lock:
            if len(images) == 1:
                return dict(self.one(image=pixels))
            self.many = self.many or self.load(threads=os.cpu_count() or 1)
            starts = range(0, len(images), BLOCK)
            blocks = [self.many(image=pixels[start : start + BLOCK]) for start in starts]
        return {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}
