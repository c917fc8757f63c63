"""One page as it was read, with what the visitor has corrected."""

import csv
import io
from dataclasses import dataclass, field

from mnist_core.inference.number import NumberDigit
from mnist_core.inference.pages import Page, PageNumber
from ui.numbers.photograph import DOUBTFUL, ShownDigit


@dataclass
class PageReading:
    """What was read on a page, and what of it was corrected.

    Attributes:
        name: the file's.
        page: what was read.
        corrections: of each corrected digit, by its place on the page, what it is; "" is none.
        picked: the digit that is being corrected, or None.
    """

    name: str
    page: Page
    corrections: dict[int, str] = field(default_factory=dict)
    picked: int | None = None

    @property
    def digits(self) -> list[NumberDigit]:
        """All digits, in the order of the page."""
        return [digit for number in self.page.numbers for digit in number.number.digits]

    def text_of(self, place: int) -> str:
        """Return what a digit says now."""
        return self.corrections.get(place, str(self.digits[place].digit))

    def shown(self) -> list[ShownDigit]:
        """Return all digits as they are shown."""
        found = []
        for place, digit in enumerate(self.digits):
            corrected = place in self.corrections
            kind = "corrected" if corrected else "doubtful" if digit.confidence < DOUBTFUL else ""
            text = self.text_of(place) or "×"
            found.append(ShownDigit(digit.box, text, f"{text}: correct it", kind))
        return found

    def table(self) -> list[list[str]]:
        """Return the text of each number, row by row, as it is corrected."""
        rows, place = [], 0
        for row in self.page.rows:
            texts = []
            for number in row:
                count = digits_in(number)
                texts.append("".join(self.text_of(i) for i in range(place, place + count)))
                place += count
            rows.append([text for text in texts if text])
        return [row for row in rows if row]

    def as_csv(self) -> str:
        """Return the table as CSV: a line for each row, a column for each number."""
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(self.table())
        return text.getvalue()


def digits_in(number: PageNumber) -> int:
    """Return how many digits a number has."""
    return len(number.number.digits)
