"""Answers as Parquet parts, each written whole, so that a job goes on after the last one.

A part says in its metadata which job it belongs to, where the next part begins, and what was
counted so far. So the parts alone are the job's state, and no file beside them can disagree.
"""

import json
import re
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from mnist_core.bulk.answers import Answers, as_table
from mnist_core.errors import DataError
from mnist_core.extras import require
from mnist_core.places import exists, find_files, is_remote, open_to_read, open_to_write, remove

BATCHES = 32  # in a part: 16,384 digits
PART = re.compile(r"part-\d{5,}\.parquet")
META = b"inkling"
UNREAD = "unreadable"


@dataclass(frozen=True)
class Progress:
    """How far a job is.

    Attributes:
        job: what tells it from every other job.
        shard: the number of the shard that the next batch is in.
        batch: the number of that batch in its shard.
        rows: how many pictures have answers.
        parts: how many parts are written.
        counts: of the pictures by verdict; "unreadable" for files that could not be read.
        prepared: how many pictures of data sets did not have MNIST's format.
        done: whether that is all.
    """

    job: str
    shard: int = 0
    batch: int = 0
    rows: int = 0
    parts: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    prepared: int = 0
    done: bool = False

    def after(self, answers: list[Answers], position: tuple[int, int], *, done: bool) -> "Progress":
        """Return how far it is after a further part, whose last batch was at `position`."""
        counts = Counter(self.counts)
        for one in answers:
            counts.update(verdict or UNREAD for verdict in one.verdicts)
        shard, batch = position
        return Progress(
            self.job,
            shard,
            batch + 1,
            self.rows + sum(map(len, answers)),
            self.parts + 1,
            dict(counts),
            self.prepared + sum(one.prepared for one in answers),
            done,
        )


class Parts:
    """The parts of one job: in the folder that is the output, or beside it till they are joined."""

    def __init__(self, output: str) -> None:
        """Find the place of the parts.

        Args:
            output: a path or an address. With / at its end it is a folder of parts, else one file.
        """
        self.output = output
        self.is_folder = output.endswith(("/", "\\"))
        self.folder = output.rstrip("/\\") if self.is_folder else f"{output}.parts"

    def path(self, number: int) -> str:
        """Return where a part is."""
        return f"{self.folder}/part-{number:05}.parquet"

    def files(self) -> list[str]:
        """Return what the job may replace or remove: the output and the parts that are there."""
        inside = [file.place for file in find_files(self.folder, or_none=True)]
        if not self.is_folder:
            return [self.output, *inside] if exists(self.output) else inside
        return [
            place
            for place in inside
            if PART.fullmatch(Path(place).name) and Path(place).parent == Path(self.folder)
        ]

    def start(self, job: str, *, force: bool) -> Progress:
        """Return how far a job is, by what is there.

        Args:
            job: what tells the job from every other.
            force: whether to remove what another job has written.

        Raises:
            DataError: another job has written there, or something else is there.
        """
        if not self.is_folder and exists(self.output):
            if (there := progress_of(self.output)) and there.job == job:
                remove(self.folder)
                return there
            if not force:
                raise in_the_way(self.output)
            remove(self.output)
        found, number = Progress(job), 0
        while not found.done and exists(self.path(number)):
            there = progress_of(self.path(number))
            if there is None or there.job != job:
                if not force:
                    raise in_the_way(self.folder)
                self.remove_all()
                return Progress(job)
            found, number = there, number + 1
        return found

    def remove_all(self) -> None:
        """Remove the parts; what else is in their folder, such as the source, stays.

        The last goes first: those that an interruption leaves begin at 0 still.
        """
        count = 0
        while exists(self.path(count)):
            count += 1
        for number in reversed(range(count)):
            remove(self.path(number))

    def write(self, answers: list[Answers], first: int, progress: Progress) -> None:
        """Write a part.

        Args:
            answers: those of its batches.
            first: the number of its first row.
            progress: how far the job is with it.
        """
        require("cluster", "pyarrow")
        import pyarrow.parquet as pq

        table = as_table(answers, first).replace_schema_metadata(metadata_of(progress))
        with open_to_write(self.path(progress.parts - 1)) as file:
            pq.write_table(table, file)

    def finish(self, progress: Progress) -> None:
        """Join the parts into one file, unless a folder of parts was asked for."""
        if self.is_folder or not exists(self.path(0)):
            return
        require("cluster", "pyarrow")
        import pyarrow.parquet as pq

        with open_to_write(self.output) as file:
            writer: Any = None
            for number in range(progress.parts):
                with open_to_read(self.path(number)) as part:
                    table = pq.read_table(part).replace_schema_metadata(metadata_of(progress))
                writer = writer or pq.ParquetWriter(file, table.schema)
                writer.write_table(table)
            writer.close()
        remove(self.folder)


def metadata_of(progress: Progress) -> dict[bytes, bytes]:
    """Return what a file says about its job."""
    return {META: json.dumps(asdict(progress), sort_keys=True).encode()}


def progress_of(place: str) -> Progress | None:
    """Return what a file says about its job; None if it is none of ours."""
    require("cluster", "pyarrow")
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with open_to_read(place) as file:
            return Progress(**json.loads(pq.read_schema(file).metadata[META]))
    except (pa.ArrowException, OSError, ValueError, TypeError, KeyError):
        return None


def in_the_way(place: str) -> DataError:
    """Return the error for an output that something else is in."""
    kind = "address" if is_remote(place) else "name"
    return DataError(
        f"{place} exists already and holds something else: answers for another source, another "
        f"model or other options. Choose another {kind} for -o, or replace it with --force."
    )
