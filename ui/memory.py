"""The server's memory: when it is searched for garbage, and how it is given back."""

import asyncio
import ctypes
import gc
import sys
from collections.abc import Callable

# Seconds between two searches of everything. A visit that ends leaves garbage in cycles; what stays
# for good settles among it, and keeps the machine from having it back. So little may pile up.
EVERY = 5
HEAPS = 2
M_ARENA_MAX = -8  # of glibc's malloc.h


def share_heaps() -> None:
    """Let all threads share a few heaps, on Linux with glibc alone.

    By default each new thread may get one of its own, and a visit runs in many: what is free in one
    is not there for the next.
    """
    if mallopt := from_c("mallopt"):
        mallopt(M_ARENA_MAX, HEAPS)


def collect_seldom() -> None:
    """Look for garbage in cycles a quarter as often, and never among what stays for good.

    Each look at everything halts all visitors, a hundred of them for a tenth of a second.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(2_000, 15, 10)  # by default 700, 10, 10


async def give_back_memory() -> None:
    """Every few seconds, free what visits that ended have left, for as long as the server runs."""
    while True:
        await asyncio.sleep(EVERY)
        release_memory()


def release_memory() -> None:
    """Free all garbage, and give to the machine what is free then; the latter on Linux alone."""
    gc.collect()
    if trim := from_c("malloc_trim"):
        trim(0)


def from_c(name: str) -> Callable[..., int] | None:
    """Return a function of the C library, on Linux alone; None where it has none of that name."""
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
