"""Grey levels from numbers as files have them: whole from 0 to 255, or fractions from 0 to 1."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_core.pictures import Picture

SCALED = "Its grey levels go from 0 to 1, so they were multiplied by 255."


class LevelError(ValueError):
    """A number that is no grey level.

    Attributes:
        row: where it is, from 0.
        column: the same.
        expected: what was expected there, in words.
    """

    def __init__(self, row: int, column: int, expected: str) -> None:
        super().__init__(f"row {row}, column {column}: expected {expected}")
        self.row, self.column, self.expected = row, column, expected


WHOLE = "a whole number from 0 to 255"
UNIT = "a number from 0 to 1, as in the rows above"
EITHER = f"{WHOLE}, or from 0 to 1"


@dataclass(frozen=True)
class LevelBlock:
    """Some rows of a file.

    Attributes:
        levels: uint8 (n, columns). Where `has_fractions`, they are multiplied by 255 already.
        has_fractions: whether some of the numbers were not whole.
    """

    levels: Picture
    has_fractions: bool = False


def level_block(numbers: NDArray[np.generic]) -> LevelBlock:
    """Return numbers of any real dtype, (n, columns), as grey levels.

    Raises:
        LevelError: one of them is neither a whole number from 0 to 255 nor a fraction from 0 to 1,
            or both kinds are mixed.
    """
    if numbers.dtype == np.uint8:
        return LevelBlock(numbers.view(np.uint8))
    if numbers.dtype == np.bool_ or not numbers.size:
        return LevelBlock(numbers.astype(np.uint8))
    values = numbers.astype(np.float64)
    in_range = (values >= 0) & (values <= 255)  # false for NaN
    raise_at_first(~in_range, EITHER)
    fractions = values != np.floor(values)
    if not fractions.any():
        return LevelBlock(values.astype(np.uint8))
    if values.max() > 1:
        raise_at_first(fractions, WHOLE)
    return LevelBlock(np.round(values * 255).astype(np.uint8), has_fractions=True)


def raise_at_first(wrong: NDArray[np.bool_], expected: str) -> None:
    """Raise a LevelError for the first place in a table where `wrong` is true, if there is one."""
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        raise LevelError(int(row), int(column), expected)


def join_levels(blocks: list[LevelBlock]) -> tuple[Picture, bool]:
    """Return the levels of all blocks, uint8 (n, columns), and whether they went from 0 to 1.

    Raises:
        LevelError: some blocks go from 0 to 255 and others from 0 to 1; rows count from the first.
    """
    if not any(block.has_fractions for block in blocks):
        return np.concatenate([block.levels for block in blocks]), False
    start = 0
    for block in blocks:
        if not block.has_fractions and (block.levels > 1).any():
            row, column = np.argwhere(block.levels > 1)[0]
            raise LevelError(start + int(row), int(column), UNIT)
        start += len(block.levels)
    scaled = [
        block.levels if block.has_fractions else block.levels * np.uint8(255) for block in blocks
    ]
    return np.concatenate(scaled), True


class OngoingLevels:
    """The grey levels of a file that is read block by block, and never is in memory as a whole.

    The first block that is not black decides whether they go from 0 to 255 or from 0 to 1.
    """

    def __init__(self) -> None:
        self.factor = 0  # by which whole numbers are multiplied; 0 is not known yet

    def of(self, block: LevelBlock) -> Picture:
        """Return a block's levels, 0 to 255.

        Raises:
            LevelError: it goes from 0 to 255 and the blocks before from 0 to 1, or the other way.
        """
        brightest = int(block.levels.max(initial=0))
        if not self.factor and brightest:
            self.factor = 255 if block.has_fractions or brightest == 1 else 1
        if block.has_fractions:
            if self.factor == 1:
                raise LevelError(0, 0, f"{WHOLE}, as in the rows above")
            return block.levels
        if self.factor == 255:
            raise_at_first(block.levels > 1, UNIT)
            return block.levels * np.uint8(255)
        return block.levels


def scale_two_levels(images: Picture) -> tuple[Picture, bool]:
    """Return pictures of two levels, 0 and 1, with 255 instead of 1; others as they are.

    Args:
        images: uint8, of any shape.

    Returns:
        The pictures, and whether they were of two levels.
    """
    if images.max(initial=0) != 1:
        return images, False
    return images * np.uint8(255), True
