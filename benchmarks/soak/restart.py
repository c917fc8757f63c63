"""The server is killed while visitors draw, and started again."""

import asyncio
import signal

from websockets.exceptions import ConnectionClosed, InvalidMessage, InvalidStatus

from benchmarks.result import Result
from benchmarks.soak.crowd import EVERY, arrive
from benchmarks.soak.server import AppServer, Reachable
from benchmarks.soak.stream import Stream
from benchmarks.soak.strokes import states
from mnist_core.errors import ModelError
from mnist_core.inference.reader import load_reader
from mnist_core.models.registry import list_models

BEFORE = 6.0  # seconds of drawing before the server is killed
DOWN = 2.0  # seconds without a server
PATIENCE = 60.0  # seconds to find the server again


def measure_restart(server: AppServer, visitors: int) -> list[Result]:
    """Return what happens to visitors whose server is killed while they draw."""
    problems = asyncio.run(draw_through_a_kill(server, visitors))
    damaged = [name for name in list_models() if not is_loadable(name)]
    return [
        Result(
            f"{visitors} visitors, server killed and started again: not reconnected, or not read",
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


def is_loadable(name: str) -> bool:
    """Return whether a model can be loaded."""
    try:
        load_reader(name)
    except ModelError:
        return False
    return True


async def draw_through_a_kill(server: AppServer, visitors: int) -> list[str]:
    """Let visitors draw until the server is killed, and then on the new one; return problems."""
    streams = [await arrive(server) for _ in range(visitors)]
    drawing = [
        asyncio.create_task(draw_on(server, stream, index * EVERY / visitors))
        for index, stream in enumerate(streams)
    ]
    await asyncio.sleep(BEFORE)
    await asyncio.to_thread(server.stop, signal.SIGKILL)
    await asyncio.sleep(DOWN)
    await asyncio.to_thread(server.start)
    return [problem for problem in await asyncio.gather(*drawing) if problem]


async def draw_on(server: AppServer, stream: Stream, wait: float) -> str:
    """Draw until the server is killed, reconnect, draw again; return the problem, or ""."""
    await asyncio.sleep(wait)
    state = states()[0]
    try:
        for state in states():
            await stream.draw(state)
            await asyncio.sleep(EVERY)
    except ConnectionClosed:
        pass
    try:
        read = list(stream.page.headings)
        again = await find_again(server, stream)
        await again.load(state)
        if read and again.page.headings != ["Inkling", *read]:
            return f"It read {read}, and now reads {again.page.headings}"
        await again.draw(states()[1])
        await again.close()
    except Exception as problem:
        return f"{type(problem).__name__}: {problem}"
    return ""


async def find_again(server: Reachable, lost: Stream) -> Stream:
    """Try to connect until the server is back, as a browser does."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                return await Stream.open(server.url, lost.page)
            except (OSError, InvalidStatus, InvalidMessage):  # not yet, as a browser takes it
                await asyncio.sleep(0.5)
