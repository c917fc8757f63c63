"""Files of digits in every widespread form, told apart by what is in them, not by their names.

CSV (packed or not), IDX files, .npz, Parquet, a folder of pictures for each digit, and a folder or
a zip archive of any of these.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np

from mnist_core.data.csv_layout import MAX_CHARACTERS, names_a_label
from mnist_core.data.digit_arrays import images_of, labels_of
from mnist_core.data.digits import Digits
from mnist_core.data.file_tree import ZIP, FileTree, folder_tree, starts_with, zip_tree
from mnist_core.data.idx import MAX_BYTES as MAX_IDX
from mnist_core.data.idx import (
    IdxFile,
    choose_series,
    find_idx_files,
    first_unpacked,
    is_idx,
    parse_idx,
    read_idx,
)
from mnist_core.data.levels import SCALED
from mnist_core.data.npz_digits import read_npz_parts, read_npz_pictures
from mnist_core.data.parquet import MAGIC as PARQUET
from mnist_core.data.parquet import read_parquet
from mnist_core.data.picture_folder import labelled_pictures, read_picture_parts
from mnist_core.data.pixel_csv import MAX_BYTES, Table, read_table
from mnist_core.data.text_stream import Source, as_stream
from mnist_core.errors import DataError
from mnist_core.files import is_folder
from mnist_core.pictures import Picture
from mnist_core.preprocessing import FIELD

TABLES = (".csv", ".tsv", ".csv.gz", ".tsv.gz", ".txt")
WANTED = (
    "a CSV file such as Kaggle's train.csv, an .npz, MNIST's IDX files (train-images-idx3-ubyte "
    "and the others), a Parquet file, or a folder of pictures for each digit"
)


@dataclass(frozen=True)
class DigitFile:
    """The labelled digits that a file or folder holds.

    Attributes:
        parts: "train", "test" or both; with one part alone, nothing is set aside for testing.
        remarks: what whoever brought it should know about it, in sentences.
    """

    parts: dict[str, Digits]
    remarks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raise a DataError if there are no digits."""
        if not any(len(digits) for digits in self.parts.values()):
            raise DataError("Expected at least one digit in the file. Received: none.")

    def whole(self) -> Digits:
        """Return all digits, those for training first."""
        first, *others = (self.parts[name] for name in ("train", "test") if name in self.parts)
        return first.joined(others[0]) if others else first


@dataclass(frozen=True)
class PictureFile:
    """The pictures without labels that a file holds, uint8 (n, 28, 28), and remarks."""

    images: Picture
    remarks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raise a DataError if there are no pictures."""
        if not len(self.images):
            raise DataError("Expected at least one picture in the file. Received: none.")


def read_labelled(source: Source, name: str | None = None) -> DigitFile:
    """Return the digits of a file or folder.

    Args:
        source: its path, or a file's content.
        name: what messages call it; by default its path.

    Raises:
        DataError: it cannot be read, is damaged or too large, or holds something else. The message
            names the place in the file.
    """
    name = name or (str(source) if isinstance(source, Path) else "The file")
    if isinstance(source, Path) and is_folder(source):
        return labelled_in_tree(folder_tree(source))
    start = starts_with(source, 1_024)
    if start.startswith(ZIP):
        with zip_tree(source, name) as tree:
            return labelled_in_tree(tree)
    if start.startswith(PARQUET):
        digits, remarks = read_parquet(source, name, labelled=True)
        return DigitFile({"train": digits}, remarks)
    if is_idx(first_unpacked(start)):
        return labelled_beside(source, name)
    return from_table(read_table(source, name, labelled=True))


def read_pictures(source: Source, name: str | None = None) -> PictureFile:
    """Return the pictures of a file that has no labels; takes and raises what `read_labelled` does.

    Of a file with several parts, it is the one for testing.
    """
    name = name or (str(source) if isinstance(source, Path) else "The file")
    if isinstance(source, Path) and is_folder(source):
        return pictures_in_tree(folder_tree(source))
    start = starts_with(source, 1_024)
    if start.startswith(ZIP):
        with zip_tree(source, name) as tree:
            return pictures_in_tree(tree)
    if start.startswith(PARQUET):
        return PictureFile(*read_parquet(source, name, labelled=False))
    if is_idx(first_unpacked(start)):
        with as_stream(source) as file:
            images, scaled = images_of(parse_idx(file.read(MAX_IDX + 1), name), name)
        return PictureFile(images, (SCALED,) if scaled else ())
    table = read_table(source, name, labelled=False)
    return PictureFile(table.levels.reshape(-1, FIELD, FIELD), table.remarks)


def from_table(table: Table) -> DigitFile:
    """Return the digits of a CSV file."""
    labels = np.zeros(0, np.uint8) if table.labels is None else table.labels
    digits = Digits(table.levels.reshape(-1, FIELD, FIELD), labels)
    return DigitFile({"train": digits}, table.remarks)


def labelled_in_tree(tree: FileTree) -> DigitFile:
    """Return the digits in a folder or archive.

    Raises:
        DataError: there are none, or it is not clear which.
    """
    check_no_workbook(tree)
    if tree.with_ending(".npy"):
        return DigitFile(*read_npz_parts(tree))
    if pictures := labelled_pictures(tree):
        return DigitFile(read_picture_parts(tree, pictures))
    if files := find_idx_files(tree):
        return labelled_idx(tree, choose_series(files, tree.name))
    if tables := [path for path in tree.with_ending(*TABLES) if "submission" not in path.name]:
        return labelled_tables(tree, tables)
    if inner := tree.with_ending(".parquet"):
        return labelled_parquet(tree, inner)
    if inner := tree.with_ending(".npz"):
        with open_npz(tree, only(inner, tree)) as npz:
            return DigitFile(*read_npz_parts(npz))
    raise nothing_found(tree)


def pictures_in_tree(tree: FileTree) -> PictureFile:
    """Return the pictures in a folder or archive; raises what `labelled_in_tree` does."""
    check_no_workbook(tree)
    if tree.with_ending(".npy"):
        return PictureFile(*read_npz_pictures(tree))
    if files := [file for file in find_idx_files(tree) if file.axes > 1]:
        files = [file for file in files if file.part == "test"] or files
        chosen = only([file.path for file in choose_series(files, tree.name)], tree)
        path = next(file for file in files if file.path == chosen)
        images, scaled = images_of(read_idx(tree, path), f"{tree.name}/{chosen}")
        return PictureFile(images, (SCALED,) if scaled else ())
    if tables := [path for path in tree.with_ending(*TABLES) if "submission" not in path.name]:
        chosen = only([path for path in tables if "test" in path.name.lower()] or tables, tree)
        with tree.open(chosen) as file:
            table = read_table(file, f"{tree.name}/{chosen}", labelled=False)
        return PictureFile(table.levels.reshape(-1, FIELD, FIELD), table.remarks)
    if inner := tree.with_ending(".parquet"):
        chosen = only([path for path in inner if "test" in path.name.lower()] or inner, tree)
        content = tree.read(chosen, MAX_BYTES)
        return PictureFile(*read_parquet(content, f"{tree.name}/{chosen}", labelled=False))
    if inner := tree.with_ending(".npz"):
        chosen = only([path for path in inner if "test" in path.name.lower()] or inner, tree)
        with open_npz(tree, chosen) as npz:
            return PictureFile(*read_npz_pictures(npz))
    raise nothing_found(tree)


def open_npz(tree: FileTree, path: PurePosixPath) -> AbstractContextManager[FileTree]:
    """Return the arrays of an .npz in a folder or archive as a tree, for a `with` block.

    Raises:
        DataError: it is too large, or no archive.
    """
    return zip_tree(tree.read(path, MAX_BYTES), f"{tree.name}/{path}")


def check_no_workbook(tree: FileTree) -> None:
    """Raise a DataError for a workbook, which is an archive too."""
    if any(path.name == "[Content_Types].xml" for path in tree.paths):
        raise DataError(
            f"{tree.name}, row 1, column label: expected a CSV file. Received: a workbook. "
            "Open it, and save it as CSV."
        )


def only(paths: list[PurePosixPath], tree: FileTree) -> PurePosixPath:
    """Return the one path there is.

    Raises:
        DataError: there are several.
    """
    if len(paths) > 1:
        raise DataError(
            f"{tree.name}: expected one file of digits. Received: "
            f"{', '.join(path.name[:40] for path in paths[:4])}. Choose one of them."
        )
    return paths[0]


def nothing_found(tree: FileTree) -> DataError:
    """Return the error for a folder or archive without digits."""
    received = ", ".join(path.name[:40] for path in tree.paths[:4]) or "no files"
    more = f" and {len(tree.paths) - 4:,} more" if len(tree.paths) > 4 else ""
    return DataError(f"Expected {tree.name} to hold {WANTED}. Received: {received}{more}.")


def labelled_idx(tree: FileTree, files: list[IdxFile]) -> DigitFile:
    """Return the digits in IDX files: each part has a file of pictures and one of labels.

    Raises:
        DataError: one of the two is missing or damaged, or they do not fit together.
    """
    parts: dict[str, Digits] = {}
    remarks: set[str] = set()
    for part in sorted({file.part for file in files}):
        images = [file for file in files if file.part == part and file.axes > 1]
        labels = [file for file in files if file.part == part and file.axes == 1]
        if len(images) != 1 or len(labels) != 1:
            here, wanted = (images, "labels") if images else (labels, "pictures")
            raise DataError(
                f"Expected a file of {wanted} beside {tree.name}/{here[0].path}, such as "
                "train-images-idx3-ubyte and train-labels-idx1-ubyte. "
                f"Received: {len(labels) if images else len(images)}."
            )
        name = f"{tree.name}/{images[0].path}"
        pixels, scaled = images_of(read_idx(tree, images[0]), name)
        numbers = labels_of(read_idx(tree, labels[0]), f"{tree.name}/{labels[0].path}")
        if len(pixels) != len(numbers):
            raise DataError(
                f"{name}: expected as many pictures as labels. Received: {len(pixels):,} pictures "
                f"and {len(numbers):,} labels."
            )
        parts[part or "train"] = Digits(pixels, numbers)
        remarks |= {SCALED} if scaled else set()
    return DigitFile(parts, tuple(remarks))


def labelled_beside(source: Source, name: str) -> DigitFile:
    """Return the digits in an IDX file and its counterpart beside it.

    Raises:
        DataError: there is none.
    """
    if not isinstance(source, Path):
        raise DataError(
            f"{name}: expected pictures and labels. Received: one IDX file. Put both into a zip."
        )
    near = folder_tree(source.parent, depth=0)
    files = find_idx_files(near)
    chosen = next((file for file in files if file.path.name == source.name), None)
    if chosen is None:
        raise DataError(
            f"{name}: expected one such file in its folder. Received: two, such as one packed and "
            "one unpacked. Choose the folder instead."
        )
    same = [f for f in files if (f.part, f.series) == (chosen.part, chosen.series)]
    return labelled_idx(near, same)


def labelled_tables(tree: FileTree, paths: list[PurePosixPath]) -> DigitFile:
    """Return the digits in CSV files: one for training and perhaps one for testing, with labels.

    Raises:
        DataError: it is not clear which, or one is wrong.
    """
    train = [path for path in paths if "train" in path.name.lower()] or paths
    chosen = only(train, tree)
    parts: dict[str, Digits] = {}
    remarks: list[str] = []
    with tree.open(chosen) as file:
        table = from_table(read_table(file, f"{tree.name}/{chosen}", labelled=True))
    parts["train"] = table.parts["train"]
    remarks += table.remarks
    for path in [path for path in paths if "test" in path.name.lower() and path != chosen][:1]:
        if has_labels(tree, path):
            with tree.open(path) as file:
                table = from_table(read_table(file, f"{tree.name}/{path}", labelled=True))
            parts["test"] = table.parts["train"]
            remarks += table.remarks
    return DigitFile(parts, tuple(dict.fromkeys(remarks)))


def has_labels(tree: FileTree, path: PurePosixPath) -> bool:
    """Return whether a CSV file has a column more than pixels; Kaggle's test.csv does not."""
    with tree.open(path) as file:
        return names_a_label(file.readline(MAX_CHARACTERS))


def labelled_parquet(tree: FileTree, paths: list[PurePosixPath]) -> DigitFile:
    """Return the digits in Parquet files, some of which may be for testing."""
    parts: dict[str, Digits] = {}
    remarks: list[str] = []
    for path in paths:
        part = "test" if path.name.lower().startswith(("test", "valid")) else "train"
        content = tree.read(path, MAX_BYTES)
        digits, found = read_parquet(content, f"{tree.name}/{path}", labelled=True)
        remarks += found
        parts[part] = parts[part].joined(digits) if part in parts else digits
    return DigitFile(parts, tuple(dict.fromkeys(remarks)))
