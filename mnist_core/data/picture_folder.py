"""Pictures of digits in a folder for each digit, as people sort them: 0/a.png, 0/b.png, 1/c.png."""

from pathlib import PurePosixPath

import numpy as np

from mnist_core.data.digits import Digits
from mnist_core.data.file_tree import MAX_PICTURE, FileTree
from mnist_core.errors import DataError, PictureError
from mnist_core.image_files import ENDINGS, MAX_PIXELS_EACH, open_picture
from mnist_core.pictures import Picture, to_grey
from mnist_core.preprocessing import FIELD, prepare


def labelled_pictures(tree: FileTree) -> list[PurePosixPath]:
    """Return the paths of pictures in folders that are named 0 to 9."""
    return [path for path in tree.with_ending(*ENDINGS) if is_digit(path.parent.name)]


def is_digit(name: str) -> bool:
    """Return whether a folder has the name of a digit."""
    return len(name) == 1 and name in "0123456789"


def read_picture_parts(tree: FileTree, paths: list[PurePosixPath]) -> dict[str, Digits]:
    """Return the digits in pictures, by part: "test" for those below a folder test or testing.

    Raises:
        DataError: a picture cannot be read.
    """
    parts: dict[str, list[PurePosixPath]] = {"train": [], "test": []}
    for path in paths:
        above = {name.lower() for name in path.parts[:-2]}
        parts["test" if above & {"test", "testing"} else "train"].append(path)
    return {part: read_digits(tree, some) for part, some in parts.items() if some}


def read_digits(tree: FileTree, paths: list[PurePosixPath]) -> Digits:
    """Return the digits in pictures whose folders say what they are."""
    images = np.stack([read_field(tree, path) for path in paths])
    return Digits(images, np.array([int(path.parent.name) for path in paths], np.uint8))


def read_field(tree: FileTree, path: PurePosixPath) -> Picture:
    """Return a picture as uint8 (28, 28): as it is if it has this size, else in MNIST's format.

    Raises:
        DataError: it cannot be read.
    """
    try:
        picture = open_picture(tree.read(path, MAX_PICTURE), most=MAX_PIXELS_EACH)
    except PictureError as problem:
        raise DataError(f"{tree.name}/{path}: {problem}") from problem
    if picture.shape[:2] == (FIELD, FIELD):
        return to_grey(picture)
    steps = prepare(picture)
    return np.zeros((FIELD, FIELD), np.uint8) if steps is None else steps.centred
