"""Characters as UNIPEN publishes them, for tests without a network."""

import gzip
import io
import tarfile
import zipfile
from pathlib import Path

import numpy as np

from mnist_core.data.characters import Characters

Texts = dict[str, str]

PREFIX = "unipen/CDROM/train_r01_v07/"


def some_characters() -> Characters:
    """Return characters of three collections, sorted as the published ones are."""
    rng = np.random.default_rng(4)
    labels = {"1a": "4107", "1b": "AB", "1c": "ij", "1d": '.%"'}
    writers = ("apa/1", "apa/2", "gmd/1", "ibm/1")
    strokes, names, who = [], [], []
    for characters in labels.values():
        for writer in writers:
            for label in characters:
                parts = 1 + len(names) % 3
                points = [rng.integers(0, 2001, (n, 2)).astype(np.int16) for n in (9, 1, 5)[:parts]]
                points[0][:2] = (0, 0), (2000, 700)
                strokes.append(points)
                names.append("\\" + label if label == '"' else label)
                who.append(writer)
    return Characters(strokes, np.array(names), np.array(who))


def as_published(characters: Characters) -> Texts:
    """Return the index of each writer and category, and the pen file of each writer."""
    indices: Texts = {}
    pens: Texts = {}
    blocks: dict[str, int] = {}
    for label, writer, strokes in zip(
        characters.labels, characters.writers, characters.strokes, strict=True
    ):
        collection, number = writer.split("/")
        category = f"1{'abcd'[category_of(label)]}"
        index = f"data/{category}/{collection}/{collection}00/w{number}.dat"
        include = f"{collection}/data/{collection}00/w{number}.dat"
        heading = f".VERSION 1.0\n.INCLUDE {collection}/about.doc\n.INCLUDE {include}\n"
        first = blocks.get(include, 0)
        last = first + len(strokes) - 1
        blocks[include] = last + 1
        numbers = f"{first}-{last}" if last > first else f"{first}"
        segment = f'.SEGMENT CHARACTER {numbers} ? "{label}"\n'
        indices[index] = indices.get(index, heading) + segment
        pens.setdefault(f"include/{include}", f"\n.WRITER_ID {number}\n.STYLE PRINTED\n")
        pens[f"include/{include}"] += "".join(
            ".PEN_DOWN\n"
            + "".join(f"\t{x + 50}\t{3000 - y}\n" for x, y in s.tolist())
            + ".PEN_UP\n"
            for s in strokes
        )
    return indices | pens


def category_of(label: str) -> int:
    """Return 0 for a digit, 1 for a capital, 2 for a small letter, 3 for a sign."""
    if label.isdigit():
        return 0
    return 1 if label.isupper() else 2 if label.islower() else 3


def tgz(texts: Texts, prefix: str = PREFIX) -> bytes:
    """Return a .tgz; like the gzip program, it says when it was made: never."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for name, text in texts.items():
            member = tarfile.TarInfo(prefix + name)
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return gzip.compress(file.getvalue(), mtime=0)


def zipped(texts: Texts, prefix: str = PREFIX, packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a .zip."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packing) as archive:
        for name, text in texts.items():
            archive.writestr(prefix + name, text)
    return file.getvalue()


def unpacked(texts: Texts, folder: Path) -> Path:
    """Write the files below a folder, and return it."""
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder
