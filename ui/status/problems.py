"""The latest warnings and errors in the log."""

import json
from typing import Any

import streamlit as st

from ui.base.logs import RECENT
from ui.base.wording import plain

SHOWN = 20
HEAD = ("time", "level", "event", "traceback")


def show_problems() -> None:
    """Show the warnings and errors since the server started, the latest first."""
    events = list(RECENT.events)[:SHOWN]
    if not events:
        st.caption("No errors since the server started.")
    for event in events:
        show_problem(event)


def show_problem(event: dict[str, Any]) -> None:
    """Show one event as a line, which opens if there is a traceback."""
    facts = [
        f"{key} {value if isinstance(value, str) else json.dumps(value)}"
        for key, value in event.items()
        if key not in HEAD
    ]
    day, time = str(event["time"])[:19].split("T")
    line = f"{day} {time} UTC · **{event['event']}** · {plain(', '.join(facts))}"
    if "traceback" not in event:
        st.markdown(line)
        return
    with st.expander(line):
        st.code(event["traceback"], language=None, wrap_lines=True)
