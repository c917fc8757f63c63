"""The paper: every part of it takes ink, on any screen, and nothing lies on it."""

import re

import pytest
from playwright.sync_api import expect

from devtools.visitor import FOUR, INVITATION, SEVEN

CONFIDENCE = re.compile(r"^[A-Z][a-z ]+ · >?[\d.]+.%")  # such as "Quite sure · 98.3 %"
WHOLE = (0.0, 0.0, 1.0)
# Where strokes begin: in the corners, along the upper edge (where the canvas has a toolbar of its
# own, hidden here), and all over the paper.
PLACES = [(x, y) for y in (0.02, 0.08, 0.5, 0.97) for x in (0.02, 0.3, 0.55, 0.75, 0.97)]
CORNERS_AND_TOOLBAR = [
    (0.02, 0.02),
    (0.55, 0.05),
    (0.75, 0.02),
    (0.97, 0.02),
    (0.02, 0.97),
    (0.97, 0.97),
]

SCROLL_UP = "() => document.querySelector('[data-testid=stMain]').scrollTo(0, 0)"
FOCUSED = """() => {
  let element = document.activeElement;
  while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return [element.getRootNode() === document, element.textContent];
}"""


def stroke_from(x, y):
    """Return a short stroke that begins at a point of the paper, and goes towards its middle."""
    return [(x, y), (x + (0.5 - x) * 0.1, y + (0.5 - y) * 0.1 + 0.01)]


def test_no_key_does_anything_on_the_paper_and_a_mouse_inks_it_wherever_it_begins(server, visit):
    visitor = visit(server.url)
    visitor.settle()
    focused = []
    for _ in range(40):
        visitor.page.keyboard.press("Tab")
        focused.append(visitor.page.evaluate(FOCUSED))
    assert all(in_page for in_page, _ in focused)
    assert any(text.startswith("Undo") for _, text in focused)
    visitor.page.evaluate(SCROLL_UP)  # or the navigation would lie on the paper

    visitor.draw([stroke_from(0.75, 0.05)], WHOLE)
    visitor.settle()
    drawn = visitor.ink()
    assert drawn
    for key in ("Enter", "Space"):
        visitor.page.keyboard.press(key)
        visitor.settle()
        assert visitor.ink() == drawn, key
    visitor.draw([stroke_from(0.2, 0.9)], WHOLE)
    visitor.settle()  # the canvas shows a stroke with the browser's next frame
    assert visitor.has_ink(0.2, 0.9)
    visitor.press("Clear")
    expect(visitor.answer).to_have_text(INVITATION)
    visitor.settle()

    visitor.draw([stroke_from(*place) for place in PLACES], WHOLE)
    visitor.settle()
    assert [place for place in PLACES if not visitor.has_ink(*place)] == []


PHONE, DESKTOP = (390, 664), (1280, 800)
# Phones, upright and on their side; tablets; windows on a desktop.
SIZES = [
    (320, 568),
    (360, 640),
    PHONE,
    (660, 375),
    (768, 1024),
    (844, 390),
    (1024, 768),
    DESKTOP,
]
# As on a slow machine: the browser shows each of the server's messages before the next arrives.
ONE_BY_ONE = """
window.pause = 25;  // milliseconds after a message
const Native = WebSocket;
window.WebSocket = class extends Native {
  addEventListener(type, listener, options) {
    let before = Promise.resolve();
    const later = (event) => {
      before = before.then(() => {
        listener.call(this, event);
        return new Promise((resolve) => setTimeout(resolve, window.pause));
      });
    };
    super.addEventListener(type, type === "message" ? later : listener, options);
  }
};
"""
SUM_LAYOUT_SHIFTS = """
window.layoutShift = 0;
new PerformanceObserver((list) => {
  for (const shift of list.getEntries()) {
    if (!shift.hadRecentInput) window.layoutShift += shift.value;
  }
}).observe({ type: "layout-shift", buffered: true });
"""

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
OVERLAPPING = """() => {
  const buttons = [...document.querySelectorAll("[data-testid=stMain] :is(button, a)")];
  const shown = buttons.filter((one) => one.checkVisibility({ visibilityProperty: true }));
  const rectangles = shown.map((one) => one.getBoundingClientRect());
  return rectangles.flatMap((a, i) => rectangles.slice(i + 1).flatMap((b, j) => {
    const over = Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
      && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
    const [one, other] = [shown[i], shown[i + 1 + j]];
    if (!over || one.contains(other)) return [];
    return [[one.outerHTML.slice(0, 200), other.outerHTML.slice(0, 200)]];
  }));
}"""


def is_on_screen(visitor, element):
    """Return whether the whole element is within the window as it is scrolled now."""
    box, window = element.bounding_box(), visitor.page.viewport_size
    return (
        box["x"] >= 0
        and box["y"] >= 0
        and box["x"] + box["width"] <= window["width"]
        and box["y"] + box["height"] <= window["height"]
    )


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def guest(request, server, visit):
    """Somebody with a screen of one of eight sizes; the small ones are touched."""
    width, height = request.param
    small = {"has_touch": True, "is_mobile": True} if width < 1024 else {"has_touch": True}
    viewport = {"width": width, "height": height}
    script = ONE_BY_ONE + SUM_LAYOUT_SHIFTS
    apart = request.param in (PHONE, DESKTOP)  # without scripts and fonts from a visit before
    return visit(server.url, script=script, viewport=viewport, apart=apart, **small)


def test_a_drawing_keeps_its_place_on_a_paper_of_another_size(server, visit):
    visitor = visit(server.url, viewport={"width": 1280, "height": 800})
    visitor.settle()
    large = visitor.canvas.bounding_box()
    visitor.draw([[(0.8, 0.2), (0.85, 0.25)]], WHOLE)
    visitor.settle()
    visitor.page.set_viewport_size({"width": 390, "height": 664})
    small = visitor.canvas.bounding_box()
    assert small["width"] < large["width"]
    assert small["width"] == small["height"]
    visitor.draw([[(0.2, 0.8), (0.25, 0.75)]], WHOLE)
    visitor.settle()
    assert visitor.has_ink(0.8, 0.2)
    assert visitor.has_ink(0.2, 0.8)


def test_on_any_screen_nothing_jumps_and_a_finger_leaves_ink_wherever_it_begins(guest):
    device = guest.page.context.new_cdp_session(guest.page)
    guest.settle()
    guest.draw_with_finger(SEVEN, device)
    expect(guest.answer).to_have_text("I read 7")
    guest.settle()
    assert is_on_screen(guest, guest.canvas)
    assert is_on_screen(guest, guest.answer)
    assert is_on_screen(guest, guest.page.get_by_text(CONFIDENCE))
    assert (
        guest.page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollTop") == 0
    )
    assert guest.page.evaluate("() => layoutShift") < 0.1
    assert guest.page.evaluate(OVERLAPPING) == []
    width = guest.page.viewport_size["width"]
    if width < 400:
        paper = guest.canvas.bounding_box()
        assert paper["x"] >= 16
        assert paper["x"] + paper["width"] <= width - 16
        assert guest.page.evaluate(OVERFLOW) == 0

    if guest.page.viewport_size != {"width": PHONE[0], "height": PHONE[1]}:
        guest.page.evaluate("() => { pause = 0 }")  # being slow takes long: once is enough
    guest.page.keyboard.press("Control+Backspace")  # the button may be further down
    expect(guest.answer).to_have_text(INVITATION)
    guest.settle()
    guest.draw_with_finger([stroke_from(*place) for place in CORNERS_AND_TOOLBAR], device, WHOLE)
    guest.settle()
    assert [place for place in CORNERS_AND_TOOLBAR if not guest.has_ink(*place)] == []


@pytest.mark.usefixtures("nothing_taught")
def test_on_a_phone_a_number_and_its_correction_are_on_one_screen_and_nothing_jumps(server, visit):
    phone = {"viewport": {"width": 390, "height": 664}, "has_touch": True, "is_mobile": True}
    visitor = visit(server.url, script=ONE_BY_ONE + SUM_LAYOUT_SHIFTS, **phone)
    page = visitor.page
    device = page.context.new_cdp_session(page)
    visitor.settle()
    visitor.draw_with_finger(FOUR, device, (0.08, 0.3, 0.35))
    visitor.draw_with_finger(SEVEN, device, (0.55, 0.3, 0.35))
    expect(visitor.answer).to_have_text("I read 47")
    visitor.settle()
    teaching = page.locator(".st-key-teaching")
    room = teaching.bounding_box()
    assert page.evaluate("() => layoutShift") < 0.1

    page.evaluate("() => { layoutShift = 0 }")
    page.get_by_role("button", name="Correct a digit").click()
    choices = page.get_by_test_id("stPopoverBody")
    choices.get_by_role("radio", name="7", exact=True).first.click()
    choices.get_by_role("radio", name="1", exact=True).last.click()
    expect(visitor.answer).to_have_text("I read 41")
    expect(page.get_by_text("It is a 1, learned from 1 drawing.")).to_be_visible()
    expect(page.get_by_text("Reads for you (1 drawing)")).to_be_visible()
    visitor.settle()
    page.keyboard.press("Escape")
    page.evaluate(SCROLL_UP)
    assert teaching.bounding_box() == room
    assert page.evaluate("() => layoutShift") < 0.1
    assert is_on_screen(visitor, visitor.canvas)
    assert is_on_screen(visitor, visitor.answer)
    assert is_on_screen(visitor, page.get_by_text(CONFIDENCE))
    expect(page.locator(".boxes > div")).to_have_text(["4", "1"])
    for box in page.locator(".boxes > div").all():
        assert is_on_screen(visitor, box)

    page.get_by_role("button", name="Undo learning").click()
    expect(visitor.answer).to_have_text("I read 47")
    expect(page.get_by_text("Reads for you")).to_have_count(0)
