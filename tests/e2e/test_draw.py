"""Drawing in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from devtools.browser import settle
from devtools.visitor import ANSWER, FOUR, INVITATION, MIDDLE, ONE, SEVEN, STAR

PLACES = [(0.05, 0.05, 0.4), MIDDLE, (0.45, 0.45, 0.5)]  # top left, middle, bottom right


@pytest.fixture
def visitor(server, visit):
    """Somebody who has just opened the landing page."""
    return visit(server.url)


def clear(visitor):
    """Begin anew, and return when one can draw again."""
    visitor.press("Clear")
    expect(visitor.answer).to_have_text(INVITATION)
    visitor.settle()  # the canvas is drawn anew


# Each place sees both digits, and both pens.
@pytest.mark.parametrize(("pen", "digits"), [("Fine", "717"), ("Bold", "171")])
def test_a_drawn_digit_is_read_anywhere(visitor, pen, digits):
    visitor.choose(pen)
    visitor.settle()  # a pen that changes in the middle of a stroke breaks it
    for place, digit in zip(PLACES, digits, strict=True):
        visitor.draw(SEVEN if digit == "7" else ONE, place)
        expect(visitor.answer).to_have_text(f"I read {digit}")
        clear(visitor)


def test_nothing_moves_when_an_answer_and_then_second_opinions_arrive(visitor):
    def places():
        texts = ("How likely each digit is", "What the network saw", "Centred", "Undo")
        return [visitor.page.get_by_text(text, exact=True).bounding_box() for text in texts]

    visitor.settle()
    before = places()
    visitor.draw(SEVEN)
    expect(visitor.answer).to_have_text("I read 7")
    visitor.settle()
    assert places() == before

    below = visitor.page.get_by_text("Second opinions")
    below.scroll_into_view_if_needed()
    before = visitor.page.get_by_text("Centred", exact=True).bounding_box()
    below.click()
    expect(visitor.page.get_by_text("networks agree with the answer")).to_be_visible()
    expect(visitor.page.get_by_role("row", name="Pen CNN")).to_contain_text("✓ 7")
    assert visitor.page.get_by_role("row").count() > 2
    assert visitor.page.get_by_text("Centred", exact=True).bounding_box() == before
    visitor.press("Clear")
    expect(visitor.page.get_by_text("here once you draw").last).to_be_visible()


def test_undo_and_clear_do_as_they_say_by_button_and_by_key_and_one_can_draw_on(visitor):
    # On an empty paper, and twice in a row.
    for button in ("Undo", "Clear"):
        visitor.button(button).dblclick()
    expect(visitor.answer).to_have_text(INVITATION)
    visitor.draw(SEVEN)
    expect(visitor.answer).to_have_text("I read 7")
    visitor.button("Clear").dblclick()
    expect(visitor.answer).to_have_text(INVITATION)
    visitor.settle()
    visitor.draw(ONE)
    expect(visitor.answer).to_have_text("I read 1")
    clear(visitor)

    # Undo brings back what was cleared.
    visitor.draw(SEVEN)
    expect(visitor.answer).to_have_text("I read 7")
    seven = visitor.ink()
    visitor.press("Clear")
    expect(visitor.answer).to_have_text(INVITATION)
    settle(visitor.page)
    visitor.expect_ink(lambda ink: ink == 0)
    visitor.press("Undo")
    expect(visitor.answer).to_have_text("I read 7")
    visitor.settle()
    visitor.expect_ink(lambda ink: ink == seven)

    # It takes back a stroke at a time.
    visitor.draw(STAR[:1])
    visitor.settle()
    visitor.expect_ink(lambda ink: ink > seven)
    visitor.press("Undo")
    visitor.settle()
    visitor.expect_ink(lambda ink: ink == seven)
    expect(visitor.answer).to_have_text("I read 7")
    visitor.press("Undo")
    expect(visitor.answer).to_have_text(INVITATION)
    visitor.settle()
    visitor.expect_ink(lambda ink: ink == 0)

    # Keys do the same.
    visitor.draw(SEVEN)
    expect(visitor.answer).to_have_text("I read 7")
    settle(visitor.page)
    seven = visitor.ink()
    visitor.draw(STAR[:1])
    visitor.settle()
    visitor.page.keyboard.press("Control+z")
    expect(visitor.answer).to_have_text("I read 7")
    visitor.settle()
    visitor.expect_ink(lambda ink: ink == seven)
    visitor.page.keyboard.press("Control+Backspace")
    expect(visitor.answer).to_have_text(INVITATION)
    settle(visitor.page)
    visitor.expect_ink(lambda ink: ink == 0)


def test_no_stroke_is_lost_while_an_answer_is_on_its_way(visitor):
    for stroke in STAR:
        visitor.draw([stroke])
        visitor.page.wait_for_timeout(230)  # the stroke before has just been sent
    drawn = visitor.ink()
    visitor.settle()
    visitor.expect_ink(lambda ink: ink == drawn)
    visitor.press("Undo")
    visitor.settle()
    visitor.expect_ink(lambda ink: 0 < ink < drawn)


def test_another_pen_another_way_in_and_another_page_keep_the_drawing_and_its_answer(visitor):
    visitor.draw(SEVEN)
    expect(visitor.answer).to_have_text("I read 7")
    drawn = visitor.ink()
    visitor.choose("Bold")
    visitor.settle()
    visitor.expect_ink(lambda ink: ink == drawn)
    expect(visitor.answer).to_have_text("I read 7")

    visitor.choose("Picture")
    expect(visitor.answer).to_have_text("Choose a picture")
    visitor.choose("Draw")
    expect(visitor.answer).to_have_text("I read 7")
    settle(visitor.page)
    visitor.expect_ink(lambda ink: ink == drawn)

    for _ in range(2):
        visitor.page.get_by_role("link", name="How it works").click()
        expect(visitor.page.get_by_role("heading", level=1, name="How it works")).to_be_visible()
        visitor.page.get_by_role("link", name="Draw", exact=True).click()
        visitor.wait_for_canvas()
        expect(visitor.answer).to_have_text("I read 7")
        visitor.settle()
        visitor.expect_ink(lambda ink: ink == drawn)
    visitor.draw(STAR[:1])
    visitor.settle()
    visitor.expect_ink(lambda ink: ink > drawn)
    visitor.press("Undo")
    visitor.settle()
    visitor.expect_ink(lambda ink: ink == drawn)


def test_a_surprise_can_be_read_drawn_on_cleared_and_undone_in_one_press(visitor):
    visitor.press("Surprise me")
    expect(visitor.answer).to_have_text(ANSWER)
    visitor.settle()
    surprise = visitor.ink()
    assert surprise > 500
    visitor.draw([[(0, 1), (1, 1)]], (0, 0, 0.95))
    visitor.settle()
    visitor.expect_ink(lambda ink: ink > surprise)
    visitor.press("Undo")
    visitor.settle()
    visitor.expect_ink(lambda ink: ink == surprise)
    visitor.press("Clear")
    expect(visitor.answer).to_have_text(INVITATION)
    visitor.press("Undo")
    expect(visitor.answer).to_have_text(ANSWER)
    settle(visitor.page)
    visitor.expect_ink(lambda ink: ink == surprise)
    clear(visitor)

    visitor.draw(SEVEN)
    expect(visitor.answer).to_have_text("I read 7")
    settle(visitor.page)
    drawn = visitor.ink()
    visitor.press("Surprise me")
    visitor.settle()
    visitor.expect_ink(lambda ink: ink != drawn)
    visitor.press("Undo")
    expect(visitor.answer).to_have_text("I read 7")
    settle(visitor.page)
    visitor.expect_ink(lambda ink: ink == drawn)


def test_a_ghost_leaves_white_paper_and_a_screen_reader_is_told_what_was_read(visitor):
    assert redness(visitor) > 200
    ghost = visitor.page.locator(".st-key-paper img")
    expect(ghost).to_be_visible()
    visitor.draw(SEVEN)
    expect(visitor.answer).to_have_text("I read 7")
    assert is_paper_white(visitor)
    expect(ghost).to_have_count(0)
    clear(visitor)
    expect(ghost).to_have_count(0)

    expect(visitor.page.get_by_role("img", name="Paper to draw a digit on")).to_be_visible()
    status = visitor.page.locator("p[aria-live=polite]")
    expect(status).to_have_role("status")
    status.evaluate("""status => {
        window.told = [];
        new MutationObserver(() => window.told.push(status.textContent))
            .observe(status, { childList: true, characterData: true, subtree: true });
    }""")
    visitor.draw(SEVEN)
    expect(visitor.answer).to_have_text("I read 7")
    visitor.settle()
    told = visitor.page.evaluate("window.told")
    assert [words[:9] for words in told] == ["I read 7."]


def test_paper_is_white_in_dark_too(server, visit):
    visitor = visit(server.url, color_scheme="dark")
    assert redness(visitor) < 50
    visitor.draw(SEVEN)
    expect(visitor.answer).to_have_text("I read 7")
    assert is_paper_white(visitor)


def redness(visitor):
    """Return how much red is in the colour behind everything, from 0 to 255."""
    background = visitor.page.get_by_test_id("stApp").evaluate(
        "app => getComputedStyle(app).backgroundColor"
    )
    return int(re.findall(r"\d+", background)[0])


def is_paper_white(visitor):
    """Return whether the paper is white where nothing is drawn."""
    level = visitor.page.locator("canvas.dc-canvas.lower-canvas").evaluate(
        'canvas => canvas.getContext("2d").getImageData(5, 5, 1, 1).data[0]'
    )
    return level > 250


def test_a_picture_is_read_and_a_bad_one_explained(visitor, tmp_path):
    visitor.draw(SEVEN)
    expect(visitor.answer).to_have_text("I read 7")
    visitor.canvas.screenshot(path=tmp_path / "seven.png")
    (tmp_path / "text.png").write_text("This is not a picture.")
    visitor.choose("Picture")
    file = visitor.page.locator("input[type=file]")
    file.set_input_files(tmp_path / "text.png")
    expect(visitor.page.get_by_role("alert")).to_contain_text("not a picture")
    file.set_input_files(tmp_path / "seven.png")
    expect(visitor.answer).to_have_text("I read 7")
    expect(visitor.page.get_by_role("alert")).to_have_count(0)


def test_two_digits_are_read_as_a_number_on_a_paper_that_can_be_widened(visitor):
    visitor.draw(FOUR, (0.08, 0.3, 0.35))
    visitor.draw(SEVEN, (0.55, 0.3, 0.35))
    expect(visitor.answer).to_have_text("I read 47")
    expect(visitor.page.locator(".boxes > div")).to_have_count(2)
    settle(visitor.page)
    visitor.press("Wider")
    expect(visitor.button("Narrower")).to_be_visible()
    expect(visitor.answer).to_have_text("I read 47")
    visitor.settle()
    box = visitor.canvas.bounding_box()
    assert box["width"] == pytest.approx(2 * box["height"], rel=0.02)
