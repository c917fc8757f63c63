"""A thousand visitors one after another: what they leave behind in memory."""

import asyncio
import time

from benchmarks.result import Result
from benchmarks.soak.crowd import arrive
from benchmarks.soak.server import AppServer
from benchmarks.soak.strokes import states
from ui.memory import EVERY

WARM = 50  # visitors before the memory is taken for the server's own
KEPT = 125  # seconds; Streamlit keeps a visit for two minutes, should its browser come back
GIVEN_BACK = EVERY + 5  # seconds until the server has looked for garbage once more
MORE = 0.1  # of the memory before


def measure_passing(server: AppServer, visitors: int) -> list[Result]:
    """Return how much memory is left behind by visitors who draw a stroke and leave."""
    fresh = server.megabytes()
    problems = asyncio.run(pass_by(server, WARM))
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
            f"({most:.0f} MB with the last of them; {fresh:.0f} MB before anyone came)",
            f"{1 + MORE:.2f} x",
            after <= (1 + MORE) * before,
        ),
        Result(
            f"{who}: errors",
            f"{len(problems)} {problems[:3] or ''}",
            "none",
            not problems,
        ),
    ]


def settle(server: AppServer) -> None:
    """Wait until the server has forgotten who has left, and has given back their memory.

    It forgets them when the next one leaves.
    """
    time.sleep(KEPT)
    asyncio.run(pass_by(server, 1))
    time.sleep(GIVEN_BACK)


async def pass_by(server: AppServer, visitors: int) -> list[str]:
    """Let visitors come, draw a stroke and leave; return what went wrong."""
    problems = []
    for place in range(visitors):
        try:
            stream = await arrive(server)
            await stream.draw(states()[place % len(states())])
            await stream.close()
        except Exception as problem:
            problems.append(f"{type(problem).__name__}: {problem}")
    return problems
