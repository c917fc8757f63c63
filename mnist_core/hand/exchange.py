"""Examples in files: written to take away, and read again on any machine.

- `hand.json`: everything, as one JSON object. It is also how a hand is stored.
- `examples.ndjson`: a line for each example in the form of Quick, Draw! (Google, CC BY 4.0), with
  the strokes where they are known, and with the ink, which Quick, Draw! does not have.
- a folder for each digit, "0" to "9" and "no-digit", with PNG files of 28 x 28 pixels.
- `train.csv`: Kaggle's form, which has no word for "no digit".

A ZIP file of ours has all four; any one of them is enough to read it again. Nothing in a file is
trusted: sizes are checked before anything is unpacked, and nothing is unpacked onto the disk.
"""

import base64
import binascii
import io
import json
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
from PIL import Image

from mnist_core.data.archives import open_member
from mnist_core.data.digits import Digits
from mnist_core.data.kaggle import read_train, train_lines
from mnist_core.errors import DataError, InklingError
from mnist_core.files import atomic_write
from mnist_core.hand.example import NO_DIGIT, Example, Label, Stroke
from mnist_core.hand.strokes import draw_strokes
from mnist_core.image_files import open_picture
from mnist_core.preprocessing import FIELD, Picture, prepare

FORMAT = 1  # of hand.json
JSON, NDJSON, CSV = "hand.json", "examples.ndjson", "train.csv"
WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
FIGURES = tuple("0123456789")
FOLDER_OF_NONE = "no-digit"

MAX_BYTES = 30_000_000  # of a file, and of everything in a ZIP file together
MOST_WRITTEN = MAX_BYTES // 3  # of hand.json: with it a ZIP file has the strokes and pictures again
MAX_FILES = 5_000  # in a ZIP file or a folder
UNKNOWN_TIME = "1970-01-01T00:00:00.000000+00:00"  # earlier than any label given here


def write_examples(path: Path, examples: Sequence[Example]) -> None:
    """Write examples atomically: as a ZIP file if the name ends in .zip, else as hand.json.

    Raises:
        DataError: they cannot be written, or could not be read again; what was there stays.
    """
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


def read_examples(path: Path) -> list[Example]:
    """Return the examples in a file or folder that `write_examples` or Quick, Draw! has written.

    Args:
        path: a ZIP file, hand.json, an .ndjson, a train.csv, or a folder with a folder a digit.

    Raises:
        DataError: it is missing, damaged, too large, or of another kind.
    """
    if path.is_dir():
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
            f"file that is something else, or damaged ({type(problem).__name__})"
        ) from problem


def too_large(name: str) -> str:
    """Return the message for a file that is too large."""
    return f"Expected {name} to have at most {MAX_BYTES // 1_000_000} MB. Received: more"


def name_of(label: Label) -> str:
    """Return a label as hand.json and Quick, Draw! write it: "seven" or "no digit"."""
    return NO_DIGIT if label is None else WORDS[label]


def label_named(name: str) -> Label:
    """Return the label of a word, a figure or a folder.

    Raises:
        ValueError: it names none.
    """
    word = name.strip().lower().replace("-", " ")
    if word == NO_DIGIT:
        return None
    return WORDS.index(word) if word in WORDS else FIGURES.index(word)


def json_of(examples: Iterable[Example]) -> bytes:
    """Return the content of hand.json."""
    values = [
        {"label": example.label, "when": example.when, **drawing_values(example)}
        for example in examples
    ]
    return (json.dumps({"format": FORMAT, "examples": values}) + "\n").encode()


def ndjson_of(examples: Iterable[Example]) -> bytes:
    """Return the content of examples.ndjson."""
    lines = [
        json.dumps(
            {
                "word": name_of(example.label),
                "timestamp": example.when,
                "key_id": example.id,
                **drawing_values(example),
            }
        )
        for example in examples
    ]
    return "".join(f"{line}\n" for line in lines).encode()


def drawing_values(example: Example) -> dict[str, Any]:
    """Return the strokes and the ink of an example as JSON values."""
    return {
        "drawing": [[list(x), list(y)] for x, y in example.strokes],
        "ink": base64.b64encode(zlib.compress(example.ink.tobytes())).decode(),
    }


def csv_of(examples: Iterable[Example]) -> bytes:
    """Return the content of train.csv, with the digits among the examples."""
    return b"".join(train_lines(digits_of(examples)))


def png_of(example: Example) -> bytes:
    """Return the ink of an example as a PNG file."""
    file = io.BytesIO()
    Image.fromarray(example.ink).save(file, "PNG")
    return file.getvalue()


def zip_of(examples: Sequence[Example]) -> bytes:
    """Return a ZIP file with the examples in all four forms."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(JSON, json_of(examples))
        archive.writestr(NDJSON, ndjson_of(examples))
        archive.writestr(CSV, csv_of(examples))
        for example in examples:
            folder = FOLDER_OF_NONE if example.label is None else example.label
            archive.writestr(f"{folder}/{example.id}.png", png_of(example))
    return file.getvalue()


def digits_of(examples: Iterable[Example]) -> Digits:
    """Return the examples that are digits."""
    chosen = [(example.ink, example.label) for example in examples if example.label is not None]
    images = np.array([ink for ink, _ in chosen], np.uint8).reshape(-1, FIELD, FIELD)
    return Digits(images, np.array([label for _, label in chosen], np.uint8))


def examples_in_json(content: bytes) -> list[Example]:
    """Return the examples of a hand.json."""
    values = json.loads(content)
    if values["format"] != FORMAT:
        raise DataError(
            f"Expected the format {FORMAT} of hand.json. Received: {values['format']}. It was "
            "written by another version of Inkling; its examples.ndjson can be read by all."
        )
    return [
        Example(ink_of(item), item["label"], item["when"], strokes_of(item))
        for item in values["examples"]
    ]


def examples_in_ndjson(content: bytes) -> list[Example]:
    """Return the examples of an .ndjson, which may come from Quick, Draw! and have no ink."""
    lines = [json.loads(line) for line in content.decode().splitlines() if line.strip()]
    return [
        Example(ink_of(item), label_named(str(item["word"])), time_of(item), strokes_of(item))
        for item in lines
    ]


def time_of(item: dict[str, Any]) -> str:
    """Return when a drawing was labelled, if that is known to be so."""
    return str(item.get("timestamp")) if "ink" in item else UNKNOWN_TIME


def examples_in_csv(content: bytes, name: str) -> list[Example]:
    """Return the examples of a train.csv."""
    digits = read_train(content, name)
    return [
        Example(image, int(label), UNKNOWN_TIME)
        for image, label in zip(digits.images, digits.labels, strict=True)
        if image.any()
    ]


def examples_in_zip(content: bytes) -> list[Example]:
    """Return the examples of a ZIP file, from whichever of the four forms it has."""
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
        pictures = [(name, read(name)) for name in sorted(files) if is_picture_of_label(name)]
        if pictures:
            return examples_in_pictures(pictures)
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
    if not chosen or len(chosen) > MAX_FILES:
        raise DataError(
            f"Expected {folder} to have a folder for each digit with at most {MAX_FILES:,} "
            f"pictures. Received: {len(chosen):,} pictures"
        )
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
    labels = (*FIGURES, FOLDER_OF_NONE)
    return path.suffix.lower() in (".png", ".jpg", ".jpeg", ".bmp") and path.parent.name in labels


def examples_in_pictures(pictures: Iterable[tuple[str, bytes]]) -> list[Example]:
    """Return the examples of pictures, each with a path whose folder is its label."""
    return [
        Example(ink, label_named(PurePosixPath(name).parent.name), UNKNOWN_TIME)
        for name, content in pictures
        for ink in inks_of(open_picture(content))
    ]


def inks_of(picture: Picture) -> Iterator[Picture]:
    """Yield a picture in MNIST format; nothing if it is blank.

    A picture that has this format already stays as it is, so that its example is known again.
    """
    if picture.shape[:2] == (FIELD, FIELD):
        grey = picture if picture.ndim == 2 else picture[..., 0]
        is_light_on_black = not (grey[0].any() or grey[-1].any() or grey[:, 0].any())
        if is_light_on_black and grey.any():
            yield np.ascontiguousarray(grey)
            return
    if steps := prepare(picture):
        yield steps.centred


def ink_of(item: dict[str, Any]) -> Picture:
    """Return the ink in JSON values; without any, the strokes are drawn."""
    if "ink" not in item:
        return draw_strokes(strokes_of(item))
    unpacker = zlib.decompressobj()
    try:
        packed = base64.b64decode(item["ink"], validate=True)
    except binascii.Error as problem:
        raise ValueError("ink that is not base64") from problem
    pixels = unpacker.decompress(packed, FIELD * FIELD)
    return np.frombuffer(pixels, np.uint8).reshape(FIELD, FIELD)


def strokes_of(item: dict[str, Any]) -> tuple[Stroke, ...]:
    """Return the strokes in JSON values; Quick, Draw!'s raw form has the time as a third list."""
    return tuple(
        (tuple(float(x) for x in stroke[0]), tuple(float(y) for y in stroke[1]))
        for stroke in item.get("drawing", ())
    )
