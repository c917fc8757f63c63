"""The table of all networks."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import streamlit as st

from mnist_core.models.cards import Metrics
from ui.components.datasets import TEST_SETS, data_title
from ui.components.recipe_settings import changes_of
from ui.components.run_wording import STATES, short_title
from ui.components.tables import table_height
from ui.curves.histories import History

COLUMNS = {
    "Network": st.column_config.TextColumn(pinned=True),
    "Accuracy": st.column_config.NumberColumn(
        format="%.2f %%", help="On a test set, from the model's card"
    ),
    "95 % interval": st.column_config.TextColumn(
        help="The confidence interval of the accuracy, in percent"
    ),
    "Best epoch": st.column_config.NumberColumn(
        help="The epoch with the lowest validation loss, if there was a validation set"
    ),
    "Training time": st.column_config.NumberColumn(
        format="compact", help="Hours, minutes and seconds"
    ),
    "Size": st.column_config.NumberColumn(
        width=85, format="bytes", help="Of all files of the model together"
    ),
    "Tested on": st.column_config.TextColumn(width=185),
    "State": st.column_config.TextColumn(width=95),
    "Changed": st.column_config.TextColumn(
        width="large", help="Settings that differ from the recipe's defaults"
    ),
    "When": st.column_config.DatetimeColumn(format="distance"),
}


def show_table(
    histories: Sequence[History], key: str, on_select: Callable[..., None], args: tuple[Any, ...]
) -> None:
    """Show the table; its ticks are in the session state, under its key."""
    rows = [table_row(history) for history in histories]
    st.dataframe(
        rows,
        column_config=COLUMNS,
        height=table_height(len(rows)),
        hide_index=True,
        key=key,
        on_select=partial(on_select, *args),
        selection_mode="multi-row",
        placeholder="",
        alt="All trained networks; tick up to six to see their curves",
    )


def table_row(history: History) -> dict[str, Any]:
    """Return a network's row of the table."""
    best, metrics = history.best, score(history)
    low, high = metrics.interval if metrics else (0.0, 0.0)
    return {
        "Network": history.title,
        "Accuracy": metrics.accuracy * 100 if metrics else None,
        "95 % interval": f"{low * 100:.2f} to {high * 100:.2f}" if metrics else None,
        "Best epoch": int(best["epoch"]) if best else None,
        "Epochs": int(history.rows[-1]["epoch"]) if history.rows else None,
        "Training time": timedelta(seconds=round(history.seconds)) if history.rows else None,
        "Size": history.size or None,
        "Recipe": short_title(history.recipe),
        "Trained on": trained_on(history),
        "Tested on": tested_on(history),
        "State": STATES.get(history.state, ("", history.state))[1],
        "When": datetime.fromisoformat(history.when) if history.when else None,
        "Changed": ", ".join(changes_of(history.recipe)),
    }


def score(history: History) -> Metrics | None:
    """Return a network's figures on the first test set of its card."""
    return next(iter(history.card.metrics.values()), None) if history.card else None


def tested_on(history: History) -> str | None:
    """Return the test set of `score` and its size."""
    metrics = score(history)
    if not history.card or not metrics:
        return None
    name = next(iter(history.card.metrics))
    return f"{TEST_SETS.get(name, name)}, {metrics.n:,}"


def trained_on(history: History) -> str:
    """Return what a network was trained on, and the number of digits if it is known."""
    title = data_title(history.data)
    return f"{title}, {history.card.data['trained_on']:,}" if history.card else title
