"""The table of a sweep's combinations of settings, the best first."""

from typing import Any

import streamlit as st

from mnist_core.sweeps.sweep import Combination, Sweep
from ui.components.recipe_fields import label_of
from ui.components.run_wording import STATES
from ui.components.tables import table_height

ACCURACY = "Accuracy"
COLUMNS = {
    ACCURACY: st.column_config.NumberColumn(
        format="%.2f %%", help="On the validation set; the mean over the seeds"
    ),
    "Seeds": st.column_config.NumberColumn(width=70, help="With how many seeds it was trained"),
    "Epochs": st.column_config.TextColumn(width=80, help="Weak networks are stopped early"),
    "State": st.column_config.TextColumn(width=110),
}


def show_table(sweep: Sweep, combinations: list[Combination]) -> None:
    """Show the table."""
    st.dataframe(
        [table_row(sweep, one) for one in combinations],
        column_config=COLUMNS,
        height=table_height(len(combinations)),
        hide_index=True,
        alt="Every choice of settings that was trained, the best first",
    )


def table_row(sweep: Sweep, one: Combination) -> dict[str, Any]:
    """Return a combination's row of the table."""
    last = one.trials[-1]
    settings = {
        label_of(variation.setting): shown(one.settings[variation.setting])
        for variation in sweep.variations
    }
    return {
        ACCURACY: 100 * one.score if one.has_score else None,
        **settings,
        "Seeds": len(one.trials),
        "Epochs": f"{last.status.trained_epochs} of {last.run.recipe.epochs}",
        "State": STATES[last.status.state if last.status.started else "queued"][1],
    }


def shown(text: str) -> str:
    """Return a value as a page shows it: a number to three digits, widths with hyphens."""
    try:
        return text if text.isdigit() else f"{float(text):.3g}"
    except ValueError:
        return "-".join(part.strip() for part in text.split(",")) or "none"
