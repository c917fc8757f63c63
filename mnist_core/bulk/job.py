"""One job: read all pictures of some sources, and write the answers; resumed where it stopped."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from functools import partial

from mnist_core import __version__
from mnist_core.bulk.answers import Answers, Model
from mnist_core.bulk.local import Answered, answer_here
from mnist_core.bulk.on_ray import answer_on_ray
from mnist_core.bulk.parts import BATCHES, Parts, Progress, progress_of
from mnist_core.bulk.shards import Shard, count_rows, find_shards
from mnist_core.errors import DataError
from mnist_core.extras import require
from mnist_core.places import identity

Report = Callable[[Progress, int | None, tuple[str, ...]], None]
PartReport = Callable[[Progress, tuple[str, ...]], None]


def read_many(
    sources: Sequence[str],
    output: str,
    *,
    model: str | None = None,
    as_is: bool = False,
    force: bool = False,
    workers: int | None = None,
    on: str | None = None,
    report: Report = lambda progress, total, errors: None,
) -> Progress:
    """Read every picture of some sources, and write a row for each.

    Args:
        sources: files, folders or patterns; paths, or addresses such as s3://bucket/digits/.
        output: one Parquet file or, where it ends with /, a folder of parts.
        model: its name; by default the default model.
        as_is: whether pictures of 28 x 28 pixels go to the network as they are.
        force: whether an output that something else is in may be replaced.
        workers: how many processes read; by default one for each core.
        on: the Ray cluster to read on: "ray", or an address such as ray://head:10001; by default
            it is this machine, without Ray.
        report: called after each part with how far the job is, how many pictures there are (None
            if only reading them tells), and what was wrong with files since the last call.

    Returns:
        How far the job is in the end: what was counted.

    Raises:
        DataError: a source is wrong or is the output as well, or the output cannot be written.
        ModelError: there is no such model.
        MissingExtraError: the extra "cluster" is not installed.
    """
    require("cluster", "pyarrow")
    if on:
        require("cluster", "ray")
    found = Model.find(model)
    parts = Parts(output)
    shards = find_sources(sources, parts)
    progress = parts.start(job_of(shards, found, as_is=as_is), force=force)
    total = count_rows(shards)
    report(progress, total, ())
    if not progress.done:
        start = progress.shard, progress.batch
        read = partial(answer_on_ray, cluster=on) if on else answer_here
        answers = read(shards, start, found, as_is=as_is, workers=workers)
        progress = write_parts(
            parts, progress, answers, lambda now, errors: report(now, total, errors)
        )
    parts.finish(progress)
    return progress


def find_sources(sources: Sequence[str], parts: Parts) -> list[Shard]:
    """Return what is to be read, without the answers that the job itself has written beside it.

    Raises:
        DataError: there is nothing that can be read, or a file that may be replaced is to be read.
    """
    there = parts.files()
    answers = {identity(place) for place in there if progress_of(place)}
    shards = find_shards(sources, answers)
    replaced = {identity(place) for place in there} - answers
    for file in (file for shard in shards if replaced for file in shard.files):
        if identity(file.place) in replaced:
            raise DataError(
                f"Expected to write something else than what is read. Received: {file.place}, "
                "which is both. Choose another name for -o."
            )
    return shards


def job_of(shards: Sequence[Shard], model: Model, *, as_is: bool) -> str:
    """Return what tells a job from every other: what is read, with what, and how."""
    told = {
        "shards": [asdict(shard) for shard in shards],
        "models": [
            (folder / "card.json").read_text(encoding="utf-8") if folder else None
            for folder in (model.folder, model.judge)
        ],
        "as_is": as_is,
        "version": __version__,
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def write_parts(
    parts: Parts, progress: Progress, answered: Iterator[Answered], report: PartReport
) -> Progress:
    """Write answers part by part; return how far the job is.

    Raises:
        DataError: there is no picture at all.
    """
    batches: list[Answers] = []
    position = progress.shard, progress.batch
    for now, answers in answered:
        if len(batches) == BATCHES:  # written only now, since the last part says that it is
            progress = write_part(parts, progress, batches, position, report, done=False)
            batches = []
        batches.append(answers)
        position = now
    if not batches:
        raise DataError("Expected at least one picture in the source. Received: none.")
    return write_part(parts, progress, batches, position, report, done=True)


def write_part(
    parts: Parts,
    progress: Progress,
    batches: list[Answers],
    position: tuple[int, int],
    report: PartReport,
    *,
    done: bool,
) -> Progress:
    """Write a part; return how far the job is with it."""
    after = progress.after(batches, position, done=done)
    parts.write(batches, progress.rows, after)
    report(after, tuple(error for one in batches for error in one.errors))
    return after
