import asyncio
import gc
import platform
import subprocess
import sys
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from ui.server import memory
from ui.server.memory import (
    HEAPS,
    collect_less_often,
    keep_releasing_memory,
    release_memory,
    share_heaps,
)


class Ring:
    """Something that only a search for cycles can free."""

    def __init__(self) -> None:
        self.own = self


HEAPS_OF_THREADS = """
import ctypes, threading
from ui.server.memory import share_heaps

share_heaps()
barrier = threading.Barrier(9)

def take():
    ctypes.CDLL(None).malloc(1000)
    barrier.wait()

for _ in range(8):
    threading.Thread(target=take).start()
barrier.wait()
libc = ctypes.CDLL(None)
libc.open_memstream.restype = ctypes.c_void_p
text, size = ctypes.c_char_p(), ctypes.c_size_t()
stream = libc.open_memstream(ctypes.byref(text), ctypes.byref(size))
libc.malloc_info(0, ctypes.c_void_p(stream))
libc.fclose(ctypes.c_void_p(stream))
print(text.value.count(b"<heap nr="))
"""


@pytest.fixture
def as_before() -> Iterator[None]:
    thresholds = gc.get_threshold()
    gc.set_threshold(700, 10, 10)  # an app that ran in this process may have set others
    yield
    gc.set_threshold(*thresholds)
    gc.unfreeze()


def test_garbage_is_freed_once_in_a_while(monkeypatch):
    monkeypatch.setattr(memory, "COLLECT_SECONDS", 0.01)
    left = weakref.ref(Ring())

    async def serve() -> None:
        releasing = asyncio.create_task(keep_releasing_memory())
        while left():
            await asyncio.sleep(0.01)
        releasing.cancel()

    with ThreadPoolExecutor(1) as aside:  # the browser tests leave a loop running in this thread
        aside.submit(lambda: asyncio.run(asyncio.wait_for(serve(), 20))).result()
    assert left() is None


def test_it_does_without_a_library_that_can_trim(monkeypatch):
    monkeypatch.setattr("ui.server.memory.ctypes.CDLL", lambda name: object())
    left = weakref.ref(Ring())
    release_memory()
    assert left() is None
    share_heaps()


def test_what_is_there_at_the_start_is_not_searched_again(as_before):
    usual = gc.get_threshold()
    collect_less_often()
    assert gc.get_freeze_count() > 0
    assert gc.get_threshold() > usual


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="Only glibc has a heap a thread.")
def test_threads_share_heaps():
    """In a process of its own: how many heaps there may be is set once for all threads."""
    found = subprocess.run(
        [sys.executable, "-c", HEAPS_OF_THREADS], capture_output=True, text=True, check=True
    )
    assert int(found.stdout) <= HEAPS
