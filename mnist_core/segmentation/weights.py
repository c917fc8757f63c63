"""The weights of what speaks for and against a hypothesis, as fitted for a network.

`python -m benchmarks numbers --tune` fits them anew and writes `weights.json`: with another
default model, run it again.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

FILE = Path(__file__).with_name("weights.json")
FEATURES = {
    "label": "of the log-probability that it is this digit, if it is one",
    "nothing": "of the log-probability that it is one, and not nothing",
    "digitness": "of its digitness, as far as it is below that of a plain digit",
    "digit": "for each digit",
    "wide": "for each row height that it is wider than 1.1 row heights",
    "low": "for each row height that it is lower than 0.8 row heights",
    "gap": "for each row height of the widest gap in it",
    "overlap": "for the share of its width that lies above the next piece, beyond a half",
    "joined": "for a cut within a stroke or a connected mark",
    "joined_wide": "for a cut within one wider than 1.5 row heights",
    "mark": "for a mark that is passed over",
    "mark_size": "for each row height of its longer side",
    "part": "for a part of a mark that is passed over",
    "part_size": "for each row height of its longer side",
}

Source = Literal["strokes", "pictures"]


@dataclass(frozen=True)
class Weights:
    """The weights of one source of ink.

    Attributes:
        values: float64 (14,), in the order of `FEATURES`.
    """

    values: NDArray[np.float64]

    @property
    def label(self) -> float:
        """The weight of what the network takes a digit for."""
        return float(self.values[0])

    @property
    def of_digit(self) -> NDArray[np.float64]:
        """The weights of a hypothesis' likeness to digits and its shape, float64 (9,)."""
        return self.values[1:10]

    @property
    def of_mark(self) -> NDArray[np.float64]:
        """The weights of a piece that is passed over, float64 (4,)."""
        return self.values[10:]


@cache
def load_weights(source: Source) -> Weights:
    """Return the fitted weights for strokes or for pictures."""
    named: Mapping[str, float] = json.loads(FILE.read_text("utf-8"))[source]
    return Weights(np.array([named[name] for name in FEATURES]))
