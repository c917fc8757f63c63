"""The choice of networks whose curves are shown: in a table, by name or in the URL."""

from collections.abc import Mapping, Sequence
from zlib import crc32

import streamlit as st

from mnist_core.models.registry import default_model
from ui.base import session_keys
from ui.base.wording import plain
from ui.curves.curve_table import show_table
from ui.curves.histories import History

MAX_NETWORKS = 6
QUERY_PARAMETER = "networks"
TOO_MANY = "Six networks at most: more lines are hard to tell apart. Left out"


def choose_histories(histories: Sequence[History]) -> list[History]:
    """Let the visitor choose up to six networks; the URL always names them."""
    by_name = {name: history for history in histories for name in (*history.runs, history.name)}
    names = [history.name for history in histories]
    requested = requested_networks(histories)
    choose([by_name[name].name for name in requested if name in by_name])
    key = table_key(names)
    tick_rows(key, [names.index(name) for name in st.session_state[session_keys.CURVES]])
    show_table(histories, key, on_select=apply_ticks, args=(key, names))
    warn_unknown([name for name in requested if name not in by_name])
    warn_too_many(by_name)
    chosen = choose_by_name(names, by_name)
    write_to_url(chosen)
    return [by_name[name] for name in chosen]


def choose_by_name(names: Sequence[str], by_name: Mapping[str, History]) -> list[str]:
    """Show the choice as a list of names, which can be changed there, too, by keyboard."""
    return st.multiselect(
        "Shown",
        names,
        format_func=lambda name: by_name[name].title,
        key=session_keys.CURVES,
        persist_state="session",
        max_selections=MAX_NETWORKS,
        select_all=False,
        placeholder="Select networks in the table or here",
    )


def requested_networks(histories: Sequence[History]) -> list[str]:
    """Return the names in a new URL, else the last choice, else the default and running ones."""
    value = st.query_params.get(QUERY_PARAMETER)
    if value and value != st.session_state.get("curves_in_url"):
        return value.split(",")
    default = default_model()
    at_first = [h.name for h in histories if h.name == default or h.state == "running"]
    before: list[str] = st.session_state.get(session_keys.CURVES, at_first)
    return before


def choose(names: Sequence[str]) -> None:
    """Choose these networks, up to the maximum."""
    wanted = list(dict.fromkeys(names))
    if wanted[MAX_NETWORKS:]:
        st.session_state[session_keys.SURPLUS] = wanted[MAX_NETWORKS:]
    if st.session_state.get(session_keys.CURVES) != wanted[:MAX_NETWORKS]:
        st.session_state[session_keys.CURVES] = wanted[:MAX_NETWORKS]


def apply_ticks(key: str, names: Sequence[str]) -> None:
    """Choose the networks ticked in the table: new ones come after those already chosen."""
    ticked = [names[row] for row in st.session_state[key].selection.rows]
    before = [name for name in st.session_state[session_keys.CURVES] if name in ticked]
    wanted = before + [name for name in ticked if name not in before]
    st.session_state[session_keys.CURVES] = wanted[:MAX_NETWORKS]
    st.session_state[session_keys.SURPLUS] = wanted[MAX_NETWORKS:]
    if wanted[MAX_NETWORKS:]:  # under the old key, the browser would keep the tick
        st.session_state.curves_revision = revision() + 1


def tick_rows(key: str, rows: Sequence[int]) -> None:
    """Tick rows of the table."""
    table = st.session_state.get(key)
    if table is None or set(table["selection"]["rows"]) != set(rows):
        st.session_state[key] = {"selection": {"rows": sorted(rows), "columns": [], "cells": []}}


def table_key(names: Sequence[str]) -> str:
    """Return the table's widget key; ticks belong to row numbers, so other rows need a new key."""
    return f"curves-{crc32(' '.join(names).encode())}-{revision()}"


def revision() -> int:
    """Return how often the table has been given a new key."""
    number: int = st.session_state.get("curves_revision", 0)
    return number


def write_to_url(names: Sequence[str]) -> None:
    """Write the selection into the URL."""
    st.session_state.curves_in_url = ",".join(names)
    if names:
        st.query_params[QUERY_PARAMETER] = ",".join(names)
    else:
        st.query_params.pop(QUERY_PARAMETER, None)


def warn_unknown(names: Sequence[str]) -> None:
    """Warn about names in the URL that do not exist."""
    if names:
        listed = plain(", ".join(names))
        st.warning(f"Not found, perhaps deleted: {listed}.", icon=":material/link_off:")


def warn_too_many(by_name: Mapping[str, History]) -> None:
    """Warn once that more than six networks were asked for."""
    if surplus := st.session_state.pop(session_keys.SURPLUS, []):
        listed = plain(", ".join(by_name[name].title for name in surplus))
        st.warning(f"{TOO_MANY}: {listed}.", icon=":material/filter_6:")
