"""Running an exported network on LiteRT, without TensorFlow.

TensorFlow takes 5 s and 700 MB to import and 30 ms per answer; LiteRT loads in milliseconds and
answers in a tenth of one.
"""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from mnist_core.errors import ModelError
from mnist_core.pictures import Picture
from mnist_core.processors import cores

BLOCK = 64  # pictures at a time in a large batch: fits a core's cache
STEP = 512  # pictures between two progress reports; a multiple of BLOCK

Progress = Callable[[int, int], None]
Outputs = dict[str, NDArray[np.float32]]
Run = Callable[[Picture], Outputs]


class Network:
    """An exported network, safe to use from several threads at once."""

    def __init__(self, path: Path) -> None:
        """Load a network.

        Raises:
            ModelError: the file is damaged, or has no output named "logits".
        """
        self.path = path
        self.threads = cores()  # that work on a large batch
        # An interpreter must not be used from two threads at once. A lock costs less than one
        # interpreter per thread: an answer takes 0.1 ms, and Streamlit starts many threads.
        self.lock = threading.Lock()
        self.one = self.load(threads=1)
        self.many: Any = None  # loaded when needed: most readers only ever read one picture

    def load(self, threads: int) -> Any:
        """Return the network as a function of `image` with named outputs."""
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

    @property
    def features(self) -> int:
        """The number of features; 0 if the network does not output any."""
        details = self.one.get_output_details().get("features")
        return int(details["shape"][-1]) if details else 0

    def run(self, images: Picture) -> Outputs:
        """Return the network's outputs for pictures in MNIST's format.

        Args:
            images: uint8 (n, 28, 28).

        Returns:
            "logits", float32 (n, 10), and, if the network has them, "features", float32 (n, w).
        """
        if not len(images):  # not every network takes an empty batch
            details = self.one.get_output_details()
            return {name: np.zeros((0, *d["shape"][1:]), np.float32) for name, d in details.items()}
        pixels = images.astype(np.float32)
        with self.lock:
            if len(images) == 1:
                return dict(self.one(image=pixels))
            self.many = self.many or self.load(self.threads)
            starts = range(0, len(images), BLOCK)
            blocks = [self.many(image=pixels[start : start + BLOCK]) for start in starts]
        return {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}


def outputs_in_steps(
    run: Run, images: Picture, name: str, on_progress: Progress
) -> NDArray[np.float32]:
    """Return one of a network's outputs for many pictures, computed step by step.

    Between two steps others may use the network.

    Args:
        run: `Network.run`, or `Reader.run`.
        images: uint8 (n, 28, 28).
        name: "logits" or "features".
        on_progress: called after each step with the number of pictures done and of all.
    """
    if not len(images):
        return run(images)[name]
    outputs = []
    for start in range(0, len(images), STEP):
        outputs.append(run(images[start : start + STEP])[name])
        on_progress(min(start + STEP, len(images)), len(images))
    return np.concatenate(outputs)
