"""How good a trained network is: before and after, and beside the one that reads on Draw."""

from collections.abc import Mapping, Sequence

import streamlit as st

from mnist_core import InklingError, Reader
from mnist_core.analysis.evaluation import evaluate
from mnist_core.cards import Card, Metrics
from mnist_core.running.runs import Run
from ui.resources import load_best_reader
from ui.retrain.run_samples import test_digits
from ui.retrain.run_words import counted, short_title
from ui.words import NARROW, SETS


def praise(card: Card) -> str:
    """Return how good a network has become, on digits it had never seen."""
    name, metrics = next(iter(card.metrics.items()))
    low, high = metrics.interval
    return (
        f"It reads **{counted(metrics.accuracy)}** of {metrics.n:,} digits right that it had never "
        f"seen: {SETS.get(name, name)} (95 % interval {counted(low)} to {counted(high)})."
    )


def show_scores(run: Run, card: Card) -> None:
    """Show what share of each set is read right, before and after training, with intervals."""
    sets = tested_on(card)
    columns: dict[str, Mapping[str, Metrics]] = {"Before": card.before} if card.before else {}
    columns["After"] = card.metrics
    if reference := reference_reader(card):
        title = f"{short_title(reference.card.recipe)}, on Draw now"
        columns[title] = {**measured(reference, run, sets), **reference.card.metrics}
    lines = [f"| Read right | {' | '.join(columns)} |", "|:--" * (len(columns) + 1) + "|"]
    for name in sets:
        cells = " | ".join(cell(metrics.get(name)) for metrics in columns.values())
        lines.append(f"| {SETS.get(name, name)} ({card.metrics[name].n:,}) | {cells} |")
    st.markdown("\n".join(lines))
    st.caption("In brackets: 95 % intervals, which is how far off chance alone may be.")


def tested_on(card: Card) -> list[str]:
    """Return the sets to tell about; the digits held out only where there are no others."""
    return [name for name in card.metrics if name != "held-out"] or ["held-out"]


def reference_reader(card: Card) -> Reader | None:
    """Return the model that reads on Draw, if there is a good one and it is another."""
    try:
        reader = load_best_reader().reader
    except InklingError:
        return None
    return None if reader.card.checksums == card.checksums else reader


def measured(reader: Reader, run: Run, sets: Sequence[str]) -> dict[str, Metrics]:
    """Return how a model does on the digits that a run kept for testing, if nobody knows yet."""
    unknown = [name for name in sets if name.endswith("-test") and name not in reader.card.metrics]
    return {name: measure(reader, run.data) for name in unknown}


@st.cache_resource(
    show_spinner="Comparing with the network on Draw …",
    max_entries=16,
    hash_funcs={Reader: lambda reader: reader.card.checksums},
)
def measure(reader: Reader, data: str) -> Metrics:
    """Return how a model does on the test digits of a set."""
    return evaluate(reader.network, reader.card.calibration, test_digits(data)).metrics()


def cell(metrics: Metrics | None) -> str:
    """Return an accuracy and its interval, for a table."""
    if metrics is None:
        return "–"
    low, high = (f"{100 * end:.1f}" for end in metrics.interval)
    return f"**{counted(metrics.accuracy).replace(' ', NARROW)}** ({low}–{high})"
