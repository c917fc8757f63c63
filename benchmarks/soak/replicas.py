"""Three servers on one data root behind a balancer; one is killed while visitors draw."""

import asyncio
import signal
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Self

from websockets.exceptions import ConnectionClosed

from benchmarks.result import Result
from benchmarks.soak.crowd import EVERY, MAX_SLOWDOWN, Measurements, arrive
from benchmarks.soak.restart import find_again
from benchmarks.soak.server import AppServer
from benchmarks.soak.sign_ins import OWNER, count_sign_ins, write_secrets
from benchmarks.soak.stream import Stream, StreamError
from benchmarks.soak.strokes import states
from benchmarks.soak.uploads import count_uploads
from devtools.balancer import balanced, find_haproxy
from devtools.identity_provider import providing
from devtools.server import free_port

COUNT = 3  # replicas
ALONE_EVERY = 0.2  # seconds between the strokes of the single visitor
SIGN_INS = 50
TITLE = "Inkling"
DOWN = 5.0  # seconds until the replica that was killed is started again

Expected = Mapping[str, list[str]]  # the canvas's state: what the page says of it


class Replicas:
    """Servers of the app on one data root, behind one address; use it with `with`."""

    def __init__(self, home: Path, provider: str = "") -> None:
        """Prepare them; `provider` is the address of who signs people in."""
        self.port = free_port()
        secrets = write_secrets(home, provider, self.url) if provider else {}
        self.servers = [AppServer(home, **secrets) for _ in range(COUNT)]
        self.running = ExitStack()

    @property
    def url(self) -> str:
        """The balancer's address."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            for server in self.servers:
                stack.enter_context(server)
            ports = [server.port for server in self.servers]
            stack.enter_context(balanced(self.port, ports))
            self.running = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self.running.close()


@dataclass
class Moves(Measurements):
    """What was measured while a replica died.

    Attributes:
        moved: visitors who lost their replica and were sent to another one.
    """

    moved: int = 0


def measure_replicas(home: Path, visitors: int, seconds: float) -> list[Result]:
    """Return what becomes of visitors when one of three replicas is killed and comes back."""
    if not find_haproxy():
        return [Result(f"{COUNT} replicas", "HAProxy is not installed", "measured", False)]
    with providing() as provider, Replicas(home, provider.url) as replicas:
        provider.email = OWNER
        alone, expected = asyncio.run(draw_alone(replicas))
        crowd = asyncio.run(draw_while_one_dies(replicas, visitors, seconds, expected))
        uploads = asyncio.run(count_uploads(replicas.url, visitors))
        sign_ins = asyncio.run(count_sign_ins(replicas.url, SIGN_INS))
        logged = replicas.servers[0].tracebacks()  # all of them write to the same log
    slow, fast = crowd.percentile(0.95), alone.percentile(0.95)
    who = f"{COUNT} replicas, {visitors} visitors, one replica killed and started again"
    return [
        Result(
            f"{who}: drawings lost or read differently",
            f"{len(crowd.problems)} in {len(crowd.seconds):,} strokes; {crowd.moved} visitors moved"
            f" {crowd.problems[:3] or ''}",
            "none, and some moved",
            not crowd.problems and crowd.moved > 0,
        ),
        Result(
            f"{who}: stroke to answer, 95th percentile",
            f"{slow * 1e3:.0f} ms, {slow / fast:.2f} x the {fast * 1e3:.0f} ms of one visitor",
            f"{MAX_SLOWDOWN:g} x",
            slow <= MAX_SLOWDOWN * fast,
        ),
        uploads.result("uploads through the balancer"),
        sign_ins.result("sign-ins through the balancer"),
        Result("tracebacks in the replicas' log", f"{logged}", "none", not logged),
    ]


async def draw_alone(replicas: Replicas) -> tuple[Measurements, Expected]:
    """Let one visitor draw every stroke there is; return what was measured, and each answer."""
    measured, expected = Measurements(), {}
    stream = await arrive(replicas)
    for state in states():
        measured.seconds.append(await stream.draw(state))
        expected[state] = answer(stream)
        await asyncio.sleep(ALONE_EVERY)
    await stream.close()
    return measured, expected


def answer(stream: Stream) -> list[str]:
    """Return what the page says of the drawing: its headings without its title."""
    return [heading for heading in stream.page.headings if heading != TITLE]


async def draw_while_one_dies(
    replicas: Replicas, visitors: int, seconds: float, expected: Expected
) -> Moves:
    """Let visitors draw; after a third of the time, kill a replica, and start it again."""
    moves = Moves()
    streams = [await arrive(replicas) for _ in range(visitors)]
    ending = time.monotonic() + seconds
    drawing = [
        asyncio.create_task(draw_on(replicas, stream, index, ending, expected, moves))
        for index, stream in enumerate(streams)
    ]
    await asyncio.sleep(seconds / 3)
    await asyncio.to_thread(replicas.servers[0].stop, signal.SIGKILL)
    await asyncio.sleep(DOWN)
    await asyncio.to_thread(replicas.servers[0].start)
    await asyncio.gather(*drawing)
    return moves


async def draw_on(
    replicas: Replicas, stream: Stream, index: int, ending: float, expected: Expected, moves: Moves
) -> None:
    """Draw until the time is over, on whichever replica there is; note what goes wrong."""
    await asyncio.sleep(index % 20 * EVERY / 20)
    try:
        for state in islice(cycle(states()), index, None):
            if time.monotonic() >= ending:
                break
            try:
                moves.seconds.append(await stream.draw(state))
            except ConnectionClosed:
                moves.moved += 1
                stream = await find_again(replicas, stream)
                await stream.load(state)
            if answer(stream) != expected[state]:
                raise StreamError(f"Expected {expected[state]}. Received: {answer(stream)}")
            await asyncio.sleep(EVERY)
        await stream.close()
    except Exception as problem:  # whatever it is, a visitor got no answer
        moves.problems.append(f"{type(problem).__name__}: {problem}")
