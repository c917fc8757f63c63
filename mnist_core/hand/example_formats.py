"""The formats that examples are written in, and how each is parsed again.

- `hand.json`: everything, as one JSON object. It is also how a hand is stored.
- `examples.ndjson`: a line for each example, as in Quick, Draw! (Google, CC BY 4.0), with
  the strokes where they are known, and with the ink, which Quick, Draw! does not have.
- PNG files of 28 x 28 pixels, in a folder named after their label.
- `train.csv`: Kaggle's format, which has no word for "no digit".
"""

import base64
import binascii
import io
import json
import zlib
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Any

import numpy as np
from PIL import Image

from mnist_core.data.digits import Digits
from mnist_core.data.kaggle import read_train, train_lines
from mnist_core.errors import DataError
from mnist_core.hand.example import NO_DIGIT, UNKNOWN_TIME, Example, Label, Stroke, check_room
from mnist_core.hand.strokes import draw_strokes
from mnist_core.image_files import MAX_PIXELS_EACH, open_picture
from mnist_core.pictures import Picture
from mnist_core.preprocessing import FIELD, prepare

FORMAT = 1  # of hand.json
WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
FIGURES = tuple("0123456789")


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


def examples_in_ndjson(content: bytes) -> list[Example]:
    """Return the examples of an .ndjson, which may come from Quick, Draw! and have no ink."""
    lines = [json.loads(line) for line in content.decode().splitlines() if line.strip()]
    check_room(len(lines))  # before any is drawn
    return [
        Example(ink_of(item), label_named(str(item["word"])), time_of(item), strokes_of(item))
        for item in lines
    ]


def time_of(item: dict[str, Any]) -> str:
    """Return when a drawing was labelled, if that is known to be so."""
    return str(item.get("timestamp")) if "ink" in item else UNKNOWN_TIME


def csv_of(examples: Iterable[Example]) -> bytes:
    """Return the content of train.csv, with the digits among the examples."""
    return b"".join(train_lines(digits_of(examples)))


def digits_of(examples: Iterable[Example]) -> Digits:
    """Return the examples that are digits."""
    chosen = [(example.ink, example.label) for example in examples if example.label is not None]
    images = np.array([ink for ink, _ in chosen], np.uint8).reshape(-1, FIELD, FIELD)
    return Digits(images, np.array([label for _, label in chosen], np.uint8))


def examples_in_csv(content: bytes, name: str) -> list[Example]:
    """Return the examples of a train.csv."""
    digits = read_train(content, name)
    return [
        Example(image, int(label), UNKNOWN_TIME)
        for image, label in zip(digits.images, digits.labels, strict=True)
        if image.any()
    ]


def png_of(example: Example) -> bytes:
    """Return the ink of an example as a PNG file."""
    file = io.BytesIO()
    Image.fromarray(example.ink).save(file, "PNG")
    return file.getvalue()


def examples_in_pictures(pictures: Iterable[tuple[str, bytes]]) -> list[Example]:
    """Return the examples of pictures, each with a path whose folder is its label."""
    return [
        Example(ink, label_named(PurePosixPath(name).parent.name), UNKNOWN_TIME)
        for name, content in pictures
        for ink in inks_of(open_picture(content, most=MAX_PIXELS_EACH))
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


def drawing_values(example: Example) -> dict[str, Any]:
    """Return the strokes and the ink of an example as JSON values."""
    return {
        "drawing": [[list(x), list(y)] for x, y in example.strokes],
        "ink": base64.b64encode(zlib.compress(example.ink.tobytes())).decode(),
    }


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
