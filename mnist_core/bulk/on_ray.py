"""Answering batches on a Ray cluster, through Ray Data: an actor for each core, in any number.

Tasks cut the shards into batches, as this machine would, and actors answer them. Ray streams what
is between the two, starts actors where there are cores, and repeats what a lost process had begun.
The answers come back in the order of the batches.
"""

import logging
import os
import pickle
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from mnist_core.bulk.answers import Answers, Model, PackedModel, answer
from mnist_core.bulk.batches import batches_of
from mnist_core.bulk.local import Answered, Position
from mnist_core.bulk.shards import Shard
from mnist_core.errors import InklingError
from mnist_core.extras import require
from mnist_core.installation import PACKAGE
from mnist_core.processors import cores

RAY = "ray"  # a cluster that RAY_ADDRESS names or that runs on this machine, else a new one here
ADDRESS = "ray://"
ANY, NEW = "auto", "local"  # what Ray calls a cluster on this machine
STORE = 300_000_000  # bytes of memory for what is between tasks and actors, on this machine
BLOCK = 2_000_000  # bytes after which a task hands over what it has
AT_ONCE = 8  # batches of answers that leave the cluster together

Rows = Iterator[tuple[Position, Answers | InklingError]]
Columns = dict[str, Any]  # what Ray Data calls a batch: an array of one item for each name


def is_cluster(name: str) -> bool:
    """Return whether a name is one that `--on` takes."""
    return name == RAY or name.startswith(ADDRESS)


def address_of(name: str | None) -> str:
    """Return what `connect` takes for a name that `--on` takes; None is a new cluster here."""
    if name == RAY:
        return os.environ.get("RAY_ADDRESS") or ANY
    return name or NEW


def answer_on_ray(
    shards: Sequence[Shard],
    start: Position,
    model: Model,
    *,
    as_is: bool,
    workers: int | None,
    cluster: str,
) -> Iterator[Answered]:
    """Yield the answers for all batches in their order, as `answer_here` does.

    Args:
        shards: what to read; the cluster's machines have to reach it.
        start: the first batch that is wanted.
        model: what reads; it is sent to the cluster.
        as_is: as `answer` takes it.
        workers: how many actors read at most; by default as many as there are cores.
        cluster: "ray", or an address such as ray://head:10001. "ray" is the cluster that
            RAY_ADDRESS names, else the one on this machine, else a new one ("local" is always).

    Raises:
        InklingError: the source is wrong, or the cluster cannot be reached.
        MissingExtraError: the extra "cluster" is not installed.
    """
    cluster = address_of(cluster)
    connect(cluster, workers)
    require("cluster", "ray")
    import ray

    job = Job(tuple(shards), start, model.packed(), as_is, workers)
    try:
        rows = rows_from_afar(job) if cluster.startswith(ADDRESS) else rows_of_answers(job)
        for position, content in rows:
            if isinstance(content, InklingError):
                raise content
            yield position, content
    finally:
        ray.shutdown()


@dataclass(frozen=True)
class Job:
    """What `answer_on_ray` takes, with the model's files: it can be sent to the cluster."""

    shards: tuple[Shard, ...]
    start: Position
    model: PackedModel
    as_is: bool
    workers: int | None


def rows_of_answers(job: Job) -> Rows:
    """Yield the answers for all batches in their order; this process has to be in the cluster."""
    require("cluster", "ray")
    import ray
    import ray.data

    context = ray.data.DataContext.get_current()
    context.execution_options.preserve_order = True
    context.target_max_block_size = BLOCK
    context.enable_progress_bars = False
    resources = ray.cluster_resources()  # type: ignore[no-untyped-call]
    here = max(1, int(resources.get("CPU", 1)))  # a cluster may grow later
    first, skipped = job.start
    wanted = [
        {"shard": number, "first": skipped if number == first else 0, "content": packed(shard)}
        for number, shard in enumerate(job.shards)
        if number >= first
    ]
    answers = (
        ray.data.from_items(wanted, override_num_blocks=len(wanted))
        # no core of its own: each has an actor, and one that waits for batches needs none
        .map_batches(read_shard, batch_size=1, num_cpus=0)
        .map_batches(
            Answerer,
            batch_size=1,
            num_cpus=1,
            fn_constructor_args=(job.model, job.as_is),
            compute=ray.data.ActorPoolStrategy(
                min_size=1, max_size=job.workers, initial_size=min(here, job.workers or here)
            ),
        )
    )
    for row in answers.iter_batches(batch_size=1, batch_format="numpy"):
        position = int(row["shard"][0]), int(row["batch"][0])
        yield position, pickle.loads(row["content"][0])


def rows_from_afar(job: Job) -> Rows:
    """Yield the same in a process outside the cluster, where Ray Data does not run."""
    require("cluster", "ray")
    import ray

    stream: Any = ray.remote(num_cpus=0)(Stream).remote(job)
    while some := ray.get(stream.some.remote()):
        yield from some


class Stream:
    """An actor that hands over a job's answers, some at a time."""

    def __init__(self, job: Job) -> None:
        """Start the job."""
        self.rows = rows_of_answers(job)

    def some(self) -> list[tuple[Position, Answers | InklingError]]:
        """Return the next answers; none at the end."""
        return [*islice(self.rows, AT_ONCE)]


def connect(cluster: str, workers: int | None) -> None:
    """Connect to a cluster, or start one on this machine for as long as this process runs.

    Raises:
        InklingError: there is none at this address.
        MissingExtraError: the extra "cluster" is not installed.
    """
    require("cluster", "ray")
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is reported to anyone
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")  # it is in Ray's own files anyway
    if has_token():  # Ray itself looks for it only where it starts a cluster
        os.environ.setdefault("RAY_AUTH_MODE", "token")
    import ray
    import ray.data

    quiet: dict[str, Any] = {"logging_level": logging.ERROR, "log_to_driver": False}
    ray.data.DataContext.get_current()  # sets up Ray Data's log, whose level would be lost
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    try:
        if cluster.startswith(ADDRESS):
            ray.init(cluster, runtime_env={"py_modules": [str(PACKAGE)]}, **quiet)
            return
        if cluster != NEW:
            with suppress(*([ConnectionError] if cluster == ANY else [])):
                ray.init(cluster, **quiet)
                return
        ray.init(
            NEW,
            num_cpus=workers or cores(),
            object_store_memory=STORE,
            include_dashboard=False,
            **quiet,
        )
    except (ConnectionError, RuntimeError, ValueError) as problem:
        raise InklingError(
            f"Cannot reach the Ray cluster {cluster}: {' '.join(str(problem).split())[:200]}. "
            "Expected an address such as ray://head:10001, and the cluster's token in "
            "RAY_AUTH_TOKEN or ~/.ray/auth_token if it asks for one. To start a cluster: "
            "ray start --head"
        ) from problem


def has_token() -> bool:
    """Return whether there is a token to show to a cluster, as `ray get-auth-token` prints it."""
    named = {"RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH"} & os.environ.keys()
    return bool(named) or (Path.home() / ".ray" / "auth_token").is_file()


def packed(content: object) -> bytes:
    """Return something as a row of Ray Data can hold it."""
    return pickle.dumps(content, pickle.HIGHEST_PROTOCOL)


def row_of(shard: int, batch: int, content: object) -> Columns:
    """Return one row of Ray Data."""
    cell = np.empty(1, object)
    cell[0] = packed(content)
    return {"shard": np.array([shard]), "batch": np.array([batch]), "content": cell}


def read_shard(row: Columns) -> Iterator[Columns]:
    """Yield a shard's batches, one row each; what is wrong with it ends it, as a row too."""
    shard, first = int(row["shard"][0]), int(row["first"][0])
    number = first - 1
    try:
        for number, batch in enumerate(batches_of(pickle.loads(row["content"][0]), first), first):
            yield row_of(shard, number, batch)
    except InklingError as problem:
        yield row_of(shard, number + 1, problem)


class Answerer:
    """An actor: it opens the model once, then answers batches."""

    def __init__(self, model: PackedModel, as_is: bool) -> None:
        """Open the model."""
        self.home = TemporaryDirectory(prefix="inkling-")
        self.reader, self.as_is = model.open(self.home.name), as_is

    def __call__(self, row: Columns) -> Columns:
        """Return the answers for one batch; what is wrong with the source is passed on."""
        content = pickle.loads(row["content"][0])
        if not isinstance(content, InklingError):
            try:
                content = answer(self.reader, content, as_is=self.as_is)
            except InklingError as problem:
                content = problem
        return row_of(int(row["shard"][0]), int(row["batch"][0]), content)
