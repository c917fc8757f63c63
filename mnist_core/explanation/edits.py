"""Edits: the changes of a drawing's strokes that a person would think of.

A stroke is dropped or cut, an end is cut or lengthened, a gap is closed, a bar is added.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from mnist_core.explanation.fine_ink import SIDE, Points, draw_path
from mnist_core.ink.marks import pen_width
from mnist_core.pictures import Picture

Kind = Literal["drop", "cut", "shorten", "lengthen", "close", "bar"]
ADDING = ("lengthen", "close", "bar")
WORDS = {  # for one edit, and for several
    "drop": ("a stroke dropped", "{} strokes dropped"),
    "cut": ("a stroke cut", "{} cuts"),
    "shorten": ("an end cut off", "{} ends cut off"),
    "lengthen": ("an end lengthened", "{} ends lengthened"),
    "close": ("a gap closed", "{} gaps closed"),
    "bar": ("a bar added", "{} bars added"),
}

SPACING = 4.0  # pixels between the points of a resampled path
MOST_PATHS = 20  # whose edits are proposed: a digit has fewer
MOST_POINTS = 400  # of a resampled path: 1,600 pixels, where fine ink is 112 wide
ERASER = 1.5  # of the pen's width, so that no edge of a stroke stays
FINE_PEN = 0.3  # of the pen's width: what is added changes as little ink as it can
SLIT = 0.35  # of the pen's width, the eraser that cuts a stroke across
ACROSS = 0.8  # of the pen's width, from the middle of a stroke to the end of such a cut
REACH = 6.0  # pixels; an end this near to another path is no free end
CUTS = (8, 16, 24, 32)  # pixels by which an end is cut
GAPS = (12, 24)  # pixels that are cut out of a stroke
LENGTHS = (8, 14, 20, 28, 36)  # pixels by which an end is lengthened
TURNS = (0, -30, 30, -60, 60, -90, 90, -130, 130)  # degrees by which the new part turns
WIDEST_GAP = 44  # pixels
PLACES = 11  # pixels between the middles of two bars
BARS = (12, 22)  # pixels
SLANTS = (0, 45, 90, 135)  # degrees
NUDGES = ((-3, 0), (3, 0), (0, -3), (0, 3))  # pixels by which an edit is moved
NUDGED_BY = 15  # degrees
SCALES = (0.8, 1.25)


@dataclass(frozen=True, eq=False)
class Edit:
    """One change of a drawing.

    Attributes:
        kind: "drop" a stroke, "cut" a piece out of one, "shorten" or "lengthen" an end, "close" a
            gap, or add a "bar".
        path: float64 (n, 2), where ink is taken away or added, in pixels of fine ink.
        width: of the pen or eraser, in the same.
    """

    kind: Kind
    path: Points
    width: float

    @property
    def adds(self) -> bool:
        """Whether ink is added; else it is taken away."""
        return self.kind in ADDING

    @cached_property
    def middle(self) -> tuple[float, float]:
        """The middle of the path, x and y."""
        x, y = self.path.mean(axis=0)
        return float(x), float(y)

    def apply(self, fine: Picture) -> Picture:
        """Return fine ink, uint8 (112, 112), with this change."""
        touched = draw_path(self.path, self.width)
        if self.adds:
            return np.asarray(cv2.max(fine, touched), np.uint8)
        return np.asarray(cv2.subtract(fine, touched), np.uint8)

    def part(self, share: float) -> "Edit":
        """Return a smaller edit of the same kind, with the first part of its path."""
        points = resampled(self.path, 1)
        return Edit(self.kind, points[: max(2, round(share * len(points)))], self.width)

    def nudges(self) -> Iterator["Edit"]:
        """Yield the same edit moved a little, turned a little, longer and shorter."""
        middle = np.array(self.middle)
        for shift in NUDGES:
            yield Edit(self.kind, self.path + np.array(shift), self.width)
        for turn in np.deg2rad((-NUDGED_BY, NUDGED_BY)):
            turned = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
            yield Edit(self.kind, (self.path - middle) @ turned + middle, self.width)
        for scale in SCALES:
            yield Edit(self.kind, (self.path - middle) * scale + middle, self.width)


def edits_in_words(edits: Iterable[Edit]) -> str:
    """Return what was changed, such as "2 bars added, a gap closed"."""
    counts = Counter(edit.kind for edit in edits)
    return ", ".join(WORDS[kind][n > 1].format(n) for kind, n in counts.items())


def changed(before: Picture, after: Picture) -> float:
    """Return how much ink was added and taken away, as a share of the ink before."""
    return float(cv2.norm(before, after, cv2.NORM_L1) / max(float(before.sum()), 1))


def propose(fine: Picture, paths: Sequence[Points]) -> list[Edit]:
    """Return the edits of a drawing, some hundreds.

    Args:
        fine: uint8 (112, 112).
        paths: of its strokes, float64 (n, 2) each; only the first 20 of two points or more count.
    """
    width = pen_width(fine)
    lines = [resampled(path, SPACING) for path in paths if len(path) > 1][:MOST_PATHS]
    taken = [Edit(kind, path, ERASER * width) for kind, path in removals(lines)]
    slits = [Edit("cut", path, SLIT * width) for path in cuts_across(lines, width)]
    added = [
        Edit(kind, path, FINE_PEN * width)
        for kind, path in (*extensions(lines), *closures(lines, width), *bars(fine))
        if is_on_paper(path, width)
    ]
    return [*taken, *slits, *added]


def removals(lines: Sequence[Points]) -> Iterator[tuple[Kind, Points]]:
    """Yield what can be taken away: strokes, their ends, pieces out of them."""
    for line in lines:
        yield "drop", line
        for steps in (round(length / SPACING) for length in CUTS):
            if steps < len(line) - 1:
                yield "shorten", line[: steps + 1]
                yield "shorten", line[::-1][: steps + 1]
        for steps in (round(length / SPACING) for length in GAPS):
            for start in range(2, len(line) - steps - 2, 2):
                yield "cut", line[start : start + steps + 1]


def cuts_across(lines: Sequence[Points], width: float) -> Iterator[Points]:
    """Yield short lines across strokes."""
    for line in lines:
        along = line[2:] - line[:-2]
        across = np.stack([-along[:, 1], along[:, 0]], axis=1)
        across *= ACROSS * width / np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-6)
        for middle, arm in zip(line[1:-1], across, strict=True):
            yield np.stack([middle - arm, middle + arm])


def extensions(lines: Sequence[Points]) -> Iterator[tuple[Kind, Points]]:
    """Yield ways to lengthen free ends, straight on or turned."""
    for end, direction in free_ends(lines):
        for turn in TURNS:
            ahead = direction + np.deg2rad(turn)
            for length in LENGTHS:
                yield "lengthen", segment(end, ahead, length)


def closures(lines: Sequence[Points], width: float) -> Iterator[tuple[Kind, Points]]:
    """Yield lines from free ends to other ink that is not far."""
    for end, _ in free_ends(lines):
        for line in lines:
            for target in line[::2]:
                if 1.5 * width < np.linalg.norm(target - end) < WIDEST_GAP:
                    yield "close", np.stack([end, target])


def bars(fine: Picture) -> Iterator[tuple[Kind, Points]]:
    """Yield straight bars all over the digit and a little around it."""
    for middle in places(fine):
        for slant in np.deg2rad(SLANTS):
            for length in BARS:
                start = middle - length / 2 * np.array([np.cos(slant), np.sin(slant)])
                yield "bar", segment(start, slant, length)


def places(fine: Picture) -> NDArray[np.float64]:
    """Return the places where a bar may be missing, float64 (n, 2), in and beside the digit."""
    left, top, width, height = cv2.boundingRect(fine)
    across = np.arange(left - PLACES / 2, left + width + PLACES, PLACES)
    down = np.arange(top - PLACES / 2, top + height + PLACES, PLACES)
    return np.stack(np.meshgrid(across, down), axis=-1).reshape(-1, 2)


def free_ends(lines: Sequence[Points]) -> Iterator[tuple[Points, float]]:
    """Yield the ends of paths where no other path begins, each with its direction in radians."""
    for n, line in enumerate(lines):
        others = [other for m, other in enumerate(lines) if m != n]
        for path in (line, line[::-1]):
            end, before = path[-1], path[-min(3, len(path))]
            met = [*others, path[: -max(3, len(path) // 2)]]
            if all(not len(one) or distance(one, end) > REACH for one in met):
                ahead = end - before
                yield end, float(np.arctan2(ahead[1], ahead[0]))


def distance(path: Points, point: Points) -> float:
    """Return how far a point is from the nearest point of a path."""
    return float(np.linalg.norm(path - point, axis=1).min())


def segment(start: Points, direction: float, length: float) -> Points:
    """Return a straight line as its two ends, float64 (2, 2)."""
    return np.stack([start, start + length * np.array([np.cos(direction), np.sin(direction)])])


def is_on_paper(path: Points, width: float) -> bool:
    """Return whether a path drawn with a pen stays within fine ink's picture."""
    return bool((path >= width / 2).all() and (path <= SIDE - width / 2).all())


def resampled(path: Points, spacing: float) -> Points:
    """Return a path with evenly spaced points, its ends kept: float64 (n, 2), n 2 to 400.

    A longer path has its points farther apart.
    """
    along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])
    count = min(max(2, round(along[-1] / spacing) + 1), MOST_POINTS)
    steps = np.linspace(0, along[-1], count)
    return np.stack([np.interp(steps, along, path[:, axis]) for axis in (0, 1)], axis=1)
