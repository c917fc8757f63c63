"""Someone at a browser."""

import math
import re
import time
from collections.abc import Callable, Sequence

from playwright.sync_api import CDPSession, Locator, Page, expect

from devtools.browser import PATIENCE, settle

Stroke = Sequence[tuple[float, float]]  # points from (0, 0), top left, to (1, 1)

SEVEN: list[Stroke] = [[(0, 0), (0.7, 0), (0.25, 1)]]
ONE: list[Stroke] = [[(0.5, 0), (0.45, 1)]]
FOUR: list[Stroke] = [[(0.45, 0), (0.1, 0.62), (0.9, 0.58)], [(0.65, 0.3), (0.6, 1)]]
STAR: list[Stroke] = [
    [(0, 0), (1, 1)],
    [(1, 0), (0, 1)],
    [(0.5, 0), (0.5, 1)],
    [(0, 0.5), (1, 0.5)],
]

INVITATION = "Draw a digit"
ANSWER = re.compile(r"I read \d|\d or \d\?|This does not look like a digit")

# A square on the canvas: left, top and side, as shares of the canvas.
MIDDLE = (0.25, 0.2, 0.6)
Square = tuple[float, float, float]


class Visitor:
    """What a visitor does on the Draw page, and what they see there."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def answer(self) -> Locator:
        """The heading that tells what was read."""
        return self.page.get_by_role("heading", level=2).first

    @property
    def canvas(self) -> Locator:
        """The layer of the canvas that takes the pen."""
        return self.page.locator("canvas.upper-canvas")

    def wait_for_canvas(self) -> None:
        """Return when one can draw."""
        self.canvas.wait_for(timeout=PATIENCE)
        expect(self.answer).to_be_visible(timeout=PATIENCE)

    def come_to_front(self) -> None:
        """Look at this page: the browser gives a page behind another a frame a second."""
        self.page.bring_to_front()

    def points(self, stroke: Stroke, square: Square = MIDDLE) -> list[tuple[float, float]]:
        """Return a stroke's points as pixels of the window."""
        self.canvas.scroll_into_view_if_needed()
        box = self.canvas.bounding_box()
        if box is None:
            raise RuntimeError("The canvas has left the page.")
        left, top, side = square
        return [
            (
                box["x"] + (left + side * x) * box["width"],
                box["y"] + (top + side * y) * box["height"],
            )
            for x, y in stroke
        ]

    def draw(self, strokes: Sequence[Stroke], square: Square = MIDDLE) -> None:
        """Draw with the mouse."""
        self.come_to_front()
        mouse = self.page.mouse
        for stroke in strokes:
            first, *rest = self.points(stroke, square)
            mouse.move(*first)
            mouse.down()
            for point in rest:
                mouse.move(*point, steps=10)
            mouse.up()

    def draw_with_finger(
        self, strokes: Sequence[Stroke], device: CDPSession, square: Square = MIDDLE
    ) -> None:
        """Draw on a touch screen."""
        self.come_to_front()
        for stroke in strokes:
            first, *rest = self.points(stroke, square)
            touch(device, "touchStart", first)
            before = first
            for point in rest:
                steps = 2 + round(math.dist(before, point) / 12)  # a point about every 12 pixels
                for step in range(1, steps + 1):
                    share = step / steps
                    x, y = (a + (b - a) * share for a, b in zip(before, point, strict=True))
                    touch(device, "touchMove", (x, y))
                before = point
            touch(device, "touchEnd")

    def button(self, name: str) -> Locator:
        """One of the app's buttons; the canvas has an Undo of its own, which is hidden."""
        return self.page.get_by_test_id("stButton").get_by_role("button", name=name)

    def press(self, name: str) -> None:
        """Press one of the buttons."""
        self.come_to_front()
        self.button(name).click()

    def choose(self, option: str) -> None:
        """Choose a pen or a way in."""
        self.page.get_by_role("radio", name=option).click()

    def ink(self) -> int:
        """Return how many pixels of the canvas are dark."""
        count: int = self.page.locator("canvas.dc-canvas.lower-canvas").evaluate(
            """canvas => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
                .data.filter((level, i) => i % 4 == 0 && level < 128).length"""
        )
        return count

    def expect_ink(self, fits: Callable[[int], bool]) -> None:
        """Wait until the canvas has ink that fits: it shows a change a while after it was asked to.

        Raises:
            TimeoutError: it has not within `PATIENCE`.
        """
        deadline = time.monotonic() + PATIENCE / 1000
        while not fits(count := self.ink()):
            if time.monotonic() > deadline:
                raise TimeoutError(f"The canvas has {count} dark pixels still.")
            self.page.wait_for_timeout(50)

    def has_ink(self, x: float, y: float) -> bool:
        """Return whether the canvas is dark at a point from (0, 0), top left, to (1, 1)."""
        level: int = self.page.locator("canvas.dc-canvas.lower-canvas").evaluate(
            """(canvas, [x, y]) => canvas.getContext("2d")
                .getImageData(x * canvas.width, y * canvas.height, 1, 1).data[0]""",
            [x, y],
        )
        return level < 128

    def settle(self) -> None:
        """Wait until what was drawn has been read."""
        self.page.wait_for_timeout(400)  # the canvas waits 200 ms for another stroke
        settle(self.page)


def touch(device: CDPSession, kind: str, point: tuple[float, float] | None = None) -> None:
    """Let the browser feel a finger."""
    points = [] if point is None else [{"x": point[0], "y": point[1]}]
    device.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
