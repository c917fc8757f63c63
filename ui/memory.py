"""The server's memory: how seldom it is searched for garbage, and how it is given back."""

import asyncio
import ctypes
import gc
import sys

EVERY = 60  # seconds between two searches of everything


def collect_seldom() -> None:
    """Look for garbage in cycles a quarter as often, and never among what stays for good.

    With a hundred visitors each look at everything halts all of them for a fifth of a second, and
    by default one comes every six seconds.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(2_000, 15, 10)  # by default 700, 10, 10


async def give_back_memory() -> None:
    """Once a minute, free what visits that ended have left, for as long as the server runs."""
    while True:
        await asyncio.sleep(EVERY)
        release_memory()


def release_memory() -> None:
    """Free all garbage, and give to the machine what is free then; the latter on Linux alone."""
    gc.collect()
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        trim(0)  # musl has none
