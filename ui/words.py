"""How an answer is put into words."""

import re

from mnist_core import Reading

NARROW = "\N{NARROW NO-BREAK SPACE}"  # between a figure and its unit in a table
SETS = {  # what a card's sets of digits are called
    "mnist-test": "MNIST's test set",
    "uci-digits": "UCI digits",
    "uci-digits-test": "UCI digits, test part",
    "train.csv-test": "Your file, test part",
    "held-out": "Digits held out",
    "pens": "Pens of strangers",
    "pens-small-bold": "Small drawings, bold pen",
    "pens-large-fine": "Large drawings, fine pen",
}


def plain(text: str) -> str:
    """Return text so that Markdown shows it as it is, a file's `__init__` and all."""
    return re.sub(r"([\\`*_{}\[\]()#~$:|<>])", r"\\\1", text)


def percent(probability: float) -> str:
    """Return a probability as people read it, never as a certainty that it is not."""
    if probability > 0.999:
        return ">99.9 %"
    if probability < 0.001:
        return "<0.1 %"
    return f"{probability:.1%}".replace("%", " %")


def headline(reading: Reading) -> str:
    """Return the answer itself: "I read 7", "4 or 9?" or why there is none."""
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
    """Return one sentence that says how sure the answer is."""
    best, second = reading.candidates
    match reading.verdict:
        case "digit":
            return f"{sureness(reading.confidence)} · {percent(reading.confidence)}"
        case "unsure":
            chances = (percent(reading.probabilities[digit]) for digit in (best, second))
            return "A close call · {} against {}".format(*chances)
        case "not a digit":
            return "I only know 0 to 9."
        case _:
            return "There is too little ink to read yet"


def guess(reading: Reading) -> tuple[str, str]:
    """Return the best guess at what does not look like a digit, and one sentence below it."""
    best = reading.candidates[0]
    return (
        f"A {best}, if it is a digit",
        f"Of the ten, {best} is nearest · {percent(reading.confidence)}",
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
