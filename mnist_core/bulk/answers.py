"""What a worker says about a batch, and the columns that it is written in."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_core.bulk.batches import Batch
from mnist_core.data.mnist_form import prepare_departing
from mnist_core.data.parquet import Keys
from mnist_core.errors import DataError, InklingError
from mnist_core.extras import require
from mnist_core.image_files import open_picture
from mnist_core.inference.calibration import probabilities_of
from mnist_core.inference.reader import Reader, load_reader
from mnist_core.inference.verdicts import judge_all
from mnist_core.models.registry import FILES
from mnist_core.pictures import Picture, to_grey
from mnist_core.places import is_remote, read_bytes
from mnist_core.preprocessing import FIELD, prepare

COLUMNS = ("key", "verdict", "digit", *(f"p{digit}" for digit in range(10)), "digitness")


@dataclass(frozen=True)
class Answers:
    """The answers for a batch, as `Reader.read` gives them.

    Attributes:
        keys: of each picture; None where the numbers of the rows are the keys.
        verdicts: of each; None for a file that cannot be read.
        probabilities: calibrated, float32 (n, 10); all 0.1 for a blank.
        digitness: float32 (n,); -inf for a blank.
        prepared: how many pictures of a data set did not have MNIST's format.
        errors: what is wrong with files that cannot be read, in sentences.
    """

    keys: Keys
    verdicts: tuple[str | None, ...]
    probabilities: NDArray[np.float32]
    digitness: NDArray[np.float32]
    prepared: int = 0
    errors: tuple[str, ...] = ()

    def __len__(self) -> int:
        """Return the number of pictures."""
        return len(self.verdicts)


@dataclass(frozen=True)
class Model:
    """The model that reads, as a worker opens it.

    Attributes:
        folder: the model's.
        judge: the folder of the model that judges for it, or None.
    """

    folder: Path
    judge: Path | None = None

    @classmethod
    def find(cls, name: str | None) -> "Model":
        """Return a model by its name, by default the default model.

        Raises:
            ModelError: there is no such model, or it is damaged.
        """
        reader = load_reader(name)
        judge = reader.judge.network.path.parent if reader.judge else None
        return cls(reader.network.path.parent, judge)

    def open(self) -> Reader:
        """Return a reader that works in one thread, since there is a worker for each core."""
        reader = Reader(self.folder)
        reader.judge = Reader(self.judge) if self.judge else None
        for one in filter(None, (reader, reader.judge)):
            one.network.threads = 1
        return reader

    def packed(self) -> "PackedModel":
        """Return it with the content of its files, for a machine that does not have them."""
        folders = [folder for folder in (self.folder, self.judge) if folder]
        return PackedModel(
            [{name: (folder / name).read_bytes() for name in FILES} for folder in folders]
        )


@dataclass(frozen=True)
class PackedModel:
    """A model as it is sent to another machine.

    Attributes:
        packages: the content of its files by name and, where another model judges, of that one's.
    """

    packages: list[dict[str, bytes]]

    def open(self, home: str) -> Reader:
        """Return a reader, as `Model.open` does; the files are written below the folder `home`."""
        folders = []
        for number, files in enumerate(self.packages):
            folder = Path(home, f"{number}")
            folder.mkdir()
            for name, content in files.items():
                (folder / name).write_bytes(content)
            folders.append(folder)
        return Model(*folders).open()


@dataclass(frozen=True)
class Seen:
    """A batch as the network sees it.

    Attributes:
        images: uint8 (n, 28, 28), in MNIST's format unless they were handed over as they are.
        is_read: which are no files that cannot be read, (n,).
        prepared: as `Answers` has it.
        errors: the same.
    """

    images: Picture
    is_read: NDArray[np.bool_]
    prepared: int = 0
    errors: tuple[str, ...] = ()


def answer(reader: Reader, batch: Batch, *, as_is: bool = False) -> Answers:
    """Return the answers for a batch.

    Args:
        reader: what reads.
        batch: the pictures.
        as_is: whether pictures of 28 x 28 pixels go to the network as they are.
    """
    seen = see_files(batch, as_is=as_is) if batch.images is None else see(batch.images, as_is=as_is)
    outputs = reader.outputs(seen.images)
    probabilities = probabilities_of(outputs.logits, reader.card.calibration.temperature)
    verdicts = judge_all(reader, seen.images, outputs)
    is_blank = np.array([verdict == "blank" for verdict in verdicts])
    probabilities[is_blank] = 0.1
    return Answers(
        batch.keys,
        tuple(
            verdict if read else None for verdict, read in zip(verdicts, seen.is_read, strict=True)
        ),
        probabilities,
        np.where(is_blank, np.float32(-np.inf), outputs.digitness),
        seen.prepared,
        seen.errors,
    )


def see(images: Picture, *, as_is: bool) -> Seen:
    """Return a data set's pictures, those that depart from MNIST's format prepared."""
    is_read = np.ones(len(images), bool)
    if as_is:
        return Seen(images, is_read)
    images, departs = prepare_departing(images)
    return Seen(images, is_read, int(departs.sum()))


def see_files(batch: Batch, *, as_is: bool) -> Seen:
    """Return picture files, prepared; black where one cannot be read."""
    images = np.zeros((len(batch), FIELD, FIELD), np.uint8)
    is_read = np.ones(len(batch), bool)
    prepared, errors = 0, []
    for number, file in enumerate(batch.files):
        try:
            picture = open_picture(read_bytes(file) if isinstance(file, str) else file)
        except InklingError as problem:
            if isinstance(problem, DataError) and isinstance(file, str) and is_remote(file):
                raise  # the store, not the picture: started again, the job goes on from here
            is_read[number] = False
            errors.append(f"{batch.keys[number]}: {problem}" if batch.keys else str(problem))
            continue
        if picture.shape[:2] == (FIELD, FIELD) and (as_is or batch.in_data_set):
            one = see(to_grey(picture)[None], as_is=as_is)
            images[number] = one.images[0]
            prepared += one.prepared
        elif steps := prepare(picture):
            images[number] = steps.centred
    return Seen(images, is_read, prepared, tuple(errors))


def as_table(answers: list[Answers], first: int) -> Any:
    """Return the answers of several batches as a PyArrow table.

    Args:
        answers: those of each batch.
        first: the number of the first row, which is its key where there are no others.
    """
    require("cluster", "pyarrow")
    import pyarrow as pa

    keys: list[str] = []
    for one in answers:
        start = first + len(keys)
        keys += one.keys or map(str, range(start, start + len(one)))
    keys = [key.encode(errors="replace").decode() for key in keys]  # a name may be no UTF-8
    verdicts = [verdict for one in answers for verdict in one.verdicts]
    probabilities = np.concatenate([one.probabilities for one in answers])
    digitness = np.concatenate([one.digitness for one in answers])
    is_digit = np.array([verdict in ("digit", "unsure") for verdict in verdicts])
    is_unread = np.array([verdict is None for verdict in verdicts])
    columns = [
        pa.array(keys, pa.string()),
        pa.array(verdicts, pa.string()),
        pa.array(probabilities.argmax(axis=1), pa.int8(), mask=~is_digit),
        *(pa.array(column, pa.float32(), mask=is_unread) for column in probabilities.T.copy()),
        pa.array(digitness, pa.float32(), mask=is_unread | ~np.isfinite(digitness)),
    ]
    return pa.table(columns, list(COLUMNS))
