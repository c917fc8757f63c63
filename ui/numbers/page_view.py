"""A page that was read: on the photograph, digit by digit to be corrected, and as a table."""

import streamlit as st

from ui.base.wording import counted
from ui.components.own_hand import note_as_for_everybody
from ui.numbers.page_reading import PageReading
from ui.numbers.photograph import show_photograph

NONE = "No digit"
NOTHING_FOUND = (
    "No numbers were found on this page. Move closer, or photograph it from straight above."
)
NOTHING_LEFT = "No number is left: you said of every digit that it is none."


def show_page(reading: PageReading) -> None:
    """Show the photograph with its boxes beside the table."""
    correction = st.container()
    left, right = st.columns([3, 2], gap="large")
    with left:
        picked = show_photograph(reading.page, reading.shown(), reading.picked)
    if picked is not None and picked != reading.picked and picked < len(reading.digits):
        reading.picked = picked
        st.rerun(scope="fragment")
    with correction:
        show_correction(reading)
    with right:
        show_table(reading)
        note_as_for_everybody()


def show_correction(reading: PageReading) -> None:
    """Let the visitor say what the digit that was pressed is."""
    if not reading.digits:
        return
    if reading.picked is None:
        st.markdown("Press a digit on the photograph to correct it.")
        return
    place = reading.picked
    key = f"correct_{place}"
    st.pills(
        f"This {reading.text_of(place) or 'mark'} is a",
        [*map(str, range(10)), NONE],
        key=key,
        on_change=correct,
        args=(reading, place, key),
    )


def correct(reading: PageReading, place: int, widget: str) -> None:
    """Take the visitor's word for one digit."""
    said = st.session_state.get(widget)
    if said is not None:
        reading.corrections[place] = "" if said == NONE else said


def show_table(reading: PageReading) -> None:
    """Show the numbers as a table, with a button to download it."""
    if reading.page.left_out:
        st.caption("What is boxed in grey was passed over: it does not look like a digit.")
    rows = reading.table()
    if not rows:
        st.info(NOTHING_LEFT if reading.digits else NOTHING_FOUND)
        return
    numbers = sum(map(len, rows))
    st.markdown(f"**{counted(numbers, 'number')} in {counted(len(rows), 'row')}**")
    columns = max(map(len, rows))
    st.dataframe(
        [{str(i + 1): row[i] if i < len(row) else "" for i in range(columns)} for row in rows],
        width="stretch",
    )
    st.download_button(
        "Download as CSV",
        reading.as_csv(),
        "numbers.csv",
        "text/csv",
        icon=":material/download:",
    )
