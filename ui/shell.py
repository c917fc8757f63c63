"""What surrounds every page: navigation, the browser's tab, and how problems are told."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.navigation.page import StreamlitPage

from mnist_core import InklingError
from ui.logs import configure, log
from ui.reconnection import stay_in_touch
from ui.rights import is_owner
from ui.settings import Settings, SettingsError, settings
from ui.visitor import meet_visitor
from ui.words import plain

PAGES = Path(__file__).parents[1] / "pages"
ICON = Path(__file__).with_name("icon.svg")
EXCUSE = (
    "Inkling is not set up right, so it cannot start. Whoever runs it finds the reason in the log."
)
WIDTH = 944  # pixels; wider lines are hard to read, and a picture and its answer drift apart


PLACES = (
    ("draw", "Draw", "ink_pen", "Draw a digit and see what the network reads."),
    ("retrain", "Retrain", "model_training", "Train a network as you like, and watch it learn."),
    ("curves", "Training curves", "show_chart", "How each network learned, laid over one another."),
    ("misclassifications", "Misclassifications", "rule", "What a network gets wrong, and why."),
    (
        "models",
        "Models",
        "deployed_code",
        "Every network there is: what it is, how good, and which one reads.",
    ),
    ("data", "Data", "grid_view", "The digits that a network learns from."),
    ("kaggle", "Kaggle", "emoji_events", "From train.csv to submission.csv: the Digit Recognizer."),
    (
        "about",
        "How it works",
        "menu_book",
        "What becomes of a drawing, and how good the network is.",
    ),
    ("status", "Status", "monitor_heart", "Whether all is well, for whoever runs the app."),
)
OWNERS = {"status"}  # places that only the owner is shown the way to


def open_page() -> StreamlitPage:
    """Set up the page that was asked for, and return it.

    Every page calls this first, and `app.py` calls it too: on a fresh server Streamlit runs a page
    that is visited directly without `app.py`.
    """
    # The icon comes first: navigation would fetch a page's own icon from another site.
    st.set_page_config(page_icon=ICON, layout="wide")
    refuse_wrong_settings()
    page = st.navigation(list_pages(), position="top")
    st.set_page_config(page_title=f"{page.title} · Inkling")
    if st.session_state.get("opened_page") != page.url_path:
        st.session_state.opened_page = page.url_path
        log("page opened", page=page.url_path or "draw")
    return page


def list_pages() -> list[StreamlitPage]:
    """Return every page, those for the owner hidden from others."""
    owner = is_owner()
    return [
        st.Page(
            PAGES / f"{name}.py",
            title=title,
            icon=f":material/{icon}:",
            help=help_text,
            default=name == "draw",
            visibility="visible" if owner or name not in OWNERS else "hidden",
        )
        for name, title, icon, help_text in PLACES
    ]


def refuse_wrong_settings() -> None:
    """Show nothing but an excuse where a setting is wrong; what it is stands in the log."""
    try:
        configure(settings())
    except SettingsError as problem:
        configure(Settings.model_construct())
        log("wrong settings", logging.ERROR, reason=str(problem))
        st.error(EXCUSE, icon=":material/build:")
        st.stop()


def middle_of_page() -> DeltaGenerator:
    """Return the column in the middle of the page that holds its content."""
    middle = st.container(horizontal_alignment="center", gap=None)  # no gap after the unseen part
    with middle:
        meet_visitor()
        stay_in_touch()
    return middle.container(width=WIDTH)


@contextmanager
def problems_told() -> Iterator[None]:
    """Turn a problem that Inkling knows into a message on the page, in place of what failed."""
    try:
        yield
    except InklingError as problem:
        log_refusal(problem)
        told = EXCUSE if isinstance(problem, SettingsError) else str(problem)
        st.error(plain(told), icon=":material/error:")


def log_refusal(problem: InklingError) -> None:
    """Log that something was refused, once until something else is.

    Its text is for the visitor alone: it may name a file of theirs.
    """
    last = problem.__traceback__
    while last and last.tb_next:
        last = last.tb_next
    where = f"{Path(last.tb_frame.f_code.co_filename).stem}:{last.tb_lineno}" if last else "?"
    refusal = (type(problem).__name__, where)
    if st.session_state.get("last_refusal") != refusal:
        st.session_state.last_refusal = refusal
        log("refused", logging.WARNING, kind=refusal[0], where=where)
