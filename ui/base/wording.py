"""How readings, probabilities and names are put into words."""

import re

from mnist_core import Reading
from mnist_core.inference import calibration

NAMED = {"digit": 1, "unsure": 2}  # how many candidates an answer names, by its verdict
STEP_NAMES = ("Your ink", "Cropped", "20 × 20", "Centred")  # of preprocessing
NARROW = "\N{NARROW NO-BREAK SPACE}"  # between a figure and its unit in a table


REJECTIONS = {  # what a rejected drawing is told, by the reason of its reading
    "dot": "A dot alone is no digit.",
    "frame": "I took a frame for ink. Crop the picture to what is inside.",
    "several": "I see several shapes. I read one digit at a time.",
    "cut": "The edge cuts it off. Leave some space around it.",
    "mirrored": "Mirrored or turned, it would look like a digit.",
    "faint": "It is too faint. Press harder, or take the picture in more light.",
}


def plain(text: str) -> str:
    """Return text escaped for Markdown, so that it is shown as it is."""
    return re.sub(r"([\\`*_{}\[\]()#~$:|<>])", r"\\\1", text)


def counted(n: int, noun: str) -> str:
    """Return a number and its noun: "1 second", "2 seconds", "1,000 digits"."""
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def percent(probability: float) -> str:
    """Return a probability as a percentage, never rounded up to 100 % or down to 0 %."""
    return calibration.percent(probability).replace("%", " %")


def headline(reading: Reading) -> str:
    """Return the answer: "I read 7", "4 or 9?" or why there is none."""
    match reading.verdict:
        case "digit":
            return f"I read {reading.digit}"
        case "unsure":
            return "{} or {}?".format(*reading.candidates)
        case "not a digit":
            return "This does not look like a digit"
        case _:
            return "Draw a digit"


def explanation(reading: Reading) -> str:
    """Return one sentence that says how confident the answer is."""
    best, second = reading.candidates
    match reading.verdict:
        case "digit":
            return f"{sureness(reading.confidence)} · {percent(reading.confidence)}"
        case "unsure":
            chances = (percent(reading.probabilities[digit]) for digit in (best, second))
            return "A close call · {} against {}".format(*chances)
        case "not a digit":
            return REJECTIONS.get(reading.reason or "", "I only know 0 to 9.")
        case _:
            return "There is too little ink to read yet"


def guess(reading: Reading) -> tuple[str, str]:
    """Return the best guess for a drawing that was rejected, and one sentence below it."""
    best = reading.candidates[0]
    return (
        f"{a_digit(best).capitalize()}, if it is a digit",
        f"The closest of the ten digits · {percent(reading.confidence)}",
    )


def sureness(confidence: float) -> str:
    """Return a calibrated confidence in words."""
    if confidence >= 0.99:
        return "Almost certain"
    if confidence >= 0.9:
        return "Quite sure"
    if confidence >= 0.7:
        return "Fairly sure"
    return "A guess"


def a_digit(digit: int) -> str:
    """Return a digit with its article: "an 8"."""
    return f"{article(digit)} {digit}"


def article(digit: int) -> str:
    """Return "an" for an 8, else "a"."""
    return "an" if digit == 8 else "a"
