"""Every page as axe-core judges it, in both themes, on a desktop and on a phone.

Whoever opens every page also looks at what else each of them should have: its title, a console
without errors, and a server without TensorFlow.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from app_server import loaded_by, serve
from axe_playwright_python.sync_playwright import Axe
from helpers.staged_runs import stage_run
from playwright.sync_api import Browser, Page, expect

from devtools.browser import PATIENCE, record_errors, settle
from devtools.server import Server
from mnist_core.models.registry import SHIPPED

PAGES = {
    "": "Inkling",
    "retrain?run=": "Retrain",
    "retrain?run={run}": "Retrain",
    "sweep": "Sweep",
    "curves": "Training curves",
    "misclassifications?set=UCI+digits&model=softmax": "Misclassifications",
    "models": "Models",
    "data": "Data",
    "kaggle": "Kaggle",
    "about": "How it works",
    "status": "Status",
}
FIT = """() => document.querySelector("[data-testid=stMain]").scrollHeight"""
WIDTHS = {"light": (1280, 390), "dark": (1280,)}  # the colours are the same at every width
SETTLING = 300  # milliseconds; charts are drawn, and what fades in has done so
OVERFLOW = """() => [...document.querySelectorAll("[data-testid=stMarkdownContainer] table")]
    .map((table) => table.parentElement).filter((around) => around.scrollWidth > around.clientWidth)
    .map((around) => around.textContent.slice(0, 60))"""

# What belongs to Streamlit and cannot be reached by its theme or its API: a rule of axe's, the
# elements excepted from it, and why. The list may only get shorter.
EXCEPTED = {
    # The uploader's frame has role="presentation" and a name at once; its button has both right.
    # Since https://github.com/streamlit/streamlit/pull/15928 took it out of the tab order.
    "presentation-role-conflict": '[data-testid="stFileUploaderDropzone"]',
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, str]]:
    """The app, and the id of a training run that is finished there."""
    home = tmp_path_factory.mktemp("accessible")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INKLING_HOME", str(home))
        run = stage_run("finished", model=SHIPPED / "quick-cnn")
    with serve(home) as server:
        yield server, run.id
        assert "/tensorflow/" not in loaded_by(server)


@pytest.fixture(scope="module", params=WIDTHS)
def theme(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def page(browser: Browser, theme: str) -> Iterator[Page]:
    """A window in each theme, in which all pages are opened one after the other."""
    errors: list[str] = []
    context = browser.new_context(color_scheme=theme)
    opened = context.new_page()
    record_errors(opened, errors)
    yield opened
    context.close()
    assert not errors


LIGHT = pytest.mark.parametrize("theme", ["light"], indirect=True, scope="module")


@pytest.mark.parametrize(("path", "title"), PAGES.items())
def test_axe_finds_nothing(served, page, theme, path, title):
    server, run = served
    for width in WIDTHS[theme]:
        page.set_viewport_size({"width": width, "height": 800})
        if width == 1280:
            page.goto(f"{server.url}/{path.format(run=run)}")
        expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
        expect(page).to_have_title(f"{title if path else 'Draw'} · Inkling")
        settle(page)
        page.wait_for_timeout(SETTLING)
        # axe judges the colours only of what is within the window.
        page.set_viewport_size({"width": width, "height": page.evaluate(FIT)})
        assert violations(page) == [], f"at {width} pixels"
        assert page.evaluate(OVERFLOW) == [], f"at {width} pixels"


def test_axe_finds_nothing_in_a_closer_look(served, page):
    page.set_viewport_size({"width": 1280, "height": 1600})
    page.goto(f"{served[0].url}/misclassifications?set=UCI+digits&model=softmax")
    page.locator("[class*='st-key-open-'] button").first.click()
    expect(page.get_by_role("dialog").get_by_role("button", name="Next")).to_be_visible()
    settle(page)
    assert violations(page) == []


def test_axe_finds_nothing_inside_a_drawing(served, page, theme):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{served[0].url}/inside")
    page.get_by_role("button", name="Show me one").click()
    last = page.get_by_role("heading", level=2, name="Two networks side by side")
    expect(last).to_be_visible(timeout=PATIENCE)
    settle(page)
    for width in WIDTHS[theme]:
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_timeout(SETTLING)
        page.set_viewport_size({"width": width, "height": page.evaluate(FIT)})
        assert violations(page) == [], f"at {width} pixels"
        assert page.evaluate(OVERFLOW) == [], f"at {width} pixels"


def violations(page: Page) -> list[str]:
    """Return what axe objects to, a line for each element, without what is excepted."""
    found = Axe().run(page).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:200]} {reasons(node)}"
        for rule in found
        for node in rule["nodes"]
        if not is_excepted(page, rule["id"], node)
    ]


def reasons(node: dict[str, Any]) -> str:
    """Return why axe objects to an element."""
    return "; ".join(check["message"] for kind in ("any", "all", "none") for check in node[kind])


def is_excepted(page: Page, rule: str, node: dict[str, Any]) -> bool:
    """Return whether an element is excepted from a rule."""
    if rule not in EXCEPTED or not isinstance(node["target"][0], str):
        return False
    return bool(page.locator(node["target"][0]).evaluate("(e, s) => e.matches(s)", EXCEPTED[rule]))


@LIGHT
def test_every_exception_is_still_needed(served, page):
    page.goto(f"{served[0].url}/kaggle")
    expect(page.get_by_test_id("stFileUploaderDropzone").first).to_be_visible()
    found = {rule["id"] for rule in Axe().run(page).response["violations"]}
    assert set(EXCEPTED) <= found


@LIGHT
def test_axe_would_find_something(page):
    page.set_content(
        '<main><h1>A page</h1><img src="7.png"><p style="color: #aaa">faint</p></main>'
    )
    found = {line.partition(":")[0] for line in violations(page)}
    assert {"image-alt", "color-contrast", "html-has-lang"} <= found


# The keyboard


@LIGHT
def test_the_first_stop_skips_the_navigation_which_shows_where_the_keyboard_is(served, page):
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{served[0].url}/about")
    expect(page.get_by_role("button", name="Follow another digit")).to_be_visible()
    settle(page)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to main content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    link = page.get_by_test_id("stTopNavLink").filter(has_text="Retrain")
    link.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    expect(link).to_be_focused()
    expect(link).to_have_css("outline-style", "solid")


@LIGHT
def test_a_picture_opens_its_closer_look_by_keyboard_and_by_mouse(served, page):
    page.set_viewport_size({"width": 1280, "height": 1600})
    page.goto(f"{served[0].url}/misclassifications?set=UCI+digits&model=softmax")
    tile = page.locator("[class*='st-key-tile-']").nth(1)
    expect(tile.get_by_role("img")).to_be_visible()
    settle(page)
    said = page.get_by_role("dialog").get_by_text("It said")
    tile.get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(said).to_be_visible()
    page.keyboard.press("Escape")
    expect(said).to_have_count(0)
    box = tile.get_by_role("img").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(said).to_be_visible()


@LIGHT
def test_the_rules_are_for_elements_that_exist(served, page):
    """If Streamlit renames one, its rule does nothing: then this fails."""
    rules = (Path(__file__).parents[2] / "ui/shell/accessibility.css").read_text("utf-8")
    page.goto(f"{served[0].url}/curves")
    for selector in ("stMultiSelectTagsContainer", "stTopNavLink"):
        assert selector in rules
        expect(page.get_by_test_id(selector).first).to_be_visible()
    expect(
        page.locator("[data-testid='stMultiSelectTagsContainer'] [data-tag]").first
    ).to_be_visible()
