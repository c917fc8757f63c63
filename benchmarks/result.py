"""The result of a benchmark: a figure, and whether it reaches its target."""

from dataclasses import dataclass

from mnist_core.intervals import wilson_interval


@dataclass(frozen=True)
class Result:
    """One measured figure.

    Attributes:
        what: what was measured.
        measured: the figure with its unit, and the baseline's.
        bar: in words, the target.
        reached: whether the figure reaches it.
    """

    what: str
    measured: str
    bar: str
    reached: bool


def share_of(right: int, n: int) -> str:
    """Return a share with its confidence interval, in words."""
    low, high = wilson_interval(right, n)
    return f"{right / n:.2%} of {n:,} (95 % interval {low:.2%} to {high:.2%})"


def print_results(results: list[Result]) -> None:
    """Print one line for each figure."""
    for result in results:
        mark = "ok  " if result.reached else "MISS"
        print(f"{mark} {result.what}: {result.measured} (must be: {result.bar})", flush=True)
