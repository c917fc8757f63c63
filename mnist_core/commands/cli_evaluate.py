"""The command that evaluates: how good a model is, in tables, as JSON, and what it misreads."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import numpy as np

from mnist_core.analysis.disputed import Dispute, disputes_among
from mnist_core.analysis.evaluation import Evaluation, evaluate_once
from mnist_core.analysis.mistakes import mistakes_csv
from mnist_core.analysis.reliability import (
    bins_of_equal_mass,
    expected_calibration_error,
    risk_against_coverage,
    sure_answers,
)
from mnist_core.analysis.unseen import unseen
from mnist_core.cards import Calibration
from mnist_core.commands.terminal import DATA_HELP, load_with_progress, print_json
from mnist_core.reader import load_reader
from mnist_core.sources.kaggle import refuse_to_overwrite, write_whole

SURE = 0.9  # the confidence of what counts as a sure answer
POINTS = 20  # of the curve of risk against coverage


@click.command()
@click.option("--model", help="Which model; by default the one that ships as the best.")
@click.option("--data", default="mnist", show_default=True, help=DATA_HELP)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--mistakes",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write every digit read wrong to this CSV file: index, label, read, confidence, the "
    "second guess and its probability, the label's probability, and whether people dispute it.",
)
def evaluate(model: str | None, data: str, as_json: bool, mistakes: Path | None) -> None:
    """Measure how good a model is on digits it was not trained on."""
    if mistakes:
        refuse_to_overwrite(mistakes, force=True)  # before the work, not after
    reader = load_reader(model)
    digits = unseen(load_with_progress(data), reader.card)
    result = evaluate_once(reader, digits)
    disputed = disputes_among(digits)
    if mistakes:
        write_whole(mistakes, [mistakes_csv(result, disputed).encode()], force=True)
    if as_json:
        print_json({"model": reader.name, "data": data, **as_values(result, disputed)})
        return
    for line in in_words(reader.name, data, result, disputed):
        click.echo(line)


def as_values(result: Evaluation, disputed: dict[int, Dispute]) -> dict[str, Any]:
    """Return an evaluation as JSON can hold it."""
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
        **trust_in(result),
    }
    if disputed:
        undisputed = result.leaving_out(disputed).metrics()
        values["disputed"] = {
            "n": len(disputed),
            "read_wrong": int((~result.right[list(disputed)]).sum()),
            "accuracy_without": undisputed.accuracy,
            "interval_without": undisputed.interval,
        }
    return values


def trust_in(result: Evaluation) -> dict[str, Any]:
    """Return how far confidence can be believed, and what is gained by leaving digits unanswered.

    The points of `risk_coverage` answer about 5 %, 10 % and so on to 100 % of the digits: answers
    of the same confidence are given together.
    """
    raw = replace(result, calibration=Calibration()).metrics()
    groups = bins_of_equal_mass(result.confidence, result.right)
    sure, good = sure_answers(result.confidence, result.right, SURE)
    curve = risk_against_coverage(result.confidence, result.right)
    places = np.unique(np.searchsorted(curve.coverage, np.arange(1, POINTS + 1) / POINTS))
    return {
        "calibration_error_equal_mass": expected_calibration_error(groups),
        "before_calibration": {
            "calibration_error": raw.calibration_error,
            "loss": raw.loss,
        },
        "answers_at_least_90": {"n": sure, "share_right": good / sure if sure else None},
        "risk_coverage": [
            {"coverage": float(curve.coverage[i]), "risk": float(curve.risk[i])} for i in places
        ],
    }


def in_words(model: str, data: str, result: Evaluation, disputed: dict[int, Dispute]) -> list[str]:
    """Return an evaluation as a person would read it, line by line."""
    metrics = result.metrics()
    low, high = metrics.interval
    lines = [
        f"{model} on {data}: {metrics.n:,} digits, {int((~result.right).sum()):,} read wrong",
        f"accuracy {metrics.accuracy:.2%} (95 % interval {low:.2%} to {high:.2%})",
        f"loss {metrics.loss:.4f}, macro F1 {result.macro_f1():.2%}, "
        f"calibration error {metrics.calibration_error:.2%}",
    ]
    if disputed:
        without = result.leaving_out(disputed).metrics().accuracy
        lines.append(f"without the {len(disputed)} labels that people dispute: {without:.2%}")
    return [*lines, "", *table_of_digits(result), "", *table_of_confusions(result)]


def table_of_digits(result: Evaluation) -> list[str]:
    """Return precision, recall and F1 of each digit, line by line."""
    return [
        "digit  precision  recall      F1      n",
        *(
            f"{row['digit']:5d} {row['precision']:10.2%} {row['recall']:7.2%} "
            f"{row['f1']:7.2%} {row['n']:6d}"
            for row in result.per_class()
        ),
    ]


def table_of_confusions(result: Evaluation) -> list[str]:
    """Return the confusion matrix, line by line."""
    return [
        "rows: the true digit; columns: what was read",
        "     " + "".join(f"{digit:6d}" for digit in range(10)),
        *(
            f"{digit:5d}" + "".join(f"{count:6d}" for count in row)
            for digit, row in enumerate(result.confusion_matrix())
        ),
    ]
