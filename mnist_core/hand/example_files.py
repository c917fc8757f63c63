"""Examples in files: written to take away, and read again on any machine.

A ZIP file of ours has all four formats (`example_formats`), with the pictures in a folder for each
digit, "0" to "9" and "no-digit"; any one of them is enough to read it again. Nothing in a file is
trusted: sizes are checked before anything is unpacked, and nothing is unpacked onto the disk.
"""

import io
import os
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from mnist_core.data.archives import open_member
from mnist_core.errors import DataError, InklingError
from mnist_core.files import atomic_write, is_clutter, is_folder
from mnist_core.hand.example import Example, check_room
from mnist_core.hand.example_formats import (
    FIGURES,
    csv_of,
    examples_in_csv,
    examples_in_json,
    examples_in_ndjson,
    examples_in_pictures,
    json_of,
    ndjson_of,
    png_of,
)

JSON, NDJSON, CSV = "hand.json", "examples.ndjson", "train.csv"
FOLDER_OF_NONE = "no-digit"

MAX_BYTES = 30_000_000  # of a file, and of everything in a ZIP file together
MOST_WRITTEN = MAX_BYTES // 3  # of hand.json: with it a ZIP file has the strokes and pictures again
MAX_FILES = 5_000  # in a ZIP file


def write_examples(path: Path, examples: Sequence[Example]) -> None:
    """Write examples atomically: as a ZIP file if the name ends in .zip, as hand.json if in .json.

    Raises:
        DataError: the name ends in something else, or they cannot be written, or could not be read
            again; what was there stays.
    """
    check_ending(path)
    text = json_of(examples)
    if len(text) > MOST_WRITTEN:
        raise DataError(
            f"Expected drawings that take at most {MOST_WRITTEN // 1_000_000} MB together. "
            f"Received: {len(text) / 1e6:.1f} MB, which could not be read again. Leave some out."
        )
    content = zip_of(examples) if path.suffix.lower() == ".zip" else text
    try:
        with atomic_write(path) as partial, partial.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())  # otherwise a power cut could leave an empty file
    except OSError as problem:
        raise DataError(f"Cannot write {path}: {problem.strerror}.") from problem


def check_ending(path: Path) -> None:
    """Raise if a hand cannot be written to a file, such as a train.csv that it was read from.

    Raises:
        DataError: the name ends neither in .json nor in .zip.
    """
    if path.suffix.lower() not in (".json", ".zip"):
        raise DataError(
            f"Expected a hand's file to write whose name ends in .json or .zip. Received: {path}. "
            "To read another file: python -m mnist_core hand import FILE"
        )


def read_examples(path: Path) -> list[Example]:
    """Return the examples in a file or folder that `write_examples` or Quick, Draw! has written.

    Args:
        path: a ZIP file, hand.json, an .ndjson, a train.csv, or a folder with a folder a digit.

    Raises:
        DataError: it is missing, damaged, too large, or of another kind.
    """
    if is_folder(path):
        return examples_in_folder(path)
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise DataError(too_large(path.name))
        content = path.read_bytes()
    except OSError as problem:
        raise DataError(f"Cannot read {path}: {problem.strerror}.") from problem
    return parse_examples(content, path.name)


def parse_examples(content: bytes, name: str) -> list[Example]:
    """Return the examples in a file's content; its first bytes and its name tell what it is.

    Raises:
        DataError: it is damaged, too large, or of another kind.
    """
    if len(content) > MAX_BYTES:
        raise DataError(too_large(name))
    try:
        if content.startswith(b"PK"):
            return examples_in_zip(content)
        if name.lower().endswith(".csv"):
            return examples_in_csv(content, name)
        if name.lower().endswith(".ndjson"):
            return examples_in_ndjson(content)
        return examples_in_json(content)
    except InklingError as problem:
        raise DataError(f"{name}: {problem}") from problem
    except (
        *(ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError),
        *(RecursionError, NotImplementedError, RuntimeError, EOFError, MemoryError),
        *(zipfile.BadZipFile, zlib.error, OSError),
    ) as problem:
        raise DataError(
            f"Expected {name} to be a hand: a ZIP file that Inkling has written, its hand.json, an "
            "examples.ndjson, a train.csv, or a folder of pictures for each digit. Received: a "
            "file that is something else, or damaged."
        ) from problem


def too_large(name: str) -> str:
    """Return the message for a file that is too large."""
    return f"Expected {name} to have at most {MAX_BYTES // 1_000_000} MB. Received: more"


def zip_of(examples: Sequence[Example]) -> bytes:
    """Return a ZIP file with the examples in all four formats."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(JSON, json_of(examples))
        archive.writestr(NDJSON, ndjson_of(examples))
        archive.writestr(CSV, csv_of(examples))
        for example in examples:
            folder = FOLDER_OF_NONE if example.label is None else example.label
            archive.writestr(f"{folder}/{example.id}.png", png_of(example))
    return file.getvalue()


def examples_in_zip(content: bytes) -> list[Example]:
    """Return the examples of a ZIP file, from whichever of the four formats it has."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {info.filename: info for info in archive.infolist() if not info.is_dir()}
        if len(files) > MAX_FILES or sum(info.file_size for info in files.values()) > MAX_BYTES:
            raise DataError(
                f"Expected at most {MAX_FILES:,} files with {MAX_BYTES // 1_000_000} MB together. "
                "Received: more"
            )

        def read(name: str) -> bytes:
            return read_member(archive, files[name])

        named = {PurePosixPath(name).name: name for name in sorted(files)}
        if JSON in named:
            return examples_in_json(read(named[JSON]))
        if NDJSON in named:
            return examples_in_ndjson(read(named[NDJSON]))
        pictures = [name for name in sorted(files) if is_picture_of_label(name)]
        check_room(len(pictures))  # before any is decoded
        if pictures:
            return examples_in_pictures((name, read(name)) for name in pictures)
        return examples_in_csv(read(named[CSV]), CSV)


def read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """Return a file in a ZIP file, whose size its header may lie about."""
    with open_member(archive, info) as file:
        content = file.read(info.file_size + 1)
    if len(content) != info.file_size:
        raise zipfile.BadZipFile(f"{info.filename} has another size than its header says")
    return content


def examples_in_folder(folder: Path) -> list[Example]:
    """Return the examples of the pictures in a folder that has a folder for each digit.

    Raises:
        DataError: there are none, or too many, or one is damaged.
    """
    names = [path.relative_to(folder).as_posix() for path in sorted(folder.glob("*/*"))]
    chosen = [name for name in names if is_picture_of_label(name)]
    if not chosen:
        raise DataError(f"Expected {folder} to have a folder of pictures for each digit.")
    check_room(len(chosen))
    examples: list[Example] = []
    for name in chosen:
        try:
            examples += examples_in_pictures([(name, (folder / name).read_bytes())])
        except (OSError, InklingError) as problem:
            raise DataError(f"{folder / name}: {problem}") from problem
    return examples


def is_picture_of_label(name: str) -> bool:
    """Return whether a path ends in a label's folder and a picture."""
    path = PurePosixPath(name)
    is_picture = path.suffix.lower() in (".png", ".jpg", ".jpeg", ".bmp")
    is_labelled = path.parent.name in (*FIGURES, FOLDER_OF_NONE)
    return is_picture and is_labelled and not is_clutter(path.name)
