"""Every network in one table."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import streamlit as st

from mnist_core.cards import Metrics
from ui.curves.histories import History
from ui.models.model_words import changes_of
from ui.retrain.run_words import STATES, short_title
from ui.retrain.training_data import data_title
from ui.words import SETS

ROW, MOST_ROWS = 35, 10  # pixels; rows that are seen at once
COLUMNS = {
    "Network": st.column_config.TextColumn(pinned=True),
    "Read right": st.column_config.NumberColumn(
        format="%.2f %%", help="Of digits it had never seen, by the model's card"
    ),
    "95 % interval": st.column_config.TextColumn(),
    "Best epoch": st.column_config.NumberColumn(
        help="The epoch with the lowest loss on the digits held out, if any were"
    ),
    "Took": st.column_config.NumberColumn(format="compact", help="Hours, minutes and seconds"),
    "Size": st.column_config.NumberColumn(
        width=85, format="bytes", help="Of all files of the model"
    ),
    "Tested on": st.column_config.TextColumn(width=185),
    "State": st.column_config.TextColumn(width=95),
    "Changed": st.column_config.TextColumn(
        width="large", help="Settings that are not the recipe's own"
    ),
    "When": st.column_config.DatetimeColumn(format="distance"),
}


def show_table(
    histories: Sequence[History], key: str, on_select: Callable[..., None], args: tuple[Any, ...]
) -> None:
    """Show the table; what is ticked in it is in the session's state, under its key."""
    rows = [table_row(history) for history in histories]
    st.dataframe(
        rows,
        column_config=COLUMNS,
        height=ROW * (min(len(rows), MOST_ROWS) + 1) + 2,
        hide_index=True,
        key=key,
        on_select=partial(on_select, *args),
        selection_mode="multi-row",
        placeholder="",
        alt="Every network that has been trained here; tick up to six to see how they learned",
    )


def table_row(history: History) -> dict[str, Any]:
    """Return what the table says of a network."""
    best, metrics = history.best, score(history)
    low, high = metrics.interval if metrics else (0.0, 0.0)
    return {
        "Network": history.title,
        "Read right": metrics.accuracy * 100 if metrics else None,
        "95 % interval": f"{low * 100:.2f} to {high * 100:.2f}" if metrics else None,
        "Best epoch": int(best["epoch"]) if best else None,
        "Epochs": int(history.rows[-1]["epoch"]) if history.rows else None,
        "Took": timedelta(seconds=round(history.seconds)) if history.rows else None,
        "Size": history.size or None,
        "Recipe": short_title(history.recipe),
        "Learned from": learned_from(history),
        "Tested on": tested_on(history),
        "State": STATES.get(history.state, ("", history.state))[1],
        "When": datetime.fromisoformat(history.when) if history.when else None,
        "Changed": ", ".join(changes_of(history.recipe)),
    }


def score(history: History) -> Metrics | None:
    """Return how good a network is on the first set of digits that its card reports on."""
    return next(iter(history.card.metrics.values()), None) if history.card else None


def tested_on(history: History) -> str | None:
    """Return what `score` was measured on, and on how many."""
    metrics = score(history)
    if not history.card or not metrics:
        return None
    name = next(iter(history.card.metrics))
    return f"{SETS.get(name, name)}, {metrics.n:,}"


def learned_from(history: History) -> str:
    """Return what a network learned from, and from how many where that is known."""
    title = data_title(history.data)
    return f"{title}, {history.card.data['trained_on']:,}" if history.card else title
