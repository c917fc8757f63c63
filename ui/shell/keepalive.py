"""How an open page reconnects to a server that has been restarted."""

from datetime import timedelta

import streamlit as st


@st.fragment(run_every=timedelta(days=1))
def keep_alive() -> None:
    """Make the browser request the whole page again after a restart of the server.

    A restarted server knows no fragment of a page that was open before, and would not react when a
    visitor uses one. Streamlit only requests the whole page again if a fragment on it runs by
    itself (or was just running). So there is one that does: this empty one, once a day.
    """
