"""How an open page finds back to a server that has been started anew."""

from datetime import timedelta

import streamlit as st


@st.fragment(run_every=timedelta(days=1))
def stay_in_touch() -> None:
    """Have the browser ask for the whole page once it has found the server again.

    A server started anew knows no part of a page that was open before, and would not answer when a
    part is used. Yet browsers ask for the page only where something on it runs by itself (or was
    just running), so there is something that does: this, which is empty, once a day.
    """
