"""Arrays of pictures and labels, in any of the widespread layouts, checked and then converted."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.levels import LevelBlock, LevelError, join_levels, level_block
from mnist_core.errors import DataError
from mnist_core.pictures import Picture
from mnist_core.preprocessing import FIELD

ROWS = 4_096  # converted at once
SHAPES = (
    (FIELD, FIELD),
    (FIELD, FIELD, 1),
    (1, FIELD, FIELD),
    (FIELD * FIELD,),
    (FIELD * FIELD, 1),
)


def images_of(array: NDArray[Any], name: str) -> tuple[Picture, bool]:
    """Return an array as pictures; takes and raises what `images_in_blocks` does."""
    starts = range(0, len(array), ROWS)
    blocks = (array[start : start + ROWS] for start in starts)
    return images_in_blocks(blocks, array.shape, array.dtype, name)


def images_in_blocks(
    blocks: Iterable[NDArray[Any]], shape: tuple[int, ...], dtype: np.dtype[Any], name: str
) -> tuple[Picture, bool]:
    """Return pictures, uint8 (n, 28, 28), and whether their levels went from 0 to 1.

    Args:
        blocks: some pictures each: whole numbers from 0 to 255, or numbers from 0 to 1.
        shape: of all of them: (n, 28, 28), (n, 784), or the same with one channel.
        dtype: of the numbers.
        name: what messages call them.

    Raises:
        DataError: they have another shape, or another kind of number.
    """
    if not is_image_shape(shape):
        raise DataError(
            f"{name}: expected pictures of 28 x 28 grey levels, as (n, 28, 28) or (n, 784). "
            f"Received: shape {shape}. Scale them to that size, in grey, or save them as picture "
            "files in a folder for each digit."
        )
    if dtype.kind not in "biuf":
        raise DataError(f"{name}: expected numbers. Received: dtype {dtype}.")
    done: list[LevelBlock] = []
    start = 0
    for block in blocks:
        flat = block.reshape(len(block), FIELD * FIELD)
        try:
            done.append(level_block(flat))
        except LevelError as problem:
            value = f"{flat[problem.row, problem.column]:g}"
            raise wrong_level(name, start, problem, value) from problem
        start += len(block)
    try:
        levels, scaled = join_levels(done) if done else (np.zeros((0, 784), np.uint8), False)
    except LevelError as problem:
        raise wrong_level(name, 0, problem, "a larger one") from problem
    return levels.reshape(-1, FIELD, FIELD), scaled


def wrong_level(name: str, start: int, problem: LevelError, received: str) -> DataError:
    """Return the error for a number that is no grey level."""
    return DataError(
        f"{name}, picture {start + problem.row}, pixel {problem.column}: expected "
        f"{problem.expected}. Received: {received}. Scale the grey levels to 0 to 255."
    )


def is_image_shape(shape: tuple[int, ...]) -> bool:
    """Return whether an array of this shape can hold pictures of 28 x 28 grey levels."""
    return len(shape) > 1 and shape[1:] in SHAPES


def labels_of(array: NDArray[Any], name: str) -> NDArray[np.uint8]:
    """Return an array as labels, uint8 (n,), 0 to 9.

    Args:
        array: (n,), (n, 1) or one-hot (n, 10); whole numbers of any dtype, or text.
        name: what messages call it.

    Raises:
        DataError: it is something else.
    """
    if array.ndim == 2 and array.shape[1] == 10:
        return one_hot_labels(array, name)
    if array.ndim == 2 and 1 in array.shape:
        array = array.ravel()
    if array.ndim != 1:
        raise DataError(
            f"{name}: expected labels as (n,), (n, 1) or one-hot (n, 10). "
            f"Received: shape {array.shape}."
        )
    values = array.astype("U8") if array.dtype.kind in "SU" else array
    is_label = np.isin(values, [*map(str, range(10))] if values.dtype.kind == "U" else range(10))
    if array.dtype.kind not in "biufSU" or not is_label.all():
        first = int(np.argmin(is_label)) if len(is_label) else 0
        raise DataError(
            f"{name}, label {first}: expected a whole number from 0 to 9. "
            f"Received: {shown(array, first)}."
        )
    return values.astype(np.uint8)


def shown(array: NDArray[Any], index: int) -> str:
    """Return an item as a message can quote it."""
    return repr(array[index : index + 1].tolist()[0])[:20] if len(array) else f"dtype {array.dtype}"


def one_hot_labels(array: NDArray[Any], name: str) -> NDArray[np.uint8]:
    """Return one-hot labels, (n, 10), as digits.

    Raises:
        DataError: a row is not nine times 0 and once 1.
    """
    if array.dtype.kind not in "biuf":
        raise DataError(f"{name}: expected numbers. Received: dtype {array.dtype}.")
    is_one_hot = ((array == 0).sum(axis=1) == 9) & ((array == 1).sum(axis=1) == 1)
    if not is_one_hot.all():
        raise DataError(
            f"{name}, row {int(is_one_hot.argmin())}: expected nine times 0 and once 1, since the "
            "labels are one-hot. Received: something else. Save the labels as whole numbers."
        )
    return array.argmax(axis=1).astype(np.uint8)
