"""Which of two models is better, and how sure that is, in words."""

from mnist_core.analysis.comparison import Comparison
from ui.words import plain

CHANCE = 0.05  # less likely than that is taken for more than chance


def verdict(comparison: Comparison, first: str, second: str) -> str:
    """Return which model is better, and how sure that is."""
    a, b = len(comparison.only_first), len(comparison.only_second)
    first, second = plain(first), plain(second)
    if a == b:
        return f"{evenly(a, len(comparison.both))} Nothing here says that one is better."
    better, worse = (first, second) if a < b else (second, first)
    p = comparison.p_value()
    said = (
        f"**{first}** alone misreads {a:,}, **{second}** alone {b:,}. If both were equally good, "
        f"chance alone would make so uneven a split {how_often(p)}"
    )
    method = "*(McNemar's exact test)*"
    if p < CHANCE:
        return f"{said}: **{better} is better than {worse}**, beyond chance. {method}"
    return f"{said}: that is no proof that {better} is better. {method}"


def evenly(only_one: int, both: int) -> str:
    """Return how two models compare of which each alone misreads as many digits."""
    if only_one:
        return f"Each alone misreads {only_one:,} digits that the other reads right."
    return "They misread the very same digits." if both else "Both read all of them right."


def how_often(p: float) -> str:
    """Return a probability as people say it."""
    if p < 1e-6:
        return "less than once in a million times"
    if p > 0.5:
        return f"in {p * 100:.0f} of 100 cases"
    return f"once in {1 / p:,.0f} times" if p < 0.1 else f"once in {1 / p:.1f} times"
