"""What surrounds every page: navigation, the browser's tab, and error messages."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.navigation.page import StreamlitPage

from mnist_core import InklingError
from ui.access.rights import is_owner
from ui.access.visitor import identify_visitor, resolve_workspaces
from ui.base.layout import WIDTH
from ui.base.logs import configure, log
from ui.base.meter import meter
from ui.base.settings import SettingsError, settings
from ui.base.settings_fields import Settings
from ui.base.wording import plain
from ui.shell.accessibility import add_accessibility_rules
from ui.shell.keepalive import keep_alive

# Session keys
LAST_PAGE = "opened_page"  # str: path of the page that was opened last
LAST_ERROR = "last_error"  # (class, place) of the error that was logged last

PAGES = Path(__file__).parents[2] / "pages"
ICON = Path(__file__).with_name("icon.svg")
MISCONFIGURED = "Inkling is misconfigured and cannot start. The server log says why."

NAVIGATION = (
    ("draw", "Draw", "ink_pen", "Draw a digit and see what the network reads."),
    ("inside", "Inside", "visibility", "Why your drawing is read as it is."),
    (
        "numbers",
        "Numbers",
        "document_scanner",
        "Photograph a page of numbers and get a table.",
    ),
    (
        "hand",
        "Your hand",
        "back_hand",
        "Teach it how you write: your examples, and what they are worth.",
    ),
    (
        "retrain",
        "Retrain",
        "model_training",
        "Train a network with your own settings and watch it learn.",
    ),
    (
        "sweep",
        "Sweep",
        "tune",
        "Find the best settings: train many networks and compare them.",
    ),
    (
        "curves",
        "Training curves",
        "show_chart",
        "Compare how networks learned, and see which overfit.",
    ),
    ("misclassifications", "Misclassifications", "rule", "What a network gets wrong, and why."),
    (
        "models",
        "Models",
        "deployed_code",
        "Every model: what it is, how accurate, and which one reads on Draw.",
    ),
    ("data", "Data", "grid_view", "The digits that networks learn from."),
    (
        "kaggle",
        "Kaggle",
        "emoji_events",
        "Kaggle's Digit Recognizer: from train.csv to submission.csv.",
    ),
    (
        "about",
        "How it works",
        "menu_book",
        "How a drawing is read, and how good the network is.",
    ),
    ("status", "Status", "monitor_heart", "The server's health, for the owner of the app."),
)
OWNER_PAGES = {"status", "sweep"}  # only the owner sees them in the navigation


def open_page() -> StreamlitPage:
    """Set up the requested page and return it.

    Every page calls this first, and `app.py` calls it too: after a restart, Streamlit runs a page
    that is visited directly without `app.py`.
    """
    # The icon comes first: otherwise the browser would fetch the page's icon from another site.
    st.set_page_config(page_icon=ICON, layout="wide")
    stop_if_misconfigured()
    resolve_workspaces()
    page = st.navigation(list_pages(), position="hidden" if st.context.is_embedded else "top")
    st.set_page_config(page_title=f"{page.title} · Inkling")
    if st.session_state.get(LAST_PAGE) != page.url_path:
        st.session_state[LAST_PAGE] = page.url_path
        log("page opened", page=page.url_path or "draw")
        meter().page(page.url_path or "draw")
    return page


def list_pages() -> list[StreamlitPage]:
    """Return all pages; visitors do not see the owner's pages in the navigation."""
    owner = is_owner()
    return [
        st.Page(
            PAGES / f"{name}.py",
            title=title,
            icon=f":material/{icon}:",
            help=help_text,
            default=name == "draw",
            visibility="visible" if owner or name not in OWNER_PAGES else "hidden",
        )
        for name, title, icon, help_text in NAVIGATION
    ]


def stop_if_misconfigured() -> None:
    """Stop the page with a message if a setting is invalid; the log says which one."""
    try:
        configure(settings())
    except SettingsError as problem:
        configure(Settings.model_construct())
        log("wrong settings", logging.ERROR, reason=str(problem))
        st.error(MISCONFIGURED, icon=":material/build:")
        st.stop()


def page_column(width: int = WIDTH) -> DeltaGenerator:
    """Return the column in the middle of the page that holds its content, `width` pixels wide."""
    middle = st.container(
        horizontal_alignment="center", gap=None
    )  # the invisible parts take no room
    with middle:
        identify_visitor()
        keep_alive()
        add_accessibility_rules()
    return middle.container(width=width)


@contextmanager
def show_errors() -> Iterator[None]:
    """Show an InklingError as a message on the page, in place of what failed."""
    try:
        yield
    except InklingError as problem:
        log_user_error(problem)
        text = MISCONFIGURED if isinstance(problem, SettingsError) else str(problem)
        st.error(plain(text), icon=":material/error:")


def log_user_error(problem: InklingError) -> None:
    """Log that a visitor was shown an error, unless it is the same as the last one.

    Its text is not logged: it may name a file of the visitor.
    """
    last = problem.__traceback__
    while last and last.tb_next:
        last = last.tb_next
    where = f"{Path(last.tb_frame.f_code.co_filename).stem}:{last.tb_lineno}" if last else "?"
    error = (type(problem).__name__, where)
    if st.session_state.get(LAST_ERROR) != error:
        st.session_state[LAST_ERROR] = error
        log("refused", logging.WARNING, kind=error[0], where=where)
        meter().refusal(error[0])
