"""The server's memory: when garbage is collected, and how memory is returned to the system."""

import asyncio
import ctypes
import gc
import sys
from collections.abc import Callable

# A visit that ends leaves garbage in reference cycles. If much of it piles up, long-lived objects
# are allocated in between and keep the memory from being returned. So it is collected often.
COLLECT_SECONDS = 5
HEAPS = 2
M_ARENA_MAX = -8  # of glibc's malloc.h


def share_heaps() -> None:
    """Let all threads share a few heaps; only has an effect on Linux with glibc.

    By default each new thread may get its own heap, and a visit runs in many threads: memory that
    is free in one heap cannot be used by the others.
    """
    if mallopt := c_function("mallopt"):
        mallopt(M_ARENA_MAX, HEAPS)


def collect_less_often() -> None:
    """Let Python collect garbage less often, and never among objects that are permanent.

    A full collection stops all visitors: with a hundred of them for a tenth of a second.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(2_000, 15, 10)  # the default is 700, 10, 10


async def keep_releasing_memory() -> None:
    """Release memory every few seconds, for as long as the server runs."""
    while True:
        await asyncio.sleep(COLLECT_SECONDS)
        release_memory()


def release_memory() -> None:
    """Collect all garbage; on Linux, also return free memory to the system."""
    gc.collect()
    if trim := c_function("malloc_trim"):
        trim(0)


def c_function(name: str) -> Callable[..., int] | None:
    """Return a function of the C library; None if it is missing, or the system is not Linux."""
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
