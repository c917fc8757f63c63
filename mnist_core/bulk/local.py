"""Answering batches on this machine: a process for each core, and few batches in memory."""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait

from mnist_core.bulk.answers import Answers, Model, answer
from mnist_core.bulk.batches import Batch, batches_of
from mnist_core.bulk.shards import Shard
from mnist_core.errors import InklingError
from mnist_core.inference.reader import Reader
from mnist_core.processors import cores

WAITING = 3  # batches a worker: one that it reads, and what it reads next

Position = tuple[int, int]  # the number of a shard, and of a batch in it
Answered = tuple[Position, Answers]

_model: Model | None = None  # of a worker process, where one job is all it ever does
_reader: Reader | None = None
_as_is = False


def answer_here(
    shards: Sequence[Shard], start: Position, model: Model, *, as_is: bool, workers: int | None
) -> Iterator[Answered]:
    """Yield the answers for all batches in their order.

    Args:
        shards: what to read.
        start: the first batch that is wanted.
        model: what reads.
        as_is: as `answer` takes it.
        workers: how many processes read; by default one for each core.

    Raises:
        InklingError: the source is wrong, the model cannot be opened, or a process was ended from
            outside.
    """
    n = workers or cores()
    pool = ProcessPoolExecutor(
        n, multiprocessing.get_context("spawn"), initializer=prepare_worker, initargs=(model, as_is)
    )
    waiting: deque[tuple[Position, Future[Answers]]] = deque()
    try:
        for position, batch in numbered_batches(shards, start):
            waiting.append((position, pool.submit(answer_batch, batch)))
            if len(waiting) >= WAITING * n:
                yield answered(waiting)
        while waiting:
            yield answered(waiting)
    except BrokenProcessPool as problem:
        raise InklingError(
            "One of the processes that read could not start, or was ended from outside, perhaps "
            "because memory ran out. Start the command again: it goes on where it stopped. Fewer "
            "processes take less memory: --workers 1"
        ) from problem
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def numbered_batches(shards: Sequence[Shard], start: Position) -> Iterator[tuple[Position, Batch]]:
    """Yield the batches of all shards with their positions, from one on."""
    shard, first = start
    for number in range(shard, len(shards)):
        for index, batch in enumerate(batches_of(shards[number], first), start=first):
            yield (number, index), batch
        first = 0


def answered(waiting: deque[tuple[Position, Future[Answers]]]) -> Answered:
    """Return the answers for the batch that has waited longest."""
    position, future = waiting.popleft()
    return position, future.result()


def prepare_worker(model: Model, as_is: bool) -> None:
    """Tell a worker process what reads; it ends when its parent does."""
    global _model, _as_is
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent stops its workers
    threading.Thread(target=end_with_parent, daemon=True).start()
    _model, _as_is = model, as_is


def end_with_parent() -> None:
    """End this process when its parent has ended, however it did."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def answer_batch(batch: Batch) -> Answers:
    """Return a worker's answers for a batch."""
    global _reader
    if _model is None:
        raise RuntimeError("Expected a worker with a model. Received: none")
    _reader = _reader or _model.open()  # here, since what it raises reaches the parent
    return answer(_reader, batch, as_is=_as_is)
