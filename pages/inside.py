"""Inside: why the drawing is read as it is, from its pixels to the answer."""

import streamlit as st

from ui.base.wording import explanation, headline
from ui.components.address import open_link, show_link_problem
from ui.inside.changes import show_changes
from ui.inside.deciding_ink import show_deciding_ink
from ui.inside.layers import show_layers
from ui.inside.reminders import show_reminders
from ui.inside.shortcut import show_shortcut
from ui.inside.subject import draw_one_for_me, find_subject
from ui.inside.two_networks import show_two_networks
from ui.shell.page import open_page, page_column, show_errors

page = open_page()
with page_column():
    st.title(page.title, anchor=False)
    open_link()
    show_link_problem()
    with show_errors():
        subject = find_subject()
        if subject is None:
            st.markdown("Draw a digit, and see here why it is read as it is.")
            with st.container(horizontal=True):
                st.page_link("pages/draw.py", label="Draw a digit", icon=":material/ink_pen:")
                st.button("Show me one", on_click=draw_one_for_me, icon=":material/casino:")
            st.stop()
        st.markdown(
            f"**{headline(subject.reading)}** · {explanation(subject.reading).rstrip('.')}. Why? "
            f"Every number below was computed for this drawing, with {subject.reader.name}."
        )
        if subject.reading.digit is None:
            st.markdown(f"What follows explains the closest of the ten digits, {subject.digit}.")
        show_shortcut(subject)
        show_deciding_ink(subject)
        show_changes(subject)
        show_layers(subject)
        show_reminders(subject)
        show_two_networks(subject)
