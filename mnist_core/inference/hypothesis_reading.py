"""Read every run of strokes or marks that may be a digit, all of a drawing in one batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mnist_core.hand.adaptation import Outputs
from mnist_core.inference.calibration import digitness_of
from mnist_core.pictures import Picture, crop_to_ink
from mnist_core.preprocessing import Steps, center_by_mass, fit_box, is_dot, thicken
from mnist_core.segmentation.hypotheses import Evidence, collect_evidence, propose
from mnist_core.segmentation.pieces import Pieces

if TYPE_CHECKING:
    from mnist_core.inference.reader import Reader

NOTHING = -20.0  # the logits of what is a dot or has no ink


class Drawn:
    """Pictures of hypotheses, prepared and read in one batch."""

    def __init__(self, reader: Reader, drawn: Sequence[Picture]) -> None:
        """Take pictures, uint8 (h, w), ink light on black."""
        self.reader = reader
        self.steps = [steps_of(picture) for picture in drawn]

    def read(self) -> tuple[list[Steps | None], Outputs]:
        """Return the prepared pictures, and what the reader says about each."""
        logits = np.full((len(self.steps), 10), NOTHING, np.float32)
        digitness = digitness_of(logits)
        shown = [i for i, steps in enumerate(self.steps) if steps and not steps.is_dot]
        centred = [steps.centred for steps in self.steps if steps and not steps.is_dot]
        if shown:
            read = self.reader.outputs(np.stack(centred))
            logits[shown], digitness[shown] = read.logits, read.digitness
        return self.steps, Outputs(logits, digitness)


def steps_of(ink: Picture) -> Steps | None:
    """Return ink that was found already in MNIST's format, with every step; None if it is blank."""
    if int(ink.max(initial=0)) == 0:
        return None
    crop = crop_to_ink(ink)
    box = fit_box(thicken(crop))
    return Steps(ink, crop, box, center_by_mass(box), is_dot(box), contrast=255)


@dataclass(frozen=True)
class Row:
    """All hypotheses of one row, read.

    Attributes:
        pieces: its ink.
        steps: of each hypothesis, keyed by its pieces in ascending order, the prepared picture.
        logits: the same, what the network makes of it, float32 (10,).
        digitness: the same, how much it looks like a digit.
        sequences: of each order of the pieces, the evidence for its lattice.
    """

    pieces: Pieces
    steps: dict[tuple[int, ...], Steps | None]
    logits: dict[tuple[int, ...], NDArray[np.float32]]
    digitness: dict[tuple[int, ...], float]
    sequences: list[Evidence]


def read_hypotheses(reader: Reader, rows: Sequence[Pieces]) -> list[Row]:
    """Return all rows with their hypotheses, which the network reads in one batch."""
    asked = [
        {key_of(order, run) for order in pieces.orders for run in propose(pieces, order)}
        for pieces in rows
    ]
    keys = [(i, key) for i, wanted in enumerate(asked) for key in sorted(wanted)]
    steps, outputs = Drawn(reader, [rows[i].draw(key) for i, key in keys]).read()
    read = []
    for i, pieces in enumerate(rows):
        mine = [k for k, (row, _) in enumerate(keys) if row == i]
        logits = {keys[k][1]: outputs.logits[k] for k in mine}
        digitness = {keys[k][1]: float(outputs.digitness[k]) for k in mine}
        sequences = [sequence(pieces, order, logits, digitness) for order in pieces.orders]
        shown = {keys[k][1]: steps[k] for k in mine}
        read.append(Row(pieces, shown, logits, digitness, sequences))
    return read


def key_of(order: Sequence[int], run: tuple[int, int]) -> tuple[int, ...]:
    """Return the pieces of a run in ascending order."""
    return tuple(sorted(order[slice(*run)]))


def sequence(
    pieces: Pieces,
    order: Sequence[int],
    logits: dict[tuple[int, ...], NDArray[np.float32]],
    digitness: dict[tuple[int, ...], float],
) -> Evidence:
    """Return the evidence for one order of a row's pieces."""
    runs = propose(pieces, order)
    keys = [key_of(order, run) for run in runs]
    read = Outputs(
        np.array([logits[key] for key in keys], np.float32).reshape(-1, 10),
        np.array([digitness[key] for key in keys], np.float32),
    )
    return collect_evidence(pieces, order, runs, read.logits, read.digitness)
