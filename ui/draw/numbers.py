"""Numbers on Draw: how they are put into words."""

from mnist_core import Number
from ui.base.wording import percent, sureness

DOUBT = 0.9  # below this confidence the runner-up is named
LEFT_OUT = {"minus": "a minus", "point": "a point", "comma": "a comma", "mark": "a mark"}


def headline(text: str) -> str:
    """Return the answer, such as "I read 42"; rows are separated by commas."""
    return f"I read {text.replace(chr(10), ', ')}"


def explanation(number: Number) -> str:
    """Return one line that says how confident the answer is, what else it may be, and what not."""
    line = f"{sureness(number.confidence)} · {percent(number.confidence)}"
    if number.runner_up and number.confidence < DOUBT:
        line += f", perhaps {number.runner_up.replace(chr(10), ', ')}"
    if passed := sorted({LEFT_OUT[mark.kind] for mark in number.left_out if mark.kind in LEFT_OUT}):
        line += f". I passed over {' and '.join(passed)}"
    return line
