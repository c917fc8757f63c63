"""The Data page in a real browser."""

import re

from playwright.sync_api import Page, expect

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def look_from_all_sides(page: Page) -> None:
    """Use all that the page has, and expect what it is to show."""
    page.get_by_role("radio", name="4", exact=True).click()
    expect(page.get_by_text("130 4s in the training set")).to_be_visible()
    expect(page.get_by_role("img", name="A 4", exact=True)).to_have_count(24)
    page.get_by_role("button", name="Another digit").click()
    expect(page.get_by_text(re.compile(r"Its label: \d"))).to_be_visible()
    slider = page.get_by_role("slider")
    slider.focus()
    slider.press("ArrowRight")
    expect(page.get_by_test_id("stMetricValue").nth(1)).to_have_text("195")
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) == 0


def test_digits_can_be_looked_at_from_all_sides_on_a_phone(server, browse):
    page = browse(f"{server.url}/data", **PHONE)
    expect(page.get_by_text("1,297 digits in the training set")).to_be_visible()
    expect(page.get_by_test_id("stVegaLiteChart").locator("canvas, svg").first).to_be_visible()
    look_from_all_sides(page)


def test_nothing_moves_when_one_leafs_through_the_digits_and_looks_at_them_from_all_sides(
    server, browse
):
    page = browse(f"{server.url}/data")
    expect(page.get_by_text("1,297 digits in the training set")).to_be_visible()
    expect(page.get_by_test_id("stVegaLiteChart").locator("canvas, svg").first).to_be_visible()
    expect(page.get_by_role("img", name=re.compile(r"^An? \d$"))).to_have_count(24)
    page.wait_for_timeout(1000)
    heading = page.get_by_role("heading", name="Class balance")
    before = heading.bounding_box()
    page.get_by_role("button", name="Next").first.click()
    page.get_by_role("radio", name="8", exact=True).click()
    expect(page.get_by_text("8s in the training set")).to_be_visible()
    page.get_by_role("button", name="Shuffle").click()
    page.wait_for_timeout(500)
    assert heading.bounding_box() == before
    look_from_all_sides(page)
