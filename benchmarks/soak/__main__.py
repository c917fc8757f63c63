"""`python -m benchmarks.soak`: find out whether the app stays up, and say what is missed.

It takes about twenty minutes, on a machine that has nothing else to do.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.result import Result, print_results
from benchmarks.soak.crowd import measure_crowd
from benchmarks.soak.passing import measure_passing
from benchmarks.soak.restart import measure_restart
from benchmarks.soak.server import ROOT, AppServer

CHECKS = {  # what the tests check too, here in full
    "hostile pictures, CSV files and names, 200 in all": ["tests/test_hostile.py"],
    "the same in a browser": ["tests/e2e/test_strangers.py"],
    "500 flipped bits in a model's files, and files cut off": ["tests/test_damage.py"],
    "drawings in a browser while the server is killed": ["tests/e2e/test_restart.py"],
}
PARTS = ("crowd", "restart", "passing", "checks")


def main() -> int:
    """Measure what was asked for; return the exit status."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--visitors", type=int, default=100, help="at once")
    parser.add_argument("--seconds", type=float, default=300, help="for which they draw")
    parser.add_argument("--passing", type=int, default=1000, help="visitors one after another")
    parser.add_argument("--under", type=int, default=20, help="visitors when the server is killed")
    parser.add_argument("--only", choices=PARTS, nargs="+", default=PARTS, help="these parts")
    options = parser.parse_args()
    parts: dict[str, Callable[[AppServer], list[Result]]] = {
        "crowd": lambda server: measure_crowd(server, options.visitors, options.seconds),
        "restart": lambda server: measure_restart(server, options.under),
        "passing": lambda server: measure_passing(server, options.passing),
        "checks": lambda server: [check(*named) for named in CHECKS.items()],
    }
    results = [result for part in options.only for result in measure(parts[part])]
    return 0 if all(result.reached for result in results) else 1


def measure(part: Callable[[AppServer], list[Result]]) -> list[Result]:
    """Measure one part on a server of its own, and print what was found."""
    with tempfile.TemporaryDirectory() as home, AppServer(Path(home)) as server:
        results = part(server)
        logged = server.tracebacks()
    results.append(Result("tracebacks in the server's log", f"{logged}", "none", not logged))
    print_results(results)
    return results


def check(what: str, tests: list[str]) -> Result:
    """Run tests in full."""
    command = [sys.executable, "-m", "pytest", "-q", "--no-header", *tests]
    environment = os.environ | {"DAMAGE_FLIPS": "500"}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment)
    last = done.stdout.strip().splitlines()[-1:]
    said = last[0] if done.returncode == 0 else done.stdout[-3000:] + done.stderr[-1000:]
    return Result(what, said, "all passed", done.returncode == 0)


if __name__ == "__main__":
    sys.exit(main())
