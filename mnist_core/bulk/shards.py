"""What is to be read: the files that a source stands for, told apart by what is in them."""

from collections.abc import Hashable, Sequence, Set
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from mnist_core.data.idx import series_of_pictures
from mnist_core.data.large_files import HEAD, Kind, count_pictures, kind_of
from mnist_core.data.webdataset import PICTURES
from mnist_core.errors import DataError
from mnist_core.places import File, find_files, identity, open_to_read, storage_errors

SHARDS: dict[Kind, tuple[str, ...]] = {  # what is read of a folder: the first kind it has
    "parquet": (".parquet",),
    "tar": (".tar", ".tar.gz", ".tgz"),
    "npz": (".npz",),
    "csv": (".csv", ".tsv", ".csv.gz", ".tsv.gz"),
}
PICTURES_EACH = 65_536  # in one shard
MOST_COUNTED = 256  # shards that are opened only to say how much there is to do
WANTED = (
    "pictures, Parquet files, WebDataset's .tar files, .npz files, MNIST's IDX files or CSV files"
)


@dataclass(frozen=True)
class Shard:
    """Files that one worker reads from the first to the last picture.

    Attributes:
        kind: what is in them.
        files: pictures, or one file of any other kind.
    """

    kind: Kind | Literal["pictures"]
    files: tuple[File, ...]

    @property
    def name(self) -> str:
        """What messages call it."""
        return self.files[0].place


def find_shards(sources: Sequence[str], without: Set[Hashable] = frozenset()) -> list[Shard]:
    """Return what several sources stand for, in their order.

    Args:
        sources: as `shards_of` takes them.
        without: the same.

    Raises:
        DataError: one has nothing that can be read.
    """
    return [shard for source in sources for shard in shards_of(source, without)]


def shards_of(source: str, without: Set[Hashable] = frozenset()) -> list[Shard]:
    """Return what a source stands for: a file, a folder or a pattern.

    Of a folder it is the first kind of these that it has: pictures, Parquet, WebDataset shards,
    .npz, IDX, CSV. Folders below it count too.

    Args:
        source: a path or an address.
        without: the identities of files that do not count.

    Raises:
        DataError: there is nothing that can be read.
    """
    files = find_files(source)
    if without:
        files = [file for file in files if identity(file.place) not in without]
    if pictures := [file for file in files if is_picture(file)]:
        return [
            Shard("pictures", tuple(pictures[start : start + PICTURES_EACH]))
            for start in range(0, len(pictures), PICTURES_EACH)
        ]
    files = [file for file in files if len(files) == 1 or not is_note(file)]
    if len(files) == 1:
        return [Shard(kind_of(head_of(files[0])), (files[0],))]
    for kind, endings in SHARDS.items():
        if kind == "csv" and (idx := idx_files(files)):
            return [Shard("idx", (file,)) for file in idx]
        if chosen := [file for file in files if file.place.lower().endswith(endings)]:
            return [Shard(kind, (file,)) for file in chosen]
    names = ", ".join(PurePosixPath(file.place).name[:40] for file in files[:4]) or "none of them"
    raise DataError(f"Expected {source} to hold {WANTED}. Received: {names}.")


def is_picture(file: File) -> bool:
    """Return whether a file has the name of a picture."""
    return file.place.lower().endswith(PICTURES)


def is_note(file: File) -> bool:
    """Return whether a file, such as Spark's _SUCCESS, tells something about those beside it."""
    return PurePosixPath(file.place).name.startswith("_")


def idx_files(files: list[File]) -> list[File]:
    """Return the IDX files of pictures, those for training first; of copies only one."""
    found: dict[tuple[str, str], File] = {}
    for file in files:
        if series := series_of_pictures(PurePosixPath(file.place), head_of(file)):
            found.setdefault(series, file)
    return [found[key] for key in sorted(found, key=lambda key: (key[0], key[1] == "test"))]


def count_rows(shards: Sequence[Shard]) -> int | None:
    """Return how many pictures there are; None if only reading them tells.

    Raises:
        DataError: a file is damaged.
    """
    if len(shards) > MOST_COUNTED:
        return None
    counts = [rows_in(shard) for shard in shards]
    return None if None in counts else sum(filter(None, counts))


def rows_in(shard: Shard) -> int | None:
    """Return how many pictures a shard has; None if only reading them tells."""
    if shard.kind == "pictures":
        return len(shard.files)
    with open_to_read(shard.name) as file, storage_errors(shard.name):
        return count_pictures(shard.kind, file, shard.name)


def head_of(file: File) -> bytes:
    """Return a file's first bytes."""
    with open_to_read(file.place) as opened, storage_errors(file.place):
        return opened.read(HEAD)
