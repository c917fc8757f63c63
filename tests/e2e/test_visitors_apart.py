"""Two browsers on a deployed app: each has its own runs and models, and keeps them."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from app_server import Server, serve
from playwright.sync_api import Page, expect

from mnist_core.spaces import NAME

A_RUN = 240_000  # milliseconds; TensorFlow alone takes seconds to load
TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
KEPT = "() => localStorage.getItem('inkling-visitor')"


@pytest.fixture
def deployed_server(tmp_path: Path) -> Iterator[Server]:
    with serve(tmp_path, INKLING_DEPLOYED="true", INKLING_VISITOR_RUNS="1") as running:
        yield running


def train(page: Page, url: str) -> str:
    """Train a small network to its end; return the run's id."""
    page.goto(f"{url}/retrain?run=")
    page.get_by_role("radio", name="UCI digits").click()
    expect(page.get_by_text("learns from 1,189 digits")).to_be_visible()
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_text("that it had never seen")).to_be_visible(timeout=A_RUN)
    return re.findall(r"run=([^&]+)", page.url)[0]


def keep(page: Page, name: str) -> None:
    """Keep the model of the run that is looked at."""
    page.get_by_role("button", name="Keep as").click()
    field = page.get_by_label("Name of the model")
    field.fill(name)
    field.press("Enter")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_text(f"Kept as {name}")).to_be_visible()


@pytest.mark.slow
def test_two_visitors_have_spaces_of_their_own(
    deployed_server: Server, browse: Callable[..., Page], tmp_path: Path
):
    url = deployed_server.url
    one, other = browse(f"{url}/retrain"), browse(f"{url}/retrain")
    expect(one.get_by_role("button", name="Train", exact=True)).to_be_visible()
    expect(other.get_by_role("button", name="Train", exact=True)).to_be_visible()
    tokens = [page.evaluate(KEPT) for page in (one, other)]
    assert all(map(TOKEN.fullmatch, tokens))
    assert tokens[0] != tokens[1]

    run_id = train(one, url)
    keep(one, "only-mine")
    one.reload()
    expect(one.get_by_text("Kept as only-mine")).to_be_visible()  # after a reload, and a new visit
    (space,) = (tmp_path / "visitors").iterdir()
    assert NAME.fullmatch(space.name)
    assert not any(token in str(path) for token in tokens for path in tmp_path.rglob("*"))

    other.goto(f"{url}/retrain?run={run_id}")
    expect(other.get_by_text(f"There is no run {run_id}. There are: none.")).to_be_visible()
    expect(other.get_by_text("Latest runs")).to_be_hidden()
    other.goto(f"{url}/curves?networks={run_id}")
    expect(other.get_by_text(f"Not here, or not any more: {run_id}")).to_be_visible()
    other.goto(f"{url}/models?model=only-mine")
    expect(other.get_by_text("There is no model only-mine here")).to_be_visible()

    one.goto(f"{url}/models?model=only-mine")
    expect(one.get_by_role("button", name="Rename")).to_be_visible()
    one.goto(f"{url}/retrain?run=")
    expect(one.get_by_text("may keep 1 run here, and you have that many")).to_be_visible()
    one.get_by_role("button", name="Delete", exact=True).click()
    one.get_by_role("button", name="Delete the run").click()
    expect(one.get_by_text("may keep 1 run here")).to_be_hidden()
    assert not (space / "runs" / run_id).exists()
    assert (space / "models" / "only-mine").is_dir()


@pytest.mark.parametrize("forged", ["../../models", "", "x" * 100_000, "<img src=x onerror=a()>"])
def test_a_browser_that_keeps_nonsense_gets_a_new_space(
    deployed_server: Server, browse: Callable[..., Page], forged: str
):
    page = browse(f"{deployed_server.url}/about")
    page.evaluate("said => localStorage.setItem('inkling-visitor', said)", forged)
    page.goto(f"{deployed_server.url}/models")
    expect(page.get_by_role("heading", name="How good it is")).to_be_visible()
    assert TOKEN.fullmatch(page.evaluate(KEPT))


def test_a_browser_that_keeps_nothing_has_a_space_for_the_visit(
    deployed_server: Server, browse: Callable[..., Page]
):
    page = browse(f"{deployed_server.url}/_stcore/health")
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('blocked') }})"
    )
    page.goto(f"{deployed_server.url}/models")
    expect(page.get_by_role("heading", name="How good it is")).to_be_visible()
