"""The scripts that read while one draws, run by Node.js without a browser."""

import json
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_core import Reader
from mnist_core.pictures import Picture
from ui.draw.live_files import offered_file, source
from ui.draw.live_reading import model_of

RUN = Path(__file__).with_suffix(".js")
NO_PICTURES = np.zeros((0, 280, 280), np.uint8)
NO_PREPARED = np.zeros((0, 28, 28), np.uint8)


@dataclass(frozen=True)
class LiveReadings:
    """What the browser's scripts read.

    Attributes:
        readings: of each picture: "verdict", "probabilities", "digits" and "words", or None where
            it is left to the server.
        logits: float64 (n, 10), of each prepared picture.
    """

    readings: list[dict[str, Any] | None]
    logits: NDArray[np.float64]


def find_node() -> str | None:
    """Return the path of Node.js, or None where it is not installed."""
    return shutil.which("node") or shutil.which("nodejs")


def read_live(
    reader: Reader, pictures: Picture = NO_PICTURES, prepared: Picture = NO_PREPARED
) -> LiveReadings:
    """Read as a browser does while one draws.

    Args:
        reader: whose network and thresholds are used.
        pictures: uint8 (n, 280, 280), the canvas's red channel.
        prepared: uint8 (n, 28, 28) in MNIST's format, for the network alone.

    Raises:
        FileNotFoundError: Node.js is not installed.
        ValueError: the browser cannot run the network.
        subprocess.CalledProcessError: a script failed.
    """
    node = find_node()
    if node is None:
        raise FileNotFoundError("Node.js is not installed: apt install nodejs")
    model = model_of(reader)
    scripts = source("ink", "prepare", "network", "reader", "wording") + RUN.read_text("utf-8")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for network in {model["network"], model["judge"]}:
            found = offered_file(network)
            if found is None:
                raise ValueError(
                    f"Expected a network that browsers can run. Received: {reader.name}"
                )
            (folder / network).write_bytes(found[0])
        (folder / "model.json").write_text(json.dumps(model), "utf-8")
        (folder / "pictures").write_bytes(pictures.tobytes())
        (folder / "prepared").write_bytes(prepared.tobytes())
        (folder / "run.cjs").write_text(scripts, "utf-8")
        command = [node, str(folder / "run.cjs"), name]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    answer = json.loads(done.stdout)
    return LiveReadings(answer["readings"], np.array(answer["logits"]).reshape(-1, 10))
