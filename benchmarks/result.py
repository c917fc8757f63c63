"""What a benchmark found, and whether it is good enough."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """One measured figure.

    Attributes:
        what: what was measured.
        measured: the figure with its unit, and the baseline's.
        bar: in words, what it must reach.
        reached: whether it does.
    """

    what: str
    measured: str
    bar: str
    reached: bool


def print_results(results: list[Result]) -> None:
    """Print one line for each figure."""
    for result in results:
        mark = "ok  " if result.reached else "MISS"
        print(f"{mark} {result.what}: {result.measured} (must be: {result.bar})", flush=True)
