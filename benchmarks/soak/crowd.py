"""A hundred visitors at the same time, each drawing a stroke every two seconds."""

import asyncio
import math
import time
from dataclasses import dataclass, field
from itertools import cycle, islice
from statistics import median

from benchmarks.result import Result
from benchmarks.soak.server import AppServer, Reachable
from benchmarks.soak.stream import Stream
from benchmarks.soak.strokes import states

EVERY = 2.0  # seconds between the strokes of one visitor
PAUSE = 0.2  # seconds that the canvas waits for another stroke before it sends
BASELINE = 0.4  # of the crowd's time, for the single visitor
MOST_MEGABYTES = 690  # what Streamlit Community Cloud guarantees
MAX_GROWTH = 0.03  # how much memory may grow from the third fifth of the time to the last
MAX_SLOWDOWN = 2.0  # times the time of one visitor


@dataclass
class Measurements:
    """What was measured on a crowd.

    Attributes:
        seconds: from each stroke to its answer, the canvas's own pause not included.
        problems: what went wrong, in words.
        megabytes: the server's memory, second by second.
        cpu: processor seconds that the server used.
    """

    seconds: list[float] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)
    cpu: float = 0.0

    def percentile(self, share: float) -> float:
        """Return the seconds within which this share of the answers came, including the pause."""
        ranked = sorted(self.seconds) or [math.inf]
        return PAUSE + ranked[min(len(ranked) - 1, math.ceil(share * len(ranked)) - 1)]

    def ms_each(self) -> float:
        """Return the processor time per stroke in milliseconds."""
        return 1000 * self.cpu / max(len(self.seconds), 1)


def measure_crowd(server: AppServer, visitors: int, seconds: float) -> list[Result]:
    """Compare a crowd with a single visitor, on the same server in the same run."""
    alone = asyncio.run(draw_together(server, 1, seconds * BASELINE))
    crowd = asyncio.run(draw_together(server, visitors, seconds))
    slow, fast = crowd.percentile(0.95), alone.percentile(0.95)
    # Medians: memory rises between two garbage collections.
    fifth = len(crowd.megabytes) // 5
    early, late = median(crowd.megabytes[2 * fifth : 3 * fifth]), median(crowd.megabytes[-fifth:])
    growth = late / early - 1
    who = f"{visitors} visitors, {seconds:.0f} s"
    strokes = f"{len(crowd.seconds):,} strokes"
    return [
        Result(
            f"{who}: errors and disconnects",
            f"{len(crowd.problems)} in {strokes} {crowd.problems[:3] or ''}",
            "none",
            not crowd.problems and bool(crowd.seconds),
        ),
        Result(
            f"{who}: stroke to answer, 95th percentile",
            f"{slow * 1e3:.0f} ms, {slow / fast:.2f} x the {fast * 1e3:.0f} ms of one visitor "
            f"(medians {crowd.percentile(0.5) * 1e3:.0f} and {alone.percentile(0.5) * 1e3:.0f} ms; "
            f"{crowd.ms_each():.1f} ms of the server's time per stroke)",
            f"{MAX_SLOWDOWN:g} x",
            slow <= MAX_SLOWDOWN * fast,
        ),
        Result(
            f"{who}: memory of the whole server",
            f"{max(crowd.megabytes):.0f} MB at most",
            f"{MOST_MEGABYTES} MB",
            max(crowd.megabytes) < MOST_MEGABYTES,
        ),
        Result(
            f"{who}: growth of its memory from the third fifth of the time to the last",
            f"{growth:+.1%}, {early:.0f} to {late:.0f} MB (medians)",
            f"{MAX_GROWTH:.0%}",
            growth <= MAX_GROWTH,
        ),
    ]


async def draw_together(server: AppServer, visitors: int, seconds: float) -> Measurements:
    """Let visitors draw for some seconds, starting evenly spread over the first two."""
    measured = Measurements()
    streams = [await arrive(server) for _ in range(visitors)]
    before = server.cpu_seconds()
    watching = asyncio.create_task(watch(server, measured))
    ending = time.monotonic() + seconds
    await asyncio.gather(
        *(
            draw(stream, index, index * EVERY / visitors, ending, measured)
            for index, stream in enumerate(streams)
        )
    )
    watching.cancel()
    measured.cpu = server.cpu_seconds() - before
    await asyncio.gather(*(stream.close() for stream in streams))
    return measured


async def arrive(server: Reachable) -> Stream:
    """Open the Draw page and wait until it is ready to draw on."""
    stream = await Stream.open(server.url)
    await stream.load()
    return stream


async def draw(
    stream: Stream, index: int, wait: float, ending: float, measured: Measurements
) -> None:
    """Draw one digit after another until the time is over."""
    await asyncio.sleep(wait)
    due = time.monotonic()
    for state in islice(cycle(states()), index, None):
        if due >= ending:
            return
        await asyncio.sleep(due - time.monotonic())
        try:
            measured.seconds.append(await stream.draw(state))
        except Exception as problem:  # whatever it is, a visitor got no answer
            measured.problems.append(f"{type(problem).__name__}: {problem}")
            return
        due += EVERY


async def watch(server: AppServer, measured: Measurements) -> None:
    """Record the server's memory every second."""
    while True:
        measured.megabytes.append(server.megabytes())
        await asyncio.sleep(1)
