"""The drawing in the page's address: written after every stroke, and put on the paper when opened.

`st.query_params` would add an entry to the browser's history with every stroke; a script of our own
replaces the address instead. Nothing that the address says is believed: it holds strokes, which are
read here like any others.
"""

import numpy as np
import streamlit as st

from mnist_core import Number, Reader, Reading
from mnist_core.errors import LinkError
from mnist_core.sketches.link import decode, faithful_link
from mnist_core.sketches.sketch import Sketch
from ui.base import session_keys
from ui.base.wording import plain
from ui.components.drawing import current_drawing, drawing_in_browser
from ui.components.several_digits import find_number
from ui.components.sketches import picture_of, put_sketch_on_canvas

PARAMETER = "d"  # of the address
LINK = "link"  # session key, str or None: the link of what was last on the paper
SEEN = "seen_link"  # session key, str or None: the link in the address as the page was opened
PROBLEM = "link_problem"  # session key, str or None: why the link in the address was not opened
OPENED = "opened_strokes"  # session key, int or None: how many strokes came from the address

# In a frame, as on Community Cloud, the address that people see is that of the page around it.
SCRIPT = """
export default function ({ data }) {
  const address = new URL(window.location.href);
  if (data.link) address.searchParams.set("d", data.link);
  else address.searchParams.delete("d");
  if (address.href === window.location.href) return;
  window.history.replaceState(window.history.state, "", address);
  if (window.parent === window) return;
  const message = { type: "SET_QUERY_PARAM", queryParams: address.search };
  window.parent.postMessage({ stCommVersion: 1, ...message }, "*");
}
"""

ADDRESS = st.components.v2.component("inkling_address", js=SCRIPT)


def open_link() -> None:
    """Put the drawing in the address on the paper, where the address is a new one.

    Not where the browser still holds a drawing after a restart of the server: that is later.
    """
    link = st.query_params.get(PARAMETER)
    is_new = link not in (st.session_state.get(SEEN), st.session_state.get(LINK))
    st.session_state[SEEN] = link
    if session_keys.CANVAS not in st.session_state:  # the page was left and is opened again
        st.session_state[OPENED] = None
    if not is_new or drawing_in_browser()[0]:
        return
    st.session_state[PROBLEM] = None
    if not link:
        return
    try:
        sketch = decode(link)
    except LinkError as problem:
        st.session_state[PROBLEM] = str(problem)
        return
    st.session_state[session_keys.INPUT_METHOD] = "Draw"
    st.session_state[OPENED] = len(sketch.strokes)
    put_sketch_on_canvas(sketch, current_drawing())


def show_link_problem() -> None:
    """Say why the link in the address was not opened, until something is drawn."""
    if not current_drawing().is_empty:
        st.session_state[PROBLEM] = None
    elif problem := st.session_state.get(PROBLEM):
        st.warning(plain(problem), icon=":material/link_off:")


def is_just_opened(sketch: Sketch) -> bool:
    """Return whether the drawing came from the address, and no stroke was added or taken back."""
    if len(sketch.strokes) != st.session_state.get(OPENED):
        st.session_state[OPENED] = None
    return st.session_state.get(OPENED) is not None


def forget_opened() -> None:
    """Take whatever is drawn from now on for the visitor's own: nothing is on the paper."""
    st.session_state[OPENED] = None


def link_of(sketch: Sketch, reader: Reader, reading: Reading, number: Number | None) -> str | None:
    """Return the link of a drawing that is read the same when it is opened.

    None where the drawing is too large for one.
    """
    answer = answer_of(reading, number)

    def is_same(shown: Sketch) -> bool:
        picture = np.asarray(picture_of(shown).convert("RGB"))
        again = reader.read(picture)
        strokes = [stroke.points for stroke in shown.strokes]
        return answer_of(again, find_number(reader, again, picture, strokes)) == answer

    try:
        return faithful_link(sketch, is_same)
    except LinkError:
        return None


def answer_of(reading: Reading, number: Number | None) -> tuple[str, str | int | None]:
    """Return what is answered: the verdict, and the number or the digit."""
    return ("number", number.text) if number else (reading.verdict, reading.digit)


def show_address(link: str | None) -> None:
    """Write the drawing's link into the address, or take the last one away."""
    st.session_state[LINK] = link
    if link or not st.session_state.get(PROBLEM):  # a broken link may still be mended
        with st.container(key="address"):
            ADDRESS(data={"link": link}, key="address_writer")
