"""A gallery of many small digits."""

from collections.abc import Iterable, Sequence

import numpy as np
import streamlit as st

from mnist_core.data.digits import Digits
from mnist_core.pictures import Picture
from ui.base.wording import a_digit
from ui.components.pictures import empty_tile, enlarge, picture_url

COLUMNS = 12
WIDTH = 50  # pixels, at least; six fit side by side on a phone
ON_A_PAGE = 2 * COLUMNS
SHUFFLES = "shuffle"  # session key, int: how often the digits were shuffled; seeds the order


def show_gallery(
    images: Iterable[Picture], captions: Sequence[str], alts: Sequence[str], slots: int = 0
) -> None:
    """Show small pictures in ink on paper; unused slots keep their room."""
    tiles = st.grid(COLUMNS, min_column_width=WIDTH, gap="xsmall")
    for image, caption, alt in zip(images, captions, alts, strict=True):
        tiles.image(picture_url(enlarge(image)), caption, width="stretch", alt=alt)
    for _ in range(slots - len(captions)):
        tiles.image(picture_url(empty_tile()), " ", width="stretch", alt="")


@st.fragment
def browse_digits(digits: Digits, name: str) -> None:
    """Let the visitor browse a data set, all of it or only one digit."""
    with st.container(horizontal=True, vertical_alignment="center"):
        wanted = st.pills(
            "Only this digit",
            range(10),
            key="wanted",
            persist_state="session",
            label_visibility="collapsed",
            wrap=True,
        )
        st.button("Shuffle", icon=":material/casino:", on_click=reshuffle)
    order = shuffled(digits, wanted)
    seed = st.session_state.get(SHUFFLES, 0)
    gallery = st.container()
    pages = max(1, -(-len(order) // ON_A_PAGE))
    page = st.pagination(pages, max_visible_pages=5, key=f"page-{name}-{wanted}-{seed}")
    chosen = digits[order[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]]
    captions = [str(label) for label in chosen.labels]
    with gallery:
        show_gallery(
            chosen.images,
            captions,
            [a_digit(int(label)).capitalize() for label in captions],
            ON_A_PAGE,
        )
    kind = "digits" if wanted is None else f"{wanted}s"
    st.caption(
        f"{len(order):,} {kind} in the training set. The number below a picture is its label."
    )


def reshuffle() -> None:
    """Shuffle the digits again."""
    st.session_state[SHUFFLES] = st.session_state.get(SHUFFLES, 0) + 1


def shuffled(digits: Digits, wanted: int | None) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Return the indices of all digits, or only of the wanted one, in this visitor's order."""
    indices = np.arange(len(digits))
    if wanted is not None:
        indices = indices[digits.labels == wanted]
    return np.random.default_rng(st.session_state.get(SHUFFLES, 0)).permutation(indices)
