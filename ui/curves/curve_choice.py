"""Which networks' curves to look at: chosen in a table or by name, and kept in the address."""

from collections.abc import Mapping, Sequence
from zlib import crc32

import streamlit as st

from mnist_core.registry import default_model
from ui.curves.curve_table import show_table
from ui.curves.histories import History
from ui.words import plain

MOST = 6
ADDRESS = "networks"
REFUSAL = "Six networks at once, no more: their lines could not be told apart. Left out"


def choose_histories(histories: Sequence[History]) -> list[History]:
    """Let the visitor choose up to six networks; the address always names them."""
    by_name = {name: history for history in histories for name in (*history.runs, history.name)}
    names = [history.name for history in histories]
    asked = asked_for(histories)
    choose([by_name[name].name for name in asked if name in by_name])
    key = table_key(names)
    tick(key, [names.index(name) for name in st.session_state.curves])
    show_table(histories, key, on_select=take_ticks, args=(key, names))
    tell_unknown([name for name in asked if name not in by_name])
    tell_surplus(by_name)
    chosen = choose_by_name(names, by_name)
    put_into_address(chosen)
    return [by_name[name] for name in chosen]


def choose_by_name(names: Sequence[str], by_name: Mapping[str, History]) -> list[str]:
    """Show what is chosen; it can be changed here, too, and with the keyboard."""
    return st.multiselect(
        "Shown",
        names,
        format_func=lambda name: by_name[name].title,
        key="curves",
        persist_state="session",
        max_selections=MOST,
        select_all=False,
        placeholder="Tick networks in the table, or choose them here",
    )


def asked_for(histories: Sequence[History]) -> list[str]:
    """Return the names in a new address, else those of before, else what is worth a look."""
    address = st.query_params.get(ADDRESS)
    if address and address != st.session_state.get("curves_address"):
        return address.split(",")
    default = default_model()
    first = [h.name for h in histories if h.name == default or h.state == "running"]
    before: list[str] = st.session_state.get("curves", first)
    return before


def choose(names: Sequence[str]) -> None:
    """Choose these networks, as many of them as there may be."""
    known = list(dict.fromkeys(names))
    if known[MOST:]:
        st.session_state.surplus = known[MOST:]
    if st.session_state.get("curves") != known[:MOST]:
        st.session_state.curves = known[:MOST]


def take_ticks(key: str, names: Sequence[str]) -> None:
    """Take over what has been ticked in the table: what was chosen stays, what is new follows."""
    ticked = [names[row] for row in st.session_state[key].selection.rows]
    before = [name for name in st.session_state.curves if name in ticked]
    wanted = before + [name for name in ticked if name not in before]
    st.session_state.curves, st.session_state.surplus = wanted[:MOST], wanted[MOST:]
    if wanted[MOST:]:  # the browser would keep the tick of a table that it knows
        st.session_state.curves_edition = edition() + 1


def tick(key: str, rows: Sequence[int]) -> None:
    """Let the table show what is chosen."""
    table = st.session_state.get(key)
    if table is None or set(table["selection"]["rows"]) != set(rows):
        st.session_state[key] = {"selection": {"rows": sorted(rows), "columns": [], "cells": []}}


def table_key(names: Sequence[str]) -> str:
    """Return the key of the table: ticks belong to rows, so other rows are another table."""
    return f"curves-{crc32(' '.join(names).encode())}-{edition()}"


def edition() -> int:
    """Return how often the table has been shown anew."""
    number: int = st.session_state.get("curves_edition", 0)
    return number


def put_into_address(names: Sequence[str]) -> None:
    """Let the address lead to this choice."""
    st.session_state.curves_address = ",".join(names)
    if names:
        st.query_params[ADDRESS] = ",".join(names)
    else:
        st.query_params.pop(ADDRESS, None)


def tell_unknown(names: Sequence[str]) -> None:
    """Say which names in the address lead nowhere."""
    if names:
        listed = plain(", ".join(names))
        st.warning(f"Not here, or not any more: {listed}.", icon=":material/link_off:")


def tell_surplus(by_name: Mapping[str, History]) -> None:
    """Say, once, that not everything fits into one picture."""
    if surplus := st.session_state.pop("surplus", []):
        listed = plain(", ".join(by_name[name].title for name in surplus))
        st.warning(f"{REFUSAL}: {listed}.", icon=":material/filter_6:")
