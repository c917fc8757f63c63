"""Which of two models is better, and how certain that is, in words."""

from mnist_core.evaluation.comparison import Comparison
from ui.base.wording import counted, plain

SIGNIFICANCE = 0.05  # a smaller p-value counts as statistically significant


def verdict(comparison: Comparison, first: str, second: str) -> str:
    """Return which model is better, and how certain that is."""
    a, b = len(comparison.only_first_wrong), len(comparison.only_second_wrong)
    first, second = plain(first), plain(second)
    if a == b:
        return (
            f"{describe_tie(a, len(comparison.both_wrong))} Nothing here says that one is better."
        )
    better, worse = (first, second) if a < b else (second, first)
    p = comparison.p_value()
    evidence = (
        f"**{first}** alone misreads {a:,}, **{second}** alone {b:,}. If both were equally good, "
        f"chance alone would cause a split at least this uneven {frequency_in_words(p)}"
    )
    method = "*(McNemar's exact test)*"
    if p < SIGNIFICANCE:
        return (
            f"{evidence}: **{better} is better than {worse}**, and the difference is statistically "
            f"significant. {method}"
        )
    return f"{evidence}: that is no proof that {better} is better. {method}"


def describe_tie(only_one: int, both: int) -> str:
    """Return how two models compare that have equally many mistakes of their own."""
    if only_one:
        return f"Each alone misreads {counted(only_one, 'digit')} that the other reads correctly."
    return "They misread exactly the same digits." if both else "Both read every digit correctly."


def frequency_in_words(p: float) -> str:
    """Return a probability as people say it."""
    if p < 1e-6:
        return "less than 1 time in a million"
    if p > 0.5:
        return f"in {p * 100:.0f} of 100 cases"
    return f"about 1 time in {1 / p:,.0f}" if p < 0.1 else f"about 1 time in {1 / p:.1f}"
