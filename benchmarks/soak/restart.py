"""The server is killed under its visitors, and started anew."""

import asyncio
import signal

from websockets.exceptions import ConnectionClosed

from benchmarks.result import Result
from benchmarks.soak.crowd import EVERY, arrive
from benchmarks.soak.server import AppServer
from benchmarks.soak.stream import Stream
from benchmarks.soak.strokes import states
from mnist_core.errors import ModelError
from mnist_core.reader import load_reader
from mnist_core.registry import list_models

BEFORE = 6.0  # seconds for which they draw until the server is killed
DOWN = 2.0  # seconds for which there is no server
PATIENCE = 60.0  # seconds to find the server again


def measure_restart(server: AppServer, visitors: int) -> list[Result]:
    """Return how visitors fare whose server is killed while they draw."""
    problems = asyncio.run(draw_through_a_kill(server, visitors))
    damaged = [name for name in list_models() if not is_whole(name)]
    return [
        Result(
            f"{visitors} visitors, server killed and started anew: not reconnected, or not read",
            f"{len(problems)} {problems[:3] or ''}",
            "none",
            not problems,
        ),
        Result(
            "models damaged by it",
            f"{', '.join(damaged) or 'none'} of {len(list_models())}",
            "none",
            not damaged,
        ),
    ]


def is_whole(name: str) -> bool:
    """Tell whether a model can be read with."""
    try:
        load_reader(name)
    except ModelError:
        return False
    return True


async def draw_through_a_kill(server: AppServer, visitors: int) -> list[str]:
    """Let visitors draw until the server is gone, and then on the new one; return the problems."""
    streams = [await arrive(server) for _ in range(visitors)]
    drawing = [
        asyncio.create_task(draw_on(server, stream, place * EVERY / visitors))
        for place, stream in enumerate(streams)
    ]
    await asyncio.sleep(BEFORE)
    await asyncio.to_thread(server.end, signal.SIGKILL)
    await asyncio.sleep(DOWN)
    await asyncio.to_thread(server.start)
    return [problem for problem in await asyncio.gather(*drawing) if problem]


async def draw_on(server: AppServer, stream: Stream, wait: float) -> str:
    """Draw until the server is gone; find it again, and draw once more. Return what went wrong."""
    await asyncio.sleep(wait)
    held = states()[0]
    try:
        for held in states():
            await stream.draw(held)
            await asyncio.sleep(EVERY)
    except ConnectionClosed:
        pass
    try:
        read = list(stream.page.headings)
        again = await find_again(server, stream)
        await again.load(held)
        if read and again.page.headings != ["Inkling", *read]:
            return f"It read {read}, and now reads {again.page.headings}"
        await again.draw(states()[1])
        await again.close()
    except Exception as problem:
        return f"{type(problem).__name__}: {problem}"
    return ""


async def find_again(server: AppServer, lost: Stream) -> Stream:
    """Try to connect until the server is there again, as a browser does."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                return await Stream.open(server.url, lost.page)
            except OSError:
                await asyncio.sleep(0.5)
