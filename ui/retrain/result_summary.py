"""How good a trained network is: before and after training, and against the one on Draw."""

from collections.abc import Mapping
from contextlib import suppress

import streamlit as st

from mnist_core import InklingError, Reader
from mnist_core.data.kaggle import uses_every_digit
from mnist_core.errors import DataError
from mnist_core.evaluation.evaluation import evaluate
from mnist_core.evaluation.leakage import exclude_training_samples, intersection
from mnist_core.models.cards import Card, Metrics
from mnist_core.runs.run import Run
from ui.base.wording import NARROW
from ui.components.datasets import DATASETS, TEST_SETS
from ui.components.resources import load_best_reader
from ui.components.run_wording import format_share, short_title
from ui.retrain.run_samples import dataset_of


def result_summary(card: Card) -> str:
    """Return a network's accuracy on digits it had never seen, as a sentence."""
    name, metrics = next(iter(card.metrics.items()))
    low, high = metrics.interval
    return (
        f"Its accuracy is **{format_share(metrics.accuracy)}** on {metrics.n:,} digits that it had "
        f"never seen: {TEST_SETS.get(name, name)} (95 % interval {format_share(low)} to "
        f"{format_share(high)})."
    )


def summary_of_every_digit(card: Card) -> str:
    """Return what is known of a network that was trained on all digits of its data set."""
    name, metrics = next(iter(card.metrics.items()))
    return (
        f"Trained on every one of {card.data['trained_on']:,} digits. None is left to say how good"
        f" it is on digits like these. On others, {TEST_SETS.get(name, name)}, it reads"
        f" {format_share(metrics.accuracy)} of {metrics.n:,} correctly."
    )


def show_scores(run: Run, card: Card) -> None:
    """Show the accuracy on each set, before and after training, with intervals."""
    sets = tested_on(card)
    columns: dict[str, Mapping[str, Metrics]] = {"Before": card.before} if card.before else {}
    columns["After"] = card.metrics
    if reference := reference_reader(card):
        title = f"{short_title(reference.card.recipe)}, on Draw now"
        columns[title] = reference_metrics(reference, run, card)
    lines = [f"| Accuracy | {' | '.join(columns)} |", "|:--" * (len(columns) + 1) + "|"]
    for name in sets:
        n = card.metrics[name].n
        cells = " | ".join(format_accuracy(metrics.get(name), n) for metrics in columns.values())
        lines.append(f"| {TEST_SETS.get(name, name)} ({n:,}) | {cells} |")
    st.markdown("\n".join(lines))
    st.caption("In brackets: 95 % confidence intervals, where the true accuracy probably lies.")


def tested_on(card: Card) -> list[str]:
    """Return the sets to report; the validation set only if there is no other."""
    return [name for name in card.metrics if name != "held-out"] or ["held-out"]


def reference_reader(card: Card) -> Reader | None:
    """Return the model in use on Draw, or None if it is this one or damaged."""
    try:
        reader = load_best_reader().reader
    except InklingError:
        return None
    return None if reader.card.checksums == card.checksums else reader


def reference_metrics(reader: Reader, run: Run, card: Card) -> dict[str, Metrics]:
    """Return a model's metrics on the sets of a run's card, as far as they are the same sets.

    Args:
        reader: the model.
        run: the run.
        card: the card of its model.
    """
    data, test = card.data, f"{card.data['name']}-test"
    metrics = dict(reader.card.metrics)
    metrics.pop("held-out", None)  # each model has its own
    if data["name"] not in DATASETS and data["fingerprint"] != reader.card.data["fingerprint"]:
        metrics.pop(test, None)  # of another file of this name
    if test in card.metrics and test not in metrics and not uses_every_digit(run.data):
        with suppress(DataError):  # the upload has been deleted
            if measured := measure(reader, run.data):
                metrics[test] = measured
    return metrics


@st.cache_resource(
    show_spinner="Comparing with the network on Draw …",
    max_entries=16,
    hash_funcs={Reader: lambda reader: reader.card.checksums},
)
def measure(reader: Reader, data: str) -> Metrics | None:
    """Return a model's metrics on the test digits of a data set that it was not trained on.

    None if it was trained on all of them, or if nobody can tell.
    """
    dataset = dataset_of(data)
    fresh = exclude_training_samples(dataset, reader.card)
    digits = intersection(dataset.test, fresh.digits)
    if fresh.caution or not len(digits):
        return None
    return evaluate(reader.network, reader.card.calibration, digits).metrics()


def format_accuracy(metrics: Metrics | None, n: int) -> str:
    """Return an accuracy and its interval for a table; a dash for none.

    The number of digits is named where it is not `n`, the row's.
    """
    if metrics is None:
        return "–"
    low, high = (f"{100 * end:.1f}" for end in metrics.interval)
    fewer = f", of {metrics.n:,}" if metrics.n != n else ""
    accuracy = format_share(metrics.accuracy).replace(" ", NARROW)
    return f"**{accuracy}** ({low}–{high}){fewer}"
