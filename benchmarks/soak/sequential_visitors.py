"""A thousand visitors one after another: how much memory they leave behind."""

import asyncio
import time

from benchmarks.result import Result
from benchmarks.soak.crowd import arrive
from benchmarks.soak.server import AppServer
from benchmarks.soak.strokes import states
from ui.server.memory import COLLECT_SECONDS

WARM_UP = 50  # visitors, before the baseline of memory is measured
SESSION_KEPT = 125  # seconds; Streamlit keeps a session for two minutes in case it reconnects
COLLECTED = COLLECT_SECONDS + 5  # seconds until the next garbage collection is over
MAX_GROWTH = 0.1  # of the memory before


def measure_passing(server: AppServer, visitors: int) -> list[Result]:
    """Return how much memory is left behind by visitors who draw a stroke and leave."""
    fresh = server.megabytes()
    problems = asyncio.run(pass_by(server, WARM_UP))
    settle(server)
    before = server.megabytes()
    problems += asyncio.run(pass_by(server, visitors))
    most = server.megabytes()
    settle(server)
    after = server.megabytes()
    who = f"{visitors:,} visitors one after another"
    return [
        Result(
            f"{who}: memory afterwards",
            f"{after:.0f} MB, {after / before:.2f} x the {before:.0f} MB before "
            f"({most:.0f} MB with the last visitor; {fresh:.0f} MB before the first)",
            f"{1 + MAX_GROWTH:.2f} x",
            after <= (1 + MAX_GROWTH) * before,
        ),
        Result(
            f"{who}: errors",
            f"{len(problems)} {problems[:3] or ''}",
            "none",
            not problems,
        ),
    ]


def settle(server: AppServer) -> None:
    """Wait until the server has dropped the sessions of visitors who left, and freed their memory.

    It drops them when the next visitor leaves.
    """
    time.sleep(SESSION_KEPT)
    asyncio.run(pass_by(server, 1))
    time.sleep(COLLECTED)


async def pass_by(server: AppServer, visitors: int) -> list[str]:
    """Let visitors come, draw a stroke and leave; return what went wrong."""
    problems = []
    for index in range(visitors):
        try:
            stream = await arrive(server)
            await stream.draw(states()[index % len(states())])
            await stream.close()
        except Exception as problem:
            problems.append(f"{type(problem).__name__}: {problem}")
    return problems
