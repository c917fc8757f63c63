"""The command `evaluate`: a model's accuracy and calibration, and the digits that it misreads."""

from dataclasses import replace
from math import isfinite
from pathlib import Path
from typing import Any

import click
import numpy as np

from mnist_core.cli.terminal import AS_IS_HELP, DATA_HELP, load_with_progress, named, print_json
from mnist_core.data.digits import Dataset
from mnist_core.data.kaggle import check_can_write, write_lines
from mnist_core.evaluation.evaluation import Evaluation, evaluate_cached
from mnist_core.evaluation.labels import Dispute, disputed_labels
from mnist_core.evaluation.leakage import FreshDigits, exclude_training_samples
from mnist_core.evaluation.mistakes import mistakes_csv
from mnist_core.evaluation.reliability import (
    count_confident,
    equal_mass_bins,
    expected_calibration_error,
    risk_coverage_curve,
)
from mnist_core.inference.reader import load_reader
from mnist_core.models.cards import Calibration

POINTS = 20  # of the risk-coverage curve


@click.command()
@click.option("--model", help="Which model; the default model if left out.")
@click.option("--data", default="mnist", show_default=True, help=DATA_HELP)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--as-is", is_flag=True, help=AS_IS_HELP)
@click.option(
    "--mistakes",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write every misread digit to this CSV file: index, label, predicted digit, confidence, "
    "the second guess and its probability, the label's probability, and whether people dispute it.",
)
def evaluate(
    model: str | None, data: str, as_json: bool, as_is: bool, mistakes: Path | None
) -> None:
    """Measure how accurate a model is on all digits of a data set that it has not learned from."""
    if mistakes:
        check_can_write(mistakes, force=True)  # now, not after minutes of work
    reader = load_reader(model)
    dataset = load_with_progress(named(data, as_is=as_is), to_train=False, quiet=as_json)
    fresh = exclude_training_samples(dataset, reader.card)
    result = evaluate_cached(reader, fresh.digits) if len(fresh) else None
    disputed = disputed_labels(fresh.digits)
    if mistakes:
        rows = mistakes_csv(result, disputed, fresh.positions) if result else NO_MISTAKES
        write_lines(mistakes, [rows.encode()], force=True)
    if as_json:
        figures = evaluation_json(result, disputed) if result else NOTHING_MEASURED
        heading = {"model": reader.name, "data": data}
        print_json({**heading, **figures, **about_json(dataset, fresh)})
        return
    if fresh.caution:
        click.echo(fresh.caution, err=True)
    if result is None:
        click.echo(f"{reader.name} on {data}: no digits to measure on. {fresh.in_words}")
        return
    for line in evaluation_lines(reader.name, data, result, disputed, fresh.in_words):
        click.echo(line)


def about_json(dataset: Dataset, fresh: FreshDigits) -> dict[str, Any]:
    """Return what was left out, prepared or could not be left out, as a dictionary for JSON."""
    values: dict[str, Any] = {"left_out": {"n": fresh.left_out, "why": fresh.why}}
    if dataset.prepared:
        values["prepared"] = {"n": dataset.prepared, "why": dataset.remarks[-1]}
    if fresh.caution:
        values["caution"] = fresh.caution
    return values


NO_MISTAKES = "index,label,read,confidence,second,second_probability,label_probability,disputed\n"
NOTHING_MEASURED: dict[str, Any] = {
    "n": 0,
    **dict.fromkeys(("accuracy", "interval", "loss", "macro_f1", "calibration_error")),
    "per_class": [
        {"digit": digit, "precision": None, "recall": None, "f1": None, "n": 0}
        for digit in range(10)
    ],
    "confusion_matrix": [[0] * 10 for _ in range(10)],
    "calibration_error_equal_mass": None,
    "before_calibration": {"calibration_error": None, "loss": None},
    "answers_at_least_90": {"n": 0, "share_right": None},
    "risk_coverage": [],
}


def count_of(n: int) -> str:
    """Return a number of digits in words."""
    return f"{n:,} {'digit' if n == 1 else 'digits'}"


def evaluation_json(result: Evaluation, disputed: dict[int, Dispute]) -> dict[str, Any]:
    """Return an evaluation as a dictionary for JSON."""
    metrics = result.metrics()
    values = {
        "n": metrics.n,
        "accuracy": metrics.accuracy,
        "interval": metrics.interval,
        "loss": metrics.loss,
        "macro_f1": result.macro_f1(),
        "calibration_error": metrics.calibration_error,
        "per_class": result.per_class(),
        "confusion_matrix": result.confusion_matrix().tolist(),
        **calibration_json(result),
    }
    if disputed:
        undisputed = result.excluding(disputed).metrics()
        values["disputed"] = {
            "n": len(disputed),
            "read_wrong": int((~result.correct[list(disputed)]).sum()),
            "accuracy_without": undisputed.accuracy,
            "interval_without": undisputed.interval,
        }
    return values


def calibration_json(result: Evaluation) -> dict[str, Any]:
    """Return how well confidence is calibrated, and what abstaining from some answers gains.

    The points of `risk_coverage` have a coverage of about 5 %, 10 % and so on to 100 %; it is not
    exact, because answers with the same confidence are accepted together.
    """
    uncalibrated = replace(result, calibration=Calibration()).metrics()
    bins = equal_mass_bins(result.confidence, result.correct)
    n, correct = count_confident(result.confidence, result.correct)
    curve = risk_coverage_curve(result.confidence, result.correct)
    indices = np.unique(np.searchsorted(curve.coverage, np.arange(1, POINTS + 1) / POINTS))
    return {
        "calibration_error_equal_mass": expected_calibration_error(bins),
        "before_calibration": {
            "calibration_error": uncalibrated.calibration_error,
            "loss": uncalibrated.loss,
        },
        "answers_at_least_90": {"n": n, "share_right": correct / n if n else None},
        "risk_coverage": [
            {"coverage": float(curve.coverage[i]), "risk": float(curve.risk[i])} for i in indices
        ],
    }


def evaluation_lines(
    model: str, data: str, result: Evaluation, disputed: dict[int, Dispute], left_out: str = ""
) -> list[str]:
    """Return an evaluation as text, line by line."""
    metrics = result.metrics()
    low, high = metrics.interval
    lines = [
        f"{model} on {data}: {count_of(metrics.n)}, {int((~result.correct).sum()):,} misread",
        *([left_out] if left_out else []),
        f"accuracy {metrics.accuracy:.2%} (95 % confidence interval {low:.2%} to {high:.2%})",
        f"loss {metrics.loss:.4f}, macro F1 {result.macro_f1():.2%}, "
        f"calibration error {metrics.calibration_error:.2%}",
    ]
    if disputed:
        without = result.excluding(disputed).metrics().accuracy
        lines.append(f"accuracy without the {len(disputed)} disputed labels: {without:.2%}")
    return [*lines, "", *per_class_table(result), "", *confusion_table(result)]


def per_class_table(result: Evaluation) -> list[str]:
    """Return precision, recall and F1 of each digit, line by line."""
    return [
        "digit  precision  recall      F1      n",
        *(
            f"{row['digit']:5d} {percent(row['precision']):>10} {percent(row['recall']):>7} "
            f"{percent(row['f1']):>7} {row['n']:6d}"
            for row in result.per_class()
        ),
    ]


def percent(share: float) -> str:
    """Return a share in percent, or a dash if there is none."""
    return f"{share:.2%}" if isfinite(share) else "-"


def confusion_table(result: Evaluation) -> list[str]:
    """Return the confusion matrix, line by line."""
    return [
        "confusion matrix; rows: label, columns: predicted digit",
        "     " + "".join(f"{digit:6d}" for digit in range(10)),
        *(
            f"{digit:5d}" + "".join(f"{count:6d}" for count in row)
            for digit, row in enumerate(result.confusion_matrix())
        ),
    ]
