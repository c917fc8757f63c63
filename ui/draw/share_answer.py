"""An answer as it goes with a shared drawing: in words and bars."""

from dataclasses import dataclass

from mnist_core import Number, Reading
from ui.base import wording
from ui.base.wording import NAMED
from ui.draw import numbers


@dataclass(frozen=True)
class Bar:
    """How likely one digit is."""

    digit: int
    probability: float
    is_named: bool  # by the answer


@dataclass(frozen=True)
class Answer:
    """What was read, in words and bars.

    Attributes:
        digits: those that the answer names, such as "42" or, of candidates, "1 or 4"; or "?".
        text: the answer, such as "I read 7".
        line: how confident it is.
        bars: one for each of the ten digits, or for each digit of a number.
    """

    digits: str
    text: str
    line: str
    bars: tuple[Bar, ...]


def answer_in_words(reading: Reading, number: Number | None) -> Answer:
    """Return the answer to a drawing: the number, if it is one, or the digit."""
    if number:
        bars = tuple(Bar(digit.digit, digit.confidence, True) for digit in number.digits)
        digits = "".join(f"{bar.digit}" for bar in bars)
        return Answer(digits, numbers.headline(number.text), numbers.explanation(number), bars)
    named = reading.candidates[: NAMED.get(reading.verdict, 0)]
    bars = tuple(
        Bar(digit, float(probability), digit in named)
        for digit, probability in enumerate(reading.probabilities)
    )
    digits = " or ".join(map(str, named)) or "?"
    return Answer(digits, wording.headline(reading), wording.explanation(reading), bars)
