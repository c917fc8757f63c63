import asyncio
import gc
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from ui import memory
from ui.memory import collect_seldom, give_back_memory, release_memory


class Ring:
    """Something that only a search for cycles can free."""

    def __init__(self) -> None:
        self.own = self


@pytest.fixture
def as_before() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.set_threshold(*thresholds)
    gc.unfreeze()


def test_garbage_is_freed_once_in_a_while(monkeypatch):
    monkeypatch.setattr(memory, "EVERY", 0.01)
    left = weakref.ref(Ring())

    async def serve() -> None:
        giving_back = asyncio.create_task(give_back_memory())
        while left():
            await asyncio.sleep(0.01)
        giving_back.cancel()

    with ThreadPoolExecutor(1) as aside:  # the browser tests leave a loop running in this thread
        aside.submit(lambda: asyncio.run(asyncio.wait_for(serve(), 20))).result()
    assert left() is None


def test_it_does_without_a_library_that_can_trim(monkeypatch):
    monkeypatch.setattr("ui.memory.ctypes.CDLL", lambda name: object())
    left = weakref.ref(Ring())
    release_memory()
    assert left() is None


def test_what_is_there_at_the_start_is_not_searched_again(as_before):
    usual = gc.get_threshold()
    collect_seldom()
    assert gc.get_freeze_count() > 0
    assert gc.get_threshold() > usual
