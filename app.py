"""Inkling: draw a digit; see what a neural network reads, and why."""

import streamlit as st

from ui.server import lifespan, make_ready, tell_unexpected
from ui.shell import open_page

if __name__ == "__main__":
    open_page().run()
else:  # the server imports this file once, to learn how it shall serve it
    make_ready()
    app = st.App(__file__, lifespan=lifespan, on_script_error=tell_unexpected)
