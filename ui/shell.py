"""What surrounds every page: navigation, the browser's tab, and how problems are told."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.navigation.page import StreamlitPage

from mnist_core import InklingError
from ui.words import plain

PAGES = Path(__file__).parents[1] / "pages"
ICON = Path(__file__).with_name("icon.svg")
WIDTH = 944  # pixels; wider lines are hard to read, and a picture and its answer drift apart


def open_page() -> StreamlitPage:
    """Set up the page that was asked for, and return it.

    Every page calls this first, and `app.py` calls it too: on a fresh server Streamlit runs a page
    that is visited directly without `app.py`.
    """
    # The icon comes first: navigation would fetch a page's own icon from another site.
    st.set_page_config(page_icon=ICON, layout="wide")
    page = st.navigation(
        [
            st.Page(
                PAGES / "draw.py",
                title="Draw",
                icon=":material/ink_pen:",
                help="Draw a digit and see what the network reads.",
                default=True,
            ),
            st.Page(
                PAGES / "retrain.py",
                title="Retrain",
                icon=":material/model_training:",
                help="Train a network as you like, and watch it learn.",
            ),
            st.Page(
                PAGES / "curves.py",
                title="Training curves",
                icon=":material/show_chart:",
                help="How each network learned, laid over one another.",
            ),
            st.Page(
                PAGES / "misclassifications.py",
                title="Misclassifications",
                icon=":material/rule:",
                help="What a network gets wrong, and why.",
            ),
            st.Page(
                PAGES / "models.py",
                title="Models",
                icon=":material/deployed_code:",
                help="Every network there is: what it is, how good, and which one reads.",
            ),
            st.Page(
                PAGES / "data.py",
                title="Data",
                icon=":material/grid_view:",
                help="The digits that a network learns from.",
            ),
            st.Page(
                PAGES / "kaggle.py",
                title="Kaggle",
                icon=":material/emoji_events:",
                help="From train.csv to submission.csv: the Digit Recognizer.",
            ),
            st.Page(
                PAGES / "about.py",
                title="How it works",
                icon=":material/menu_book:",
                help="What becomes of a drawing, and how good the network is.",
            ),
        ],
        position="top",
    )
    st.set_page_config(page_title=f"{page.title} · Inkling")
    return page


def middle_of_page() -> DeltaGenerator:
    """Return the column in the middle of the page that holds its content."""
    return st.container(horizontal_alignment="center").container(width=WIDTH)


@contextmanager
def problems_told() -> Iterator[None]:
    """Turn a problem that Inkling knows into a message on the page, in place of what failed."""
    try:
        yield
    except InklingError as problem:
        st.error(plain(str(problem)), icon=":material/error:")
