"""Coroutines in tests: a browser test leaves its thread with a running loop; they get another."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Returned = TypeVar("Returned")


def run_apart(coroutine: Coroutine[object, object, Returned]) -> Returned:
    """Return what a coroutine returns, run in a thread of its own."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(asyncio.run, coroutine).result()
