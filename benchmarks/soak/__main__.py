"""`python -m benchmarks.soak`: test whether the app stays up; exit 1 if a target is missed.

It takes about 27 minutes on a machine that does nothing else.
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
from benchmarks.soak.replicas import measure_replicas
from benchmarks.soak.restart import measure_restart
from benchmarks.soak.sequential_visitors import measure_passing
from benchmarks.soak.server import AppServer
from devtools.server import ROOT

CHECKS = {  # the tests check these too, here with more cases
    "hostile pictures, CSV files and names, 200 in all": ["tests/test_hostile.py"],
    "the same in a browser": ["tests/e2e/test_harmful_uploads.py"],
    "500 flipped bits in a model's files, and files cut off": ["tests/test_damage.py"],
    "drawings in a browser while the server is killed": ["tests/e2e/test_restart.py"],
}
PARTS = ("crowd", "restart", "passing", "replicas", "checks")


def main() -> int:
    """Measure the chosen parts; return the exit status."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--visitors", type=int, default=100, help="at once")
    parser.add_argument("--seconds", type=float, default=300, help="how long they draw")
    parser.add_argument("--passing", type=int, default=1000, help="visitors one after another")
    parser.add_argument("--under", type=int, default=20, help="visitors when the server is killed")
    parser.add_argument("--behind", type=int, default=60, help="visitors behind the balancer")
    parser.add_argument("--only", choices=PARTS, nargs="+", default=PARTS, help="only these parts")
    options = parser.parse_args()
    parts: dict[str, Callable[[Path], list[Result]]] = {
        "crowd": on_a_server(lambda it: measure_crowd(it, options.visitors, options.seconds)),
        "restart": on_a_server(lambda it: measure_restart(it, options.under)),
        "passing": on_a_server(lambda it: measure_passing(it, options.passing)),
        "replicas": lambda home: measure_replicas(home, options.behind, options.seconds / 5),
        "checks": lambda _: [check(*named) for named in CHECKS.items()],
    }
    results = [result for part in options.only for result in measure(parts[part])]
    return 0 if all(result.reached for result in results) else 1


def measure(part: Callable[[Path], list[Result]]) -> list[Result]:
    """Measure one part in its own data root, and print the results."""
    with tempfile.TemporaryDirectory() as home:
        results = part(Path(home))
    print_results(results)
    return results


def on_a_server(part: Callable[[AppServer], list[Result]]) -> Callable[[Path], list[Result]]:
    """Return the same part for a data root: on a server, whose log it checks at the end."""

    def measured(home: Path) -> list[Result]:
        with AppServer(home) as server:
            results = part(server)
            logged = server.tracebacks()
        return [*results, Result("tracebacks in the server's log", f"{logged}", "none", not logged)]

    return measured


def check(what: str, tests: list[str]) -> Result:
    """Run tests with all their cases."""
    command = [sys.executable, "-m", "pytest", "-q", "--no-header", *tests]
    environment = os.environ | {"DAMAGE_FLIPS": "500"}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment)
    last = done.stdout.strip().splitlines()[-1:]
    said = last[0] if done.returncode == 0 else done.stdout[-3000:] + done.stderr[-1000:]
    return Result(what, said, "all passed", done.returncode == 0)


if __name__ == "__main__":
    sys.exit(main())
