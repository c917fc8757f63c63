"""Two browsers on a deployed app: each has its own runs and models, and keeps them."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from app_server import serve
from playwright.sync_api import Page, expect

from devtools.server import Server
from mnist_core.workspace import NAME

A_RUN = 240_000  # milliseconds; TensorFlow alone takes seconds to load
TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
KEPT = "() => localStorage.getItem('inkling-visitor')"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the visitors' workspaces are."""
    return tmp_path_factory.mktemp("deployed")


@pytest.fixture(scope="module")
def deployed_server(home: Path) -> Iterator[Server]:
    with serve(home, INKLING_DEPLOYED="true", INKLING_VISITOR_RUNS="1") as running:
        yield running


def train(page: Page, url: str) -> str:
    """Train a small network to its end; return the run's id."""
    page.goto(f"{url}/retrain?run=")
    page.get_by_text("Settings", exact=True).click()
    page.get_by_role("radio", name="UCI digits").click()
    expect(page.get_by_text("1,189 training digits")).to_be_visible()
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_text("that it had never seen")).to_be_visible(timeout=A_RUN)
    return re.findall(r"run=([^&]+)", page.url)[0]


def keep(page: Page, name: str) -> None:
    """Save the model of the selected run."""
    page.get_by_role("button", name="Save as").click()
    field = page.get_by_label("Model name")
    field.fill(name)
    field.press("Enter")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text(f"Saved as {name}")).to_be_visible()


@pytest.mark.tensorflow
@pytest.mark.slow
def test_two_visitors_have_spaces_of_their_own(
    deployed_server: Server, browse: Callable[..., Page], home: Path
):
    url = deployed_server.url
    one, other = (browse(f"{url}/retrain", apart=True) for _ in range(2))
    expect(one.get_by_role("button", name="Train", exact=True)).to_be_visible()
    expect(other.get_by_role("button", name="Train", exact=True)).to_be_visible()
    tokens = [page.evaluate(KEPT) for page in (one, other)]
    assert all(map(TOKEN.fullmatch, tokens))
    assert tokens[0] != tokens[1]

    run_id = train(one, url)
    keep(one, "only-mine")
    one.reload()
    expect(one.get_by_text("Saved as only-mine")).to_be_visible()  # after a reload, and a new visit
    (workspace,) = (run.parents[1] for run in home.glob(f"visitors/*/runs/{run_id}"))
    assert NAME.fullmatch(workspace.name)
    assert not any(token in str(path) for token in tokens for path in home.rglob("*"))

    other.goto(f"{url}/retrain?run={run_id}")
    expect(other.get_by_text(f"There is no run {run_id}. It may have been")).to_be_visible()
    expect(other.get_by_text("Latest runs")).to_be_hidden()

    one.goto(f"{url}/models?model=only-mine")
    expect(one.get_by_role("button", name="Rename")).to_be_visible()
    one.goto(f"{url}/retrain?run=")
    expect(one.get_by_text("may keep 1 run here, and you have that many")).to_be_visible()
    one.get_by_role("button", name="Delete", exact=True).click()
    one.get_by_role("button", name="Delete the run").click()
    expect(one.get_by_text("may keep 1 run here")).to_be_hidden()
    assert not (workspace / "runs" / run_id).exists()
    assert (workspace / "models" / "only-mine").is_dir()


def test_a_browser_that_keeps_nonsense_gets_a_new_space(
    deployed_server: Server, browse: Callable[..., Page]
):
    page = browse(f"{deployed_server.url}/about", apart=True)
    page.wait_for_function("localStorage.getItem('inkling-visitor')")
    for forged in ("../../models", "", "x" * 100_000, "<img src=x onerror=a()>"):
        page.evaluate("said => localStorage.setItem('inkling-visitor', said)", forged)
        page.goto(f"{deployed_server.url}/models")
        expect(page.get_by_role("heading", name="Performance")).to_be_visible()
        assert TOKEN.fullmatch(page.evaluate(KEPT)), forged[:30]


def test_a_browser_that_keeps_nothing_has_a_space_for_the_visit(
    deployed_server: Server, browse: Callable[..., Page]
):
    page = browse(f"{deployed_server.url}/_stcore/health", apart=True)
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('blocked') }})"
    )
    page.goto(f"{deployed_server.url}/models")
    expect(page.get_by_role("heading", name="Performance")).to_be_visible()
